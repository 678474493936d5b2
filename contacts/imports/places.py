"""Where post reaches people, as a file tells it: street, number and postcode beside the city."""

from collections.abc import Iterable
from typing import NamedTuple

from contacts.models import PostalAddress
from contacts.names import fold


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
