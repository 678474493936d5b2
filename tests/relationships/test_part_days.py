from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationships import part_days


@pytest.mark.parametrize(
    ("text", "is_end", "expected"),
    [
        ("", False, (None, False)),
        (" 2019 ", False, (date(2019, 1, 1), True)),
        ("2019", True, (date(2019, 12, 31), True)),
        ("2019-05-03", True, (date(2019, 5, 3), False)),
        ("3-5-2019", False, (date(2019, 5, 3), False)),
        ("03/05/2019", False, (date(2019, 5, 3), False)),
    ],
)
def test_a_year_or_a_day(text: str, is_end: bool, expected: tuple[date | None, bool]) -> None:
    assert part_days.read(text, is_end=is_end) == expected


@pytest.mark.parametrize("text", ["19", "1066", "2019-13-01", "31-02-2019", "soon", "²019", "\x00"])
def test_what_is_neither_is_said_so(text: str) -> None:
    with pytest.raises(ValueError, match="Write a year"):
        part_days.read(text, is_end=False)


@given(st.dates(min_value=date(1900, 1, 1)), st.booleans(), st.booleans())
def test_what_is_written_is_read_again(day: date, is_year: bool, is_end: bool) -> None:
    said = part_days.read(part_days.written(day, is_year=is_year), is_end=is_end)
    if not is_year:
        assert said == (day, False)
    else:
        assert said[1] is True
        assert said[0] is not None
        assert said[0].year == day.year


@given(st.text(max_size=12))
def test_nothing_typed_is_an_accident(text: str) -> None:
    """Either it is understood or refused in words, never anything else."""
    with suppress(ValueError):
        part_days.read(text, is_end=True)
