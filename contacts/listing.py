"""What lists of people can show and how they can be narrowed: one allow-list for all of them.

Apps register their columns and filters in ``apps.ready()``. The people list, the audience of a
campaign and whatever else picks people by rule go through here, so that a field which is not
registered can be named nowhere, and one that is reads the same everywhere.

A selection is ``{filter key: [value, …]}``: plain strings, as they stand in an address or are kept
as JSON. Several values of one filter widen it ("in Utrecht or Gouda"), several filters narrow.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal
from uuid import UUID

from django.utils import formats
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.text import get_text_list
from django.utils.translation import gettext_lazy as _

from contacts.models import Contact
from contacts.models.contact import ContactQuerySet
from core.models import User
from core.once import once
from core.permissions import held

Widget = Literal["search", "text", "choice", "flag", "date", "number", "picked", "made"]
Selection = dict[str, list[str]]
ColumnValues = dict[str, Mapping[int, Any]]

# What else stands in the address of the people list.
RESERVED = frozenset(
    {
        "sort",
        "after",
        "before",
        "peek",
        "add",
        "tab",
        "view",
        "columns",
        "edited",
        "list",
        "all",
        "act",
    }
)
LONGEST_TEXT = 100
MOST_VALUES = 50
# People named one by one; so many that their uids still fit in an address.
MOST_PICKED = 150


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column. ``values`` gives what it shows for a page of people, in one or two queries;
    ``read`` does, in none, from the fields of the contact that ``reads`` names (no others are
    fetched). Columns that tell of the same rows share a ``source``, asked once for the page;
    ``derive`` gives each its part.

    ``html`` draws a value (``contacts.cells``); ``template`` does with ``contact`` and ``value``,
    but costs a page of fifty far more; without either, the value is printed. An empty value is a
    dash. ``words`` are those that stand in the cell, where that is not the value or the first few
    of them. ``edits`` names the field of the contact that is changed in the cell itself.
    ``is_shown``: also to those who chose no columns. The further back a column stands, the wider a
    screen must be to show it.
    """

    key: str
    label: str | Promise
    position: int
    values: Callable[[Sequence[int], User], Mapping[int, Any]] | None = None
    read: Callable[[Contact], Any] | None = None
    reads: tuple[str, ...] = ()
    source: Callable[[Sequence[int], User], Any] | None = None
    derive: Callable[[Any], Mapping[int, Any]] | None = None
    html: Callable[[Any], SafeString] | None = None
    template: str = ""
    words: Callable[[Any], Iterable[str]] | None = None
    edits: str = ""
    is_shown: bool = False
    permission: str = ""


@dataclass(frozen=True, kw_only=True)
class Filter:
    """One way to narrow people.

    ``apply(people, values, user)`` may trust its values: they were checked against the widget
    and the choices. ``sentence`` is how a chip reads, with ``%(value)s`` in it unless the
    filter is a flag (whose one value is ``"1"``): "in %(value)s". ``date`` values are ISO days,
    ``number`` values whole numbers. ``search`` is a text with a place of its own in the list.
    ``icon`` is a lucide name. ``say`` gives the words for values that do not read well as they
    stand; ``editor`` is a template that asks for them with more than one input, all of its key.
    ``picked`` are people named one by one, by their uids: ticked in a list, never typed in;
    ``made`` values are written by a page that leads here, and never typed in either. ``of``
    is the key of the filter that this one turns round (``contacts.opposites``).
    """

    key: str
    label: str | Promise
    position: int
    widget: Widget
    sentence: str | Promise
    apply: Callable[[ContactQuerySet, list[str], User], ContactQuerySet]
    choices: Callable[[User], Sequence[tuple[str, str | Promise]]] | None = None
    permission: str = ""
    icon: str = "list-filter"
    say: Callable[[list[str], User], str] | None = None
    editor: str = ""
    of: str = ""

    @property
    def is_askable(self) -> bool:
        """Whether one can say what it holds; people are picked, and searched for, elsewhere."""
        return self.widget not in ("search", "picked", "made")

    @property
    def is_offered(self) -> bool:
        """Whether it stands among the filters that one may add."""
        return self.is_askable and not self.of


@dataclass(frozen=True)
class Chip:
    """A filter in use, as people read it."""

    filter: Filter
    values: list[str]
    text: str

    @property
    def key(self) -> str:
        return self.filter.key


_columns: dict[str, Column] = {}
_filters: dict[str, Filter] = {}
_column_makers: list[Callable[[], Iterable[Column]]] = []
_filter_makers: list[Callable[[], Iterable[Filter]]] = []


def register_columns(make: Callable[[], Iterable[Column]]) -> None:
    """Columns that come and go while the product runs: asked anew each time."""
    _column_makers.append(make)


def register_filters(make: Callable[[], Iterable[Filter]]) -> None:
    """As ``register_columns``, for filters."""
    _filter_makers.append(make)


def all_columns() -> dict[str, Column]:
    made = (column for make in _column_makers for column in make())
    return {**{column.key: column for column in made}, **_columns}


def all_filters() -> dict[str, Filter]:
    made = (known for make in _filter_makers for known in make())
    return {**{known.key: known for known in made}, **_filters}


def register_column(column: Column) -> None:
    ways = (column.values, column.read, column.derive)
    if sum(way is not None for way in ways) != 1 or bool(column.source) != bool(column.derive):
        raise ValueError(f"the column {column.key} needs one way to its values")
    if bool(column.read) != bool(column.reads):
        raise ValueError(f"the column {column.key} has to name the fields that it reads")
    _columns[column.key] = column


def register_filter(new: Filter) -> None:
    if new.key in RESERVED:
        raise ValueError(f"{new.key} means something else in the address of the people list")
    if (new.widget == "choice") != (new.choices is not None):
        raise ValueError(f"the filter {new.key} needs choices if, and only if, one chooses")
    _filters[new.key] = new


def columns_for(user: User) -> list[Column]:
    """In the order of their places. A page asks several times."""
    return once(
        ("contacts.columns", user.pk),
        lambda: sorted(held(all_columns().values(), user), key=lambda column: column.position),
    )


def values_of(columns: Sequence[Column], people: Sequence[Contact], user: User) -> ColumnValues:
    """What ``columns`` show of ``people``: by the key of the column, then by contact id."""
    ids = [person.pk for person in people]
    sources = {column.source for column in columns if column.source} if ids else set()
    loaded = {source: source(ids, user) for source in sources}
    shown: dict[str, Mapping[int, Any]] = {}
    for column in columns:
        if column.read is not None:
            shown[column.key] = {person.pk: column.read(person) for person in people}
        elif column.source in loaded and column.derive is not None:
            shown[column.key] = column.derive(loaded[column.source])
        else:
            shown[column.key] = column.values(ids, user) if column.values and ids else {}
    return shown


def filters_for(user: User) -> list[Filter]:
    return once(
        ("contacts.filters", user.pk),
        lambda: sorted(held(all_filters().values(), user), key=lambda known: known.position),
    )


def clean(source: Mapping[str, Iterable[str]], user: User) -> Selection:
    """The part of ``source`` that ``user`` may ask for and that makes sense; the rest falls away.

    Ask an address with ``request.GET.lists()`` made a dict.
    """
    selection: Selection = {}
    for known in filters_for(user):
        values = _fitting(known, source.get(known.key, ()), user)
        if values:
            selection[known.key] = values
    return selection


def apply(
    people: ContactQuerySet, selection: Mapping[str, list[str]], user: User
) -> ContactQuerySet:
    """Narrow ``people`` by a selection that ``clean`` gave."""
    known = all_filters()
    for key, values in selection.items():
        people = known[key].apply(people, values, user)
    return people


def chips(selection: Mapping[str, list[str]], user: User) -> list[Chip]:
    """The selection in words, in the order of the filters."""
    return [
        Chip(known, selection[known.key], _sentence(known, selection[known.key], user))
        for known in filters_for(user)
        if known.key in selection
    ]


def words(selection: Mapping[str, list[str]], user: User, *, is_public: bool = False) -> str:
    """The selection as one sentence. ``is_public``: for those who may not know the people, so
    without the words that were searched for, which are often somebody's name.
    """
    parts = [
        str(chip.filter.label) if is_public and chip.filter.widget == "search" else chip.text
        for chip in chips(selection, user)
    ]
    return ", ".join(parts) if parts else str(_("everybody"))


def _fitting(known: Filter, values: Iterable[str], user: User) -> list[str]:
    given = list(dict.fromkeys(value.replace("\x00", "").strip() for value in values))
    most = MOST_PICKED if known.widget == "picked" else MOST_VALUES
    given = [value for value in given if value][:most]
    if not given:
        return []
    if known.choices is not None:
        allowed = {key for key, _label in known.choices(user)}
        return [value for value in given if value in allowed]
    return [value for value in given if _CHECKS[known.widget](value)]


def _is_day(value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _is_uid(value: str) -> bool:
    try:
        return str(UUID(value)) == value
    except ValueError:
        return False


_CHECKS: dict[Widget, Callable[[str], bool]] = {
    "search": lambda value: len(value) <= LONGEST_TEXT,
    "text": lambda value: len(value) <= LONGEST_TEXT,
    "made": lambda value: len(value) <= 2 * LONGEST_TEXT,
    "flag": lambda value: value == "1",
    "date": _is_day,
    "picked": _is_uid,
    "number": lambda value: value.isascii() and value.isdigit() and len(value) <= 6,
}


def _sentence(known: Filter, values: list[str], user: User) -> str:
    if known.widget == "flag":
        return str(known.sentence)
    if known.say is not None:
        return str(known.sentence) % {"value": known.say(values, user)}
    if known.widget == "picked":
        return str(known.sentence) % {"value": formats.number_format(len(values))}
    if known.choices is not None:
        labels = {key: str(label) for key, label in known.choices(user)}
        shown = [labels[value] for value in values]
    elif known.widget == "date":
        shown = [formats.date_format(date.fromisoformat(value)) for value in values]
    else:
        shown = values
    return str(known.sentence) % {"value": get_text_list(shown)}
