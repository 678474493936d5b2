"""In which order the cards of a column stand, and how a column goes on after one of them.

A place in a column is named by what the order goes by and by the card's id, never by the card
alone: somebody may have moved it while others scroll.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.db.models import Q

from relationships.models import Relationship


class Order(StrEnum):
    """What stands on top. A column that closes has the latest on top, whatever was chosen."""

    LATEST = ""
    LONGEST = "longest"
    TOUCH = "touch"


@dataclass(frozen=True)
class Way:
    """``by`` orders rows; ``key`` orders them in memory; ``mark`` writes down what the order goes
    by; ``past(mark, pk)`` is what comes after that place, and raises ValueError for no mark.
    """

    by: tuple[str, ...]
    key: Callable[[Relationship], Any]
    mark: Callable[[Relationship], str]
    past: Callable[[str, int], Q]


def _past_latest(mark: str, pk: int) -> Q:
    since = datetime.fromisoformat(mark)
    return Q(stage_since__lte=since) & (Q(stage_since__lt=since) | Q(pk__lt=pk))


def _past_longest(mark: str, pk: int) -> Q:
    since = datetime.fromisoformat(mark)
    return Q(stage_since__gte=since) & (Q(stage_since__gt=since) | Q(pk__gt=pk))


def _past_touch(mark: str, pk: int) -> Q:
    """Those without a day come last."""
    if not mark:
        return Q(next_touch_on=None, pk__gt=pk)
    day = date.fromisoformat(mark)
    later = Q(next_touch_on__gt=day) | Q(next_touch_on=day, pk__gt=pk)
    return later | Q(next_touch_on=None)


def _past_ended(mark: str, pk: int) -> Q:
    day_, _sep, since_ = mark.partition("_")
    day, since = date.fromisoformat(day_), datetime.fromisoformat(since_)
    earlier = Q(stage_since__lt=since) | Q(stage_since=since, pk__lt=pk)
    return Q(ended_on__lte=day) & (Q(ended_on__lt=day) | earlier)


def _since(row: Relationship) -> str:
    return row.stage_since.isoformat()


# The latest to arrive on top, where a card that was just moved is looked for.
WAYS = {
    Order.LATEST: Way(
        ("-stage_since", "-pk"),
        lambda row: (-row.stage_since.timestamp(), -row.pk),
        _since,
        _past_latest,
    ),
    Order.LONGEST: Way(
        ("stage_since", "pk"), lambda row: (row.stage_since, row.pk), _since, _past_longest
    ),
    Order.TOUCH: Way(
        ("next_touch_on", "pk"),
        lambda row: (row.next_touch_on or date.max, row.pk),
        lambda row: row.next_touch_on.isoformat() if row.next_touch_on else "",
        _past_touch,
    ),
}
LATEST_ENDED = Way(
    ("-ended_on", "-stage_since", "-pk"),
    lambda row: (-(row.ended_on or date.min).toordinal(), -row.stage_since.timestamp(), -row.pk),
    lambda row: f"{row.ended_on}_{row.stage_since.isoformat()}",
    _past_ended,
)
