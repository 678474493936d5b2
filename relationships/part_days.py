"""Days that are known to the year or to the day: "2019", "2019-05-03".

Such a day is kept as a date and whether only its year is known. What began in a year is kept as
its first day and what ended in one as its last, so that what compares dates need not know.
"""

from datetime import date, datetime

from django.utils import formats
from django.utils.translation import gettext as _

EARLIEST_YEAR = 1900
FORMS = ("%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y")


def read(text: str, *, is_end: bool) -> tuple[date | None, bool]:
    """The day, and whether only the year was said; (None, False) for nothing.

    ``ValueError`` for what is neither, with words that can be shown.
    """
    said = text.strip()
    if not said:
        return None, False
    if len(said) == 4 and said.isascii() and said.isdigit() and int(said) >= EARLIEST_YEAR:
        year = int(said)
        return (date(year, 12, 31) if is_end else date(year, 1, 1)), True
    for form in FORMS:
        try:
            day = datetime.strptime(said, form).date()  # noqa: DTZ007 -- a day has no zone
        except ValueError:
            continue
        if day.year >= EARLIEST_YEAR:
            return day, False
    raise ValueError(_("Write a year (2019) or a day (31-12-2019)."))


def written(day: date | None, *, is_year: bool) -> str:
    """As ``read`` takes it, and as the API says it; nothing for None."""
    if day is None:
        return ""
    return f"{day:%Y}" if is_year else day.isoformat()


def shown(day: date | None, *, is_year: bool) -> str:
    """For people, by their language."""
    if day is None:
        return ""
    return f"{day:%Y}" if is_year else formats.date_format(day)
