"""What a column of a file is: its key, by which names files call it, how its cells are read."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.functional import Promise

from contacts.imports.drafts import Draft


@dataclass(frozen=True)
class Reading:
    """What holds for the whole file. ``system`` names whose numbers its external ids are."""

    system: str = ""
    region: str = "NL"
    heeds_notes: bool = True


Take = Callable[[Draft, str, Reading], None]


@dataclass(frozen=True, kw_only=True)
class Column:
    """``headers`` are the names by which files call it, folded: lower case, signs as one blank.

    ``is_key``: by it a person is found again, so the first pass over a file reads it.
    ``labels``: it says of what kind the values of that other column are.
    """

    key: str
    label: str | Promise
    group: str | Promise
    take: Take
    headers: tuple[str, ...] = ()
    is_key: bool = False
    labels: str = ""


def plain(name: str) -> Take:
    """Fills a field of a draft that no column before filled."""

    def take(draft: Draft, cell: str, reading: Reading) -> None:
        if not getattr(draft, name):
            setattr(draft, name, " ".join(cell.split()))

    return take


def parts(between: re.Pattern[str], text: str) -> Iterable[str]:
    return (part for part in between.split(text) if part)


def headers(text: str) -> tuple[str, ...]:
    return tuple(" ".join(part.split()) for part in text.split(","))
