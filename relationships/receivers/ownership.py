from collections.abc import Sequence

from core.events import subscribe
from relationships.events import OwnershipOverridden
from relationships.models import OwnershipOverride, TimelineEntry
from relationships.services import timeline


@subscribe(OwnershipOverridden)
def on_ownership_overridden(events: Sequence[OwnershipOverridden]) -> None:
    rows = OwnershipOverride.objects.select_related("owner").in_bulk(
        [event.override_id for event in events]
    )
    timeline.record(
        TimelineEntry(
            contact_id=row.contact_id,
            at=row.created_at,
            verb="ownership.overridden",
            key=f"ownership.overridden:{row.pk}",
            actor_id=row.made_by_id,
            data={"owner": row.owner.name, "reason": row.reason},
        )
        for row in rows.values()
    )
