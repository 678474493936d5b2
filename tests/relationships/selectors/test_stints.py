"""Time at each stage, against a history that was worked out by hand."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.models import User
from relationships.models import Relationship
from relationships.selectors.stints import stints, stints_of, time_in_stages
from relationships.services.beginnings import Beginning, begin_relationships
from relationships.services.lifecycle import move_to_stage, take_back
from relationships.services.stage_removal import put_stage_aside
from tests.factories import ContactFactory, UserFactory, stage

pytestmark = pytest.mark.django_db


def on(day: int, hour: int = 12) -> datetime:
    """A moment in March 2026."""
    return datetime(2026, 3, day, hour, tzinfo=UTC)


def begun(at: datetime) -> Relationship:
    begin = [Beginning(contact_id=ContactFactory().pk, kind="prospect")]
    (row,) = begin_relationships(beginnings=begin, actor=None, now=at)
    return row


def moved(row: Relationship, key: str, at: datetime, actor: User | None = None) -> Any:
    return move_to_stage(
        relationship=row, to_stage=stage("prospect", key), actor=actor, reason="So", now=at
    )


def told(row: Relationship) -> list[tuple[str, datetime, datetime | None]]:
    return [(one.stage.key, one.since, one.until) for one in stints(row)]


def test_the_stays_of_a_history_worked_out_by_hand() -> None:
    """Identified 1 to 5 March (4 days), in contact 5 to 8 (3), not now on the 8th (ended for 4
    days), identified again 12 to 12.5 (half a day), in contact since; it is the 20th.
    """
    row = begun(on(1))
    moved(row, "in-contact", on(5))
    moved(row, "not-now", on(8))
    moved(row, "identified", on(12))
    moved(row, "in-contact", on(12, 18))

    assert told(row) == [
        ("identified", on(1), on(5)),
        ("in-contact", on(5), on(8)),
        ("not-now", on(8), on(12)),
        ("identified", on(12), on(12, 18)),
        ("in-contact", on(12, 18), None),
    ]
    days = {
        pk: time / timedelta(days=1) for pk, time in time_in_stages([row], now=on(20, 18)).items()
    }
    assert days == {
        stage("prospect", "identified").pk: 4.25,
        stage("prospect", "in-contact").pk: 3 + 8,
        stage("prospect", "not-now").pk: 4,
    }
    assert sum(days.values()) == 19.25


def test_where_it_ended_no_time_goes_by() -> None:
    row = begun(on(1))
    moved(row, "joined", on(9))

    assert told(row) == [("identified", on(1), on(9)), ("joined", on(9), on(9))]
    assert time_in_stages([row], now=on(30))[stage("prospect", "joined").pk] == timedelta(0)


def test_a_slip_is_no_stay_and_does_not_break_the_one_it_interrupted() -> None:
    actor = UserFactory()
    row = begun(on(1))
    slip = moved(row, "in-contact", on(6), actor)
    take_back(move=slip, actor=actor, now=on(6) + timedelta(minutes=5))
    moved(row, "interested", on(9), actor)

    assert told(row) == [("identified", on(1), on(9)), ("interested", on(9), None)]


def test_a_stage_that_was_put_aside_ends_the_stay_there() -> None:
    row = begun(on(1))
    moved(row, "in-contact", on(3))
    put_stage_aside(
        stage=stage("prospect", "in-contact"),
        actor=UserFactory(),
        to_stage=stage("prospect", "interested"),
        now=on(7),
    )

    assert told(row) == [
        ("identified", on(1), on(3)),
        ("in-contact", on(3), on(7)),
        ("interested", on(7), None),
    ]


def test_several_histories_take_one_query(django_assert_num_queries: Callable[..., Any]) -> None:
    rows = [begun(on(day)) for day in (1, 2, 3)]
    for count in (1, 3):
        with django_assert_num_queries(1):
            assert [len(found) for found in stints_of(rows[:count]).values()] == [1] * count
