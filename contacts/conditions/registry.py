"""The allow-list of what rules may ask: what is registered here, and every filter of the lists.

Apps register theirs in ``apps.ready()``. A filter of ``contacts.listing`` that has no condition
under its key is usable as one as it is; what comes and goes while the product runs (fields that
an organisation makes) is offered by a source.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Literal

from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contacts import listing
from contacts.conditions.operators import OPERATORS, Operator, Type
from contacts.listing import Filter
from contacts.models import Contact
from core.models import User

Pace = Literal["", "day", "hour"]
Choices = Sequence[tuple[str, str | Promise]]


@dataclass(frozen=True, kw_only=True)
class Ask:
    """What a rule asks of one field. The values were checked against the operator.

    ``owner`` is whose rule it is, which only filters that name a reader look at.
    """

    op: str
    values: Sequence[str]
    parts: Mapping[str, Sequence[str]]
    now: datetime
    owner: User | None = None

    @property
    def number(self) -> int:
        return int(self.values[0])

    @property
    def decimal(self) -> Decimal:
        return Decimal(self.values[0])

    @property
    def today(self) -> date:
        return timezone.localdate(self.now)

    @property
    def day(self) -> date:
        """The day that the rule names, or the first day of the last (or after the next) N."""
        if self.op in ("last", "not_last", "older"):
            return self.days_ago(self.number)
        if self.op == "next":
            return self.today + timedelta(days=self.number + 1)
        return date.fromisoformat(self.values[0])

    def days_ago(self, days: int) -> date:
        return self.today - timedelta(days=days)


def begin_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


@dataclass(frozen=True, kw_only=True)
class Part:
    """Something that narrows what a condition counts: the channel, the period. None need be set.

    ``days``: a number of days; else one chooses from ``choices``. ``sentence`` is how it reads
    after the rest, with ``%(value)s``.
    """

    key: str
    label: str | Promise
    sentence: str | Promise
    choices: Callable[[User], Choices] | None = None


@dataclass(frozen=True, kw_only=True)
class Condition:
    """One field that a rule may ask about.

    ``build`` gives the ``Q`` over contacts. ``noun`` is how it reads in a sentence where the
    label does not do. ``permission`` is what a reader of the rule, and of who fits it, must hold.
    ``has_presence``: "is empty" makes sense. ``pace``: how soon time alone may change the answer,
    whatever the operator.
    """

    key: str
    label: str | Promise
    group: str | Promise
    position: int
    type: Type
    build: Callable[[Ask], Q]
    noun: str | Promise = ""
    choices: Callable[[User], Choices] | None = None
    parts: tuple[Part, ...] = field(default=())
    permission: str = ""
    has_presence: bool = True
    pace: Pace = ""
    only: tuple[str, ...] = ()

    @property
    def operators(self) -> list[Operator]:
        return [
            one
            for one in OPERATORS[self.type]
            if (self.has_presence or not one.asks_presence)
            and (one.key in self.only if self.only else one.key != "since")
        ]

    def operator(self, key: str) -> Operator | None:
        return next((one for one in self.operators if one.key == key), None)


Source = Callable[[], Iterable[Condition]]

_conditions: dict[str, Condition] = {}
_sources: list[Source] = []
_left_out: list[Callable[[], Iterable[str]]] = []


def register(*conditions: Condition) -> None:
    for condition in conditions:
        if (condition.type == "choice") != (condition.choices is not None):
            raise ValueError(f"{condition.key} needs choices if, and only if, one chooses")
        _conditions[condition.key] = condition


def register_source(source: Source) -> None:
    """``source`` gives the conditions that there are now; it is asked each time."""
    _sources.append(source)


def leave_out(keys: Callable[[], Iterable[str]]) -> None:
    """Filters of the lists that make no sense in a rule, or are asked there in another way."""
    _left_out.append(keys)


def known() -> dict[str, Condition]:
    """Every condition there is, by key."""
    left_out = {key for keys in _left_out for key in keys()}
    found = {
        key: _of_filter(one)
        for key, one in listing.all_filters().items()
        if one.is_offered and not one.editor and not one.of and key not in left_out
    }
    for source in _sources:
        found |= {condition.key: condition for condition in source()}
    return found | _conditions


def offered_to(user: User) -> list[Condition]:
    """What ``user`` may ask, in the order in which it is offered."""
    held = [one for one in known().values() if not one.permission or user.has_perm(one.permission)]
    return sorted(held, key=lambda one: (one.position, str(one.label)))


def _of_filter(known_filter: Filter) -> Condition:
    """A filter as it is: its values widen it, and it can be turned round."""
    type_, only = _OF_WIDGET[known_filter.widget]
    return Condition(
        key=known_filter.key,
        label=known_filter.label,
        group=_("More"),
        position=900 + known_filter.position,
        type=type_,
        build=_build_of(known_filter),
        choices=known_filter.choices,
        permission=known_filter.permission,
        has_presence=False,
        only=only,
        pace="day",
    )


# As what a widget is asked, and what of that a filter can answer.
_OF_WIDGET: dict[str, tuple[Type, tuple[str, ...]]] = {
    "text": ("text", ("is", "is_not", "one_of")),
    "choice": ("choice", ("one_of", "none_of")),
    "flag": ("flag", ("yes", "no")),
    "date": ("day", ("since",)),
    "number": ("number", ("equals",)),
}


def _build_of(known_filter: Filter) -> Callable[[Ask], Q]:
    def build(ask: Ask) -> Q:
        values = ["1"] if known_filter.widget == "flag" else list(ask.values)
        found = known_filter.apply(Contact.objects.all(), values, ask.owner or User())
        among = Q(pk__in=found.order_by().values("pk"))
        return ~among if ask.op in ("is_not", "none_of", "no") else among

    return build
