from datetime import timedelta

import pytest
from django.utils import timezone

from core.errors import DomainError
from core.models import AuditEntry, Change
from relationships.models import FollowUp, TimelineEntry
from relationships.services.follow_ups import (
    FollowUpRefused,
    NewFollowUp,
    close_follow_up,
    create_follow_up,
    create_follow_ups,
    hand_over_follow_up,
    reopen_follow_up,
    snooze_follow_up,
)
from tests.factories import ContactFactory, FollowUpFactory, OrgUnitFactory, UserFactory

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


def test_create_is_open_and_told() -> None:
    unit = OrgUnitFactory()
    recruiter = UserFactory(role="recruiter", unit=unit)
    contact = ContactFactory(unit=unit)

    row = create_follow_up(
        contact=contact, actor=recruiter, title=" Call back ", due_on=TODAY(), assignee=recruiter
    )

    assert FollowUp.objects.get() == row
    assert (row.state, row.title, row.created_by) == ("open", "Call back", recruiter)
    assert AuditEntry.objects.get().action == "relationships.follow_up_created"
    assert Change.objects.get().event == "relationships.FollowUpCreated"


def test_create_for_a_colleague_who_cannot_see_the_person_is_refused() -> None:
    elsewhere = UserFactory(role="recruiter", unit=OrgUnitFactory())

    with pytest.raises(DomainError, match="cannot see"):
        create_follow_up(
            contact=ContactFactory(unit=OrgUnitFactory()),
            actor=None,
            title="Call",
            due_on=TODAY(),
            assignee=elsewhere,
        )

    assert not FollowUp.objects.exists()


def test_create_many_at_once() -> None:
    contacts = ContactFactory.create_batch(3)

    rows = create_follow_ups(
        new=[NewFollowUp(contact=one, title="Call", due_on=TODAY()) for one in contacts],
        actor=None,
    )

    assert [row.contact for row in rows] == contacts
    assert Change.objects.filter(event="relationships.FollowUpCreated").count() == 3


def test_close_shows_on_the_timeline_and_reopening_takes_it_away() -> None:
    recruiter = UserFactory()
    row = FollowUpFactory(title="Call back")

    closed = close_follow_up(follow_up=row, actor=recruiter)

    assert (closed.state, closed.closed_by) == ("done", recruiter)
    entry = TimelineEntry.objects.get()
    assert (entry.verb, entry.actor, entry.data["title"]) == (
        "follow_up.closed",
        recruiter,
        "Call back",
    )

    reopen_follow_up(follow_up=row, actor=recruiter)
    reopen_follow_up(follow_up=row, actor=recruiter)

    row.refresh_from_db()
    assert (row.state, row.outcome, row.closed_at, row.closed_by) == ("open", "", None, None)
    assert not TimelineEntry.objects.exists()
    assert Change.objects.filter(event="relationships.FollowUpReopened").count() == 1


def test_close_a_second_time_is_refused() -> None:
    row = FollowUpFactory()
    close_follow_up(follow_up=row, actor=None)

    with pytest.raises(FollowUpRefused, match="closed already"):
        close_follow_up(follow_up=row, actor=None)


def test_not_needed_wants_to_know_why() -> None:
    row = FollowUpFactory()

    with pytest.raises(FollowUpRefused, match="Say why"):
        close_follow_up(follow_up=row, actor=None, state="not_needed", outcome=" ")
    with pytest.raises(FollowUpRefused, match="as done or as not needed"):
        close_follow_up(follow_up=row, actor=None, state="open")
    close_follow_up(follow_up=row, actor=None, state="not_needed", outcome="She called herself")

    row.refresh_from_db()
    assert (row.state, row.outcome) == ("not_needed", "She called herself")


def test_snooze_sets_another_day() -> None:
    row = FollowUpFactory()
    until = TODAY() + timedelta(days=3)

    snooze_follow_up(follow_up=row, actor=None, until=until)

    row.refresh_from_db()
    assert row.due_on == until
    assert AuditEntry.objects.get().details["until"] == until.isoformat()


def test_hand_over_to_one_who_can_see_the_person() -> None:
    unit = OrgUnitFactory()
    row = FollowUpFactory(contact=ContactFactory(unit=unit))
    colleague = UserFactory(role="recruiter", unit=unit)
    stranger = UserFactory()

    with pytest.raises(DomainError, match="cannot see"):
        hand_over_follow_up(follow_up=row, actor=None, assignee=stranger)
    hand_over_follow_up(follow_up=row, actor=None, assignee=colleague)

    row.refresh_from_db()
    assert row.assignee == colleague
