"""What was asked about an expected end is done when the end, or another day, is said."""

from collections.abc import Sequence

from core.events import subscribe
from relationships.events import EngagementChanged, EngagementEnded, EngagementTakenBack
from relationships.services.expected_ends import settle_expected

CHANGES = {"ends_on", "expected_end_on", "phase"}


@subscribe(EngagementEnded)
def on_engagements_ended(events: Sequence[EngagementEnded]) -> None:
    settle_expected(contact_ids={event.contact_id for event in events})


@subscribe(EngagementChanged)
def on_engagements_changed(events: Sequence[EngagementChanged]) -> None:
    changed = {event.contact_id for event in events if not CHANGES.isdisjoint(event.fields)}
    if changed:
        settle_expected(contact_ids=changed)


@subscribe(EngagementTakenBack)
def on_engagements_taken_back(events: Sequence[EngagementTakenBack]) -> None:
    settle_expected(contact_ids={event.contact_id for event in events})
