"""The lines of the timeline that tell of promises. Each handler may be called again."""

from collections.abc import Iterable, Sequence

from core.events import subscribe
from relationships.events import PromiseChanged, PromiseMade, PromiseTakenBack
from relationships.models import Promise, TimelineEntry
from relationships.services import timeline

SETTLED = [state for state in Promise.State.values if state != Promise.State.OPEN]


@subscribe(PromiseMade)
def on_promises_made(events: Sequence[PromiseMade]) -> None:
    _tell([event.promise_id for event in events])


@subscribe(PromiseChanged)
def on_promises_changed(events: Sequence[PromiseChanged]) -> None:
    """Written anew from the row as it is now: what was undone, or put right, leaves no line."""
    _tell([event.promise_id for event in events])


@subscribe(PromiseTakenBack)
def on_promises_taken_back(events: Sequence[PromiseTakenBack]) -> None:
    timeline.forget(_keys(event.promise_id for event in events))


def _tell(promise_ids: Sequence[int]) -> None:
    rows = Promise.objects.select_related("promiser").in_bulk(promise_ids)
    timeline.forget(_keys(promise_ids))
    timeline.record(
        entry for row in rows.values() for entry in (_made(row), _settled(row)) if entry
    )


def _made(row: Promise) -> TimelineEntry:
    return TimelineEntry(
        contact_id=row.contact_id,
        at=row.created_at,
        verb="promise.made",
        key=f"promise.made:{row.pk}",
        actor_id=row.created_by_id,
        is_automated=row.created_by_id is None,
        data={"side": row.side, "text": row.text, "due_on": row.due_on.isoformat()},
    )


def _settled(row: Promise) -> TimelineEntry | None:
    if row.is_open or row.closed_at is None:
        return None
    return TimelineEntry(
        contact_id=row.contact_id,
        at=row.closed_at,
        verb=f"promise.{row.state}",
        key=f"promise.settled:{row.pk}",
        actor_id=row.closed_by_id,
        is_automated=row.closed_by_id is None,
        data={"side": row.side, "text": row.text, "reason": row.reason},
    )


def _keys(promise_ids: Iterable[int]) -> list[str]:
    return [f"promise.{part}:{pk}" for pk in promise_ids for part in ("made", "settled")]
