"""The two sides of relationships: of one person with all parts, in sum for a group, as a filter.

What is checked is said once (``relationships.sides_sql``). No figure of it is an input of matching,
selection or staffing (docs/measures.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Count, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contacts.models import Contact
from contacts.models.contact import ContactQuerySet
from relationships.groups import SMALLEST_GROUP
from relationships.models import SidesPlace
from relationships.sides_sql import CHECKS, FELT, about
from relationships.two_sides import (
    QUADRANT_LABELS,
    Quadrant,
    felt,
    is_fine,
    quadrant,
    shown_counts,
)

CHECK_LABELS: dict[str, str | Promise] = {
    "contract": _("Contract is there and in date"),
    "documents": _("Document is valid"),
    "reviews": _("Dossier is reviewed in time"),
    "consents": _("Consent is in force"),
    "notice": _("End of a contract for a time is said in time"),
}


@dataclass(frozen=True)
class Check:
    """One thing on the formal side. ``day``: the day that it is about, if there is one."""

    key: str
    is_met: bool
    day: date | None

    @property
    def label(self) -> str:
        return str(CHECK_LABELS[self.key])


@dataclass(frozen=True, kw_only=True)
class Sides:
    """Of one person. ``kept`` of ``due`` promises of ours; ``reciprocity`` 0 to 100 or unknown."""

    checks: Sequence[Check]
    kept: int
    due: int
    reciprocity: int | None

    @property
    def promises(self) -> int | None:
        return round(100 * self.kept / self.due) if self.due else None

    @property
    def is_fine(self) -> bool | None:
        return is_fine([check.is_met for check in self.checks])

    @property
    def met(self) -> int:
        return sum(check.is_met for check in self.checks)

    @property
    def felt(self) -> float | None:
        return felt([self.promises, self.reciprocity])

    @property
    def quadrant(self) -> Quadrant | None:
        return quadrant(self.is_fine, self.felt)

    @property
    def label(self) -> str:
        found = self.quadrant
        return str(QUADRANT_LABELS[found]) if found else ""


@dataclass(frozen=True)
class Square:
    """One quadrant of a group: ``people`` is None where it must not be shown."""

    key: str
    people: int | None
    n: int

    @property
    def label(self) -> str:
        return str(QUADRANT_LABELS[self.key])

    @property
    def percentage(self) -> int | None:
        return None if self.people is None else round(100 * self.people / self.n)


@dataclass(frozen=True)
class Squares:
    """``n``: people of whom both sides are known; None where they are fewer than five."""

    n: int | None
    squares: Sequence[Square]


def sides_of(contact: Contact, *, today: date) -> Sides:
    people = ("SELECT %s::bigint AS id", [contact.pk])
    formal = f"SELECT code, met, day FROM ({CHECKS}) checks ORDER BY code, day"  # noqa: S608
    experienced = f"SELECT kept, due, reciprocity FROM ({FELT}) felt"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(*about(people, today, formal))
        checks = [Check(*row) for row in cursor.fetchall()]
        cursor.execute(*about(people, today, experienced))
        kept, due, reciprocity = cursor.fetchone() or (0, 0, None)
    return Sides(checks=checks, kept=kept or 0, due=due or 0, reciprocity=reciprocity)


def squares_of(places: QuerySet[SidesPlace]) -> Squares:
    """How many people of a group stand where, as of last night."""
    counted = dict(places.order_by().values_list("code").annotate(Count("pk")))
    counts = {key.value: counted.get(key.value, 0) for key in Quadrant}
    n = sum(counts.values())
    if n < SMALLEST_GROUP:
        return Squares(None, [])
    shown = shown_counts(counts)
    return Squares(n, [Square(key, shown[key], n) for key in counts])


def in_quadrants(people: ContactQuerySet, keys: Sequence[str]) -> ContactQuerySet:
    """Those of ``people`` who stood in one of these quadrants last night."""
    return people.filter(pk__in=SidesPlace.objects.filter(code__in=keys).values("contact"))
