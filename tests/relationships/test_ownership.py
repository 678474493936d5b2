"""How long an owner holds a person, against values worked out by hand."""

from datetime import date

import pytest

from relationships.ownership import days_left, held_until

MARCH = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("basis", "days", "last", "until"),
    [
        # 1 March is day 1, so day 90 is 31 + 30 + 29: 29 May.
        ("fixed", 90, None, date(2026, 5, 29)),
        # What was said since does not matter to a fixed time, ...
        ("fixed", 90, date(2026, 5, 1), date(2026, 5, 29)),
        # ... and begins the other anew: 1 May is day 1, day 30 is 30 May.
        ("last_contact", 30, date(2026, 5, 1), date(2026, 5, 30)),
        # What was said before they became the owner was said to somebody else.
        ("last_contact", 30, date(2026, 1, 1), date(2026, 3, 30)),
        ("last_contact", 1, None, MARCH),
        ("never", 90, MARCH, None),
    ],
)
def test_until_when(basis: str, days: int, last: date | None, until: date | None) -> None:
    assert held_until(basis=basis, days=days, owned_since=MARCH, last_contact_on=last) == until


@pytest.mark.parametrize(
    ("until", "left"),
    [
        (None, 0),
        (date(2026, 2, 28), 0),
        (MARCH, 1),
        (date(2026, 3, 30), 30),
    ],
)
def test_how_many_days_more(until: date | None, left: int) -> None:
    assert days_left(until, today=MARCH) == left
