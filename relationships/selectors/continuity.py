"""What we would lose if one of us left (docs/measures.md, continuity).

``bus(person)``: how many of our people have a two-way tie with them in twelve months: a human
conversation, or word from both sides. A relationship is valued where we said how often we want to
speak. Exposed is whom one of us, or nobody, has such a tie with, as of last night.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from contacts.models import Contact
from contacts.models.access import visible_units
from contacts.models.contact import ContactQuerySet
from core.models import User
from relationships.exposure import TALKS, since
from relationships.groups import shown_of
from relationships.models import Exposed, UnitExposure

SEE = "relationships.view_relationship"


@dataclass(frozen=True, kw_only=True)
class Exposure:
    """Of ``n`` people whom we want to keep in touch with: how many hang on ``nobody`` and on
    ``one`` of us.
    """

    label: str
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
    """``at``: when it was worked out; None before the first night."""

    at: datetime | None
    units: Sequence[Exposure]
    total: Exposure | None


@dataclass(frozen=True)
class Bond:
    """One of us who has a two-way tie with a person; when they last spoke."""

    user: User
    last_at: datetime
    talks: int


def continuity(user: User) -> Continuity:
    """By the unit that keeps the person, the most exposed first."""
    rows = UnitExposure.objects.select_related("unit")
    unit_ids = visible_units(user, SEE)
    held = list(rows if unit_ids is None else rows.filter(unit__in=unit_ids))
    groups = [
        Exposure(label=row.unit.name if row.unit else "", n=row.n, nobody=row.nobody, one=row.one)
        for row in held
    ]
    shown, may_sum = shown_of(groups, lambda group: group.n)
    shown.sort(key=lambda group: (-group.percentage, -group.n, group.label))
    total = Exposure(
        label="",
        n=sum(group.n for group in groups),
        nobody=sum(group.nobody for group in groups),
        one=sum(group.one for group in groups),
    )
    at = held[0].computed_at if held else None
    return Continuity(at=at, units=shown, total=total if may_sum else None)


def exposed(people: ContactQuerySet) -> ContactQuerySet:
    return people.filter(pk__in=Exposed.objects.values("contact"))


def to_care_for(user: User, *, limit: int) -> list[Contact]:
    """Some of those exposed: the first by name; the list of people shows all."""
    people = Contact.objects.visible_to(user).active()
    units = visible_units(user, SEE)
    seen = people if units is None else people.filter(unit__in=units)
    return list(exposed(seen).select_related("unit").in_name_order()[:limit])


def bonds_of(contact: Contact, *, now: datetime) -> list[Bond]:
    """Our people with a two-way tie to ``contact``, who speaks with them most first."""
    statement = f"""
SELECT author_id, max(happened_at), count(*) FROM ({TALKS} AND i.contact_id = %s) talks
GROUP BY author_id HAVING bool_or(direction = 'two_way')
    OR (bool_or(direction = 'inbound') AND bool_or(direction = 'outbound'))"""  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(statement, [since(now), contact.pk])
        rows = cursor.fetchall()
    users = User.objects.in_bulk([user_id for user_id, *_rest in rows])
    bonds = [Bond(users[user_id], last_at, talks) for user_id, last_at, talks in rows]
    return sorted(bonds, key=lambda bond: (-bond.talks, bond.user.name))
