"""The goodwill ledger: of one person with all its lines, of a page of people, of a whole group.

No figure of it is an input of matching, selection or staffing: nothing that chooses people for
work may import this module (docs/measures.md).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import fmean
from typing import Any

from django.conf import settings
from django.db.models import (
    Case,
    DateField,
    Expression,
    ExpressionWrapper,
    F,
    FloatField,
    Func,
    Q,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Power
from django.db.models.query import QuerySet

from contacts.models import Contact
from contacts.models.contact import ContactQuerySet
from core.models import User
from core.prepared import Given, Prepared
from relationships.choices import Kind
from relationships.goodwill import Goodwill, faded, goodwill, part_of
from relationships.groups import SMALLEST_GROUP
from relationships.models import GoodwillEntry, Relationship

Entries = QuerySet[GoodwillEntry]

_LEDGER = Prepared(
    lambda: (
        GoodwillEntry.objects.filter(contact=Given("contact"))
        .select_related("author", "interaction")
        .order_by("-happened_on", "-pk")
    )
)

_BREACH = Q(kind__in=GoodwillEntry.BREACHES)
_OURS = Q(direction=GoodwillEntry.Direction.WE_GAVE)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One entry, and what it still counts for."""

    entry: GoodwillEntry
    worth: float


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """``parts``: the lines behind each of the three sums, the latest first."""

    goodwill: Goodwill
    parts: Mapping[str, Sequence[Line]]


@dataclass(frozen=True, kw_only=True)
class GroupGoodwill:
    """Of ``n`` people with entries: the sums, and the mean of their goodwill."""

    label: str
    n: int
    a: float
    b: float
    c: float
    mean: float


def ledger_of(contact: Contact, *, today: date) -> Ledger:
    entries = _LEDGER(contact=contact.pk)
    parts: dict[str, list[Line]] = {"a": [], "b": [], "c": []}
    for entry in entries:
        worth = faded(entry.value, happened_on=entry.happened_on, today=today)
        parts[part_of(entry)].append(Line(entry=entry, worth=worth))
    return Ledger(goodwill=goodwill(entries, today=today), parts=parts)


def goodwill_of(contact_ids: Sequence[int], user: User, *, today: date) -> dict[int, Goodwill]:
    """Of a page of people, in one query; those of whom nothing is written are not in it."""
    rows: defaultdict[int, list[GoodwillEntry]] = defaultdict(list)
    for entry in GoodwillEntry.objects.visible_to(user).filter(contact__in=contact_ids):
        rows[entry.contact_id].append(entry)
    return {contact_id: goodwill(entries, today=today) for contact_id, entries in rows.items()}


def owed(people: ContactQuerySet, *, today: date) -> ContactQuerySet:
    """Those to whom we owe something: ``is_owed``, said in SQL."""
    sums = _sums(GoodwillEntry.objects.all(), today)
    found = sums.filter(
        a__lt=settings.GOODWILL_OWED_BELOW * F("b"), b__gte=F("a") + settings.GOODWILL_OWED_FROM
    )
    return people.filter(pk__in=found.values("contact"))


def in_sum(people: ContactQuerySet, label: str, *, today: date) -> GroupGoodwill | None:
    """The goodwill of a group; None where fewer than five of them have any."""
    entries = GoodwillEntry.objects.filter(contact__in=people.order_by().values("pk"))
    return _group(label, [Goodwill(a, b, c) for _id, a, b, c in _rows(entries, today)])


def by_kind(user: User, *, today: date) -> list[GroupGoodwill]:
    """What each kind of relationship has in the ledger, of the people whom ``user`` may see.

    Somebody of two kinds counts in both. A kind of fewer than five people is left out, and there
    is no sum over all kinds from which it could be worked out.
    """
    visible = GoodwillEntry.objects.visible_to(user)
    of_each = {pk: Goodwill(a, b, c) for pk, a, b, c in _rows(visible, today)}
    kinds: defaultdict[str, set[int]] = defaultdict(set)
    held = Relationship.objects.open().filter(contact__in=visible.order_by().values("contact"))
    for kind, contact_id in held.values_list("kind", "contact"):
        kinds[kind].add(contact_id)
    groups = [
        _group(str(kind.label), [of_each[pk] for pk in sorted(kinds[kind]) if pk in of_each])
        for kind in Kind
    ]
    return [group for group in groups if group is not None]


def _group(label: str, figures: Sequence[Goodwill]) -> GroupGoodwill | None:
    if len(figures) < SMALLEST_GROUP:
        return None
    return GroupGoodwill(
        label=label,
        n=len(figures),
        a=sum(one.a for one in figures),
        b=sum(one.b for one in figures),
        c=sum(one.c for one in figures),
        mean=fmean(one.value for one in figures),
    )


def _rows(entries: Entries, today: date) -> Iterable[tuple[int, float, float, float]]:
    rows: Iterable[tuple[int, float, float, float]] = _sums(entries, today).values_list(
        "contact", "a", "b", "c"
    )
    return rows


def _sums(entries: Entries, today: date) -> Any:
    """By person: ``a``, ``b`` and ``c``, faded to today."""
    worth = _faded(today)
    return (
        entries.order_by()
        .values("contact")
        .annotate(
            a=_sum_where(~_BREACH & _OURS, worth),
            b=_sum_where(~_BREACH & ~_OURS, worth),
            c=_sum_where(_BREACH, worth),
        )
    )


def _sum_where(condition: Q, worth: Expression) -> Sum:
    zero = Value(0.0, output_field=FloatField())
    return Sum(Case(When(condition, then=worth), default=zero), output_field=FloatField())


class _Age(Func):
    """Days from the second date to the first, none below nought, as PostgreSQL counts them."""

    template = "greatest(%(expressions)s, 0)::float8"
    arg_joiner = " - "
    output_field = FloatField()


def _faded(today: date) -> Expression:
    """As ``goodwill.faded``."""
    age = _Age(Value(today, output_field=DateField()), F("happened_on"))
    half_lives = age / Value(-float(settings.GOODWILL_HALF_LIFE_DAYS))
    return ExpressionWrapper(F("value") * Power(Value(2.0), half_lives), output_field=FloatField())
