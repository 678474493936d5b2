from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from core.models import User
from relationships.models import Relationship
from relationships.selectors.board import CARDS, Filters, columns, more_cards
from relationships.selectors.board_order import Order
from tests.factories import (
    ContactFactory,
    OrgUnitFactory,
    RelationshipFactory,
    UserFactory,
    stage,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager() -> User:
    return UserFactory(role="hr-manager")


def shown(user: User, filters: Filters | None = None) -> dict[str, list[Relationship]]:
    found = columns("prospect", user, filters or Filters(), now=timezone.now())
    return {
        column.stage.key: [card.relationship for card in column.cards]
        for column in found
        if column.cards
    }


def days_ago(days: int) -> dict[str, object]:
    return {"stage_since": timezone.now() - timedelta(days=days, hours=1)}


def test_columns_are_the_stages_with_count_and_median(manager: User) -> None:
    """Of four at a stage no median is told: each card says its own days."""
    rows = [RelationshipFactory(**days_ago(days)) for days in (1, 2, 3, 12, 30)]
    offered = [RelationshipFactory(at="offer", **days_ago(days)) for days in (4, 5, 6, 7)]
    RelationshipFactory(kind="alumnus")

    found = columns("prospect", manager, Filters(), now=timezone.now())

    assert [(column.stage.key, column.head.count, column.head.median_days) for column in found] == [
        ("identified", 5, 3),
        ("in-contact", 0, None),
        ("interested", 0, None),
        ("in-conversation", 0, None),
        ("offer", 4, None),
        ("joined", 0, None),
        ("not-now", 0, None),
    ]
    assert shown(manager) == {"identified": rows, "offer": offered}
    assert [card.days_in_stage for card in found[0].cards] == [1, 2, 3, 12, 30]
    assert found[0].targets == "in-contact interested joined not-now"
    assert found[0].needing_reason == "not-now"


def test_longest_first_turns_the_columns_round(manager: User) -> None:
    young, old = RelationshipFactory(**days_ago(1)), RelationshipFactory(**days_ago(30))

    assert shown(manager)["identified"] == [young, old]
    assert shown(manager, Filters(order=Order.LONGEST))["identified"] == [old, young]


def test_a_closing_column_shows_who_came_there_lately(manager: User) -> None:
    today = timezone.localdate()
    begun = today - timedelta(days=400)
    lately = RelationshipFactory(at="joined", started_on=begun, ended_on=today - timedelta(days=10))
    RelationshipFactory(at="joined", started_on=begun, ended_on=today - timedelta(days=100))

    assert shown(manager) == {"joined": [lately]}


def test_who_is_archived_or_erased_is_not_on_the_board(manager: User) -> None:
    here = RelationshipFactory()
    RelationshipFactory(contact=ContactFactory(archived_at=timezone.now()))
    RelationshipFactory(contact=ContactFactory(erased_at=timezone.now()))

    assert shown(manager) == {"identified": [here]}
    assert columns("prospect", manager, Filters(), now=timezone.now())[0].head.count == 1


def test_the_board_leaves_out_people_of_other_units() -> None:
    branch = OrgUnitFactory()
    recruiter = UserFactory(role="recruiter", unit=branch)
    mine = RelationshipFactory(contact=ContactFactory(unit=OrgUnitFactory(parent=branch)))
    RelationshipFactory(contact=ContactFactory(unit=OrgUnitFactory()), owner=recruiter)
    RelationshipFactory(contact=ContactFactory(unit=None))

    assert shown(recruiter) == {"identified": [mine]}
    assert columns("prospect", recruiter, Filters(), now=timezone.now())[0].head.count == 1
    assert shown(UserFactory()) == {}


def test_filters_narrow_by_owner_unit_and_words(manager: User) -> None:
    branch = OrgUnitFactory()
    unit = OrgUnitFactory(parent=branch)
    mine = RelationshipFactory(owner=manager, contact=ContactFactory(family_name="Núñez"))
    nobodys = RelationshipFactory(owner=None, contact=ContactFactory(unit=unit))

    assert shown(manager, Filters(owner=manager.pk)) == {"identified": [mine]}
    assert shown(manager, Filters(owner=0)) == {"identified": [nobodys]}
    assert shown(manager, Filters(unit=branch)) == {"identified": [nobodys]}
    assert shown(manager, Filters(text="nunez ada")) == {"identified": [mine]}
    assert shown(manager, Filters(owner=manager.pk, text="nobody")) == {}


def test_only_whom_we_should_have_spoken_to(manager: User) -> None:
    today = timezone.localdate()
    due = RelationshipFactory(next_touch_on=today)
    RelationshipFactory(next_touch_on=today + timedelta(days=1))
    RelationshipFactory(next_touch_on=None)

    assert shown(manager, Filters(is_due=True)) == {"identified": [due]}


@pytest.mark.parametrize("order", list(Order))
def test_more_cards_go_on_where_the_last_ended(manager: User, order: Order) -> None:
    """Each once, in order, also where several share what the order goes by."""
    today = timezone.localdate()
    days = [today + timedelta(days=n % 3) if n % 4 else None for n in range(CARDS + 5)]
    moment = timezone.now() - timedelta(days=9)
    since = [moment - timedelta(days=n // 2) for n in range(CARDS + 5)]
    rows = [
        RelationshipFactory(next_touch_on=day, stage_since=moment)
        for day, moment in zip(days, since, strict=True)
    ]
    keys = {
        Order.LATEST: lambda row: (-row.stage_since.timestamp(), -row.pk),
        Order.LONGEST: lambda row: (row.stage_since, row.pk),
        Order.TOUCH: lambda row: (row.next_touch_on or today + timedelta(days=99), row.pk),
    }
    expected = sorted(rows, key=keys[order])
    RelationshipFactory(at="offer")
    filters = Filters(order=order)

    first = columns("prospect", manager, filters, now=timezone.now())[0]
    # Somebody moves the last of them; the column goes on all the same.
    Relationship.objects.filter(pk=expected[CARDS - 1].pk).update(stage=stage("prospect", "offer"))
    cards, after = more_cards(
        stage("prospect", "identified"), manager, filters, after=first.after, now=timezone.now()
    )

    assert [card.relationship for card in [*first.cards, *cards]] == expected
    assert after == ""


def test_a_closing_column_goes_on_too(manager: User) -> None:
    today = timezone.localdate()
    rows = [
        RelationshipFactory(
            at="joined",
            started_on=today - timedelta(days=90),
            ended_on=today - timedelta(days=n // 3),
            **days_ago(n // 2),
        )
        for n in range(CARDS + 3)
    ]
    expected = sorted(rows, key=lambda row: (row.ended_on, row.stage_since, row.pk), reverse=True)

    first = columns("prospect", manager, Filters(), now=timezone.now())[5]
    cards, _after = more_cards(
        stage("prospect", "joined"), manager, Filters(), after=first.after, now=timezone.now()
    )

    assert [card.relationship for card in [*first.cards, *cards]] == expected
    assert (first.head.count, first.head.median_days) == (CARDS + 3, None)


@pytest.mark.parametrize("after", ["", "x", "2026-01-01", "~", "x~y", "2026-01-01~1"])
def test_what_no_column_gave_is_refused(manager: User, after: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        more_cards(
            stage("prospect", "identified"), manager, Filters(), after=after, now=timezone.now()
        )


def test_heads_are_the_same_whether_reckoned_by_index_or_by_row(manager: User) -> None:
    """Who sees everything is given them in a quicker way than who sees a part."""
    unit = OrgUnitFactory()
    for days in (1, 2, 4, 9, 20):
        RelationshipFactory(contact=ContactFactory(unit=unit), **days_ago(days))
    for key in ("offer", "joined"):
        RelationshipFactory(contact=ContactFactory(unit=unit), at=key, **days_ago(3))
    RelationshipFactory(contact=ContactFactory(unit=unit, archived_at=timezone.now()), at="joined")
    some = UserFactory(role="hr-manager", unit=unit)

    def heads(user: User) -> list[tuple[int, int | None]]:
        found = columns("prospect", user, Filters(), now=timezone.now())
        return [(column.head.count, column.head.median_days) for column in found]

    expected = [(5, 4), (0, None), (0, None), (0, None), (1, None), (1, None), (0, None)]
    assert heads(manager) == expected
    assert heads(some) == expected


def test_more_cards_after_one_that_is_not_theirs_to_see_are_none() -> None:
    hidden = RelationshipFactory(contact=ContactFactory(unit=OrgUnitFactory()))
    recruiter = UserFactory(role="recruiter", unit=OrgUnitFactory())

    found = more_cards(
        stage("prospect", "identified"),
        recruiter,
        Filters(),
        after=f"{timezone.now().isoformat()}~{hidden.uid}",
        now=timezone.now(),
    )

    assert found == ([], "")


@pytest.mark.parametrize("count", [1, 3])
def test_a_board_is_six_queries_however_many_cards(
    manager: User, count: int, django_assert_num_queries: Callable[[int], object]
) -> None:
    for key in ("identified", "offer"):
        RelationshipFactory.create_batch(count, at=key)
    User.has_perm(manager, "relationships.view_relationship")  # reads the grants

    # The moves, the stages, the heads of what is open and what closes, which cards, the cards.
    with django_assert_num_queries(6):
        found = columns("prospect", manager, Filters(), now=timezone.now())
        assert [card.relationship.owner.name for card in found[0].cards]
