"""What we would lose if one of us left (docs/measures.md, continuity).

``bus(person)``: how many of our people have a two-way tie with them in twelve months: a human
conversation, or word from both sides. A relationship is valued where we said how often we want to
speak. Exposed is whom one of us, or nobody, has such a tie with.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models.expressions import RawSQL
from django.utils import timezone

from contacts.models import Contact, OrgUnit
from contacts.models.access import visible_units
from contacts.models.contact import ContactQuerySet
from core.models import User
from relationships.groups import shown_of

WINDOW = timedelta(days=365)
SEE = "relationships.view_relationship"


@dataclass(frozen=True, kw_only=True)
class Exposure:
    """Of ``n`` people whom we want to keep in touch with: how many hang on ``nobody`` and on
    ``one`` of us.
    """

    unit: OrgUnit | None
    n: int
    nobody: int
    one: int

    @property
    def exposed(self) -> int:
        return self.nobody + self.one

    @property
    def percentage(self) -> int:
        return round(100 * self.exposed / self.n)


@dataclass(frozen=True, kw_only=True)
class Continuity:
    units: Sequence[Exposure]
    total: Exposure | None


@dataclass(frozen=True)
class Bond:
    """One of us who has a two-way tie with a person; when they last spoke."""

    user: User
    last_at: datetime
    talks: int


def continuity(user: User, *, today: date) -> Continuity:
    """By the unit that keeps the person, the most exposed first. Two queries."""
    statement = """
SELECT valued.unit_id, count(*)::int, (count(*) FILTER (WHERE coalesce(known.bus, 0) = 0))::int,
    (count(*) FILTER (WHERE known.bus = 1))::int
FROM valued LEFT JOIN known USING (contact_id) GROUP BY valued.unit_id"""
    with connection.cursor() as cursor:
        cursor.execute(*_with(statement, today, visible_units(user, SEE)))
        rows = cursor.fetchall()
    units = OrgUnit.objects.in_bulk([unit_id for unit_id, *_rest in rows if unit_id])
    groups = [
        Exposure(unit=units.get(unit_id), n=n, nobody=nobody, one=one)
        for unit_id, n, nobody, one in rows
    ]
    shown, may_sum = shown_of(groups, lambda group: group.n)
    shown.sort(key=lambda group: (-group.percentage, -group.n, str(group.unit or "")))
    total = Exposure(
        unit=None,
        n=sum(group.n for group in groups),
        nobody=sum(group.nobody for group in groups),
        one=sum(group.one for group in groups),
    )
    return Continuity(units=shown, total=total if may_sum else None)


def exposed(people: ContactQuerySet, *, today: date) -> ContactQuerySet:
    """Whom we want to keep in touch with and at most one of us speaks with."""
    statement = """
SELECT valued.contact_id FROM valued LEFT JOIN known USING (contact_id)
WHERE coalesce(known.bus, 0) <= 1"""
    sql, values = _with(statement, today, None)
    return people.filter(pk__in=RawSQL(sql, values))  # noqa: S611 -- built here


def to_care_for(user: User, *, today: date, limit: int) -> list[Contact]:
    """Some of those exposed: the first by name; the list of people shows all."""
    people = Contact.objects.visible_to(user).active()
    units = visible_units(user, SEE)
    seen = people if units is None else people.filter(unit__in=units)
    return list(exposed(seen, today=today).select_related("unit").in_name_order()[:limit])


def bonds_of(contact: Contact, *, today: date) -> list[Bond]:
    """Our people with a two-way tie to ``contact``, who speaks with them most first."""
    statement = """
SELECT author_id, max(happened_at), count(*) FROM talks WHERE contact_id = %s
GROUP BY author_id HAVING bool_or(direction = 'two_way')
    OR (bool_or(direction = 'inbound') AND bool_or(direction = 'outbound'))"""
    sql = f"WITH talks AS ({_TALKS} AND i.contact_id = %s) {statement}"
    with connection.cursor() as cursor:
        cursor.execute(sql, [_since(today), contact.pk, contact.pk])
        rows = cursor.fetchall()
    users = User.objects.in_bulk([user_id for user_id, *_rest in rows])
    bonds = [Bond(users[user_id], last_at, talks) for user_id, last_at, talks in rows]
    return sorted(bonds, key=lambda bond: (-bond.talks, bond.user.name))


def _since(today: date) -> datetime:
    return timezone.make_aware(datetime.combine(today - WINDOW, datetime.min.time()))


def _with(statement: str, today: date, unit_ids: list[int] | None) -> tuple[str, list[Any]]:
    return f"{_KNOWN} {statement}", [unit_ids is None, unit_ids or [], _since(today)]


# What people said to each other: no machine, no note, by one of us who is still here.
_TALKS = """SELECT i.contact_id, i.author_id, i.direction, i.happened_at
    FROM relationships_interaction i JOIN core_user u ON u.id = i.author_id AND u.is_active
    WHERE i.happened_at >= %s AND NOT i.is_automated AND i.channel <> 'note'
        AND i.direction <> 'internal'"""
_KNOWN = f"""
WITH valued AS MATERIALIZED (
    SELECT DISTINCT r.contact_id, c.unit_id
    FROM relationships_relationship r
    JOIN relationships_stage s ON s.id = r.stage_id
    JOIN contacts_contact c ON c.id = r.contact_id
    WHERE r.ended_on IS NULL AND c.archived_at IS NULL AND c.erased_at IS NULL
        AND c.merged_into_id IS NULL
        AND coalesce(r.cadence_days, r.segment_days, s.cadence_days) IS NOT NULL
        AND (%s OR c.unit_id = ANY(%s))
), known AS (
    SELECT contact_id, count(*) AS bus
    FROM (SELECT contact_id, author_id FROM ({_TALKS}) talks
        GROUP BY contact_id, author_id HAVING bool_or(direction = 'two_way')
            OR (bool_or(direction = 'inbound') AND bool_or(direction = 'outbound'))) bonds
    GROUP BY contact_id
)"""  # noqa: S608 -- no value is put in by hand
