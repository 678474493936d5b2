"""Somebody has another address now: what waited with it is filed by the next round."""

from collections.abc import Sequence

from contacts.events import ContactCreated, ContactUpdated
from core.events import subscribe
from integrations.services.filing import look_again

TELLING = {"emails", "archived_at", "unit"}


@subscribe(ContactCreated)
def on_people_added(events: Sequence[ContactCreated]) -> None:
    look_again(contact_ids=[event.contact_id for event in events])


@subscribe(ContactUpdated)
def on_people_changed(events: Sequence[ContactUpdated]) -> None:
    told = [event.contact_id for event in events if not TELLING.isdisjoint(event.fields)]
    if told:
        look_again(contact_ids=told)
