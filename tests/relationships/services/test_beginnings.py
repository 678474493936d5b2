from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from core.models import AuditEntry, Change
from relationships.models import Relationship, StageTransition
from relationships.services.lifecycle import (
    Beginning,
    BeginningRefused,
    begin_relationship,
    begin_relationships,
)
from tests.factories import ContactFactory, RelationshipFactory, UserFactory, stage

pytestmark = pytest.mark.django_db


def test_begin_stands_at_the_entry_and_is_due_after_its_cadence() -> None:
    recruiter = UserFactory()
    contact = ContactFactory()
    today = timezone.localdate()

    row = begin_relationship(contact=contact, kind="prospect", actor=recruiter, owner=recruiter)

    assert Relationship.objects.get() == row
    assert (row.stage, row.owner, row.started_on, row.ended_on, row.next_touch_on) == (
        stage("prospect", "identified"),
        recruiter,
        today,
        None,
        today + timedelta(days=30),
    )
    assert list(StageTransition.objects.values_list("from_stage", "to_stage", "moved_by")) == [
        (None, row.stage_id, recruiter.pk)
    ]
    assert list(AuditEntry.objects.values_list("actor", "action", "target_id", "details")) == [
        (
            recruiter.pk,
            "relationships.begun",
            row.pk,
            {"kind": "prospect", "stage": row.stage_id},
        )
    ]
    assert list(Change.objects.values_list("event", "payload__kind")) == [
        ("relationships.RelationshipBegan", "prospect")
    ]


def test_begin_refuses_a_second_of_the_same_kind_and_takes_another_kind() -> None:
    held = RelationshipFactory(kind="alumnus")

    with pytest.raises(BeginningRefused, match="already is an open relationship"):
        begin_relationship(contact=held.contact, kind="alumnus", actor=None)
    begin_relationship(contact=held.contact, kind="prospect", actor=None)

    kinds = Relationship.objects.filter(contact=held.contact).order_by("pk")
    assert list(kinds.values_list("kind", flat=True)) == ["alumnus", "prospect"]


def test_begin_again_after_the_former_one_ended() -> None:
    left = RelationshipFactory(kind="employee", at="left")

    again = begin_relationship(contact=left.contact, kind="employee", actor=None)

    assert list(Relationship.objects.open()) == [again]


def test_begin_refuses_a_stage_of_another_lifecycle() -> None:
    with pytest.raises(BeginningRefused, match="another lifecycle"):
        begin_relationship(
            contact=ContactFactory(), kind="prospect", actor=None, stage=stage("alumnus", "active")
        )

    assert not Relationship.objects.exists()


def test_begin_in_the_past_counts_the_days_from_then() -> None:
    day = timezone.localdate() - timedelta(days=900)

    row = begin_relationship(contact=ContactFactory(), kind="alumnus", actor=None, started_on=day)

    row.refresh_from_db()
    assert timezone.localdate(row.stage_since) == day
    assert timezone.localdate(StageTransition.objects.get().moved_at) == day
    assert row.next_touch_on == timezone.localdate() + timedelta(days=30)


def test_begin_ahead_of_time_has_moved_now() -> None:
    day = timezone.localdate() + timedelta(days=40)

    row = begin_relationship(contact=ContactFactory(), kind="employee", actor=None, started_on=day)

    assert row.started_on == day
    assert timezone.localdate(row.stage_since) == timezone.localdate()


def test_begin_one_that_is_over_already_tells_both_days() -> None:
    today = timezone.localdate()
    begun, ended = today - timedelta(days=800), today - timedelta(days=100)
    beginning = Beginning(
        contact_id=ContactFactory().pk, kind="employee", started_on=begun, ended_on=ended
    )

    (row,) = begin_relationships(beginnings=[beginning], actor=None)

    assert (row.stage, row.ended_on, row.next_touch_on) == (stage("employee", "left"), ended, None)
    history = StageTransition.objects.order_by("moved_at")
    assert [
        (move.from_stage, move.to_stage, timezone.localdate(move.moved_at)) for move in history
    ] == [
        (None, stage("employee", "preboarding"), begun),
        (stage("employee", "preboarding"), stage("employee", "left"), ended),
    ]


def test_begin_refuses_an_end_before_the_start() -> None:
    today = timezone.localdate()
    beginning = Beginning(
        contact_id=ContactFactory().pk,
        kind="employee",
        started_on=today,
        ended_on=today - timedelta(days=1),
    )

    with pytest.raises(BeginningRefused, match="cannot end before"):
        begin_relationships(beginnings=[beginning], actor=None)


def test_begin_many_twice_begins_each_once() -> None:
    today = timezone.localdate()
    first, second = ContactFactory.create_batch(2)
    beginnings = [
        Beginning(contact_id=first.pk, kind="prospect"),
        Beginning(contact_id=first.pk, kind="prospect"),
        Beginning(contact_id=second.pk, kind="alumnus"),
        Beginning(contact_id=second.pk, kind="employee", started_on=today, ended_on=today),
    ]

    begun = begin_relationships(beginnings=beginnings, actor=None)
    again = begin_relationships(beginnings=beginnings, actor=None)

    assert [(row.contact, row.kind) for row in begun] == [
        (first, "prospect"),
        (second, "alumnus"),
        (second, "employee"),
    ]
    assert again == []
    assert Relationship.objects.count() == 3


@pytest.mark.parametrize("count", [1, 3])
def test_begin_many_runs_the_same_queries_however_many(
    count: int, django_assert_num_queries: Callable[[int], object]
) -> None:
    contacts = ContactFactory.create_batch(count)
    begin_relationship(contact=ContactFactory(), kind="prospect", actor=None)

    # Savepoints; the lock, the open, the ended, the stages; rows, history, audit, change log;
    # and the timeline: its first transitions, its stages, its lines.
    with django_assert_num_queries(27):
        begin_relationships(
            beginnings=[Beginning(contact_id=contact.pk, kind="prospect") for contact in contacts],
            actor=None,
        )
