"""Where post reaches people, as a file tells it: street, number and postcode beside the city."""

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, NamedTuple

from contacts.choices import Source
from contacts.models import Contact, PostalAddress
from contacts.names import fold
from contacts.services.addresses import follow_place
from core.bulk import copy_rows

if TYPE_CHECKING:
    from contacts.imports.persons import PersonPlan

_SOURCE = str(Source.IMPORT)


class Place(NamedTuple):
    """One postal address. In its city and country it is not compared: those may be corrected."""

    lines: str
    postcode: str
    city: str = ""
    country: str = ""

    @property
    def key(self) -> tuple[str, str]:
        return fold(self.lines), fold(self.postcode).replace(" ", "")

    @property
    def words(self) -> str:
        town = " ".join(part for part in (self.postcode, self.city) if part)
        return ", ".join(part for part in (self.lines, town) if part)


def places_of(contact_ids: Iterable[int]) -> dict[int, list[Place]]:
    """What we know, the primary one first."""
    rows = PostalAddress.objects.filter(contact_id__any=list(contact_ids))
    known: dict[int, list[Place]] = {}
    columns = ("contact_id", "lines", "postcode", "city", "country")
    for pk, *values in rows.order_by("-is_primary", "pk").values_list(*columns):
        known.setdefault(pk, []).append(Place(*values))
    return known


def write_places(people: Collection["PersonPlan"]) -> None:
    """Add what is new. The first of a person is their primary one, and so is one in the city to
    which the same file has them move; where it has them move without a street, that city is.
    """
    rows, moved, elsewhere = [], [], []
    for person in people:
        known = person.known
        if known is None:
            continue
        contact = known.contact
        moves = not person.was_new and not {"city", "country"}.isdisjoint(person.fields)
        for place in person.places:
            is_first = not known.has_place or (moves and fold(place.city) == fold(contact.city))
            if is_first and known.has_place:
                moved.append(contact.pk)
                moves = False
            known.has_place = True
            rows.append((contact.pk, *place, is_first))
        if moves and known.has_place:
            elsewhere.append(contact)
    PostalAddress.objects.filter(contact_id__any=moved, is_primary=True).update(is_primary=False)
    columns = ["contact_id", *Place._fields, "is_primary"]
    copy_rows(PostalAddress, columns, rows)
    for contact in elsewhere:
        follow_place(contact)


def follow_back(contacts: Iterable[Contact]) -> None:
    """Their city was put back: so is the address that is their primary one. What stood there of
    a city alone meanwhile, goes."""
    for contact in contacts:
        if follow_place(contact):
            contact.postal_addresses.filter(lines="", postcode="", is_primary=False).delete()
