from collections.abc import Callable

import pytest

from contacts.bulk_acts import known
from core.models import AuditEntry, Change, User
from relationships.events import OwnerChanged, StageChanged
from relationships.models import Relationship, StageTransition
from relationships.services.cadence import hand_over_relationship
from relationships.services.lifecycle import move_to_stage
from tests.contacts.bulk import outcomes, reasons, run_act, undone
from tests.factories import ContactFactory, OrgUnitFactory, RelationshipFactory, UserFactory
from tests.factories.relationships import stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def actor() -> User:
    return UserFactory(role="recruiter")


def owner_of(relationship: Relationship) -> User | None:
    return Relationship.objects.get(pk=relationship.pk).owner


def stage_of(relationship: Relationship) -> str:
    return Relationship.objects.get(pk=relationship.pk).stage.key


def test_another_owner_for_all_that_is_open_and_each_theirs_back(actor: User) -> None:
    heir = UserFactory(role="recruiter")
    first, second = RelationshipFactory(), RelationshipFactory(owner=None)
    same = RelationshipFactory(owner=heir)
    ended = RelationshipFactory(contact=first.contact, kind="employee", at="left")
    alone = ContactFactory()
    owners = [one.owner for one in (first, second, ended)]

    run = run_act("owner", actor, owner=str(heir.uid), kind="")

    assert [owner_of(one) for one in (first, second, same)] == [heir] * 3
    assert owner_of(ended) == owners[2]
    assert outcomes(run) == {"done": 2, "unchanged": 1, "skipped": 1}
    assert (alone.pk, "skipped", "no_open_relationship") in reasons(run)
    assert Change.objects.filter(event=OwnerChanged.name()).count() == 2
    undone(run, actor)
    assert [owner_of(one) for one in (first, second)] == owners[:2]
    assert [entry.action for entry in AuditEntry.objects.order_by("pk")] == [
        "contacts.bulk_done",
        "contacts.bulk_undone",
    ]


def test_only_relationships_of_one_kind_are_handed_over(actor: User) -> None:
    heir = UserFactory(role="recruiter")
    person = ContactFactory()
    alumnus = RelationshipFactory(contact=person, kind="alumnus")
    prospect = RelationshipFactory(contact=person)

    run_act("owner", actor, owner=str(heir.uid), kind="alumnus")

    assert owner_of(alumnus) == heir
    assert owner_of(prospect) == prospect.owner


def test_nobody_is_given_people_whom_they_cannot_see(actor: User) -> None:
    unit = OrgUnitFactory()
    heir = UserFactory(role="recruiter", unit=unit)
    seen = RelationshipFactory(contact=ContactFactory(unit=unit))
    unseen = RelationshipFactory()

    run = run_act("owner", actor, owner=str(heir.uid), kind="")

    assert owner_of(seen) == heir
    assert owner_of(unseen) == unseen.owner
    assert reasons(run)[1] == (unseen.contact_id, "skipped", "owner_cannot_see")


def test_undo_leaves_an_owner_that_was_changed_since(actor: User) -> None:
    heir, later = UserFactory(role="recruiter"), UserFactory(role="recruiter")
    moved, left = RelationshipFactory(), RelationshipFactory()
    run = run_act("owner", actor, owner=str(heir.uid), kind="")
    hand_over_relationship(relationship=moved, actor=actor, owner=later)

    undone(run, actor)

    assert [owner_of(moved), owner_of(left)] == [later, left.owner]
    assert reasons(run)[0] == (moved.contact_id, "kept", "changed")


def test_to_nobody_and_back(actor: User) -> None:
    relationship = RelationshipFactory()

    run = run_act("owner", actor, owner="", kind="")

    assert owner_of(relationship) is None
    undone(run, actor)
    assert owner_of(relationship) == relationship.owner


def test_a_stage_for_those_whom_the_lifecycle_lets_go_there(actor: User) -> None:
    there = RelationshipFactory(at="interested")
    ready = RelationshipFactory()
    other_kind = RelationshipFactory(kind="alumnus")
    barred = RelationshipFactory(at="offer")
    to = stage("prospect", "interested")

    run = run_act("stage", actor, stage=str(to.uid), reason="")

    assert [stage_of(one) for one in (there, ready, barred)] == [
        "interested",
        "interested",
        "offer",
    ]
    assert reasons(run) == [
        (there.contact_id, "unchanged", ""),
        (ready.contact_id, "done", ""),
        (other_kind.contact_id, "skipped", "no_open_relationship"),
        (barred.contact_id, "skipped", "move_not_allowed"),
    ]
    assert [entry.action for entry in AuditEntry.objects.all()] == ["contacts.bulk_done"]


def test_undo_moves_back_whoever_was_not_moved_since(actor: User) -> None:
    still, onward = RelationshipFactory(), RelationshipFactory()
    first = stage_of(still)
    since = still.stage_since
    StageTransition.objects.create(
        relationship=still, to_stage=still.stage, moved_at=since, moved_by=actor
    )
    run = run_act("stage", actor, stage=str(stage("prospect", "interested").uid), reason="")
    move_to_stage(
        relationship=Relationship.objects.get(pk=onward.pk),
        to_stage=stage("prospect", "in-conversation"),
        actor=actor,
    )

    undone(run, actor)

    assert [stage_of(still), stage_of(onward)] == [first, "in-conversation"]
    assert Relationship.objects.get(pk=still.pk).stage_since == since
    assert outcomes(run) == {"undone": 1, "kept": 1}
    assert still.transitions.count() == 3
    assert Change.objects.filter(event=StageChanged.name()).count() == 4


def test_a_move_that_needs_a_reason_is_skipped_without(actor: User) -> None:
    relationship = RelationshipFactory(at="in-conversation")
    to = stage("prospect", "not-now")

    run = run_act("stage", actor, stage=str(to.uid), reason="")
    assert reasons(run) == [(relationship.contact_id, "skipped", "reason_needed")]
    run_act("stage", actor, stage=str(to.uid), reason="Went elsewhere")

    moved = StageTransition.objects.get(relationship=relationship)
    assert (stage_of(relationship), moved.reason) == ("not-now", "Went elsewhere")


@pytest.mark.parametrize("key", ["owner", "stage"])
@pytest.mark.parametrize("count", [1, 3])
def test_statements_do_not_grow_with_people(
    actor: User, key: str, count: int, django_assert_num_queries: Callable[..., object]
) -> None:
    people = [RelationshipFactory().contact_id for _ in range(count)]
    heir = UserFactory(role="recruiter")
    act = known(key)
    assert act is not None
    options = {
        "owner": {"owner": str(heir.uid), "kind": ""},
        "stage": {"stage": str(stage("prospect", "interested").uid), "reason": ""},
    }[key]
    actor = User.objects.get(pk=actor.pk)

    with django_assert_num_queries({"owner": 13, "stage": 31}[key]):
        act.run(people, options, actor)
