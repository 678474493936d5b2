"""A changed assignment asks for its dossier to be looked at again."""

from collections.abc import Sequence

from django.utils import timezone

from core.events import subscribe
from relationships.events import EngagementChanged
from relationships.services.dossiers import hurry_reviews

# An extension, other work, other hours, other pay. That it was closed or ended changes nothing.
CHANGES = {
    *("basis", "role", "unit", "manager", "starts_on", "ends_on", "expected_end_on"),
    *("hours_per_week", "rate", "rate_per"),
}


@subscribe(EngagementChanged)
def on_engagements_changed(events: Sequence[EngagementChanged]) -> None:
    ids = [event.engagement_id for event in events if not CHANGES.isdisjoint(event.fields)]
    if ids:
        hurry_reviews(engagement_ids=ids, today=timezone.localdate())
