"""How we are in touch: by which channel and of what depth, who spoke, who began it, and what of it
machines did. Source: features, T2; what counts is in docs/measures.md.

Moments are counted as they stand. People are counted by what each of them had: one number whose
bits say which cells they belong to, so that the people of a cell, of a depth and of the whole all
follow from one pass, and nobody counts twice.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from campaigns.models import Touchpoint
from contacts.models.contact import ContactQuerySet
from core.models import User
from insights.selectors.scope import contact_in_sight, in_sight, raw
from relationships.choices import DEPTHS, Channel, Depth, Direction, Party


class Sort(StrEnum):
    """Who spoke, where people did; whatever a machine sent is of one sort."""

    BOTH_WAYS = "two_way"
    FROM_US = "outbound"
    FROM_THEM = "inbound"
    AUTOMATED = "automated"

    @property
    def label(self) -> str | Promise:
        return _LABELS[self]


_LABELS: dict[Sort, str | Promise] = {
    Sort.BOTH_WAYS: _("Both ways"),
    Sort.FROM_US: _("From us alone"),
    Sort.FROM_THEM: _("From them alone"),
    Sort.AUTOMATED: _("Sent by machines"),
}
SORTS = tuple(Sort)
# The deepest first. Notes among ourselves are no contact.
CHANNELS: tuple[Channel, ...] = tuple(
    sorted(
        (one for one in Channel if DEPTHS[one] != Depth.NONE), key=lambda one: -DEPTHS[one].value
    )
)
_CODES = {cell: at for at, cell in enumerate((one, sort) for one in CHANNELS for sort in SORTS)}
# Which cell each moment belongs to, as its place in ``_CODES``. What a campaign mailed is a row of
# its own kind.
_SAID = f"""
SELECT contact_id, initiated_by,
    {len(SORTS)} * (array_position(%(channels)s::text[], channel::text) - 1) + CASE
        WHEN is_automated THEN {SORTS.index(Sort.AUTOMATED)}
        ELSE array_position(%(directions)s::text[], direction::text) - 1 END AS code
FROM relationships_interaction
WHERE happened_at >= %(begin)s AND happened_at < %(end)s
    AND channel <> '{Channel.NOTE.value}' AND direction <> '{Direction.INTERNAL.value}'
UNION ALL
SELECT contact_id, '{Party.US.value}', {_CODES[Channel.EMAIL, Sort.AUTOMATED]}
FROM campaigns_touchpoint
WHERE result = '{Touchpoint.Result.SENT.value}' AND done_at >= %(begin)s AND done_at < %(end)s
"""  # noqa: S608 -- words of ours, here and below
_MOMENTS = f"""
SELECT code, initiated_by, count(*) FROM ({_SAID}) AS said WHERE {{sight}} GROUP BY 1, 2
"""  # noqa: S608
_PEOPLE = f"""
SELECT cells, count(*) FROM (
    SELECT bit_or(1::bigint << code) AS cells FROM ({_SAID}) AS said WHERE {{sight}}
    GROUP BY contact_id
) AS person GROUP BY 1
"""  # noqa: S608
_WHO = f"SELECT contact_id FROM ({_SAID}) AS said WHERE code = ANY(%(codes)s)"  # noqa: S608


@dataclass(frozen=True, kw_only=True)
class Cell:
    """``moments`` with ``people``; the conversations of them that we began, and they."""

    moments: int = 0
    people: int = 0
    begun_by_us: int = 0
    begun_by_them: int = 0


@dataclass(frozen=True, kw_only=True)
class Line:
    """One channel, one depth, or all of it: a cell for each sort, and their sum."""

    name: str
    label: str | Promise
    cells: Mapping[Sort, Cell]
    people: int
    channels: Sequence["Line"] = field(default_factory=list)

    @property
    def human(self) -> int:
        return self.moments - self.cells[Sort.AUTOMATED].moments

    @property
    def moments(self) -> int:
        return sum(cell.moments for cell in self.cells.values())


@dataclass(frozen=True, kw_only=True)
class Channels:
    """``depths``: the deepest first, each with its channels; those with nothing are left out."""

    since: date
    until: date
    depths: Sequence[Line]
    total: Line

    def share_of(self, depth: Line) -> int:
        """How many in a hundred of what people said went by that depth."""
        return round(100 * depth.human / self.total.human) if self.total.human else 0


def channels(user: User, *, since: date, until: date) -> Channels:
    """The days from ``since`` to ``until``, both included; of contacts in sight."""
    sight, seen = contact_in_sight(user, "contact_id")
    values = {**_values(since, until), **seen}
    moments: dict[tuple[int, str], int] = {
        (code, began): count for code, began, count in _rows(_MOMENTS.format(sight=sight), values)
    }
    people: dict[int, int] = dict(_rows(_PEOPLE.format(sight=sight), values))

    def line(name: str, label: str | Promise, of: Sequence[Channel]) -> Line:
        cells = {sort: _cell([_CODES[one, sort] for one in of], moments, people) for sort in SORTS}
        mine = [_CODES[one, sort] for one in of for sort in SORTS]
        return Line(name=name, label=label, cells=cells, people=_with_any(mine, people))

    depths = []
    for depth in sorted((one for one in Depth if one != Depth.NONE), reverse=True):
        of = channels_of(depth.name.lower())
        parts = [one for one in (line(at.value, at.label, [at]) for at in of) if one.moments]
        if parts:
            whole = line(depth.name.lower(), depth.label, of)
            depths.append(
                Line(
                    name=whole.name,
                    label=whole.label,
                    cells=whole.cells,
                    people=whole.people,
                    channels=parts,
                )
            )
    return Channels(
        since=since, until=until, depths=depths, total=line("all", _("All"), list(CHANNELS))
    )


def channels_of(name: str) -> list[Channel]:
    """The channels that a name in an address stands for: one, those of a depth, or all; raises
    ValueError for anything else.
    """
    if name == "all":
        return list(CHANNELS)
    if name.upper() in Depth.__members__ and name != "none":
        return [one for one in CHANNELS if DEPTHS[one] == Depth[name.upper()]]
    if Channel(name) not in CHANNELS:
        raise ValueError(name)
    return [Channel(name)]


def talked(
    people: ContactQuerySet,
    user: User,
    *,
    name: str,
    sorts: Iterable[Sort],
    since: date,
    until: date,
) -> ContactQuerySet:
    """Those whom a number counts as people."""
    codes = [_CODES[one, sort] for one in channels_of(name) for sort in sorts]
    who = raw(_WHO, {**_values(since, until), "codes": codes})
    return in_sight(people, user).filter(pk__in=who)


def _cell(
    codes: Sequence[int], moments: Mapping[tuple[int, str], int], people: Mapping[int, int]
) -> Cell:
    by_us = sum(moments.get((code, Party.US.value), 0) for code in codes)
    by_them = sum(moments.get((code, Party.THEM.value), 0) for code in codes)
    return Cell(
        moments=by_us + by_them,
        people=_with_any(codes, people),
        begun_by_us=by_us,
        begun_by_them=by_them,
    )


def _with_any(codes: Sequence[int], people: Mapping[int, int]) -> int:
    asked = sum(1 << code for code in codes)
    return sum(count for cells, count in people.items() if cells & asked)


def _values(since: date, until: date) -> dict[str, Any]:
    return {
        "channels": [one.value for one in CHANNELS],
        "directions": [Sort.BOTH_WAYS.value, Sort.FROM_US.value, Sort.FROM_THEM.value],
        "begin": _begin(since),
        "end": _begin(until + timedelta(days=1)),
    }


def _begin(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))


def _rows(sql: str, values: Mapping[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
