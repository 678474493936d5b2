"""What a person's page shows of what is between us."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from contacts.models import Contact
from core.models import User
from core.once import once
from core.prepared import Given, Prepared
from relationships.choices import Kind
from relationships.kinds import WAYS
from relationships.models import Engagement, FollowUp, Relationship
from relationships.selectors.ownership import Hold, Ownership, hold_among, ownerships

_RELATIONSHIPS = Prepared(
    lambda: (
        Relationship.objects.filter(contact=Given("contact"))
        .select_related("stage", "owner", "health")
        .order_by("-started_on", "-pk")
    )
)
_ENGAGEMENTS = Prepared(
    lambda: (
        Engagement.objects.filter(contact=Given("contact"))
        .select_related("unit")
        .order_by("-starts_on", "-pk")
    )
)
_TASKS = Prepared(
    lambda: (
        FollowUp.objects.open()
        .filter(contact=Given("contact"))
        .select_related("assignee")
        .order_by("due_on", "pk")[:50]
    )
)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One relationship as a head and a side panel show it. ``cadence``: the one in force."""

    relationship: Relationship
    cadence: int | None
    days_overdue: int
    ownership: Ownership | None = None

    @property
    def ways(self) -> tuple[Kind, ...]:
        """What they may become from here."""
        return WAYS[Kind(self.relationship.kind)]

    @property
    def is_due(self) -> bool:
        return self.relationship.next_touch_on is not None and self.days_overdue >= 0


def relationships_of(contact: Contact) -> Sequence[Relationship]:
    """All of them, the latest begun first; asked once however many parts of a page show them."""
    return once(("relationships.of", contact.pk), lambda: _RELATIONSHIPS(contact=contact.pk))


def standings(contact: Contact, *, today: date, with_owners: bool = False) -> list[Standing]:
    """Open ones first, the latest begun first. ``with_owners``: also how long those hold."""
    ordered = sorted(relationships_of(contact), key=lambda row: row.ended_on is not None)
    held = ownerships(ordered, today=today) if with_owners else {}
    return [
        Standing(
            relationship=row,
            cadence=row.days_between(),
            days_overdue=(today - row.next_touch_on).days if row.next_touch_on else -1,
            ownership=held.get(row.pk),
        )
        for row in ordered
    ]


def hold_shown(contact: Contact, user: User, *, today: date) -> Hold | None:
    """As ``hold_against``, from what a person's page has asked already."""
    rows = [row for row in relationships_of(contact) if row.ended_on is None]
    key = ("relationships.hold", contact.pk, user.pk)
    return once(key, lambda: hold_among(user, rows, today=today))


def engagements_of(contact: Contact) -> Sequence[Engagement]:
    key = ("relationships.engagements", contact.pk)
    return once(key, lambda: _ENGAGEMENTS(contact=contact.pk))


def open_tasks(contact: Contact) -> Sequence[FollowUp]:
    found = _TASKS(contact=contact.pk)
    for row in found:
        row.contact = contact
    return found
