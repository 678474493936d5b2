"""What a line of life is drawn from: its lanes, segments and marks, and the scale they stand on.

Lengths and places are per cent of the width, ready for SVG attributes: always with a point,
whatever the reader's language makes of numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.utils import formats


@dataclass(frozen=True, kw_only=True)
class Span:
    """A stage or an engagement; ``until`` is None while it lasts."""

    label: str
    since: date
    until: date | None
    x: str
    width: str
    has_room: bool
    is_short: bool = False
    is_closed: bool = False
    detail: str = ""

    @property
    def at(self) -> str:
        """Its last day, as the timeline is asked for it; nothing while it lasts."""
        return self.until.isoformat() if self.until else ""


@dataclass(frozen=True, kw_only=True)
class Lane:
    kind: str
    label: str
    spans: Sequence[Span]


@dataclass(frozen=True, kw_only=True)
class Dot:
    """Contact on a day, or in a stretch that ends ``on`` a day; the more, the larger (``r``)."""

    on: date
    since: date
    count: int
    x: str
    r: str


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A promise on the day on which it was due."""

    on: date
    label: str
    state: str
    state_label: str
    is_ours: bool
    x: str


@dataclass(frozen=True, kw_only=True)
class Tick:
    label: str
    x: str


@dataclass(frozen=True, kw_only=True)
class LineOfLife:
    """``touches`` are the stretches with human contact; ``touch_count`` how many moments in all.

    ``engagements`` stand in rows of their own where they overlap.
    """

    since: date
    today: date
    lanes: Sequence[Lane] = field(default_factory=list)
    engagements: Sequence[Sequence[Span]] = field(default_factory=list)
    touches: Sequence[Dot] = field(default_factory=list)
    touch_count: int = 0
    promises: Sequence[Mark] = field(default_factory=list)
    ticks: Sequence[Tick] = field(default_factory=list)

    @property
    def last_touch(self) -> Dot | None:
        return self.touches[-1] if self.touches else None

    @property
    def is_empty(self) -> bool:
        return not (self.lanes or self.engagements or self.touches or self.promises)


@dataclass(frozen=True)
class Scale:
    """Days to per cent. A little room is left at the right, so that "now" is not on the edge."""

    since: date
    until: date

    @cached_property
    def days(self) -> int:
        return max((self.until - self.since).days, 1)

    def at(self, day: date) -> float:
        return 100.0 * min(max((day - self.since).days, 0), self.days) / self.days

    def x(self, day: date) -> str:
        return f"{self.at(day):.2f}%"


def ticks_of(scale: Scale) -> list[Tick]:
    """The beginnings of years; of quarters where the whole is short."""
    months = (1,) if scale.days > 700 else (1, 4, 7, 10)
    pattern = "Y" if scale.days > 700 else "SHORT_YEAR_MONTH_FORMAT"
    years = range(scale.since.year, scale.until.year + 1)
    step = max(1, len(years) // 10)
    days = [date(year, month, 1) for year in years[::step] for month in months]
    return [
        Tick(label=formats.date_format(day, pattern), x=scale.x(day))
        for day in days
        if scale.since <= day <= scale.until and 1 < scale.at(day) < 90
    ]
