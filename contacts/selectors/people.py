"""The people list, a page at a time: page 10,000 costs what page 1 costs."""

from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from django.db.models import Q

from contacts import names
from contacts.models import Contact
from contacts.models.contact import ContactQuerySet

PAGE_SIZE = 50
COUNT_LIMIT = 1000
CANDIDATES = 200

Sort = Literal["name", "changed"]


@dataclass(frozen=True)
class Count:
    """How many there are, counted no further than the limit."""

    number: int
    is_more: bool


@dataclass(frozen=True)
class Page:
    """``previous`` and ``next`` are the people from whom the neighbouring pages go on, or None."""

    people: list[Contact]
    previous: UUID | None
    next: UUID | None


def count_of(people: ContactQuerySet) -> Count:
    found = people.order_by().values("pk")[: COUNT_LIMIT + 1].count()
    return Count(min(found, COUNT_LIMIT), found > COUNT_LIMIT)


def page_of(
    people: ContactQuerySet,
    *,
    sort: Sort = "name",
    after: UUID | None = None,
    before: UUID | None = None,
    size: int = PAGE_SIZE,
) -> Page:
    """The page after (or before) a person. Who is named is found even if no longer in the list;
    a uid that does not exist gives the first page.
    """
    is_back = before is not None
    uid = before or after
    turn = Contact.objects.filter(uid=uid).first() if uid else None
    if turn is None:
        is_back = False
    column, is_down = ("sort_key", False) if sort == "name" else ("updated_at", True)
    if turn is not None:
        people = people.filter(_beyond(turn, column, is_less=is_down != is_back))
    sign = "-" if is_down != is_back else ""
    found = list(people.order_by(f"{sign}{column}", f"{sign}pk")[: size + 1])
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


def suggestions(people: ContactQuerySet, words: str, *, limit: int) -> list[Contact]:
    """The likeliest for what was typed so far: whose family name begins with it, in the order of
    names, then any whom a search finds.

    Neither half sorts all who fit: the first walks the index of names from where the words would
    stand, the second takes the first ``CANDIDATES`` it meets.
    """
    typed = names.fold(words)
    begun = people.filter(sort_key__gte=typed, sort_key__startswith=typed)
    first = list(begun.in_name_order()[:limit]) if typed else []
    if len(first) == limit:
        return first
    met = people.search(words).exclude(pk__in=[one.pk for one in first]).order_by()
    candidates = list(met.values_list("pk", flat=True)[:CANDIDATES])
    rest = people.filter(pk__in=candidates).in_name_order()
    return first + list(rest[: limit - len(first)])


def _beyond(turn: Contact, column: str, *, is_less: bool) -> Q:
    """Past ``turn`` in the order of ``(column, id)``, in a form that the index can begin at."""
    side = "lt" if is_less else "gt"
    value: Any = getattr(turn, column)
    strictly = Q(**{f"{column}__{side}": value}) | Q(**{f"pk__{side}": turn.pk})
    return Q(**{f"{column}__{side}e": value}) & strictly
