"""Where in a timeline one looks: after a page, before one, at a month, at one entry.

All are the same thing: a moment with the entry that stands there, by which the index of a person is
entered. So the tenth thousandth line is found as fast as the first.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.core import signing
from django.db.models import Q
from django.utils import timezone

from contacts.models import Contact
from relationships.models import TimelineEntry

SALT = "relationships.timeline"
_DAY = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Place:
    """As it stands in the address, one of them or none: from the top.

    ``after`` and ``before`` go on where another page ended; ``at`` is a year, a month or a day, of
    which the last line comes first; ``entry`` is the primary key of the line that comes first.
    """

    after: str = ""
    before: str = ""
    at: str = ""
    entry: str = ""


@dataclass(frozen=True)
class Position:
    """Between two lines, or (``entry``) at one."""

    at: datetime
    pk: int = 0
    entry: int | None = None

    @property
    def older(self) -> Q:
        if self.entry is not None:
            return Q(at__lte=self.at) & (Q(at__lt=self.at) | Q(pk__lte=self.pk))
        return Q(at__lte=self.at) & (Q(at__lt=self.at) | Q(pk__lt=self.pk))

    @property
    def newer(self) -> Q:
        if self.pk:
            return Q(at__gte=self.at) & (Q(at__gt=self.at) | Q(pk__gt=self.pk))
        return Q(at__gte=self.at)


def cursor_of(entry: TimelineEntry) -> str:
    return signing.dumps([entry.at.isoformat(), entry.pk], salt=SALT)


def position_of(cursor: str) -> Position | None:
    """Where to go on, or None: from the top, as for an address that somebody made up."""
    if not cursor:
        return None
    try:
        at, pk = signing.loads(cursor, salt=SALT)
    except signing.BadSignature:
        return None
    return Position(datetime.fromisoformat(at), pk)


def upper_bound(contact: Contact, place: Place) -> Position | None:
    """The latest that is shown, or None: the latest there is."""
    if place.after:
        return position_of(place.after)
    if place.entry:
        return _entry(contact, place.entry)
    return _end_of(place.at)


def _entry(contact: Contact, given: str) -> Position | None:
    if not (given.isascii() and given.isdigit() and len(given) < 19):
        return None
    row = TimelineEntry.objects.filter(contact=contact, pk=int(given)).first()
    return Position(row.at, row.pk, row.pk) if row else None


def _end_of(given: str) -> Position | None:
    """The first moment after the year, month or day that is named."""
    match = _DAY.fullmatch(given)
    if not match:
        return None
    year, month, day = (int(part or 0) for part in match.groups())
    try:
        if match[3]:
            after = date(year, month, day) + timedelta(days=1)
        elif match[2]:
            after = (date(year, month, 1) + timedelta(days=32)).replace(day=1)
        else:
            after = date(year, 12, 31) + timedelta(days=1)
        moment = timezone.make_aware(datetime.combine(after, time.min))
    except (ValueError, OverflowError):
        return None
    return Position(moment)
