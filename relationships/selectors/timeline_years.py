"""What happened over the years between us and one person, month by month, the sorts told apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count
from django.db.models.functions import ExtractMonth, ExtractYear

from contacts.models import Contact
from relationships.choices import DEPTHS, Channel, Depth, Direction, Party
from relationships.selectors.timeline_filters import Filters, entries_of


@dataclass(kw_only=True)
class Year:
    """``months`` holds twelve counts. What follows counts contact alone, notes among ourselves
    left out: every moment is in one direction, human or automated, begun by a side, of a depth.
    """

    year: int
    months: list[int] = field(default_factory=lambda: [0] * 12)
    both_ways: int = 0
    from_us: int = 0
    from_them: int = 0
    automated: int = 0
    begun_by_us: int = 0
    begun_by_them: int = 0
    face: int = 0
    voice: int = 0
    written: int = 0

    @property
    def total(self) -> int:
        return sum(self.months)

    @property
    def contact(self) -> int:
        return self.both_ways + self.from_us + self.from_them

    @property
    def shades(self) -> list[tuple[int, int, int]]:
        """Of each month its number, its count and how dark it is drawn, from 0 to 4."""
        return [
            (number, count, 0 if not count else 1 + (count > 3) + (count > 10) + (count > 30))
            for number, count in enumerate(self.months, 1)
        ]


_BY_DIRECTION = {
    Direction.TWO_WAY: "both_ways",
    Direction.OUTBOUND: "from_us",
    Direction.INBOUND: "from_them",
}
_BY_DEPTH = {Depth.FACE: "face", Depth.VOICE: "voice", Depth.WRITTEN: "written"}


def years_of(contact: Contact, filters: Filters) -> Sequence[Year]:
    """The latest year first; one query."""
    rows = (
        entries_of(contact, filters)
        .order_by()
        .annotate(year=ExtractYear("at"), month=ExtractMonth("at"))
        .values("year", "month", "direction", "channel", "is_automated", "data__initiated_by")
        .annotate(count=Count("pk"))
    )
    years: dict[int, Year] = {}
    for row in rows:
        year = years.setdefault(row["year"], Year(year=row["year"]))
        year.months[row["month"] - 1] += row["count"]
        if row["direction"] in _BY_DIRECTION and row["channel"] != Channel.NOTE:
            for part in _parts(row):
                setattr(year, part, getattr(year, part) + row["count"])
    return [years[number] for number in sorted(years, reverse=True)]


def _parts(row: Mapping[str, Any]) -> list[str]:
    parts = [_BY_DIRECTION[Direction(row["direction"])]]
    began_here = row["data__initiated_by"] or (
        Party.THEM if row["direction"] == Direction.INBOUND else Party.US
    )
    parts.append("begun_by_them" if began_here == Party.THEM else "begun_by_us")
    if row["is_automated"]:
        parts.append("automated")
    depth = DEPTHS.get(row["channel"], Depth.NONE)
    if depth in _BY_DEPTH:
        parts.append(_BY_DEPTH[depth])
    return parts
