"""The goodwill ledger's arithmetic (docs/measures.md): pure, its weights from the settings.

Each value fades by half every ``GOODWILL_HALF_LIFE_DAYS``. ``a`` is what we gave, ``b`` what they
gave, ``c`` the breaches of both sides:

    reciprocity r = 2·min(a, b) / (a + b)
    volume      s = 1 - exp(-(a + b) / GOODWILL_VOLUME_SCALE)
    goodwill      = 100 · r · s · exp(-c / GOODWILL_BREACH_SCALE)
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from math import exp

from django.conf import settings

from relationships.models import GoodwillEntry


@dataclass(frozen=True)
class Goodwill:
    """Always shown together: the figure and the three sums that it is made of."""

    a: float
    b: float
    c: float

    @property
    def reciprocity(self) -> float:
        """0 to 1; 0 where nothing was given."""
        given = self.a + self.b
        return 2 * min(self.a, self.b) / given if given else 0.0

    @property
    def volume(self) -> float:
        """0 to 1."""
        return 1 - exp(-(self.a + self.b) / settings.GOODWILL_VOLUME_SCALE)

    @property
    def value(self) -> float:
        """0 to 100."""
        kept = exp(-self.c / settings.GOODWILL_BREACH_SCALE)
        return 100 * self.reciprocity * self.volume * kept

    @property
    def is_empty(self) -> bool:
        return not (self.a or self.b or self.c)

    @property
    def we_owe(self) -> bool:
        """What we gave is far less than what they gave: the list of what to do."""
        return is_owed(given=self.a, received=self.b)

    @property
    def they_owe(self) -> bool:
        return is_owed(given=self.b, received=self.a)


def is_owed(*, given: float, received: float) -> bool:
    """Far less: below the share ``GOODWILL_OWED_BELOW``, and by ``GOODWILL_OWED_FROM`` at least."""
    return (
        given < settings.GOODWILL_OWED_BELOW * received
        and received - given >= settings.GOODWILL_OWED_FROM
    )


def faded(value: float, *, happened_on: date, today: date) -> float:
    """What ``value`` still counts for today. What is dated later counts whole."""
    age = max((today - happened_on).days, 0)
    return float(value * 2 ** (-age / settings.GOODWILL_HALF_LIFE_DAYS))


def goodwill(entries: Iterable[GoodwillEntry], *, today: date) -> Goodwill:
    sums = {"a": 0.0, "b": 0.0, "c": 0.0}
    for entry in entries:
        sums[part_of(entry)] += faded(entry.value, happened_on=entry.happened_on, today=today)
    return Goodwill(**sums)


def part_of(entry: GoodwillEntry) -> str:
    """``a``, ``b`` or ``c``: the sum that an entry belongs to."""
    if entry.is_breach:
        return "c"
    return "a" if entry.direction == GoodwillEntry.Direction.WE_GAVE else "b"
