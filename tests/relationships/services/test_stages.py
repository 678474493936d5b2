"""Changing the stages of a lifecycle: nobody is lost, and nothing that happened is rewritten."""

from datetime import timedelta
from threading import Event, Thread

import pytest
from django.db import connection, transaction
from django.utils import timezone

from core.models import AuditEntry
from relationships.choices import Cause
from relationships.models import AllowedMove, Lifecycle, Relationship, Stage, StageTransition
from relationships.services.lifecycle import (
    TransitionRefused,
    begin_relationship,
    move_to_stage,
    take_back,
)
from relationships.services.stage_order import MOST_STAGES, StageRefused
from relationships.services.stage_removal import bring_stage_back, delete_stage, put_stage_aside
from relationships.services.stages import add_stage, change_stage, place_stage
from tests.factories import ContactFactory, RelationshipFactory, UserFactory, stage

pytestmark = pytest.mark.django_db


def prospect() -> Lifecycle:
    return Lifecycle.objects.get(kind="prospect")


def in_order() -> list[str]:
    return [
        one.label
        for one in Stage.objects.live().filter(lifecycle__kind="prospect").order_by("position")
    ]


SEEDED = [
    *("Identified", "In contact", "Interested", "In conversation", "Offer"),
    *("Joined", "Not now"),
]


def test_a_stage_is_added_after_the_open_ones_with_the_moves_of_its_neighbours() -> None:
    made = add_stage(
        lifecycle=prospect(), actor=UserFactory(), name=" Reference  checks ", cadence_days=5
    )

    assert in_order() == [*SEEDED[:5], "Reference checks", *SEEDED[5:]]
    assert (made.key, made.cadence_days, made.is_closed) == ("reference-checks", 5, False)
    moves = AllowedMove.objects.filter(from_stage=made) | AllowedMove.objects.filter(to_stage=made)
    pairs = moves.values_list("from_stage__key", "to_stage__key", "needs_reason")
    assert sorted(pairs) == [
        ("offer", "reference-checks", False),
        ("reference-checks", "joined", False),
        ("reference-checks", "not-now", False),
        ("reference-checks", "offer", False),
    ]
    assert AuditEntry.objects.get().action == "relationships.stage_added"


def test_a_closing_stage_comes_last_and_can_be_left_with_a_reason() -> None:
    made = add_stage(
        lifecycle=prospect(), actor=UserFactory(), name="Elsewhere", is_closed=True, cadence_days=5
    )

    assert in_order() == [*SEEDED, "Elsewhere"]
    assert made.cadence_days is None
    assert AllowedMove.objects.filter(to_stage=made).count() == 5
    (out,) = AllowedMove.objects.filter(from_stage=made)
    assert (out.to_stage.key, out.needs_reason) == ("identified", True)


@pytest.mark.parametrize(("name", "match"), [("  ", "name"), ("offer", "already")])
def test_a_stage_needs_a_name_of_its_own(name: str, match: str) -> None:
    with pytest.raises(StageRefused, match=match) as refusal:
        add_stage(lifecycle=prospect(), actor=UserFactory(), name=name)

    assert refusal.value.field == "name"
    assert in_order() == SEEDED


@pytest.mark.parametrize("name", ["Moves", "Add", "Offer!", "日本"])
def test_the_key_of_a_stage_is_free_and_no_word_of_an_address(name: str) -> None:
    made = add_stage(lifecycle=prospect(), actor=UserFactory(), name=name)
    keys = list(Stage.objects.filter(lifecycle__kind="prospect").values_list("key", flat=True))

    assert len(set(keys)) == len(keys)
    assert made.key not in {"moves", "add", "template", ""}


def test_a_lifecycle_does_not_grow_for_ever() -> None:
    for number in range(MOST_STAGES - len(SEEDED)):
        add_stage(lifecycle=prospect(), actor=UserFactory(), name=f"Stage {number}")

    with pytest.raises(StageRefused, match="at most 20"):
        add_stage(lifecycle=prospect(), actor=UserFactory(), name="One more")


def test_a_stage_changes_places_with_its_neighbour_and_not_beyond_the_ends() -> None:
    actor = UserFactory()
    place_stage(stage=stage("prospect", "offer"), actor=actor, up=True)
    assert in_order()[3:5] == ["Offer", "In conversation"]

    place_stage(stage=stage("prospect", "identified"), actor=actor, up=True)
    place_stage(stage=stage("prospect", "not-now"), actor=actor, up=False)
    assert in_order()[0] == "Identified"
    assert in_order()[-1] == "Not now"


def test_where_relationships_begin_goes_over_to_another_stage() -> None:
    contact = stage("prospect", "in-contact")
    change_stage(stage=contact, actor=UserFactory(), name="", cadence_days=21, is_entry=True)

    begun = begin_relationship(contact=ContactFactory(), kind="prospect", actor=None)
    assert begun.stage == contact
    entries = Stage.objects.filter(lifecycle__kind="prospect", is_entry=True)
    assert list(entries) == [contact]


def test_a_closing_stage_is_no_beginning_and_an_open_one_no_end() -> None:
    for key, part in (("joined", "is_entry"), ("offer", "is_onward")):
        one = stage("prospect", key)
        with pytest.raises(StageRefused) as refusal:
            change_stage(stage=one, actor=UserFactory(), name="", cadence_days=None, **{part: True})
        assert refusal.value.field == part


def test_putting_aside_moves_whoever_stands_there_and_tells_why() -> None:
    actor = UserFactory()
    here, there = stage("prospect", "offer"), stage("prospect", "in-conversation")
    rows = RelationshipFactory.create_batch(2, at="offer")
    elsewhere = RelationshipFactory(at="interested")
    now = timezone.now()

    assert put_stage_aside(stage=here, actor=actor, to_stage=there, now=now) == 2

    for row in rows:
        row.refresh_from_db()
        assert (row.stage, row.stage_since, row.ended_on) == (there, now, None)
        (move,) = row.transitions.all()
        assert (move.from_stage, move.to_stage, move.cause) == (here, there, Cause.STAGE_GONE)
        assert (move.moved_by, move.reason) == (actor, "The stage was put aside")
    elsewhere.refresh_from_db()
    assert elsewhere.stage.key == "interested"
    assert in_order() == [name for name in SEEDED if name != "Offer"]
    positions = Stage.objects.filter(lifecycle__kind="prospect").order_by("position")
    assert [one.key for one in positions][-1] == "offer"


def test_putting_aside_is_refused_while_nobody_says_where_people_go() -> None:
    RelationshipFactory(at="offer")

    with pytest.raises(StageRefused, match="1 person stands at “Offer”") as refusal:
        put_stage_aside(stage=stage("prospect", "offer"), actor=UserFactory())

    assert refusal.value.field == "to_stage"
    assert in_order() == SEEDED
    assert not StageTransition.objects.exists()


@pytest.mark.parametrize("refuge", ["joined", "offer"])
def test_people_go_to_an_open_stage_that_stays(refuge: str) -> None:
    RelationshipFactory(at="offer")

    with pytest.raises(StageRefused, match="open stage"):
        put_stage_aside(
            stage=stage("prospect", "offer"),
            actor=UserFactory(),
            to_stage=stage("prospect", refuge),
        )


@pytest.mark.parametrize(
    ("key", "match"), [("identified", "begin at"), ("joined", "becomes something else ends")]
)
def test_a_stage_with_a_part_to_play_stays(key: str, match: str) -> None:
    with pytest.raises(StageRefused, match=match):
        put_stage_aside(stage=stage("prospect", key), actor=UserFactory())


def test_no_stage_is_left_that_one_could_not_leave() -> None:
    last = stage("employee", "left")
    Stage.objects.filter(pk=last.pk).update(is_onward=False)
    with pytest.raises(StageRefused, match="only stage that ends"):
        put_stage_aside(stage=last, actor=UserFactory())
    AllowedMove.objects.filter(from_stage__key="offer").exclude(
        to_stage__key="in-conversation"
    ).delete()
    with pytest.raises(StageRefused, match="From “Offer” one could go nowhere"):
        put_stage_aside(stage=stage("prospect", "in-conversation"), actor=UserFactory())


def test_nobody_comes_to_a_stage_that_was_put_aside() -> None:
    row = RelationshipFactory(at="in-conversation")
    offer = stage("prospect", "offer")
    put_stage_aside(stage=offer, actor=UserFactory())

    with pytest.raises(TransitionRefused, match="“Offer” was put aside"):
        move_to_stage(relationship=row, to_stage=offer, actor=None)
    with pytest.raises(TransitionRefused.__mro__[1], match="“Offer” was put aside"):
        begin_relationship(contact=ContactFactory(), kind="prospect", actor=None, stage=offer)
    assert Relationship.objects.count() == 1


def test_a_move_is_not_taken_back_to_a_stage_that_was_put_aside() -> None:
    actor = UserFactory()
    row = RelationshipFactory(at="offer")
    move = move_to_stage(
        relationship=row, to_stage=stage("prospect", "in-conversation"), actor=actor
    )
    put_stage_aside(stage=stage("prospect", "offer"), actor=actor)

    with pytest.raises(TransitionRefused, match="“Offer” was put aside"):
        take_back(move=move, actor=actor)


def test_a_stage_comes_back_with_its_moves() -> None:
    actor = UserFactory()
    before = sorted(AllowedMove.objects.values_list("pk", flat=True))
    offer = stage("prospect", "offer")
    put_stage_aside(stage=offer, actor=actor)
    bring_stage_back(stage=offer, actor=actor)

    assert in_order() == SEEDED
    assert sorted(AllowedMove.objects.values_list("pk", flat=True)) == before


def test_only_a_stage_that_nobody_stood_at_is_deleted() -> None:
    actor = UserFactory()
    made = add_stage(lifecycle=prospect(), actor=actor, name="A slip")
    with pytest.raises(StageRefused):
        delete_stage(stage=made, actor=actor)
    put_stage_aside(stage=made, actor=actor)
    delete_stage(stage=made, actor=actor)
    assert not Stage.objects.filter(pk=made.pk).exists()

    RelationshipFactory(at="not-now")
    used = stage("prospect", "not-now")
    put_stage_aside(stage=used, actor=actor)
    with pytest.raises(StageRefused, match="stays for their history"):
        delete_stage(stage=used, actor=actor)


def test_a_move_that_was_taken_back_does_not_break_the_stay() -> None:
    """Ten days at a stage, an hour elsewhere by mistake, and again a slip: still ten days."""
    actor = UserFactory()
    now = timezone.now()
    row = begin_relationship(
        contact=ContactFactory(), kind="prospect", actor=actor, now=now - timedelta(days=20)
    )
    there = stage("prospect", "in-contact")
    came = now - timedelta(days=10)
    move_to_stage(relationship=row, to_stage=there, actor=actor, now=came)
    for minutes in (30, 20):
        slip = move_to_stage(
            relationship=row,
            to_stage=stage("prospect", "interested"),
            actor=actor,
            now=now - timedelta(minutes=minutes),
        )
        take_back(move=slip, actor=actor, now=now - timedelta(minutes=minutes - 1))

        row.refresh_from_db()
        assert (row.stage, row.stage_since) == (there, came)


@pytest.mark.django_db(transaction=True)
def test_who_moves_to_a_stage_as_it_is_put_aside_is_moved_on_or_refused() -> None:
    """The move comes second: it waits for the administrator, and is told why it cannot be."""
    row = RelationshipFactory(at="in-conversation")
    offer, actor = stage("prospect", "offer"), UserFactory()
    is_locked, answers = Event(), list[str]()

    def move() -> None:
        is_locked.wait(timeout=10)
        try:
            mine = Relationship.objects.get(pk=row.pk)
            move_to_stage(relationship=mine, to_stage=offer, actor=None)
        except TransitionRefused as refusal:
            answers.append(str(refusal))
        finally:
            connection.close()

    thread = Thread(target=move)
    thread.start()
    with transaction.atomic():
        put_stage_aside(stage=offer, actor=actor)
        is_locked.set()
        thread.join(timeout=0.3)
        assert thread.is_alive()
    thread.join(timeout=10)

    assert answers == ["The stage “Offer” was put aside."]
    row.refresh_from_db()
    assert row.stage.key == "in-conversation"
