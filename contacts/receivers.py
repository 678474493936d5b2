"""What we ourselves make of what happened: who must be looked at again as a possible duplicate."""

from collections.abc import Sequence

from contacts.events import ContactCreated, ContactsMerged, ContactsParted, ContactUpdated
from contacts.freshness import CUSTOM
from contacts.services import match_profiles
from contacts.services.contacts import NAME_FIELDS
from core.events import subscribe

# The fields of a change after which somebody may be alike to others.
COMPARED = frozenset(
    (
        *(*NAME_FIELDS, "organisation_name", "city"),
        *("emails", "phones", "profiles", "external_ids", "postal_addresses"),
    )
)
# So few are made ready at once, so that the next form that is filled in is held against them.
FEW = 5


@subscribe(ContactCreated)
def on_contacts_created(events: Sequence[ContactCreated]) -> None:
    _look_again([event.contact_id for event in events])


@subscribe(ContactUpdated)
def on_contacts_updated(events: Sequence[ContactUpdated]) -> None:
    """A tag more or a note says nothing of who somebody is."""
    _look_again([event.contact_id for event in events if any(map(_tells_who, event.fields))])


def _tells_who(field: str) -> bool:
    return field in COMPARED or field.startswith(CUSTOM)


@subscribe(ContactsMerged)
def on_contacts_merged(events: Sequence[ContactsMerged]) -> None:
    match_profiles.mark_due([event.survivor_id for event in events])


@subscribe(ContactsParted)
def on_contacts_parted(events: Sequence[ContactsParted]) -> None:
    parted = [(event.survivor_id, event.duplicate_id) for event in events]
    match_profiles.mark_due([pk for pair in parted for pk in pair])


def _look_again(contact_ids: Sequence[int]) -> None:
    if not contact_ids:
        return
    match_profiles.mark_due(contact_ids)
    if len(contact_ids) <= FEW:
        match_profiles.refresh(contact_ids, stay_due=True)
