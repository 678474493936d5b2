from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from core.bulk import MANY, copy_rows, insert
from relationships.models import TimelineEntry


def record(entries: Iterable[TimelineEntry]) -> None:
    """Write lines of the timeline, in bulk. One whose ``key`` is there already is left alone, so
    that a handler that is called again writes each line once.
    """
    insert(entries, skips_conflicts=True)


class Line(NamedTuple):
    """A line as the columns that most lines have: for what comes by the ten thousand."""

    contact_id: int
    at: datetime
    verb: str
    key: str
    actor_id: int | None
    data: dict[str, Any]


def record_lines(lines: Sequence[Line]) -> None:
    """As ``record``, without an object for each line."""
    if len(lines) >= MANY:
        copy_rows(TimelineEntry, Line._fields, lines, skips_conflicts=True)
    else:
        record(TimelineEntry(**line._asdict()) for line in lines)


def forget(keys: Collection[str]) -> None:
    """Take out the lines of what was undone."""
    TimelineEntry.objects.filter(key__in=keys).delete()
