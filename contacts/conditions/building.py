"""Making the ``Q`` of a condition: of a column of the contact, or of rows that hang on contacts."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Lower
from django.db.models.lookups import Contains, Exact, In, StartsWith

from contacts.conditions.registry import Ask, begin_of

Build = Callable[[Ask], Q]
Rows = Callable[[Ask], QuerySet[Any]]


def text_column(name: str) -> Build:
    """A text on the contact, whatever its capitals."""
    return text_of(Lower(F(name)))


def text_of(folded: Any) -> Build:
    """A text that an expression gives in small letters, empty where there is none."""

    def build(ask: Ask) -> Q:
        values = [value.lower() for value in ask.values] or [""]
        positive, is_turned = _TURNED.get(ask.op, (ask.op, False))
        given = values if positive == "one_of" else values[0]
        found = Q(_TEXT[positive](folded, given))
        return ~found if is_turned else found

    return build


_TEXT: dict[str, Any] = {
    "is": Exact,
    "one_of": In,
    "contains": Contains,
    "begins": StartsWith,
}
# What is asked by its opposite; to be empty is to be the empty text, which nobody filled in.
_TURNED: dict[str, tuple[str, bool]] = {
    "is_not": ("is", True),
    "lacks": ("contains", True),
    "empty": ("is", False),
    "filled": ("is", True),
}


def choice_column(name: str, *, none: Any = "") -> Build:
    """A choice on the contact; ``none`` is what stands there where nothing was chosen."""

    def build(ask: Ask) -> Q:
        match ask.op:
            case "one_of":
                return Q(**{f"{name}__in": list(ask.values)})
            case "none_of":
                return ~Q(**{f"{name}__in": list(ask.values)})
            case "empty":
                return Q(**{name: none})
        return ~Q(**{name: none})

    return build


def flag_column(name: str) -> Build:
    return lambda ask: Q(**{name: ask.op == "yes"})


def day_column(name: str, *, is_moment: bool) -> Build:
    """A day, or a moment read as its day, on the contact. What is empty is on no day."""

    def since(day: date) -> Q:
        return Q(**{f"{name}__isnull": False, f"{name}__gte": _edge(day, is_moment)})

    filled = Q(**{f"{name}__isnull": False})
    return lambda ask: of_days(ask, filled, since)


def of_days(ask: Ask, filled: Q, since: Callable[[date], Q]) -> Q:
    """What is asked of a day, said by whether there is one and whether it lies on or after
    another. Negations so take in what is empty.
    """
    match ask.op:
        case "empty":
            return ~filled
        case "filled":
            return filled
        case "last" | "since":
            return since(ask.day)
        case "not_last":
            return ~since(ask.day)
        case "after":
            return since(_next(ask.day))
    return _between(ask, filled, since)


def _between(ask: Ask, filled: Q, since: Callable[[date], Q]) -> Q:
    if ask.op in ("older", "before"):
        return filled & ~since(ask.day)
    if ask.op == "next":
        return since(ask.today) & ~since(ask.day)
    return since(ask.day) & ~since(_next(ask.day))


def some_row(rows: Rows, column: str) -> Build:
    """A choice that stands on rows of the contact: one of them has one of the values."""

    def build(ask: Ask) -> Q:
        held = rows(ask).filter(contact=OuterRef("pk"))
        match ask.op:
            case "one_of":
                return Q(Exists(held.filter(**{f"{column}__in": list(ask.values)})))
            case "none_of":
                return ~Q(Exists(held.filter(**{f"{column}__in": list(ask.values)})))
            case "empty" | "no":
                return ~Q(Exists(held))
        return Q(Exists(held))

    return build


def latest_row(rows: Rows, column: str, *, is_moment: bool) -> Build:
    """The latest of a day (or moment) that stands on rows of the contact."""

    def build(ask: Ask) -> Q:
        held = rows(ask).filter(contact=OuterRef("pk"), **{f"{column}__isnull": False})

        def since(day: date) -> Q:
            return Q(Exists(held.filter(**{f"{column}__gte": _edge(day, is_moment)})))

        return of_days(ask, Q(Exists(held)), since)

    return build


def counted_rows(rows: Rows) -> Build:
    """How many rows the contact has.

    Asked as whether there is a first, and a tenth: each stops there, and only looks at the rows of
    people who fit so far. To count all rows by contact would cost the same however few are left.
    """

    def build(ask: Ask) -> Q:
        counted = rows(ask).filter(contact=OuterRef("pk")).order_by()
        some = Q(Exists(counted))
        if ask.op == "none":
            return ~some
        least = ask.number if ask.op == "at_least" else ask.number + 1
        if least <= 0:
            enough = Q(pk__isnull=False)
        elif least == 1:
            enough = some
        else:
            enough = some & Q(Exists(counted[least - 1 : least]))
        return enough if ask.op == "at_least" else ~enough

    return build


def values_of(parts: dict[str, Sequence[str]], key: str) -> list[str]:
    return list(parts.get(key, ()))


def _edge(day: date, is_moment: bool) -> Any:
    return begin_of(day) if is_moment else day


def _next(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)
