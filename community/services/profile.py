"""What someone says of themself. They are the actor: no user is."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from community.selectors.profile import SHOWN, phone_of
from contacts.choices import Source
from contacts.models import Contact
from contacts.services.addresses import PhoneEntry, entries_of
from contacts.services.confirming import confirm_fields
from contacts.services.contacts import update_contact


def confirm_profile(*, contact: Contact) -> Contact:
    """All that they were shown is right."""
    return confirm_fields(
        contact=contact, actor=None, fields=[*SHOWN, "emails", "phones"], source=Source.SELF
    )


@transaction.atomic
def correct_profile(*, contact: Contact, phone: str, values: Mapping[str, Any]) -> Contact:
    """What they changed is theirs now; what they left as it was, they found right."""
    first = phone_of(contact)
    rows = contact.phone_numbers.order_by("-is_primary", "pk")
    kept = entries_of([row for row in rows if first is None or row.pk != first.pk], PhoneEntry)
    label = first.label if first else "private"
    given = [PhoneEntry(phone, label=label, is_primary=True)] if phone.strip() else []
    changed = update_contact(
        contact=contact,
        actor=None,
        source=Source.SELF,
        phones=[*given, *kept],
        **{name: values[name] for name in SHOWN},
    )
    return confirm_profile(contact=changed)
