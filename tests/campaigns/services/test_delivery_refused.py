"""Letters that do not leave: refused, cut off, withdrawn in time."""

from datetime import datetime, timedelta
from functools import partial

import pytest
from django.utils import timezone

from campaigns.channels import Handover, Letter, Outcome, SmtpChannel, Unreachable
from campaigns.models import Campaign, DeliveryEvent, Touchpoint
from campaigns.services import delivery
from campaigns.services.delivery import TOGETHER, deliver_due
from contacts.services.consent import record_consent
from tests.campaigns.services.delivering import FakeChannel, due_for, states
from tests.factories.campaigns import (
    StepFactory,
)
from tests.support.smtp import Mood, SmtpSink

pytestmark = pytest.mark.django_db
State = Touchpoint.QueueState
Result = Touchpoint.Result


@pytest.fixture(autouse=True)
def _full_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that tests know what is in one hand; that groups adapt has a test of its own."""
    monkeypatch.setattr(delivery, "FIRST_TOGETHER", TOGETHER)


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
