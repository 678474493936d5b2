"""The formula of a relationship's health, against values worked out by hand (docs/measures.md)."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import settings as tries
from hypothesis import strategies as st
from pytest_django import Settings

from relationships import health
from relationships.choices import Direction
from relationships.models import HealthMark, Relationship, RelationshipHealth
from relationships.services.cadence import set_cadence
from relationships.services.health import refresh_all, refresh_health, refresh_marked
from relationships.services.interactions import log_interaction
from relationships.services.lifecycle import move_to_stage
from relationships.services.promises import keep_promise, make_promise
from tests.factories import (
    ContactFactory,
    InteractionFactory,
    PromiseFactory,
    RelationshipFactory,
    UserFactory,
    stage,
)

NOW = datetime.fromisoformat("2026-05-01T12:00:00+02:00")
TODAY = NOW.date()


@pytest.mark.parametrize(
    ("days", "cadence", "expected"),
    [
        (None, 30, 0),
        (0, 30, 100),
        (30, 30, 100),
        # One cadence over: 2^-1.
        (60, 30, 50),
        # Two over: 2^-2.
        (90, 30, 25),
        # 45 days at 30: half a cadence over, 2^-0.5 = 0.70711.
        (45, 30, 71),
        # 200 days at 90: 110/90 over, 2^-1.2222 = 0.42863.
        (200, 90, 43),
    ],
)
def test_recency(days: int | None, cadence: int, expected: int) -> None:
    assert health.recency(days=days, cadence=cadence) == expected


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    # 2*min/(sum): 2*1/4 = 0.5; 2*2/7 = 0.5714.
    [(0, 0, None), (3, 0, 0), (0, 2, 0), (2, 2, 100), (3, 1, 50), (5, 2, 57)],
)
def test_reciprocity(ours: int, theirs: int, expected: int | None) -> None:
    assert health.reciprocity(ours=ours, theirs=theirs) == expected


@pytest.mark.parametrize(("colleagues", "expected"), [(0, 0), (1, 33), (2, 67), (3, 100), (9, 100)])
def test_breadth(colleagues: int, expected: int) -> None:
    assert health.breadth(colleagues=colleagues) == expected


@pytest.mark.parametrize(("kept", "due", "expected"), [(0, 0, None), (0, 2, 0), (2, 3, 67)])
def test_promises(kept: int, due: int, expected: int | None) -> None:
    assert health.promises(kept=kept, due=due) == expected


def test_health_is_the_weighted_mean_of_what_is_known() -> None:
    """Weights 40, 20, 15, 15, 10.

    All known: (40*50 + 20*100 + 15*33 + 15*67 + 10*80) / 100 = (2000+2000+495+1005+800)/100 = 63.
    Without promises and experience: (2000 + 2000 + 495) / 75 = 59.93.
    Recency and breadth alone: (2000 + 495) / 55 = 45.36.
    """
    parts = {"recency": 50, "reciprocity": 100, "breadth": 33, "promises": 67, "experience": 80}
    assert health.health(parts) == 63
    assert health.health(parts | {"promises": None, "experience": None}) == 60
    assert health.health({"recency": 50, "breadth": 33}) == 45


def test_the_weights_are_settings(settings: Settings) -> None:
    settings.HEALTH_WEIGHT_BREADTH = 40
    assert health.health({"recency": 50, "breadth": 100}) == 75


@given(
    st.fixed_dictionaries(
        {
            "recency": st.integers(0, 100),
            "reciprocity": st.none() | st.integers(0, 100),
            "breadth": st.integers(0, 100),
            "promises": st.none() | st.integers(0, 100),
            "experience": st.none() | st.integers(0, 100),
        }
    )
)
def test_health_lies_between_its_lowest_and_highest_part(parts: dict[str, int | None]) -> None:
    known = [part for part in parts.values() if part is not None]
    assert min(known) <= health.health(parts) <= max(known)


def _spoken(row: Relationship, *, days: int, direction: str = "two_way", **fields: object) -> None:
    InteractionFactory(
        contact=row.contact, happened_at=NOW - timedelta(days=days), direction=direction, **fields
    )


def _figures(row: Relationship) -> tuple[int | None, ...]:
    found = RelationshipHealth.objects.get(relationship=row)
    return (found.value, *(getattr(found, part) for part in RelationshipHealth.PARTS))


@pytest.mark.django_db
def test_all_are_worked_out_in_one_statement_as_the_formula_says() -> None:
    """Spoke 45 days ago at a cadence of 30: 71. Ours 3 (two-way, two-way, outbound), theirs 2: 80.
    Two colleagues of three: 67. One of two promises kept: 50.
    (40*71 + 20*80 + 15*67 + 15*50) / 90 = (2840 + 1600 + 1005 + 750) / 90 = 68.83.
    """
    anna, bram, chris = UserFactory.create_batch(3)
    row = RelationshipFactory(cadence_days=30, last_two_way_at=NOW - timedelta(days=45))
    _spoken(row, days=45, author=anna)
    _spoken(row, days=90, author=bram)
    _spoken(row, days=10, author=chris, direction=Direction.OUTBOUND)
    for counts_not in (
        {"days": 400, "author": chris},
        {"days": 3, "author": chris, "is_automated": True},
        {"days": 3, "author": chris, "channel": "note"},
        {"days": 3, "author": chris, "direction": Direction.INTERNAL},
    ):
        _spoken(row, **counts_not)
    PromiseFactory(contact=row.contact, state="kept", due_on=TODAY - timedelta(days=9))
    PromiseFactory(contact=row.contact, due_on=TODAY - timedelta(days=1))
    PromiseFactory(contact=row.contact, due_on=TODAY)
    PromiseFactory(contact=row.contact, state="withdrawn", due_on=TODAY - timedelta(days=5))
    silent = RelationshipFactory()
    ended = RelationshipFactory(at="not-now")

    with CaptureQueriesContext(connection) as captured:
        assert refresh_all(now=NOW) == 2

    assert len([q for q in captured.captured_queries if "MERGE INTO" in q["sql"]]) == 1
    assert _figures(row) == (69, 71, 80, 67, 50, None)
    assert _figures(silent) == (0, 0, None, 0, None, None)
    assert not RelationshipHealth.objects.filter(relationship=ended).exists()


@pytest.mark.django_db
def test_what_came_out_as_it_was_is_not_written_again() -> None:
    row = RelationshipFactory(last_two_way_at=NOW - timedelta(days=1))
    assert refresh_all(now=NOW) == 1
    assert refresh_all(now=NOW + timedelta(hours=1)) == 0
    assert RelationshipHealth.objects.get(relationship=row).computed_at == NOW


@pytest.mark.django_db
def test_the_voice_of_groups_counts_once_it_is_there_and_is_kept() -> None:
    """(40*100 + 15*0 + 10*80) / 65 = 73.8; without it (40*100) / 55 = 72.7."""
    row = RelationshipFactory(last_two_way_at=NOW)
    refresh_all(now=NOW)
    assert _figures(row) == (73, 100, None, 0, None, None)
    RelationshipHealth.objects.update(experience=80)
    refresh_all(now=NOW)
    assert _figures(row) == (74, 100, None, 0, None, 80)


@pytest.mark.django_db
@tries(deadline=None, max_examples=40)
@given(st.data())
def test_sql_and_python_say_the_same(data: st.DataObject) -> None:
    numbers = st.integers(0, 4)
    days = data.draw(st.none() | st.integers(0, 900), label="days")
    cadence = data.draw(st.integers(1, 400), label="cadence")
    out, back, both = (data.draw(numbers) for _ in range(3))
    kept, broken = data.draw(numbers), data.draw(numbers)
    spoke = None if days is None else NOW - timedelta(days=days)
    row = RelationshipFactory(cadence_days=cadence, last_two_way_at=spoke)
    authors = UserFactory.create_batch(2)
    ways = ["outbound"] * out + ["inbound"] * back + ["two_way"] * both
    for number, direction in enumerate(ways):
        _spoken(row, days=5, direction=direction, author=authors[number % 2])
    for state in ["kept"] * kept + ["broken"] * broken:
        PromiseFactory(contact=row.contact, state=state, due_on=TODAY - timedelta(days=3))

    refresh_health([row.contact_id], now=NOW)

    answered = {number % 2 for number, way in enumerate(ways) if way != "outbound"}
    parts = {
        "recency": health.recency(days=days, cadence=cadence),
        "reciprocity": health.reciprocity(ours=out + both, theirs=back + both),
        "breadth": health.breadth(colleagues=len(answered)),
        "promises": health.promises(kept=kept, due=kept + broken),
        "experience": None,
    }
    assert _figures(row) == (health.health(parts), *parts.values())


@pytest.mark.django_db
def test_only_those_with_whom_something_happened_are_worked_out_again() -> None:
    touched, other = RelationshipFactory.create_batch(2, kind="alumnus")
    HealthMark.objects.all().delete()

    log_interaction(
        contact=touched.contact, actor=UserFactory(), channel="phone", direction="two_way"
    )
    log_interaction(
        contact=other.contact, actor=None, channel="email", direction="outbound", is_automated=True
    )
    assert refresh_marked(now=timezone.now()) == 1

    assert list(RelationshipHealth.objects.values_list("relationship", "value")) == [
        # Recency 100, reciprocity 100, one colleague 33: (4000 + 2000 + 495) / 75 = 86.6.
        (touched.pk, 87)
    ]
    assert refresh_marked(now=timezone.now()) == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    "happen",
    [
        lambda row, by: set_cadence(relationship=row, actor=by, days=9),
        lambda row, by: move_to_stage(
            relationship=row, to_stage=stage("prospect", "in-contact"), actor=by
        ),
        lambda row, by: keep_promise(
            promise=make_promise(contact=row.contact, actor=by, text="x", due_on=TODAY), actor=by
        ),
    ],
)
def test_whatever_bears_on_it_marks_the_person(
    happen: Callable[[Relationship, object], object],
) -> None:
    row = RelationshipFactory()
    happen(row, UserFactory())
    assert set(HealthMark.objects.values_list("contact", flat=True)) == {row.contact_id}


@pytest.mark.django_db
def test_marks_are_taken_a_part_at_a_time() -> None:
    for contact in ContactFactory.create_batch(3):
        HealthMark.objects.create(contact=contact)
    assert refresh_marked(now=NOW, limit=2) == 2
    assert refresh_marked(now=NOW, limit=2) == 1
