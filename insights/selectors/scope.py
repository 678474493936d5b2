"""Of whom a reader is shown figures: those whose record and whose relationships they may both see,
and nobody who was put aside, merged into another or erased. As the list of people shows them.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.db.models.expressions import RawSQL

from contacts.models import Contact
from contacts.models.access import visible_units
from contacts.models.contact import ContactQuerySet
from core.models import User

R = TypeVar("R", bound=Model)
SEEING = ("contacts.view_contact", "relationships.view_relationship")
_ACTIVE = "archived_at IS NULL AND erased_at IS NULL AND merged_into_id IS NULL"
# Who is left out where a reader sees everybody: few, and found by two indexes.
ASIDE = """
SELECT id FROM contacts_contact WHERE archived_at IS NOT NULL OR erased_at IS NOT NULL
UNION SELECT id FROM contacts_contact WHERE merged_into_id IS NOT NULL
"""


def units_in_sight(user: User) -> list[list[int]]:
    """The units that each permission is held for; none of them where it is held for the whole."""
    seen = [visible_units(user, permission) for permission in SEEING]
    return [units for units in seen if units is not None]


def in_sight(people: ContactQuerySet, user: User) -> ContactQuerySet:
    for units in units_in_sight(user):
        people = people.filter(unit__in=units)
    return people


def in_sight_of(rows: QuerySet[R], user: User) -> QuerySet[R]:
    """Rows about contacts in sight. Where that is everybody, those put aside are taken out: to look
    at each of a million people for the few would take a second.
    """
    units = units_in_sight(user)
    if units:
        return rows.filter(contact__in=in_sight(Contact.objects.active(), user).values("pk"))
    return rows.exclude(contact__in=raw(ASIDE, {}))


def people_of(units: Sequence[list[int]]) -> tuple[str, dict[str, Any]]:
    """SQL for the ids of who are in each of those lists of units, and its values."""
    conditions = [_ACTIVE, *(f"unit_id = ANY(%(units{at})s)" for at in range(len(units)))]
    values = {f"units{at}": ids for at, ids in enumerate(units)}
    return f"SELECT id FROM contacts_contact WHERE {' AND '.join(conditions)}", values  # noqa: S608


def contact_in_sight(user: User, column: str) -> tuple[str, dict[str, Any]]:
    """SQL that holds for the contacts in sight whose ids stand in ``column``, and its values."""
    units = units_in_sight(user)
    if not units:
        return f"{column} NOT IN ({ASIDE})", {}
    people, values = people_of(units)
    return f"{column} IN ({people})", values


def raw(sql: str, values: Mapping[str, Any]) -> RawSQL:
    """``sql`` as an expression; Django knows no values by name, so each stands where it is used."""
    names = re.findall(r"%\((\w+)\)s", sql)
    return RawSQL(re.sub(r"%\(\w+\)s", "%s", sql), [values[name] for name in names])  # noqa: S611
