from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from core.models import User
from relationships.models import Relationship, Stage
from relationships.selectors.board import CARDS, Filters, columns, more_cards
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
    rows = [RelationshipFactory(**days_ago(days)) for days in (1, 2, 12)]
    offered = RelationshipFactory(at="offer", **days_ago(4))
    RelationshipFactory(kind="alumnus")

    found = columns("prospect", manager, Filters(), now=timezone.now())

    assert [(column.stage.key, column.count, column.median_days) for column in found] == [
        ("identified", 3, 2),
        ("in-contact", 0, None),
        ("interested", 0, None),
        ("in-conversation", 0, None),
        ("offer", 1, 4),
        ("joined", 0, None),
        ("not-now", 0, None),
    ]
    assert shown(manager) == {"identified": rows, "offer": [offered]}
    assert [card.days_in_stage for card in found[0].cards] == [1, 2, 12]
    assert found[0].targets == "in-contact interested joined not-now"
    assert found[0].needing_reason == "not-now"


def test_longest_first_turns_the_columns_round(manager: User) -> None:
    young, old = RelationshipFactory(**days_ago(1)), RelationshipFactory(**days_ago(30))

    assert shown(manager)["identified"] == [young, old]
    assert shown(manager, Filters(longest_first=True))["identified"] == [old, young]


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
    assert columns("prospect", manager, Filters(), now=timezone.now())[0].count == 1


def test_the_board_leaves_out_people_of_other_units() -> None:
    branch = OrgUnitFactory()
    recruiter = UserFactory(role="recruiter", unit=branch)
    mine = RelationshipFactory(contact=ContactFactory(unit=OrgUnitFactory(parent=branch)))
    RelationshipFactory(contact=ContactFactory(unit=OrgUnitFactory()), owner=recruiter)
    RelationshipFactory(contact=ContactFactory(unit=None))

    assert shown(recruiter) == {"identified": [mine]}
    assert columns("prospect", recruiter, Filters(), now=timezone.now())[0].count == 1
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


def test_more_cards_go_on_where_the_last_ended(manager: User) -> None:
    rows = [RelationshipFactory(**days_ago(days)) for days in range(CARDS + 2)]
    same = rows[-1]
    Relationship.objects.filter(pk=rows[-2].pk).update(stage_since=same.stage_since)
    RelationshipFactory(at="offer")

    first = columns("prospect", manager, Filters(), now=timezone.now())[0]
    assert (len(first.cards), first.after) == (CARDS, rows[CARDS - 1].uid)

    cards, after = more_cards(
        Stage.objects.select_related("lifecycle").get(pk=first.stage.pk),
        manager,
        Filters(),
        after=first.after,
        now=timezone.now(),
    )
    assert {card.relationship for card in cards} == {rows[-2], rows[-1]}
    assert after is None


def test_more_cards_after_one_that_is_not_theirs_to_see_are_none() -> None:
    hidden = RelationshipFactory(contact=ContactFactory(unit=OrgUnitFactory()))
    recruiter = UserFactory(role="recruiter", unit=OrgUnitFactory())

    found = more_cards(
        stage("prospect", "identified"), recruiter, Filters(), after=hidden.uid, now=timezone.now()
    )

    assert found == ([], None)


@pytest.mark.parametrize("count", [1, 3])
def test_a_board_is_five_queries_however_many_cards(
    manager: User, count: int, django_assert_num_queries: Callable[[int], object]
) -> None:
    for key in ("identified", "offer"):
        RelationshipFactory.create_batch(count, at=key)
    User.has_perm(manager, "relationships.view_relationship")  # reads the grants

    # The moves, the stages, the totals, which cards, the cards.
    with django_assert_num_queries(5):
        found = columns("prospect", manager, Filters(), now=timezone.now())
        assert [card.relationship.owner.name for card in found[0].cards]
