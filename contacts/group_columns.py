"""Segments and talent pools in lists of people: filters, a column, and a condition of rules."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from contacts import cells
from contacts.conditions import registry
from contacts.conditions.registry import Ask, Condition
from contacts.listing import Column, Filter, register_column, register_filter
from contacts.models import PoolMember, Segment, SegmentMember, TalentPool
from contacts.models.contact import ContactQuerySet
from contacts.selectors.pools import members_of
from core.models import User

Choices = list[tuple[str, str]]


def segment_choices(user: User) -> Choices:
    rows = Segment.objects.visible_to(user).live().order_by("name", "pk")
    return [(str(uid), name) for uid, name in rows.values_list("uid", "name")]


def pool_choices(user: User) -> Choices:
    rows = TalentPool.objects.visible_to(user).live().order_by("name", "pk")
    return [(str(uid), name) for uid, name in rows.values_list("uid", "name")]


def _in_segments(people: ContactQuerySet, values: list[str], user: User) -> ContactQuerySet:
    chosen = Segment.objects.visible_to(user).filter(uid__in=_uids(values))
    inside = SegmentMember.objects.present().filter(segment__in=chosen)
    return people.filter(pk__in=inside.values("contact"))


def _in_pools(people: ContactQuerySet, values: list[str], user: User) -> ContactQuerySet:
    inside = members_of(user).filter(pool__uid__in=_uids(values))
    return people.filter(pk__in=inside.order_by().values("contact"))


def _pools_of(contact_ids: Sequence[int], user: User) -> Mapping[int, list[str]]:
    rows = members_of(user).filter(contact__in=contact_ids, pool__archived_at=None)
    held: dict[int, list[str]] = {}
    for pk, name in rows.order_by("pool__name").values_list("contact", "pool__name"):
        held.setdefault(pk, []).append(name)
    return held


def _in_some_pool(ask: Ask) -> Q:
    """Whoever's rule it is saw the pools it names: that was asked when it was written."""
    rows = PoolMember.objects.present().filter(contact=OuterRef("pk"), pool__archived_at=None)
    if ask.op in ("one_of", "none_of"):
        rows = rows.filter(pool__uid__in=_uids(ask.values))
    else:
        rows = rows.filter(pool__is_private=False)
    some = Q(Exists(rows))
    return ~some if ask.op in ("none_of", "empty") else some


def _uids(values: Sequence[str]) -> list[UUID]:
    return [UUID(value) for value in values]


register_column(
    Column(
        key="pools",
        label=_("Talent pools"),
        position=67,
        values=_pools_of,
        html=cells.chips,
    )
)
register_filter(
    Filter(
        key="segment",
        label=_("Segment"),
        position=14,
        widget="choice",
        sentence=_("in the segment %(value)s"),
        choices=segment_choices,
        apply=_in_segments,
        icon="filter",
    )
)
register_filter(
    Filter(
        key="pool",
        label=_("Talent pool"),
        position=16,
        widget="choice",
        sentence=_("in the talent pool %(value)s"),
        choices=pool_choices,
        apply=_in_pools,
        icon="users-round",
    )
)
registry.register(
    Condition(
        key="pool",
        label=_("Talent pool"),
        group=_("Person"),
        position=38,
        type="choice",
        build=_in_some_pool,
        choices=pool_choices,
    )
)
# A segment that asks who is in a segment would have to be worked out after it, and so on.
registry.leave_out(lambda: ("segment",))
