"""The day that a promise names, in English or Dutch: "by Friday", "voor 12 mei", "over 2 weken"."""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

_WEEKDAYS = {
    "monday": 0, "maandag": 0, "tuesday": 1, "dinsdag": 1, "wednesday": 2, "woensdag": 2,
    "thursday": 3, "donderdag": 3, "friday": 4, "vrijdag": 4, "saturday": 5, "zaterdag": 5,
    "sunday": 6, "zondag": 6,
}  # fmt: skip
_MONTHS = {
    "january": 1, "januari": 1, "jan": 1, "february": 2, "februari": 2, "feb": 2, "march": 3,
    "maart": 3, "mar": 3, "mrt": 3, "april": 4, "apr": 4, "may": 5, "mei": 5, "june": 6, "juni": 6,
    "jun": 6, "july": 7, "juli": 7, "jul": 7, "august": 8, "augustus": 8, "aug": 8, "september": 9,
    "sept": 9, "sep": 9, "october": 10, "oktober": 10, "oct": 10, "okt": 10, "november": 11,
    "nov": 11, "december": 12, "dec": 12,
}  # fmt: skip
_NUMBERS = {
    "a": 1, "an": 1, "one": 1, "een": 1, "één": 1, "two": 2, "twee": 2, "three": 3, "drie": 3,
    "four": 4, "vier": 4, "five": 5, "vijf": 5, "six": 6, "zes": 6,
}  # fmt: skip

_BEFORE = r"(?:(?P<lead>by|before|on|until|till|voor|vóór|op|uiterlijk|tegen|per)\s+)?"
_COUNT = r"\d{1,3}|" + "|".join(_NUMBERS)
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_WEEKDAY = "|".join(_WEEKDAYS)


@dataclass(frozen=True)
class NamedDay:
    """``text[start:end]`` names it, with the word before it ("by")."""

    start: int
    end: int
    day: date


Make = Callable[[re.Match[str], date], date | None]


def find_day(text: str, *, today: date) -> NamedDay | None:
    """The day that ``text`` names: the first with a word like "by" before it, else the first."""
    found = [
        NamedDay(match.start(), match.end(), day)
        for pattern, make in _WAYS
        for match in pattern.finditer(text)
        if (day := _made(make, match, today)) is not None
    ]
    if not found:
        return None
    return min(found, key=lambda one: (not _has_lead(text, one), one.start, -one.end))


def _made(make: Make, match: re.Match[str], today: date) -> date | None:
    """None for what is no day ("31 February", the year 99999)."""
    try:
        return make(match, today)
    except (ValueError, OverflowError):
        return None


def _has_lead(text: str, one: NamedDay) -> bool:
    return re.match(_BEFORE, text[one.start : one.end], re.IGNORECASE)["lead"] is not None  # type: ignore[index]


def _weekday(match: re.Match[str], today: date) -> date:
    """The next such day: on a Friday, "Friday" is a week from now. "Next" is in the week after."""
    wanted = _WEEKDAYS[match["weekday"].lower()]
    if match["next"]:
        return today - timedelta(days=today.weekday()) + timedelta(days=7 + wanted)
    return today + timedelta(days=(wanted - today.weekday() - 1) % 7 + 1)


def _near(match: re.Match[str], today: date) -> date:
    days = {"today": 0, "vandaag": 0, "tomorrow": 1, "morgen": 1, "overmorgen": 2}
    return today + timedelta(days=days[match["near"].lower()])


def _period(match: re.Match[str], today: date) -> date:
    """A week ends on Friday, a month on its last day; where this Friday is past: today."""
    is_next = match["which"].lower() in ("next", "volgende", "komende")
    if match["period"].lower() == "week":
        friday = today - timedelta(days=today.weekday()) + timedelta(days=4 + 7 * is_next)
        return max(friday, today)
    return _month_end(today, months=1 if is_next else 0)


def _end_of(match: re.Match[str], today: date) -> date:
    if match["unit"].lower() == "week":
        return max(today - timedelta(days=today.weekday()) + timedelta(days=4), today)
    return _month_end(today, months=0)


def _in(match: re.Match[str], today: date) -> date:
    given = match["count"].lower()
    count = _NUMBERS[given] if given in _NUMBERS else int(given)
    unit = match["unit"].lower()
    if unit.startswith("da"):
        return today + timedelta(days=count)
    if unit.startswith("we"):
        return today + timedelta(weeks=count)
    months = today.month - 1 + count
    year, month = today.year + months // 12, months % 12 + 1
    return date(year, month, min(today.day, monthrange(year, month)[1]))


def _day_of_month(match: re.Match[str], today: date) -> date:
    return _dated(int(match["day"]), _MONTHS[match["month"].lower()], match["year"], today)


def _numbers(match: re.Match[str], today: date) -> date:
    return _dated(int(match["day"]), int(match["month"]), match["year"], today)


def _iso(match: re.Match[str], today: date) -> date:
    return date(int(match["year"]), int(match["month"]), int(match["day"]))


def _dated(day: int, month: int, year: str | None, today: date) -> date:
    """Without a year: the next time that day comes."""
    if year:
        return date(int(year) + (2000 if len(year) == 2 else 0), month, day)
    for nearest in range(today.year, today.year + 9):
        try:
            found = date(nearest, month, day)
        except ValueError:
            continue
        if found >= today:
            return found
    raise ValueError("no such day")


def _month_end(today: date, *, months: int) -> date:
    first = (today.replace(day=1) + timedelta(days=32 * months)).replace(day=1)
    return first.replace(day=monthrange(first.year, first.month)[1])


def _way(pattern: str, make: Make) -> tuple[re.Pattern[str], Make]:
    return re.compile(rf"(?<![\w.@#/-]){_BEFORE}(?:{pattern})(?![\w@])", re.IGNORECASE), make


_WAYS = [
    _way(rf"(?:(?P<next>next|volgende)\s+)?(?P<weekday>{_WEEKDAY})", _weekday),
    _way(r"(?P<near>today|tomorrow|vandaag|morgen|overmorgen)", _near),
    _way(r"(?P<which>next|this|volgende|komende|deze)\s+(?P<period>week|month|maand)", _period),
    _way(
        r"(?:the\s+|het\s+)?(?:end|eind|einde)\s+(?:of\s+(?:the\s+|this\s+)?|van\s+(?:de\s+|deze\s+)?|deze\s+)"
        r"(?P<unit>week|month|maand)",
        _end_of,
    ),
    _way(
        rf"(?:in|within|over|binnen)\s+(?P<count>{_COUNT})\s+"
        r"(?P<unit>days?|dag(?:en)?|weeks?|weken|months?|maand(?:en)?)",
        _in,
    ),
    _way(
        rf"(?:the\s+)?(?P<day>\d{{1,2}})(?:st|nd|rd|th|e|ste|de)?\s+(?:of\s+)?(?P<month>{_MONTH})\.?"
        r"(?:,?\s+(?P<year>\d{4}))?",
        _day_of_month,
    ),
    _way(
        rf"(?P<month>{_MONTH})\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s+(?P<year>\d{{4}}))?",
        _day_of_month,
    ),
    _way(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})", _iso),
    _way(r"(?P<day>\d{1,2})[-/](?P<month>\d{1,2})(?:[-/](?P<year>\d{4}|\d{2}))?", _numbers),
]
