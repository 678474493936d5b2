"""Colleagues who leave, and who could go on with the people they keep in touch with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Lower

from contacts.models import Contact, EmailAddress
from core.models import User
from relationships.models import CoOwner, Engagement, Relationship, Tie
from relationships.selectors.colleagues import colleagues

SOON = timedelta(days=60)
WINDOW = timedelta(days=365)


@dataclass(frozen=True)
class Leaver:
    """``last_day`` is None for whose account is closed already."""

    user: User
    relationships: int
    last_day: date | None


@dataclass(frozen=True)
class Bequeathed:
    """A relationship that needs an heir; who of us knows the person best, and by what."""

    row: Relationship
    heir: User | None
    why: str
    talks: int = 0


def owned_by(leaver: User, reader: User) -> QuerySet[Relationship]:
    """Those that the reader may see, the longest without a word first."""
    rows = Relationship.objects.visible_to(reader).open().filter(owner=leaver)
    return rows.select_related("contact", "stage").order_by("last_two_way_at", "pk")


def leavers(reader: User, *, today: date) -> list[Leaver]:
    """Whose account is closed, or whose last day of work comes within sixty days, and who still
    own somebody. A user is known among the people by their address. Who leaves is asked first, so
    that only what they own is counted.
    """
    days = _last_days(User.objects.filter(is_active=True), today)
    leaving = Q(is_active=False) | Q(address__in=days)
    users = User.objects.annotate(address=Lower("email")).filter(leaving).in_bulk()
    rows = Relationship.objects.visible_to(reader).open().filter(owner__any=[*users])
    counted = rows.order_by().values_list("owner").annotate(Count("pk"))
    found = [Leaver(users[pk], count, days.get(users[pk].email.lower())) for pk, count in counted]
    return sorted(found, key=lambda one: (one.last_day or date.min, one.user.name))


def _last_days(users: QuerySet[User], today: date) -> dict[str, date]:
    addresses = EmailAddress.objects.filter(address__in=users.values("email"))
    working = Engagement.objects.filter(contact=OuterRef("contact")).current(today)
    stays = working.filter(Q(ends_on=None) | Q(ends_on__gt=today + SOON))
    leaving = addresses.filter(Exists(working), ~Exists(stays))
    rows = leaving.values_list("address", "contact")
    ends: dict[int, date] = {}
    ending = Engagement.objects.filter(contact__in=[pk for _address, pk in rows]).current(today)
    for contact_id, ends_on in ending.values_list("contact_id", "ends_on"):
        if ends_on is not None:
            ends[contact_id] = max(ends_on, ends.get(contact_id, ends_on))
    return {address.lower(): ends[pk] for address, pk in rows if pk in ends}


def bequest(rows: Sequence[Relationship], *, leaver: User, today: date) -> list[Bequeathed]:
    """Who could go on with each: a co-owner, else who spoke with them most in a year, else whom
    they know. Whoever cannot see the person is left out. Five queries, and one per heir.
    """
    contact_ids = [row.contact_id for row in rows]
    heirs = {user.pk: user for user in colleagues().exclude(pk=leaver.pk)}
    ways: list[tuple[str, dict[int, list[tuple[int, int]]]]] = [
        ("co_owner", _co_owners(rows)),
        ("talks", _talkers(contact_ids, today)),
        ("tie", _known_to(contact_ids)),
    ]
    seen = _Sight(heirs, contact_ids)
    found = []
    for row in rows:
        choice: tuple[User | None, str, int] = (None, "", 0)
        for why, by_contact in ways:
            able = [
                (user_id, talks)
                for user_id, talks in by_contact.get(row.contact_id, ())
                if user_id in heirs and seen.sees(user_id, row.contact_id)
            ]
            if able:
                user_id, talks = able[0]
                choice = (heirs[user_id], why, talks)
                break
        found.append(Bequeathed(row, *choice))
    return found


class _Sight:
    """Which heirs see which of the people: asked once for each heir that is thought of."""

    def __init__(self, heirs: dict[int, User], contact_ids: Sequence[int]) -> None:
        self.heirs, self.contact_ids = heirs, contact_ids
        self.known: dict[int, set[int]] = {}

    def sees(self, user_id: int, contact_id: int) -> bool:
        if user_id not in self.known:
            people = Contact.objects.visible_to(self.heirs[user_id]).filter(pk__in=self.contact_ids)
            self.known[user_id] = set(people.values_list("pk", flat=True))
        return contact_id in self.known[user_id]


def _co_owners(rows: Sequence[Relationship]) -> dict[int, list[tuple[int, int]]]:
    found: dict[int, list[tuple[int, int]]] = {}
    beside = CoOwner.objects.filter(relationship__in=rows).order_by("pk")
    for contact_id, user_id in beside.values_list("relationship__contact", "user"):
        found.setdefault(contact_id, []).append((user_id, 0))
    return found


def _talkers(contact_ids: Sequence[int], today: date) -> dict[int, list[tuple[int, int]]]:
    found: dict[int, list[tuple[int, int]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT contact_id, author_id, count(*)::int FROM relationships_interaction"
            " WHERE contact_id = ANY(%s) AND happened_at >= %s AND NOT is_automated"
            " AND channel <> 'note' AND direction IN ('two_way', 'inbound')"
            " AND author_id IS NOT NULL GROUP BY 1, 2 ORDER BY 3 DESC, 2",
            [list(contact_ids), today - WINDOW],
        )
        for contact_id, user_id, talks in cursor.fetchall():
            found.setdefault(contact_id, []).append((user_id, talks))
    return found


def _known_to(contact_ids: Sequence[int]) -> dict[int, list[tuple[int, int]]]:
    found: dict[int, list[tuple[int, int]]] = {}
    ties = Tie.objects.filter(
        contact__in=contact_ids, colleague__isnull=False, removed_at=None, until=None
    )
    for contact_id, user_id in ties.order_by("pk").values_list("contact", "colleague"):
        found.setdefault(contact_id, []).append((user_id or 0, 0))
    return found
