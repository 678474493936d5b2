"""What the health of a relationship is made of has changed: it is marked, and worked out soon."""

from collections.abc import Sequence

from contacts.events import ContactsMerged, ContactsParted
from core.events import subscribe
from relationships.events import (
    GoodwillChanged,
    InteractionChanged,
    InteractionLogged,
    InteractionTakenBack,
    PromiseChanged,
    PromiseMade,
    PromiseTakenBack,
    RelationshipBegan,
    StageChanged,
)
from relationships.services.health import mark


@subscribe(InteractionLogged)
def on_interactions_logged(events: Sequence[InteractionLogged]) -> None:
    mark(event.contact_id for event in events if not event.is_automated)


@subscribe(InteractionChanged)
def on_interactions_changed(events: Sequence[InteractionChanged]) -> None:
    mark(event.contact_id for event in events)


@subscribe(InteractionTakenBack)
def on_interactions_taken_back(events: Sequence[InteractionTakenBack]) -> None:
    mark(event.contact_id for event in events if not event.is_automated)


@subscribe(PromiseMade)
def on_promises_made(events: Sequence[PromiseMade]) -> None:
    mark(event.contact_id for event in events)


@subscribe(PromiseChanged)
def on_promises_changed(events: Sequence[PromiseChanged]) -> None:
    mark(event.contact_id for event in events)


@subscribe(PromiseTakenBack)
def on_promises_taken_back(events: Sequence[PromiseTakenBack]) -> None:
    mark(event.contact_id for event in events)


@subscribe(GoodwillChanged)
def on_goodwill_changed(events: Sequence[GoodwillChanged]) -> None:
    """It is a part of what the tie is worth."""
    mark(event.contact_id for event in events)


@subscribe(RelationshipBegan)
def on_relationships_began(events: Sequence[RelationshipBegan]) -> None:
    mark(event.contact_id for event in events)


@subscribe(StageChanged)
def on_stages_changed(events: Sequence[StageChanged]) -> None:
    """A stage has a cadence, and may open a relationship again."""
    mark(event.contact_id for event in events)


@subscribe(ContactsMerged)
def on_contacts_merged(events: Sequence[ContactsMerged]) -> None:
    mark(event.survivor_id for event in events)


@subscribe(ContactsParted)
def on_contacts_parted(events: Sequence[ContactsParted]) -> None:
    mark(pk for event in events for pk in (event.survivor_id, event.duplicate_id))
