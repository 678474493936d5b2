"""What the pages of talent pools show."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Max, Q
from django.utils import timezone

from contacts import names
from contacts.conditions import shape
from contacts.listing import Selection
from contacts.models import Contact, PoolMember, PoolMove, PoolStep, Segment, TalentPool
from contacts.models.pool import PoolMemberQuerySet
from core.models import User

CARDS = 25
PAGE = 50


@dataclass(frozen=True, kw_only=True)
class PoolRow:
    """One line of the list of pools; ``count`` is of the people whom the reader may see."""

    pool: TalentPool
    count: int
    steps: int
    last_change: datetime | None
    is_stale: bool


@dataclass(frozen=True, kw_only=True)
class Card:
    member: PoolMember
    days_at_step: int


@dataclass(frozen=True, kw_only=True)
class Column:
    """A step of the board, or (without one) those who are at no step. ``targets``: the others."""

    step: PoolStep | None
    targets: str
    count: int = 0
    cards: list[Card] = field(default_factory=list)

    @property
    def key(self) -> str:
        return str(self.step.uid) if self.step else "none"


def pool_rows(user: User, *, today: date) -> list[PoolRow]:
    """The pools one sees, by name, in three queries."""
    pools = list(
        TalentPool.objects.visible_to(user)
        .live()
        .select_related("owner", "unit", "filled_from")
        .annotate(step_count=Count("steps"))
        .order_by("name", "pk")
    )
    inside = members_of(user).filter(pool__in=pools)
    counts = dict(inside.order_by().values_list("pool").annotate(n=Count("pk")))
    changes = dict(
        PoolMember.objects.filter(pool__in=pools)
        .order_by()
        .values_list("pool")
        .annotate(at=Max("updated_at"))
    )
    return [
        PoolRow(
            pool=pool,
            count=counts.get(pool.pk, 0),
            steps=pool.step_count,  # type: ignore[attr-defined]  # annotated above
            last_change=changes.get(pool.pk),
            is_stale=pool.is_stale(today),
        )
        for pool in pools
    ]


def members_of(user: User) -> PoolMemberQuerySet:
    """Everybody in a pool now, of those that ``user`` may see: both the pool and the person."""
    rows: PoolMemberQuerySet = PoolMember.objects.visible_to(user).present()
    return rows.filter(contact__archived_at=None, contact__erased_at=None)


def in_pool(pool: TalentPool, user: User, *, text: str = "") -> PoolMemberQuerySet:
    rows = members_of(user).filter(pool=pool)
    for word in names.fold(text).split()[:8]:
        rows = rows.filter(contact__search_text__contains=word)
    return rows.select_related("contact", "step", "added_by", "filled_from")


def page_of(
    rows: PoolMemberQuerySet, *, after: UUID | None
) -> tuple[list[PoolMember], UUID | None]:
    """By name, from the one after ``after``; and the last of them when there are more."""
    turn = PoolMember.objects.filter(uid=after).select_related("contact").first() if after else None
    if turn is not None:
        key, pk = turn.contact.sort_key, turn.pk
        beyond = Q(contact__sort_key__gt=key) | Q(contact__sort_key=key, pk__gt=pk)
        rows = rows.filter(beyond)
    found = list(rows.order_by("contact__sort_key", "pk")[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].uid if len(found) > PAGE else None


def board_of(
    pool: TalentPool, user: User, *, now: datetime, only: Sequence[int | None] | None = None
) -> list[Column]:
    """The steps with the first of their cards, the latest to arrive on top.

    ``only``: the heads of just these steps, without cards: after a move.
    """
    rows = in_pool(pool, user)
    counts = dict(rows.order_by().values_list("step").annotate(n=Count("pk")))
    steps: list[PoolStep | None] = list(pool.steps.order_by("position"))
    if None in counts or not steps:
        steps = [None, *steps]
    columns = []
    for step in steps:
        pk = step.pk if step else None
        if only is not None and pk not in only:
            continue
        cards = _cards(rows, step, now) if only is None else []
        columns.append(
            Column(
                step=step,
                targets=" ".join(str(one.uid) for one in steps if one and one != step),
                count=counts.get(pk, 0),
                cards=cards,
            )
        )
    return columns


def as_card(member: PoolMember, *, now: datetime) -> Card:
    days = (timezone.localdate(now) - timezone.localdate(member.step_since)).days
    return Card(member=member, days_at_step=days)


def moves_in(pool: TalentPool, user: User) -> list[PoolMove]:
    """What was moved last, of the people whom ``user`` may see."""
    rows = PoolMove.objects.filter(
        member__pool=pool, member__contact__in=Contact.objects.visible_to(user)
    )
    return list(
        rows.select_related("member__contact", "moved_by").order_by("-moved_at", "-pk")[:10]
    )


def pools_of(contact: Contact, user: User) -> list[PoolMember]:
    """Which pools a person is in now, of those that ``user`` may see."""
    rows = members_of(user).filter(contact=contact, pool__archived_at=None)
    return list(rows.select_related("pool", "step").order_by("pool__name", "pk"))


def stale_among(selection: Selection, *, today: date) -> list[TalentPool]:
    """The pools that a selection takes people from, itself or by the rule of a segment, and that
    nobody looked at for half a year.
    """
    named = list(selection.get("pool", []))
    for segment in Segment.objects.filter(uid__in=selection.get("segment", [])):
        named += _taken_from(shape.stored(segment.rule))
    return list(TalentPool.objects.stale(today).filter(uid__in=named).order_by("name", "pk"))


def _taken_from(rule: shape.Group, *, is_negated: bool = False) -> Iterator[str]:
    """The uids of the pools that a rule takes people from, and not those it leaves out: to be in
    none of a group is to be outside the pools in it, and inside those it is turned away from.
    """
    is_negated ^= rule.match == "none"
    for one in rule.rules:
        if isinstance(one, shape.Group):
            yield from _taken_from(one, is_negated=is_negated)
        elif one.field == "pool" and one.op == ("none_of" if is_negated else "one_of"):
            yield from one.values


def _cards(rows: PoolMemberQuerySet, step: PoolStep | None, now: datetime) -> list[Card]:
    here = rows.filter(step=step).order_by("-step_since", "-pk")[:CARDS]
    return [as_card(member, now=now) for member in here]
