from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from core.models import AuditEntry, Change
from relationships.models import AllowedMove, Relationship, StageTransition
from relationships.services.lifecycle import (
    ReasonNeeded,
    TransitionRefused,
    allowed_moves,
    end_for_erased,
    move_all_to_stage,
    move_to_stage,
    take_back,
)
from tests.factories import ContactFactory, FollowUpFactory, RelationshipFactory, UserFactory, stage

pytestmark = pytest.mark.django_db


def test_move_records_the_move_and_who_made_it() -> None:
    recruiter = UserFactory()
    row = RelationshipFactory()
    interested = stage("prospect", "interested")
    identified = row.stage
    today = timezone.localdate()

    move_to_stage(relationship=row, to_stage=interested, actor=recruiter, reason=" Met at a fair ")

    row.refresh_from_db()
    assert (row.stage, row.ended_on, row.next_touch_on) == (
        interested,
        None,
        today + timedelta(days=14),
    )
    (transition,) = StageTransition.objects.all()
    assert (transition.from_stage, transition.to_stage) == (identified, interested)
    assert (transition.moved_by, transition.reason) == (recruiter, "Met at a fair")
    assert transition.moved_at == row.stage_since
    assert list(AuditEntry.objects.values_list("actor", "action", "target_id", "details")) == [
        (
            recruiter.pk,
            "relationships.stage_changed",
            row.pk,
            {"transition": transition.pk},
        )
    ]
    assert Change.objects.get().payload == {
        "relationship_id": row.pk,
        "contact_id": row.contact_id,
        "transition_id": transition.pk,
        "from_stage_id": identified.pk,
        "to_stage_id": interested.pk,
        "actor_id": recruiter.pk,
    }


@pytest.mark.parametrize(
    ("kind", "key", "match"),
    [
        ("prospect", "identified", "already at"),
        ("prospect", "offer", "does not allow"),
        ("alumnus", "active", "another lifecycle"),
    ],
)
def test_move_refuses_what_the_lifecycle_does_not_allow(kind: str, key: str, match: str) -> None:
    row = RelationshipFactory()
    before = row.stage

    with pytest.raises(TransitionRefused, match=match) as refusal:
        move_to_stage(relationship=row, to_stage=stage(kind, key), actor=None)

    assert refusal.value.code == "transition_refused"
    assert row.stage == before
    row.refresh_from_db()
    assert row.stage == before
    assert not StageTransition.objects.exists()


def test_allowed_moves_are_data() -> None:
    row = RelationshipFactory(at="offer")
    assert [move.to_stage.key for move in allowed_moves(row)] == [
        "in-conversation",
        "joined",
        "not-now",
    ]
    AllowedMove.objects.filter(from_stage=row.stage, to_stage__key="joined").delete()
    AllowedMove.objects.create(from_stage=row.stage, to_stage=stage("prospect", "identified"))

    assert [move.to_stage.key for move in allowed_moves(row)] == [
        "identified",
        "in-conversation",
        "not-now",
    ]
    with pytest.raises(TransitionRefused):
        move_to_stage(relationship=row, to_stage=stage("prospect", "joined"), actor=None)
    move_to_stage(relationship=row, to_stage=stage("prospect", "identified"), actor=None)


@pytest.mark.parametrize("reason", ["", "   "])
def test_move_that_needs_a_reason_is_refused_without_one(reason: str) -> None:
    row = RelationshipFactory()

    with pytest.raises(ReasonNeeded) as refusal:
        move_to_stage(
            relationship=row, to_stage=stage("prospect", "not-now"), actor=None, reason=reason
        )

    assert refusal.value.code == "reason_needed"
    move_to_stage(
        relationship=row, to_stage=stage("prospect", "not-now"), actor=None, reason="After June"
    )
    row.refresh_from_db()
    assert (row.ended_on, row.next_touch_on) == (timezone.localdate(), None)


def test_leaving_a_closing_stage_opens_the_relationship_again() -> None:
    row = RelationshipFactory(at="not-now")

    move_to_stage(
        relationship=row, to_stage=stage("prospect", "identified"), actor=None, reason="She called"
    )

    row.refresh_from_db()
    assert (row.ended_on, row.stage.key) == (None, "identified")
    assert row.next_touch_on == timezone.localdate() + timedelta(days=30)


def test_reopening_is_refused_while_a_newer_one_is_open() -> None:
    old = RelationshipFactory(at="not-now")
    RelationshipFactory(contact=old.contact)

    with pytest.raises(TransitionRefused, match="newer relationship"):
        move_to_stage(
            relationship=old, to_stage=stage("prospect", "identified"), actor=None, reason="Again"
        )

    old.refresh_from_db()
    assert old.stage.key == "not-now"


def test_closing_one_that_has_yet_to_start_ends_it_on_its_first_day() -> None:
    start = timezone.localdate() + timedelta(days=20)
    row = RelationshipFactory(kind="employee", started_on=start)

    move_to_stage(relationship=row, to_stage=stage("employee", "left"), actor=None)

    assert row.ended_on == start


def test_move_all_moves_who_may_and_tells_who_may_not() -> None:
    first = RelationshipFactory()
    there = RelationshipFactory(at="interested")
    gone = RelationshipFactory(at="joined")
    interested = stage("prospect", "interested")

    moves = move_all_to_stage(relationships=[first, there, gone], to_stage=interested, actor=None)

    assert [transition.relationship_id for transition in moves.made] == [first.pk]
    assert [(row, refusal.code) for row, refusal in moves.refused] == [
        (there, "transition_refused"),
        (gone, "transition_refused"),
    ]
    assert list(Relationship.objects.order_by("pk").values_list("stage__key", flat=True)) == [
        "interested",
        "interested",
        "joined",
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_move_all_runs_the_same_queries_however_many(
    count: int, django_assert_num_queries: Callable[[int], object]
) -> None:
    rows = RelationshipFactory.create_batch(count)
    target = stage("prospect", "interested")
    move_to_stage(relationship=RelationshipFactory(), to_stage=target, actor=None)

    # Savepoints; the lock, the moves, the stages; rows, history, audit, change log; the timeline;
    # closings.
    with django_assert_num_queries(28):
        move_all_to_stage(relationships=rows, to_stage=target, actor=None)


def test_move_says_how_long_overdue_when_the_last_contact_is_too_long_ago() -> None:
    long_ago = timezone.now() - timedelta(days=200)
    row = RelationshipFactory(last_two_way_at=long_ago)

    move_to_stage(relationship=row, to_stage=stage("prospect", "in-contact"), actor=None)

    # 200 days ago, at the 21 days of that stage: 179 days overdue.
    assert row.next_touch_on == timezone.localdate() - timedelta(days=179)


def test_take_back_undoes_a_slip_that_the_lifecycle_has_no_move_for() -> None:
    recruiter = UserFactory()
    row = RelationshipFactory()
    began = StageTransition.objects.create(
        relationship=row, from_stage=None, to_stage=row.stage, moved_at=row.stage_since
    )
    slip = move_to_stage(
        relationship=row, to_stage=stage("prospect", "interested"), actor=recruiter
    )

    back = take_back(move=slip, actor=recruiter)

    row.refresh_from_db()
    assert (row.stage.key, row.stage_since) == ("identified", began.moved_at)
    assert list(StageTransition.objects.order_by("pk")) == [began, slip, back]
    assert Change.objects.order_by("pk").last().payload["transition_id"] == back.pk


def test_take_back_is_for_ones_own_last_move_and_not_for_long() -> None:
    recruiter, colleague = UserFactory.create_batch(2)
    row = RelationshipFactory()
    first = move_to_stage(
        relationship=row, to_stage=stage("prospect", "in-contact"), actor=recruiter
    )

    with pytest.raises(TransitionRefused, match="Somebody moved"):
        take_back(move=first, actor=colleague)
    with pytest.raises(TransitionRefused, match="no longer"):
        take_back(move=first, actor=recruiter, now=timezone.now() + timedelta(minutes=16))
    move_to_stage(relationship=row, to_stage=stage("prospect", "interested"), actor=colleague)
    with pytest.raises(TransitionRefused, match="Somebody moved"):
        take_back(move=first, actor=recruiter)

    row.refresh_from_db()
    assert row.stage.key == "interested"


def test_whoever_was_erased_is_on_no_board_and_no_desk() -> None:
    erased = RelationshipFactory(next_touch_on=timezone.localdate())
    other = RelationshipFactory(next_touch_on=timezone.localdate())
    FollowUpFactory(contact=erased.contact)
    kept = FollowUpFactory(contact=ContactFactory())

    end_for_erased(contact_ids=[erased.contact_id])

    assert list(Relationship.objects.open()) == [other]
    erased.refresh_from_db()
    assert (erased.ended_on, erased.next_touch_on) == (timezone.localdate(), None)
    assert [one.pk for one in kept.__class__.objects.all()] == [kept.pk]
