"""The line that tells that somebody became something else. Each handler may be called again."""

from collections.abc import Sequence

from core.events import subscribe
from relationships.events import KindChanged, KindChangeUndone
from relationships.models import KindChange, TimelineEntry
from relationships.services import timeline
from relationships.services.health import mark


@subscribe(KindChanged)
def on_kinds_changed(events: Sequence[KindChanged]) -> None:
    """Not of one that was undone before a retry."""
    rows = KindChange.objects.filter(undone_at=None)
    found = rows.in_bulk([event.kind_change_id for event in events])
    timeline.record(
        TimelineEntry(
            contact_id=row.contact_id,
            at=row.created_at,
            verb="kind.changed",
            key=f"kind.changed:{row.pk}",
            actor_id=row.made_by_id,
            is_automated=row.made_by_id is None,
            data={"from": row.from_kind, "to": row.to_kind, "reason": row.reason},
        )
        for row in found.values()
    )


@subscribe(KindChangeUndone)
def on_kind_changes_undone(events: Sequence[KindChangeUndone]) -> None:
    timeline.forget(
        [f"kind.changed:{event.kind_change_id}" for event in events]
        + [f"relationship.began:{event.relationship_id}" for event in events]
    )
    mark(event.contact_id for event in events)
