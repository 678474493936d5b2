from collections.abc import Collection, Iterable

from relationships.models import TimelineEntry


def record(entries: Iterable[TimelineEntry]) -> None:
    """Write lines of the timeline, in bulk. One whose ``key`` is there already is left alone, so
    that a handler that is called again writes each line once.
    """
    TimelineEntry.objects.bulk_create(entries, ignore_conflicts=True, batch_size=1000)


def forget(keys: Collection[str]) -> None:
    """Take out the lines of what was undone."""
    TimelineEntry.objects.filter(key__in=keys).delete()
