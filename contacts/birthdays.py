"""Birthdays: a day and a month, and the year where it is known.

They are kept as ISO 8601 and vCard 4 write them: ``1984-04-12``, or ``--04-12`` without a year. The
last five characters are what comes back each year.

Who was born on 29 February is thought of on the 28th in other years, as with every anniversary.
"""

import re
from calendar import isleap
from datetime import date, timedelta

from django.utils import formats
from django.utils.translation import gettext as _

OLDEST = 1900
LEAP_DAY = "02-29"
KEPT = re.compile(r"(?:\d{4}|-)-\d{2}-\d{2}")
_MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "maa": 3, "mrt": 3, "apr": 4, "may": 5, "mei": 5, "jun": 6,
    "jul": 7, "aug": 8, "sep": 9, "oct": 10, "okt": 10, "nov": 11, "dec": 12,
}  # fmt: skip
_TIME = r"(?:[T ][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?"
_YEAR_FIRST = re.compile(rf"(?P<y>[0-9]{{4}})[-/.]?(?P<m>[0-9]{{2}})[-/.]?(?P<d>[0-9]{{2}}){_TIME}")
_NO_YEAR = re.compile(r"--(?P<m>[0-9]{2})-?(?P<d>[0-9]{2})")
_DAY_FIRST = re.compile(
    rf"(?P<d>[0-9]{{1,2}})[-/. ](?P<m>[0-9]{{1,2}})(?:[-/. ](?P<y>[0-9]{{4}}))?{_TIME}"
)
_DAY_MONTH = re.compile(
    r"(?P<d>[0-9]{1,2})(?:st|nd|rd|th|e)?[-/. ]+(?P<m>[^\W\d]{3,})\.?(?:[-/., ]+(?P<y>[0-9]{4}))?"
)
_MONTH_DAY = re.compile(
    r"(?P<m>[^\W\d]{3,})\.?\s+(?P<d>[0-9]{1,2})(?:st|nd|rd|th)?(?:,?\s+(?P<y>[0-9]{4}))?"
)
_WAYS = (_YEAR_FIRST, _NO_YEAR, _DAY_FIRST, _DAY_MONTH, _MONTH_DAY)


def read(text: str, *, today: date) -> str:
    """As it is kept, from what people and programs write: 12-4-1984, 12 april, April 12, --0412.

    Day before month where both would do; 4/25/1984 can only be read the other way round and is.
    Raises ``ValueError`` for what is no day, lies ahead, or lies before ``OLDEST``.
    """
    for way in _WAYS:
        found = way.fullmatch(text.strip())
        if found:
            held = found.groupdict()
            year = int(held["y"]) if held.get("y") else None
            month, day = _month(found["m"]), int(found["d"])
            if way is _DAY_FIRST and month > 12 >= day:
                month, day = day, month
            return _kept(year, month, day, today)
    raise ValueError(_("Write a day and a month, such as 12 April 1984, or 12 April."))


def _month(text: str) -> int:
    return int(text) if text.isdigit() else _MONTHS.get(text.casefold()[:3], 0)


def _kept(year: int | None, month: int, day: int, today: date) -> str:
    try:
        # In a leap year every day is one.
        found = date(year or 2000, month, day)
    except ValueError:
        raise ValueError(_("There is no such day.")) from None
    if year is None:
        return f"--{found:%m-%d}"
    if found > today:
        raise ValueError(_("That day is still to come."))
    if year < OLDEST:
        raise ValueError(_("Nobody is that old."))
    return found.isoformat()


def shown(kept: str) -> str:
    """As people read it, in the language in force."""
    if not kept:
        return ""
    if kept.startswith("--"):
        return formats.date_format(date.fromisoformat(f"2000-{kept[2:]}"), "MONTH_DAY_FORMAT")
    return formats.date_format(date.fromisoformat(kept), "DATE_FORMAT")


def days_thought_of(today: date) -> list[str]:
    """Whose birthday it is today: month and day, as they end what is kept."""
    found = [f"{today:%m-%d}"]
    if (today.month, today.day) == (2, 28) and not isleap(today.year):
        found.append(LEAP_DAY)
    return found


def days_of_month(month: int) -> list[str]:
    """Every day of a month, the 29th of February among them."""
    day, found = date(2000, month, 1), []
    while day.month == month:
        found.append(f"{day:%m-%d}")
        day += timedelta(days=1)
    return found
