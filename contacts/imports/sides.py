"""What a column means by its header, and by the columns beside it.

Of what kind an address is stands in its header ("Home Phone"), or in a cell of its own ("Phone 1 -
Label"). The parts of several postal addresses belong together by their headers too.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from contacts.imports.columns import BY_KEY, Reading, Take
from contacts.imports.drafts import Draft
from contacts.imports.labels import label_of_header, number_of_header
from contacts.imports.layouts import OF_PLACES, fold_header, place_of_header

_LABELLED = frozenset(column.labels for column in BY_KEY.values() if column.labels)


@dataclass(frozen=True, slots=True)
class Mapped:
    """A column of a file that is read: its place, what it means, what stands above it."""

    place: int
    key: str
    header: str

    @property
    def labels(self) -> str:
        """Whose kind it tells: the key of another column."""
        column = BY_KEY.get(self.key)
        return column.labels if column else ""


@dataclass(frozen=True, slots=True)
class Label:
    """What is said of the kind of a cell: by its header, or by the cell at ``place``."""

    header: str = ""
    place: int | None = None

    def of(self, cells: Sequence[str]) -> str:
        if self.place is not None and self.place < len(cells):
            return cells[self.place].strip() or self.header
        return self.header


Takes = list[tuple[Mapped, Take]]


def labelled(takes: Takes) -> Takes:
    """The takes; where something is said of the kind of a column, they hear of it.

    "E-mail 2 - Label" goes with "E-mail 2 - Value": both have that number, or none.
    """
    beside = {
        (column.labels, number_of_header(column.header)): column.place
        for column, _take in reversed(takes)
        if column.labels
    }
    found = []
    for column, take in takes:
        if column.key in _LABELLED:
            place = beside.get((column.key, number_of_header(column.header)))
            header = label_of_header(column.header)
            if header or place is not None:
                take = _taking_with(take, Label(header, place))
        found.append((column, take))
    return found


def _taking_with(take: Take, label: Label) -> Take:
    def taking(draft: Draft, text: str, reading: Reading) -> None:
        draft.label = label.of(draft.cells)
        take(draft, text, reading)
        draft.label = ""

    return taking


def takes_of_places(takes: Takes) -> Takes:
    """The takes, those of postal addresses beside the plain one reading into a place of their own.

    An address whose header tells its kind, and every one after the first: the same part named
    again under the same header begins another.
    """
    first = next((_group(column) for column, _take in takes if column.key in OF_PLACES), "")
    numbers: dict[tuple[str, int], int] = {}
    seen: dict[tuple[str, str], int] = {}
    placed = []
    for column, take in takes:
        if column.key in OF_PLACES:
            group = _group(column)
            again = seen.get((group, column.key), 0)
            seen[group, column.key] = again + (column.key != "house")
            label = label_of_header(column.header)
            if label or group != first or again:
                number = numbers.setdefault((group, again), len(numbers))
                take = _taking_elsewhere(take, number, label)
        placed.append((column, take))
    return placed


def _group(column: Mapped) -> str:
    return place_of_header(fold_header(column.header))


def _taking_elsewhere(take: Take, number: int, label: str) -> Take:
    def taking(draft: Draft, text: str, reading: Reading) -> None:
        if draft.elsewhere is None:
            draft.elsewhere = {}
        place = draft.elsewhere.get(number)
        if place is None:
            place = draft.elsewhere[number] = Draft(label=label)
        take(place, text, reading)

    return taking
