from collections.abc import Collection, Iterable

from core.bulk import insert
from relationships.models import TimelineEntry


def record(entries: Iterable[TimelineEntry]) -> None:
    """Write lines of the timeline, in bulk. One whose ``key`` is there already is left alone, so
    that a handler that is called again writes each line once.
    """
    insert(entries, skips_conflicts=True)


def forget(keys: Collection[str]) -> None:
    """Take out the lines of what was undone."""
    TimelineEntry.objects.filter(key__in=keys).delete()
