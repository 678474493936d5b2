from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from threading import Barrier, Thread

import pytest
from django.conf import LazySettings
from django.db import connection
from django.utils import timezone

from campaigns.channels import Handover, Letter, Outcome, SmtpChannel, Unreachable
from campaigns.models import Campaign, DeliveryEvent, Enrolment, Step, Touchpoint
from campaigns.services import delivery
from campaigns.services.delivery import TOGETHER, deliver_due, recover
from campaigns.services.sequence import stop_enrolments
from contacts.models import Contact, EmailAddress
from contacts.services.consent import record_consent, suppress
from core.models import Change
from relationships.models import FollowUp, TimelineEntry
from relationships.services.follow_ups import close_follow_up
from tests.factories import ConsentFactory, RelationshipFactory, UserFactory
from tests.factories.campaigns import (
    CampaignFactory,
    EnrolmentFactory,
    StepFactory,
    TouchpointFactory,
    reachable_contact,
    story,
)
from tests.support.smtp import Mood, SmtpSink

pytestmark = pytest.mark.django_db

State = Touchpoint.QueueState
Result = Touchpoint.Result


class FakeChannel:
    """Answers as it is told, by recipient, and remembers what it was given."""

    def __init__(self, **answers: Handover | Exception) -> None:
        self.answers = answers
        self.letters: list[Letter] = []
        self.before: Callable[[Letter], None] = lambda letter: None

    def __enter__(self) -> "FakeChannel":
        return self

    def __exit__(self, *error: object) -> None:
        return None

    def hand_over(self, letter: Letter) -> Handover:
        self.before(letter)
        answer = self.answers.get(
            letter.recipient.partition("@")[0], Handover(Outcome.ACCEPTED, "250 OK")
        )
        if isinstance(answer, Exception):
            raise answer
        self.letters.append(letter)
        return answer

    @property
    def recipients(self) -> list[str]:
        return [letter.recipient for letter in self.letters]


@pytest.fixture(autouse=True)
def _full_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that tests know what is in one hand; that groups adapt has a test of its own."""
    monkeypatch.setattr(delivery, "FIRST_TOGETHER", TOGETHER)


@pytest.fixture
def channel() -> Iterator[FakeChannel]:
    return FakeChannel()


def due_for(*names: str, step: Step | None = None) -> list[Touchpoint]:
    step = step or StepFactory()
    now = timezone.now()
    return [
        TouchpointFactory(
            step=step,
            contact=reachable_contact(email=f"{name}@example.org"),
            due_at=now - timedelta(minutes=len(names) - at),
        )
        for at, name in enumerate(names)
    ]


def states(touchpoints: list[Touchpoint]) -> list[tuple[str, str]]:
    rows = Touchpoint.objects.in_bulk([touchpoint.pk for touchpoint in touchpoints])
    return [(rows[one.pk].queue_state, rows[one.pk].result) for one in touchpoints]


def test_a_mail_arrives_and_everything_says_so(smtp_sink: SmtpSink) -> None:
    step = StepFactory(subject={"en": "Hi {{ given_name }}"})
    contact = reachable_contact(
        given_name="Zoë", family_name="Vos", email="zoe@example.org", language="en"
    )
    touchpoint = TouchpointFactory(step=step, contact=contact)

    with SmtpChannel() as channel:
        assert deliver_due(channel=channel) == 1

    (mail,) = smtp_sink.mails
    assert mail.recipients == ["zoe@example.org"]
    assert mail.message["Subject"] == "Hi Zoë"
    assert mail.message["To"] == "Zoë Vos <zoe@example.org>"
    assert mail.message["Message-ID"] == f"<{touchpoint.uid}@testserver>"
    touchpoint.refresh_from_db()
    assert (touchpoint.queue_state, touchpoint.result) == (State.DONE, Result.SENT)
    assert touchpoint.lease_token is None
    assert touchpoint.done_at is not None
    event = DeliveryEvent.objects.get()
    assert (event.touchpoint, event.kind) == (touchpoint, DeliveryEvent.Kind.SENT)
    line = TimelineEntry.objects.get(contact=contact, verb="touchpoint.sent")
    assert (line.channel, line.direction, line.is_automated) == ("email", "outbound", True)
    change = Change.objects.get(event="campaigns.TouchpointFinished")
    assert change.payload == {
        "touchpoint_id": touchpoint.pk,
        "contact_id": contact.pk,
        "result": "sent",
    }
    touchpoint.enrolment.refresh_from_db()
    assert touchpoint.enrolment.state == Enrolment.State.FINISHED


def test_nothing_due_opens_no_connection(smtp_sink: SmtpSink) -> None:
    TouchpointFactory(due_at=timezone.now() + timedelta(hours=1))

    with SmtpChannel() as channel:
        assert deliver_due(channel=channel) == 0

    assert smtp_sink.connections == 0


def test_a_step_done_puts_the_person_before_the_next_on_its_day(channel: FakeChannel) -> None:
    campaign = story(state=Campaign.State.RUNNING)
    first, second, _third = campaign.steps.order_by("position")
    now = timezone.now()
    enrolment = EnrolmentFactory(
        campaign=campaign, contact=reachable_contact(), enrolled_at=now - timedelta(hours=1)
    )
    TouchpointFactory(step=first, enrolment=enrolment)

    deliver_due(channel=channel, clock=lambda: now)

    following = Touchpoint.objects.get(step=second)
    assert (following.enrolment, following.queue_state) == (enrolment, State.WAITING)
    assert following.due_at == enrolment.enrolled_at + timedelta(days=3)
    enrolment.refresh_from_db()
    assert enrolment.state == Enrolment.State.ACTIVE


def test_a_step_that_was_held_up_is_due_at_once_never_earlier(channel: FakeChannel) -> None:
    campaign = story(state=Campaign.State.RUNNING)
    first, second, _third = campaign.steps.order_by("position")
    now = timezone.now()
    enrolment = EnrolmentFactory(
        campaign=campaign, contact=reachable_contact(), enrolled_at=now - timedelta(days=30)
    )
    TouchpointFactory(step=first, enrolment=enrolment)

    deliver_due(channel=channel, clock=lambda: now)

    assert Touchpoint.objects.get(step=second).due_at == now


def test_a_human_step_becomes_a_task_of_the_owner_and_the_sequence_waits(
    channel: FakeChannel,
) -> None:
    campaign = story(state=Campaign.State.RUNNING)
    _first, second, third = campaign.steps.order_by("position")
    contact = reachable_contact(given_name="Sanne")
    relationship = RelationshipFactory(contact=contact)
    enrolment = EnrolmentFactory(campaign=campaign, contact=contact)
    touchpoint = TouchpointFactory(step=second, enrolment=enrolment)

    deliver_due(channel=channel)

    touchpoint.refresh_from_db()
    follow_up = FollowUp.objects.get()
    assert (touchpoint.queue_state, touchpoint.result) == (State.DONE, Result.ASSIGNED)
    assert touchpoint.follow_up == follow_up
    assert (follow_up.assignee, follow_up.contact) == (relationship.owner, contact)
    assert follow_up.title == "Call Sanne"
    assert follow_up.body == "Ask about (Their organisation?)."
    assert channel.letters == []
    assert not Touchpoint.objects.filter(step=third).exists()

    close_follow_up(follow_up=follow_up, actor=relationship.owner)

    following = Touchpoint.objects.get(step=third)
    assert following.due_at == enrolment.enrolled_at + timedelta(days=14)


def test_a_human_step_without_an_owner_goes_to_the_campaigns(channel: FakeChannel) -> None:
    step = StepFactory(action=Step.Action.FOLLOW_UP, subject={"nl": "Bel"}, body={})
    TouchpointFactory(step=step)

    deliver_due(channel=channel)

    assert FollowUp.objects.get().assignee == step.campaign.owner


def test_a_human_step_needs_no_address_but_does_need_consent(channel: FakeChannel) -> None:
    step = StepFactory(action=Step.Action.FOLLOW_UP, subject={"en": "Call"}, body={})
    reached = TouchpointFactory(step=step)
    EmailAddress.objects.filter(contact=reached.contact).delete()
    unwilling = TouchpointFactory(step=step, is_consenting=False)

    deliver_due(channel=channel)

    assert [one.contact for one in FollowUp.objects.all()] == [reached.contact]
    assert states([reached, unwilling]) == [
        (State.DONE, Result.ASSIGNED),
        (State.DONE, Result.LEFT_OUT),
    ]


def test_consent_is_asked_again_when_sending(channel: FakeChannel) -> None:
    """Everyone was fine when enrolled; all but one are not any more."""
    step = StepFactory()
    fine, unwilling, expired, blocked, gone, quiet, addressless = touchpoints = [
        TouchpointFactory(step=step) for _ in range(7)
    ]
    now = timezone.now()
    ConsentFactory(contact=unwilling.contact, purpose=step.campaign.purpose, withdrawn=True)
    ConsentFactory(
        contact=expired.contact,
        purpose=step.campaign.purpose,
        expires_at=now - timedelta(seconds=1),
    )
    address = blocked.contact.email_addresses.get().address
    suppress(address=address.upper(), reason="unsubscribed", actor=None)
    Contact.objects.filter(pk=gone.contact_id).update(archived_at=now)
    Contact.objects.filter(pk=quiet.contact_id).update(do_not_contact=True)
    EmailAddress.objects.filter(contact=addressless.contact_id).delete()

    deliver_due(channel=channel)

    assert channel.recipients == [fine.contact.email_addresses.get().address]
    rows = Touchpoint.objects.in_bulk([one.pk for one in touchpoints])
    assert [(rows[one.pk].result, rows[one.pk].outcome) for one in touchpoints] == [
        (Result.SENT, ""),
        (Result.LEFT_OUT, "no_consent"),
        (Result.LEFT_OUT, "no_consent"),
        (Result.LEFT_OUT, "suppressed"),
        (Result.LEFT_OUT, "archived"),
        (Result.LEFT_OUT, "do_not_contact"),
        (Result.LEFT_OUT, "no_address"),
    ]
    enrolments = Enrolment.objects.in_bulk([one.enrolment_id for one in touchpoints])
    assert [
        (enrolments[one.enrolment_id].state, enrolments[one.enrolment_id].reason)
        for one in touchpoints[:2]
    ] == [("finished", ""), ("stopped", "no_consent")]


def test_consent_for_another_purpose_does_not_count(channel: FakeChannel) -> None:
    step = StepFactory(campaign=CampaignFactory(state="running", purpose="careers"))
    touchpoint = TouchpointFactory(step=step, contact=reachable_contact(purpose="network"))

    deliver_due(channel=channel)

    assert channel.letters == []
    assert states([touchpoint]) == [(State.DONE, Result.LEFT_OUT)]


@pytest.mark.parametrize(
    ("subject", "body", "reason"),
    [
        ({"nl": "Hallo"}, {"nl": "Dag"}, "no_text"),
        ({"en": "Hello"}, {"en": "At {{ organisation }}"}, "missing_value"),
        ({"en": "At {{ organisation }}"}, {"en": "Hello"}, "missing_value"),
    ],
)
def test_a_mail_that_cannot_be_written_does_not_leave(
    channel: FakeChannel, subject: dict[str, str], body: dict[str, str], reason: str
) -> None:
    touchpoint = TouchpointFactory(step=StepFactory(subject=subject, body=body))

    deliver_due(channel=channel)

    touchpoint.refresh_from_db()
    assert channel.letters == []
    assert (touchpoint.result, touchpoint.outcome) == (Result.LEFT_OUT, reason)


def test_a_refused_recipient_fails_alone_and_holds_the_sequence(smtp_sink: SmtpSink) -> None:
    step = StepFactory()
    StepFactory(campaign=step.campaign, offset_days=1)
    bad, good = due_for("bad", "good", step=step)
    smtp_sink.moods["bad@example.org"] = Mood.REFUSE_RECIPIENT

    with SmtpChannel() as channel:
        deliver_due(channel=channel)

    assert states([bad, good]) == [(State.DONE, Result.FAILED), (State.DONE, Result.SENT)]
    bad.refresh_from_db()
    assert bad.outcome == "550 5.1.1 No such person here"
    assert list(Touchpoint.objects.undecided()) == [bad]
    waiting = Touchpoint.objects.filter(queue_state=State.WAITING)
    assert [one.contact for one in waiting] == [good.contact]


def test_a_passing_refusal_is_tried_later_and_at_last_fails(smtp_sink: SmtpSink) -> None:
    (touchpoint,) = due_for("busy")
    smtp_sink.mood = Mood.REFUSE_FOR_NOW
    waits = []

    with SmtpChannel() as channel:
        for _attempt in range(delivery.MAX_ATTEMPTS):
            due_at = touchpoint.due_at
            assert deliver_due(channel=channel, clock=partial(_same, due_at)) == 1
            touchpoint.refresh_from_db()
            waits.append(touchpoint.due_at - due_at)

    assert waits[:3] == [timedelta(minutes=4), timedelta(minutes=16), timedelta(minutes=64)]
    assert states([touchpoint]) == [(State.DONE, Result.FAILED)]
    kinds = list(DeliveryEvent.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["postponed"] * (delivery.MAX_ATTEMPTS - 1) + ["refused"]


def _same(moment: datetime) -> datetime:
    return moment


def test_a_lost_connection_leaves_one_in_doubt_and_the_others_waiting() -> None:
    touchpoints = due_for("a", "b", "c", "d")
    channel = FakeChannel(b=Handover(Outcome.IN_DOUBT, "Connection unexpectedly closed"))

    deliver_due(channel=channel)

    assert states(touchpoints) == [
        (State.DONE, Result.SENT),
        (State.DONE, Result.IN_DOUBT),
        (State.WAITING, ""),
        (State.WAITING, ""),
    ]
    assert list(Touchpoint.objects.undecided()) == [touchpoints[1]]
    assert set(Touchpoint.objects.filter(queue_state=State.WAITING).values_list("attempts")) == {
        (0,)
    }


def test_a_server_that_is_away_costs_nobody_an_attempt() -> None:
    touchpoints = due_for("a", "b")
    channel = FakeChannel(a=Unreachable("Connection refused"))
    now = timezone.now()

    deliver_due(channel=channel, clock=lambda: now)

    rows = Touchpoint.objects.in_bulk([one.pk for one in touchpoints]).values()
    assert {(row.queue_state, row.attempts, row.outcome) for row in rows} == {
        (State.WAITING, 0, "Connection refused")
    }
    assert {row.due_at for row in rows} == {now + delivery.UNREACHABLE_PAUSE}
    assert Touchpoint.objects.undecided().count() == 0


def test_what_was_not_begun_when_the_time_is_up_goes_back() -> None:
    touchpoints = due_for(*(f"n{number:02}" for number in range(TOGETHER + 3)))
    channel = FakeChannel()

    deliver_due(channel=channel, stop_at=0.0)

    assert len(channel.letters) == TOGETHER
    assert [state for state, _result in states(touchpoints)] == (
        [State.DONE] * TOGETHER + [State.WAITING] * 3
    )


def test_handing_over_is_committed_before_the_first_byte_leaves() -> None:
    (touchpoint,) = due_for("ada")
    seen = []
    channel = FakeChannel()
    channel.before = lambda letter: seen.append(states([touchpoint]))

    deliver_due(channel=channel)

    assert seen == [[(State.HANDING_OVER, "")]]


def test_pausing_stops_a_batch_that_is_on_its_way() -> None:
    touchpoints = due_for(*(f"n{number:02}" for number in range(TOGETHER + 2)))
    channel = FakeChannel()
    channel.before = lambda letter: Campaign.objects.update(state=Campaign.State.PAUSED) and None

    deliver_due(channel=channel)

    assert len(channel.letters) == TOGETHER
    assert [state for state, _ in states(touchpoints)][TOGETHER:] == [State.WAITING] * 2


def test_withdrawing_consent_stops_a_letter_that_is_claimed_already() -> None:
    touchpoints = due_for(*(f"n{number:02}" for number in range(TOGETHER + 2)))
    late = touchpoints[-1]
    channel = FakeChannel()

    def withdraw(letter: Letter) -> None:
        if letter.recipient.startswith("n00"):
            record_consent(
                contact=late.contact,
                actor=None,
                purpose=late.step.campaign.purpose,
                decision="withdrawn",
            )

    channel.before = withdraw
    deliver_due(channel=channel)

    assert "n11@example.org" not in channel.recipients
    assert len(channel.recipients) == TOGETHER + 1
    assert states([late]) == [(State.DONE, Result.CANCELLED)]


def test_recover_parts_what_did_not_leave_from_what_may_have() -> None:
    claimed, doubtful, known = due_for("a", "b", "c")
    now = timezone.now()
    for row, state, result in (
        (claimed, State.CLAIMED, ""),
        (doubtful, State.HANDING_OVER, ""),
        (known, State.HANDING_OVER, Result.SENT),
    ):
        Touchpoint.objects.filter(pk=row.pk).update(
            queue_state=state, result=result, lease_until=now, done_at=now if result else None
        )

    assert recover(now=now - timedelta(seconds=1)) == {"waiting": 0, "in_doubt": 0, "settled": 0}
    assert recover(now=now) == {"waiting": 1, "in_doubt": 1, "settled": 2}

    assert states([claimed, doubtful, known]) == [
        (State.WAITING, ""),
        (State.DONE, Result.IN_DOUBT),
        (State.DONE, Result.SENT),
    ]
    kinds = {event.touchpoint_id: event.kind for event in DeliveryEvent.objects.all()}
    assert kinds == {doubtful.pk: "in_doubt", known.pk: "sent"}
    known.enrolment.refresh_from_db()
    doubtful.enrolment.refresh_from_db()
    assert (known.enrolment.state, doubtful.enrolment.state) == ("finished", "active")


def test_a_worker_that_slept_past_its_lease_sends_nothing_that_another_took() -> None:
    """It wakes with a full hand of letters; by then all of it has gone out by another."""
    due_for(*(f"n{number:02}" for number in range(TOGETHER * 2)))
    other = FakeChannel()
    sleeper = FakeChannel()
    woken: list[bool] = []

    def sleep(letter: Letter) -> None:
        if not woken:
            woken.append(True)
            later = timezone.now() + delivery.lease() + timedelta(seconds=1)
            recover(now=later)
            deliver_due(channel=other, clock=lambda: later)

    sleeper.before = sleep
    deliver_due(channel=sleeper)

    assert len(sleeper.recipients) == TOGETHER
    assert sorted(set(sleeper.recipients) & set(other.recipients)) == []
    in_doubt = Touchpoint.objects.filter(result=Result.IN_DOUBT).count()
    assert (in_doubt, Touchpoint.objects.filter(result=Result.SENT).count()) == (TOGETHER, TOGETHER)


def test_a_slow_server_ends_the_group_before_the_lease_does(
    settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DELIVERY_LEASE_SECONDS = 60
    ticks = iter(range(0, 10_000, 20))
    monkeypatch.setattr(delivery.time, "monotonic", lambda: float(next(ticks)))
    touchpoints = due_for("a", "b", "c", "d")
    channel = FakeChannel()

    deliver_due(channel=channel)

    assert len(channel.letters) == 1
    assert [state for state, _ in states(touchpoints)] == [State.DONE] + [State.WAITING] * 3


def test_few_are_in_one_hand_where_the_server_is_slow_and_more_where_it_is_quick(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(delivery, "FIRST_TOGETHER", 1)
    clock = [0.0]
    monkeypatch.setattr(delivery.time, "monotonic", lambda: clock[0])
    due_for(*(f"n{number:02}" for number in range(30)))
    in_hand = []
    channel = FakeChannel()

    def take(letter: Letter) -> None:
        in_hand.append(Touchpoint.objects.filter(queue_state=State.HANDING_OVER, result="").count())
        clock[0] += 0.001 if len(in_hand) <= 11 else 0.5

    channel.before = take
    deliver_due(channel=channel)

    assert in_hand == [1] + [10] * 10 + [10] * 10 + [1] * 9


@pytest.mark.parametrize("count", [1, 3])
def test_a_batch_runs_the_same_statements_however_many(
    channel: FakeChannel, count: int, django_assert_num_queries: Callable[[int], object]
) -> None:
    due_for(*(f"n{number}" for number in range(count)))

    # Claim 4; steps, people, consent and addresses 6; mark 4; note 4; settle and follow on.
    with django_assert_num_queries(38):  # type: ignore[attr-defined]
        deliver_due(channel=channel)


@pytest.mark.django_db(transaction=True)
def test_workers_at_the_same_time_send_each_once() -> None:
    due_for(*(f"n{number:03}" for number in range(60)))
    channel = FakeChannel()
    barrier = Barrier(4)

    def work() -> None:
        try:
            barrier.wait()
            while deliver_due(channel=channel, limit=7):
                continue
        finally:
            connection.close()

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(channel.recipients) == [f"n{number:03}@example.org" for number in range(60)]
    assert Touchpoint.objects.filter(result=Result.SENT).count() == 60
    assert DeliveryEvent.objects.count() == 60


@pytest.mark.django_db(transaction=True)
def test_stopping_and_marking_at_the_same_time_never_both_win() -> None:
    """The mark waits for the row that the stop has locked, and then looks at it again."""
    touchpoints = due_for(*(f"n{number:02}" for number in range(40)))
    channel = FakeChannel()
    barrier = Barrier(2)
    now = timezone.now()

    def stop() -> None:
        try:
            barrier.wait()
            for touchpoint in touchpoints:
                stop_enrolments(
                    enrolment_ids=[touchpoint.enrolment_id], reason="stopped", actor=None, now=now
                )
        finally:
            connection.close()

    thread = Thread(target=stop)
    thread.start()
    barrier.wait()
    deliver_due(channel=channel)
    thread.join()

    cancelled = Touchpoint.objects.filter(result=Result.CANCELLED).count()
    sent = Touchpoint.objects.filter(result=Result.SENT).count()
    assert (cancelled + sent, sent) == (40, len(channel.letters))


def test_who_acts_is_nobody_when_the_machine_does(channel: FakeChannel) -> None:
    UserFactory(role="recruiter")
    due_for("ada")

    deliver_due(channel=channel)

    assert set(TimelineEntry.objects.values_list("actor", "is_automated")) == {(None, True)}
