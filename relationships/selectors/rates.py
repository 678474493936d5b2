"""What is paid for the same role: for whoever may know, and of the people they may know it of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from statistics import median
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, ExpressionWrapper, F, FloatField, Max, Min, QuerySet
from django.db.models.functions import Lower, Trim

from contacts.models.access import visible_units
from core.models import User
from relationships.groups import SMALLEST_GROUP
from relationships.models import Engagement

RATES = "relationships.view_rates"
MOST_ROLES = 100
MOST_PEOPLE = 200


@dataclass(frozen=True, kw_only=True)
class RoleRates:
    """The rates of those who do the same work now, for the same unit of time, in one currency.

    ``spread`` is by how many per cent the highest is above the lowest.
    """

    role: str
    per: str
    currency: str
    count: int
    lowest: Decimal
    median: Decimal
    highest: Decimal

    @property
    def per_label(self) -> str:
        return str(Engagement.Per(self.per).label)

    @property
    def spread(self) -> int | None:
        return round(100 * (self.highest - self.lowest) / self.lowest) if self.lowest else None


@dataclass(frozen=True, kw_only=True)
class PersonRate:
    """``difference``: per cent from the median of the role; ``place``: 0 (lowest) to 100."""

    row: Engagement
    difference: int | None
    place: int


def rates_by_role(user: User, *, today: date) -> list[RoleRates]:
    """Roles that at least five people have now, the largest differences first. Roles are the same
    when they read the same but for capitals. People are counted, not engagements: who has the role
    twice is one of them.
    """
    groups = (
        _current(user, today)
        .values("same_role", "rate_per", "currency")
        .annotate(
            count=Count("contact", distinct=True),
            lowest=Min("rate"),
            highest=Max("rate"),
            called=Min("role"),
            rates=ArrayAgg("rate"),
        )
        .filter(count__gte=SMALLEST_GROUP)
        .annotate(
            wide=ExpressionWrapper(
                (F("highest") - F("lowest")) / (F("lowest") + Decimal("0.01")),
                output_field=FloatField(),
            )
        )
        .order_by("-wide", "same_role")[:MOST_ROLES]
    )
    return [
        RoleRates(
            role=one["called"],
            per=one["rate_per"],
            currency=one["currency"],
            count=one["count"],
            lowest=one["lowest"],
            median=median(one["rates"]),
            highest=one["highest"],
        )
        for one in groups
    ]


def rates_of_role(user: User, group: RoleRates, *, today: date) -> Sequence[PersonRate]:
    """Who they are, the highest first."""
    rows = _current(user, today).filter(
        same_role=group.role.strip().lower(), rate_per=group.per, currency=group.currency
    )
    shown = rows.select_related("contact", "unit").order_by("-rate", "pk")[:MOST_PEOPLE]
    return [_person(row, group) for row in shown]


def _person(row: Engagement, group: RoleRates) -> PersonRate:
    rate = row.rate if row.rate is not None else Decimal(0)
    middle, wide = group.median, group.highest - group.lowest
    return PersonRate(
        row=row,
        difference=round(100 * (rate - middle) / middle) if middle else None,
        place=round(100 * (rate - group.lowest) / wide) if wide else 50,
    )


def _current(user: User, today: date) -> QuerySet[Any]:
    """Annotates ``same_role``."""
    rows: QuerySet[Any] = Engagement.objects.current(today).of_people_we_know()
    units = visible_units(user, RATES)
    if units is not None:
        rows = rows.filter(contact__unit__in=units)
    rows = rows.filter(rate__isnull=False).annotate(same_role=Lower(Trim("role")))
    return rows.exclude(same_role="")
