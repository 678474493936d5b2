"""By what the list of people can be ordered. Apps register it in ``apps.ready()``.

Every order can be walked from page to page by its last person (a keyset), so page 10,000 costs what
page 1 costs. That asks for a value per person that an index holds in order, and for a way to say
who has none: they come last, whichever way round, in the order of their names.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contacts.models.contact import ContactQuerySet
from core.models import User
from core.once import once
from core.permissions import held

Narrow = Callable[[ContactQuerySet, User], ContactQuerySet]
DEFAULT = "name"


def everybody(people: ContactQuerySet, user: User) -> ContactQuerySet:
    return people


@dataclass(frozen=True, kw_only=True)
class Sort:
    """``value`` is what ``order_by`` may name once ``having`` has been applied: the people who have
    a value, each once; ``tie`` is the id of the contact beside it in the same index. ``lacking``
    gives the others; None: nobody lacks it. Where ``having`` leaves it to the order itself to tell
    who has one, ``present`` says so. ``is_down`` is the way round that people expect first (the
    latest first, A first). A column with the same key as a sort can be ordered by its head.
    """

    key: str
    label: str | Promise
    value: str
    position: int
    tie: str = "pk"
    is_down: bool = False
    having: Narrow = everybody
    present: Q | None = None
    lacking: Narrow | None = None
    permission: str = ""

    @property
    def is_everybodys(self) -> bool:
        """Whether everybody has the value, in a field of the contact itself."""
        return self.having is everybody and self.present is None and self.lacking is None


@dataclass(frozen=True)
class Order:
    """A sort with its direction. In an address: ``city``, or ``-city`` for the other way round."""

    sort: Sort
    is_turned: bool = False

    @property
    def is_down(self) -> bool:
        return self.sort.is_down != self.is_turned

    @property
    def name(self) -> str:
        return f"{'-' if self.is_turned else ''}{self.sort.key}"

    @property
    def turned(self) -> "Order":
        return Order(self.sort, is_turned=not self.is_turned)


_sorts: dict[str, Sort] = {}
_sort_makers: list[Callable[[], Iterable[Sort]]] = []


def register_sort(sort: Sort) -> None:
    _sorts[sort.key] = sort


def register_sorts(make: Callable[[], Iterable[Sort]]) -> None:
    """Orders that come and go while the product runs: asked anew each time."""
    _sort_makers.append(make)


def sorts_for(user: User) -> list[Sort]:
    return once(("contacts.sorts", user.pk), lambda: _sorts_for(user))


def _sorts_for(user: User) -> list[Sort]:
    made = [sort for make in _sort_makers for sort in make()]
    return sorted(held([*_sorts.values(), *made], user), key=lambda sort: sort.position)


def order_for(name: str, user: User) -> Order:
    """The order that ``name`` means for ``user``; by name, if none."""
    key = name.removeprefix("-")
    found = next((sort for sort in sorts_for(user) if sort.key == key), None)
    return Order(found, is_turned=name.startswith("-")) if found else Order(_sorts[DEFAULT])


register_sort(Sort(key=DEFAULT, label=_("Name"), value="sort_key", position=0))
