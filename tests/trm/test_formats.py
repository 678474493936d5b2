from datetime import UTC, date, datetime

import pytest
from django.template import Context, Template
from django.utils.formats import date_format
from django.utils.translation import override

MOMENT = datetime(2024, 10, 2, 9, 5, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "english", "dutch"),
    [
        ("DATE_FORMAT", "2 October 2024", "2 oktober 2024"),
        ("SHORT_DATE_FORMAT", "2 Oct 2024", "2 okt 2024"),
        ("SHORT_DATETIME_FORMAT", "2 Oct 2024, 09:05", "2 okt 2024, 09:05"),
        ("EXACT_DATETIME_FORMAT", "2 Oct 2024, 09:05:07", "2 okt 2024, 09:05:07"),
        ("SHORT_MOMENT_FORMAT", "2 Oct, 09:05", "2 okt, 09:05"),
        ("SHORT_MONTH_DAY_FORMAT", "2 Oct", "2 okt"),
        ("MONTH_DAY_FORMAT", "2 October", "2 oktober"),
        ("SHORT_YEAR_MONTH_FORMAT", "Oct 2024", "okt 2024"),
        ("YEAR_MONTH_FORMAT", "October 2024", "oktober 2024"),
    ],
)
def test_dates_are_written_as_each_language_does(name: str, english: str, dutch: str) -> None:
    template = Template(f'{{% load tz %}}{{{{ moment|utc|date:"{name}" }}}}')

    with override("en"):
        assert template.render(Context({"moment": MOMENT})) == english
    with override("nl"):
        assert template.render(Context({"moment": MOMENT})) == dutch


@pytest.mark.parametrize("month", range(1, 13))
def test_no_word_of_ours_takes_the_place_of_a_month(month: int) -> None:
    """A screen once said "May" for "is allowed to", and every date in May then said it in Dutch."""
    long = "januari februari maart april mei juni juli augustus september oktober november december"
    short = "jan feb mrt apr mei jun jul aug sep okt nov dec"
    with override("nl"):
        assert date_format(date(2026, month, 3), "F") == long.split()[month - 1]
        assert date_format(date(2026, month, 3), "M").lower() == short.split()[month - 1]
