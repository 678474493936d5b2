from collections.abc import Collection, Sequence
from dataclasses import dataclass

from contacts.models import Contact
from contacts.models.access import visible_units
from core.models import User


@dataclass(frozen=True)
class Scope:
    """Whose people the importer may see, and change; None: everyone's."""

    visible: Sequence[int] | None
    own: Collection[int] | None

    def may_change(self, contact: Contact) -> bool:
        return self.own is None or contact.unit_id in self.own


def scope_of(actor: User) -> Scope:
    """Asked anew for each worker: rights may have been taken away since the upload."""
    own = visible_units(actor, "contacts.import_contacts")
    return Scope(
        visible=visible_units(actor, "contacts.view_contact"),
        own=None if own is None else frozenset(own),
    )
