from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns.channels import SmtpChannel
from campaigns.models import Campaign, DeliveryEvent, Enrolment, Step, Touchpoint
from campaigns.services import delivery
from campaigns.services.delivery import TOGETHER, deliver_due
from contacts.models import Contact, EmailAddress
from contacts.services.consent import suppress
from core.models import Change
from relationships.models import FollowUp, TimelineEntry
from relationships.services.follow_ups import close_follow_up
from tests.campaigns.services.delivering import FakeChannel, due_for, states
from tests.factories import ConsentFactory, RelationshipFactory, UserFactory
from tests.factories.campaigns import (
    CampaignFactory,
    EnrolmentFactory,
    StepFactory,
    TouchpointFactory,
    reachable_contact,
    story,
)
from tests.support.smtp import SmtpSink

pytestmark = pytest.mark.django_db


State = Touchpoint.QueueState


Result = Touchpoint.Result


@pytest.fixture(autouse=True)
def _full_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that tests know what is in one hand; that groups adapt has a test of its own."""
    monkeypatch.setattr(delivery, "FIRST_TOGETHER", TOGETHER)


@pytest.fixture
def channel() -> FakeChannel:
    return FakeChannel()


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


def test_who_acts_is_nobody_when_the_machine_does(channel: FakeChannel) -> None:
    UserFactory(role="recruiter")
    due_for("ada")

    deliver_due(channel=channel)

    assert set(TimelineEntry.objects.values_list("actor", "is_automated")) == {(None, True)}
