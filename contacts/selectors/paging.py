"""The people list, a page at a time: page 10,000 costs what page 1 costs."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, F, Func, Q, Value

from contacts.models import Contact
from contacts.models.contact import ContactQuerySet
from contacts.sorting import Order
from core.models import User
from core.prepared import Given, Prepared

PAGE_SIZE = 50


@dataclass(frozen=True)
class Page:
    """``previous`` and ``next`` are the people from whom the neighbouring pages go on, or None."""

    people: list[Contact]
    previous: UUID | None
    next: UUID | None


class _Beyond(Func):
    """``(value, tie) > (this, that)``, or ``<``: as one comparison of rows, an index can begin at
    it, however many have the same value."""

    output_field = BooleanField()

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        parts, params = [], []
        for one in self.get_source_expressions():
            sql, given = compiler.compile(one)
            parts.append(sql)
            params.extend(given)
        value, tie, this, that = parts
        return f"({value}, {tie}) {self.extra['side']} ({this}, {that})", params


@dataclass(frozen=True)
class _Stretch:
    """Part of the list with one order: those who have the value, then those who lack it."""

    people: ContactQuerySet
    value: str
    tie: str
    is_down: bool
    present: Q | None = None

    def beyond(self, turn: "_Turn | None", *, is_back: bool, limit: int) -> list[Contact]:
        """The next ones past ``turn``, or from this end of the stretch, in the order walked."""
        is_less = self.is_down != is_back
        people = self.people
        if self.present is not None and (turn is None or is_less):
            # Upwards from a turn it is true already, and would only mislead the index.
            people = people.filter(self.present)
        if turn is not None:
            sides = F(self.value), F(self.tie), Value(turn.value), Value(turn.pk)
            people = people.filter(_Beyond(*sides, side="<" if is_less else ">"))
        sign = "-" if is_less else ""
        return list(people.order_by(f"{sign}{self.value}", f"{sign}{self.tie}")[:limit])


@dataclass(frozen=True)
class _Turn:
    """The person a page goes on from, wherever they stand in the whole list."""

    stretch: int
    value: Any
    pk: int


def page_of(
    people: ContactQuerySet,
    *,
    order: Order,
    user: User,
    after: UUID | None = None,
    before: UUID | None = None,
    size: int = PAGE_SIZE,
) -> Page:
    """The page after (or before) a person. Who is named is found even if no longer in the list;
    a uid that does not exist gives the first page.
    """
    turn = _turn(before or after, order, user)
    is_back = before is not None and turn is not None
    found = _walk(_stretches(people, order, user), turn, is_back=is_back, limit=size + 1)
    is_more, shown = len(found) > size, found[:size]
    if is_back:
        shown.reverse()
    has_previous = is_more if is_back else turn is not None
    has_next = turn is not None if is_back else is_more
    return Page(
        people=shown,
        previous=shown[0].uid if shown and has_previous else None,
        next=shown[-1].uid if shown and has_next else None,
    )


def _stretches(people: ContactQuerySet, order: Order, user: User) -> list[_Stretch]:
    sort = order.sort
    having = sort.having(people, user)
    stretches = [_Stretch(having, sort.value, sort.tie, order.is_down, sort.present)]
    if sort.lacking is not None:
        stretches.append(_Stretch(sort.lacking(people, user), "sort_key", "pk", is_down=False))
    return stretches


def _turn(uid: UUID | None, order: Order, user: User) -> _Turn | None:
    if uid is None:
        return None
    if order.sort.is_everybodys:
        places = _place(order.sort.value)(uid=uid)
        return _Turn(0, *places[0]) if places else None
    named = Contact.objects.filter(uid=uid)
    for at, stretch in enumerate(_stretches(named, order, user)):
        people = stretch.people.filter(stretch.present) if stretch.present else stretch.people
        for value, pk in people.annotate(turn=F(stretch.value)).values_list("turn", "pk")[:1]:
            return _Turn(at, value, pk)
    return None


@lru_cache
def _place(value: str) -> Prepared[Any]:
    """Where somebody stands in an order that everybody has a place in: a page deep in the list
    asks this one query more than the first page.
    """
    return Prepared(lambda: Contact.objects.filter(uid=Given("uid")).values_list(value, "pk"))


def _walk(
    stretches: Sequence[_Stretch], turn: _Turn | None, *, is_back: bool, limit: int
) -> list[Contact]:
    """From ``turn`` on through its stretch, and where that ends, through the next."""
    begin = turn.stretch if turn else 0
    rest = stretches[begin::-1] if is_back else stretches[begin:]
    found: list[Contact] = []
    for at, stretch in enumerate(rest):
        missing = limit - len(found)
        if missing:
            found += stretch.beyond(turn if at == 0 else None, is_back=is_back, limit=missing)
    return found
