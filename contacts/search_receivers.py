"""What people being written means for the words by which misspelt ones are forgiven."""

from collections.abc import Sequence
from functools import partial

from django.db import transaction

from contacts.events import ContactCreated, ContactsMerged, ContactsParted, ContactUpdated
from contacts.services.search_words import COLUMNS, learn_words
from core.events import subscribe


@subscribe(ContactCreated)
def on_contacts_created(events: Sequence[ContactCreated]) -> None:
    _learn([event.contact_id for event in events])


@subscribe(ContactUpdated)
def on_contacts_updated(events: Sequence[ContactUpdated]) -> None:
    _learn([event.contact_id for event in events if not set(COLUMNS).isdisjoint(event.fields)])


@subscribe(ContactsMerged)
def on_contacts_merged(events: Sequence[ContactsMerged]) -> None:
    _learn([event.survivor_id for event in events])


@subscribe(ContactsParted)
def on_contacts_parted(events: Sequence[ContactsParted]) -> None:
    _learn([pk for event in events for pk in (event.survivor_id, event.duplicate_id)])


def _learn(contact_ids: list[int]) -> None:
    if contact_ids:
        transaction.on_commit(partial(learn_words, contact_ids=contact_ids), robust=True)
