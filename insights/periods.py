"""The days that a figure is asked for: two in the address, or one of the usual."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Before this nobody kept anything, and days are far from the ends of the calendar.
EARLIEST, LATEST = date(1950, 1, 1), date(9999, 1, 1)


@dataclass(frozen=True)
class Period:
    label: str | Promise
    since: date
    until: date


def periods(today: date) -> list[Period]:
    return [
        Period(_("30 days"), today - timedelta(days=29), today),
        Period(_("90 days"), today - timedelta(days=89), today),
        Period(_("A year"), today - timedelta(days=364), today),
        Period(_("This year"), today.replace(month=1, day=1), today),
    ]


def asked_period(address: Mapping[str, str], today: date, *, usual: timedelta) -> tuple[date, date]:
    """The days ``since`` and ``until``, both counted; the last ones where these make no sense."""
    try:
        since = date.fromisoformat(address.get("since", ""))
        until = date.fromisoformat(address.get("until", ""))
    except ValueError:
        return today - usual + timedelta(days=1), today
    if not EARLIEST <= since <= until:
        return today - usual + timedelta(days=1), today
    return since, max(since, min(until, today))
