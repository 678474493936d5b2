"""A human step that nobody does does not make a person wait in silence."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from campaigns.models import Campaign, Enrolment, Step, Touchpoint
from campaigns.services import overdue
from campaigns.services.overdue import settle_overdue_steps, tell_of_overdue_steps
from campaigns.services.sequence import stop_enrolments
from campaigns.tasks import tell_of_overdue
from core.models import HandlerFailure, User
from relationships.models import FollowUp
from relationships.services.follow_ups import close_follow_up
from tests.factories import (
    ContactFactory,
    FollowUpFactory,
    OrgUnitFactory,
    RelationshipFactory,
    UserFactory,
)
from tests.factories.campaigns import CampaignFactory, StepFactory, TouchpointFactory

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 16)
EIGHT_DAYS_AGO = date(2026, 3, 8)


@pytest.fixture
def owner() -> User:
    return UserFactory(role="recruiter", language="en", name="Olga Owner")


@pytest.fixture
def helper() -> User:
    return UserFactory(role="recruiter", language="en", name="Hans Helper")


@pytest.fixture
def step() -> Step:
    campaign = CampaignFactory(
        name="Keeping up", state=Campaign.State.RUNNING, owner__language="en"
    )
    return StepFactory(campaign=campaign, action=Step.Action.FOLLOW_UP)  # type: ignore[no-any-return]


def given(
    step: Step, *, owner: User | None, to: User | None, due_on: date = EIGHT_DAYS_AGO
) -> Touchpoint:
    """A step that was given ``to`` somebody, about a person of ``owner``."""
    contact = ContactFactory()
    if owner:
        RelationshipFactory(contact=contact, owner=owner)
    task = FollowUpFactory(contact=contact, assignee=to, title="Call Sanne", due_on=due_on)
    row: Touchpoint = TouchpointFactory(
        step=step, contact=contact, queue_state="done", result="assigned", follow_up=task
    )
    return row


def told() -> list[tuple[User | None, str]]:
    rows = FollowUp.objects.filter(key__startswith="overdue-step:").order_by("pk")
    return [(row.assignee, row.state) for row in rows]


@pytest.mark.parametrize(
    ("due_on", "expected"), [(date(2026, 3, 9), 0), (date(2026, 3, 8), 1), (date(2025, 3, 8), 1)]
)
def test_after_a_week_the_owner_is_told_once(
    step: Step, owner: User, helper: User, due_on: date, expected: int
) -> None:
    given(step, owner=owner, to=helper, due_on=due_on)

    assert [tell_of_overdue_steps(today=TODAY) for _ in range(2)] == [expected, 0]

    assert told() == [(owner, "open")] * expected


def test_the_task_says_with_whom_it_is_and_what_waits(
    step: Step, owner: User, helper: User
) -> None:
    row = given(step, owner=owner, to=helper)

    tell_of_overdue_steps(today=TODAY)

    task = FollowUp.objects.get(key__isnull=False)
    assert (task.contact, task.due_on) == (row.contact, TODAY)
    assert task.title == "Overdue with Hans Helper: Call Sanne"
    assert task.body == "It was due on 8 March 2026. Until it is done, “Keeping up” waits for it."


def test_where_it_is_with_the_owner_the_campaigns_owner_is_told(step: Step, owner: User) -> None:
    given(step, owner=owner, to=owner)
    given(step, owner=None, to=owner)

    tell_of_overdue_steps(today=TODAY)

    assert told() == [(step.campaign.owner, "open")] * 2


def test_where_both_are_one_nobody_is_told(step: Step) -> None:
    given(step, owner=step.campaign.owner, to=step.campaign.owner)

    assert tell_of_overdue_steps(today=TODAY) == 0


def test_a_step_that_is_nobodys_is_the_owners(step: Step, owner: User) -> None:
    given(step, owner=owner, to=None)

    tell_of_overdue_steps(today=TODAY)

    assert FollowUp.objects.get(key__isnull=False).title == "Overdue: Call Sanne"


def test_who_cannot_see_the_person_is_not_told(step: Step, helper: User) -> None:
    elsewhere = UserFactory(role="recruiter", unit=OrgUnitFactory())
    given(step, owner=elsewhere, to=helper)

    tell_of_overdue_steps(today=TODAY)

    assert told() == [(step.campaign.owner, "open")]


def test_nobody_is_told_of_a_person_who_is_off_the_campaign(
    step: Step, owner: User, helper: User
) -> None:
    row = given(step, owner=owner, to=helper)
    Enrolment.objects.filter(pk=row.enrolment_id).update(state=Enrolment.State.STOPPED)

    assert tell_of_overdue_steps(today=TODAY) == 0


def test_when_the_step_is_done_the_owner_need_do_nothing(
    step: Step, owner: User, helper: User
) -> None:
    done, waiting = (given(step, owner=owner, to=helper) for _ in range(2))
    tell_of_overdue_steps(today=TODAY)

    assert done.follow_up is not None
    close_follow_up(follow_up=done.follow_up, actor=helper)

    assert told() == [(owner, "done"), (owner, "open")]
    assert Enrolment.objects.get(pk=done.enrolment_id).state == Enrolment.State.FINISHED
    assert Enrolment.objects.get(pk=waiting.enrolment_id).state == Enrolment.State.ACTIVE
    assert tell_of_overdue_steps(today=TODAY) == 0
    assert not HandlerFailure.objects.exists()


def test_what_the_owner_closes_leaves_the_step_and_is_not_told_again(
    step: Step, owner: User, helper: User
) -> None:
    row = given(step, owner=owner, to=helper)
    tell_of_overdue_steps(today=TODAY)

    close_follow_up(follow_up=FollowUp.objects.get(key__isnull=False), actor=owner)

    assert tell_of_overdue_steps(today=TODAY + timedelta(days=30)) == 0
    assert told() == [(owner, "done")]
    assert row.follow_up is not None
    row.follow_up.refresh_from_db()
    assert row.follow_up.state == FollowUp.State.OPEN


def test_who_is_taken_off_the_campaign_is_waited_for_no_more(
    step: Step, owner: User, helper: User
) -> None:
    row = given(step, owner=owner, to=helper)
    tell_of_overdue_steps(today=TODAY)
    settle_overdue_steps()
    assert told() == [(owner, "open")]

    stop_enrolments(
        enrolment_ids=[row.enrolment_id], reason="stopped", actor=None, now=timezone.now()
    )
    settle_overdue_steps()

    assert told() == [(owner, "done")]


def test_many_are_told_of_in_batches_past_those_of_nobody(
    step: Step, owner: User, helper: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overdue, "BATCH", 1)
    given(step, owner=step.campaign.owner, to=step.campaign.owner)
    given(step, owner=owner, to=helper)
    given(step, owner=owner, to=helper)

    assert tell_of_overdue_steps(today=TODAY) == 2


def test_beat_tells(step: Step, owner: User, helper: User) -> None:
    given(step, owner=owner, to=helper, due_on=timezone.localdate() - timedelta(days=8))

    for _ in range(2):
        tell_of_overdue()

    assert told() == [(owner, "open")]
