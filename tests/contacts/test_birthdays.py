from datetime import date

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from contacts import birthdays
from contacts.form_fields import BirthdayField

TODAY = date(2026, 3, 1)
# Every day of a leap year.
DAYS = st.dates(min_value=date(2000, 1, 1), max_value=date(2000, 12, 31))


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("1984-04-12", "1984-04-12"),
        ("19840412", "1984-04-12"),
        ("1984-04-12T00:00:00Z", "1984-04-12"),
        ("--04-12", "--04-12"),
        ("--0412", "--04-12"),
        ("12-4-1984", "1984-04-12"),
        ("12/04/1984", "1984-04-12"),
        ("12.4", "--04-12"),
        ("4/25/1984", "1984-04-25"),
        ("12 april 1984", "1984-04-12"),
        ("12 mei", "--05-12"),
        ("1 mrt. 1990", "1990-03-01"),
        ("April 12, 1984", "1984-04-12"),
        ("Sept. 5", "--09-05"),
        ("29 februari", "--02-29"),
        ("2024-02-29", "2024-02-29"),
        (" 2026-03-01 ", "2026-03-01"),
    ],
)
def test_what_people_and_programs_write(text: str, kept: str) -> None:
    assert birthdays.read(text, today=TODAY) == kept


@pytest.mark.parametrize(
    "text",
    [
        *("", "soon", "1984", "0-0-00", "31 april", "2023-02-29", "30 februari", "13-13-1984"),
        *("2026-03-02", "1899-12-31", "--13-01", "--04-31", "12-4-84", "1984-04-12\n\x00", "٣-٣"),
    ],
)
def test_what_is_no_birthday(text: str) -> None:
    with pytest.raises(ValueError, match=r"day|Nobody|Write"):
        birthdays.read(text, today=TODAY)


@given(DAYS, st.booleans(), st.sampled_from(["en", "nl"]))
def test_what_a_form_shows_can_be_sent_back(day: date, has_year: bool, language: str) -> None:
    kept = day.isoformat() if has_year else f"--{day:%m-%d}"
    field = BirthdayField()
    with translation.override(language):
        assert field.clean(field.prepare_value(kept)) == kept


@given(st.text(max_size=20))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        kept = birthdays.read(text, today=TODAY)
    except ValueError:
        return
    assert birthdays.KEPT.fullmatch(kept)


def test_the_29th_of_february_is_thought_of_on_the_28th_in_other_years() -> None:
    assert birthdays.days_thought_of(date(2026, 2, 28)) == ["02-28", "02-29"]
    assert birthdays.days_thought_of(date(2026, 3, 1)) == ["03-01"]
    assert birthdays.days_thought_of(date(2028, 2, 28)) == ["02-28"]
    assert birthdays.days_thought_of(date(2028, 2, 29)) == ["02-29"]
    # A century is no leap year, four of them are.
    assert birthdays.days_thought_of(date(2100, 2, 28)) == ["02-28", "02-29"]


def test_the_days_of_a_month() -> None:
    assert birthdays.days_of_month(2)[-1] == "02-29"
    assert [len(birthdays.days_of_month(month)) for month in (1, 2, 4, 12)] == [31, 29, 30, 31]


def test_read_by_people() -> None:
    with translation.override("nl"):
        assert birthdays.shown("1984-04-12") == "12 april 1984"
        assert birthdays.shown("--02-29") == "29 februari"
    assert birthdays.shown("") == ""
