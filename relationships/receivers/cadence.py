"""Who begins anew with us, or turns out to be two or one, follows the cadence of their segments."""

from collections.abc import Sequence

from contacts.events import ContactsMerged, ContactsParted
from core.events import subscribe
from relationships.events import RelationshipBegan
from relationships.models import SegmentCadence
from relationships.services.segment_cadence import apply_all


@subscribe(RelationshipBegan)
def on_relationships_began(events: Sequence[RelationshipBegan]) -> None:
    if SegmentCadence.objects.exists():
        apply_all(sorted({event.contact_id for event in events}))


@subscribe(ContactsMerged)
def on_contacts_merged(events: Sequence[ContactsMerged]) -> None:
    apply_all(sorted({event.survivor_id for event in events}))


@subscribe(ContactsParted)
def on_contacts_parted(events: Sequence[ContactsParted]) -> None:
    apply_all(sorted({pk for event in events for pk in (event.survivor_id, event.duplicate_id)}))
