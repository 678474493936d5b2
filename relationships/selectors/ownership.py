"""Whom colleagues hold, for how many days more. In sets: three queries however many people."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Expression, OuterRef, Q, QuerySet
from django.utils import timezone

from contacts.models import Contact
from core.models import User
from core.prepared import Given, Prepared
from relationships.models import CoOwner, OwnershipOverride, OwnershipRule, Relationship
from relationships.ownership import days_left, held_until

_RULES = Prepared(lambda: OwnershipRule.objects.all())
_CO_OWNERS = Prepared(
    lambda: CoOwner.objects.filter(relationship__any=Given("ids")).select_related("user")
)


@dataclass(frozen=True)
class Hold:
    """``owner`` holds the person until that day, included."""

    contact_id: int
    owner: User
    until: date
    days_left: int


@dataclass(frozen=True)
class Ownership:
    """Of one relationship, for its panel: ``until`` may be past, or None where nobody holds."""

    until: date | None
    days_left: int
    co_owners: Sequence[CoOwner]


def kept_by(user: User) -> Q:
    """Relationships that ``user`` owns or co-owns. By an array, and no list to look through: then
    the owner's index and that of the ids answer together, however many rows there are.
    """
    return Q(owner=user) | co_owned_by(user)


def co_owned_by(user: User) -> Q:
    beside = CoOwner.objects.filter(user=user).order_by().values("relationship")
    return Q(pk__any=ArraySubquery(beside))


def with_keepers(
    rows: QuerySet[Relationship], *, but: User | Expression | None = None
) -> QuerySet[Relationship]:
    """``rows`` with the owner, and in ``co_owner_names`` who keeps in touch beside them; without
    ``but`` and whose account is closed.
    """
    beside = CoOwner.objects.filter(relationship=OuterRef("pk"), user__is_active=True)
    if but is not None:
        beside = beside.exclude(user=but)
    names = ArraySubquery(beside.order_by("user__name").values("user__name"))
    return rows.select_related("owner").annotate(co_owner_names=names)


def keepers_beside(row: Relationship, user: User | None) -> list[str]:
    """Who keeps in touch beside ``user``, the owner first, or without them beside the owner; of a
    row found ``with_keepers``.
    """
    owner = row.owner
    is_other = owner is not None and user is not None and owner.is_active and owner != user
    names: Sequence[str] = getattr(row, "co_owner_names", ())
    return [*([owner.name] if owner and is_other else []), *names]


def rules_by_kind() -> dict[str, OwnershipRule]:
    return {rule.kind: rule for rule in _RULES()}


def holds_against(user: User, contact_ids: Collection[int], *, today: date) -> Mapping[int, Hold]:
    """Those of the people whom somebody else holds, and who does longest.

    Nobody is held from who owns or co-owns any open relationship with them. An owner whose
    account is closed holds nobody.
    """
    rules = rules_by_kind()
    binding = [kind for kind, rule in rules.items() if rule.basis != OwnershipRule.Basis.NEVER]
    rows = Relationship.objects.open().filter(contact__in=contact_ids)
    mine = set(rows.filter(kept_by(user)).values_list("contact_id", flat=True))
    others = rows.filter(owner__is_active=True, kind__in=binding).exclude(owner=user)
    found: dict[int, Hold] = {}
    for row in others.select_related("owner"):
        one = _hold_by(row, rules, today)
        if one is None or row.contact_id in mine:
            continue
        held = found.get(row.contact_id)
        if held is None or one.until > held.until:
            found[row.contact_id] = one
    return found


def hold_among(user: User, rows: Collection[Relationship], *, today: date) -> Hold | None:
    """As ``hold_against``, of one person whose open relationships are known with their owners: no
    query where nobody else owns one.
    """
    others = [row for row in rows if row.owner and row.owner.is_active]
    if not others or any(row.owner_id == user.pk for row in rows):
        return None
    rules = rules_by_kind()
    held = [one for row in others if (one := _hold_by(row, rules, today))]
    if not held:
        return None
    beside = _CO_OWNERS(ids=[row.pk for row in rows])
    if any(one.user_id == user.pk for one in beside):
        return None
    return max(held, key=lambda one: one.until)


def _hold_by(row: Relationship, rules: Mapping[str, OwnershipRule], today: date) -> Hold | None:
    until = until_of(row, rules)
    if row.owner is None or until is None or until < today:
        return None
    return Hold(row.contact_id, row.owner, until, days_left(until, today=today))


def hold_against(user: User, contact: Contact, *, today: date) -> Hold | None:
    return holds_against(user, [contact.pk], today=today).get(contact.pk)


def said_why(user: User, hold: Hold, *, today: date) -> OwnershipOverride | None:
    """What ``user`` said today of why they write to whom that colleague holds: a text and the log
    of it are one act, and so is a second message of the same day.
    """
    begin = timezone.make_aware(datetime.combine(today, datetime.min.time()))
    said = OwnershipOverride.objects.filter(
        contact=hold.contact_id,
        owner=hold.owner,
        made_by=user,
        act=OwnershipOverride.Act.MAIL,
        created_at__gte=begin,
    )
    return said.order_by("-pk").first()


def hold_to_explain(user: User, contact: Contact, *, today: date) -> Hold | None:
    """The hold for which ``user`` must still say why, before they write."""
    hold = hold_against(user, contact, today=today)
    return None if hold is None or said_why(user, hold, today=today) else hold


def until_of(row: Relationship, rules: Mapping[str, OwnershipRule]) -> date | None:
    """The last day on which the owner of ``row`` holds the person."""
    rule = rules.get(row.kind)
    if rule is None or row.owner_id is None or row.ended_on is not None:
        return None
    heard = row.last_two_way_at
    return held_until(
        basis=rule.basis,
        days=rule.days,
        owned_since=row.owner_since or row.started_on,
        last_contact_on=timezone.localdate(heard) if heard else None,
    )


def ownerships(rows: Collection[Relationship], *, today: date) -> dict[int, Ownership]:
    """By relationship id: two queries for all."""
    rules = rules_by_kind()
    beside: dict[int, list[CoOwner]] = {row.pk: [] for row in rows}
    for one in _CO_OWNERS(ids=list(beside)) if beside else ():
        beside[one.relationship_id].append(one)
    return {
        row.pk: Ownership(
            until=(until := until_of(row, rules)),
            days_left=days_left(until, today=today),
            co_owners=sorted(beside[row.pk], key=lambda one: one.user.name),
        )
        for row in rows
    }
