"""Where post reaches people, as a file tells it: street, number and postcode beside the city."""

from collections.abc import Iterable
from typing import NamedTuple

from contacts.imports.labels import OTHER
from contacts.models import PostalAddress
from contacts.names import fold


class Place(NamedTuple):
    """One postal address. With a street it is not compared in its city and country with what we
    have: those may be corrected.
    """

    lines: str
    postcode: str
    city: str = ""
    country: str = ""
    label: str = OTHER

    @property
    def key(self) -> tuple[str, str]:
        """Without a street, the town as well."""
        lines, postcode = fold(self.lines), fold(self.postcode).replace(" ", "")
        return lines, postcode if lines else f"{postcode} {fold(self.city) or self.country}"

    @property
    def whole(self) -> tuple[str, ...]:
        """By what two in one row are one."""
        return (*self.key, fold(self.city), self.country)

    @property
    def words(self) -> str:
        town = " ".join(part for part in (self.postcode, self.city) if part)
        return ", ".join(part for part in (self.lines, town) if part) or self.country


def places_of(contact_ids: Iterable[int]) -> dict[int, list[tuple[int, Place]]]:
    """What we know with the id of its row, the primary one first."""
    rows = PostalAddress.objects.filter(contact_id__any=list(contact_ids))
    known: dict[int, list[tuple[int, Place]]] = {}
    columns = ("contact_id", "pk", *Place._fields)
    for contact_id, pk, *values in rows.order_by("-is_primary", "pk").values_list(*columns):
        known.setdefault(contact_id, []).append((pk, Place(*values)))
    return known
