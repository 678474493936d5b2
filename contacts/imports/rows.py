"""The rows of one file, read into drafts by its mapping."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from contacts.imports import columns, targets
from contacts.imports.columns import Reading, Take
from contacts.imports.drafts import Draft, complete
from contacts.imports.notes import Note, note
from contacts.imports.sides import Mapped, labelled, takes_of_places
from contacts.models import ImportRow, ImportRun
from core.once import remembering
from core.spreadsheets import bare

LONGEST_CELL = 20_000
_OF_NAMES = frozenset({"given", "middle", "infix", "family", "full", "preferred", "native"})
# What was found while the file was read, before any cell was looked at.
STRUCTURAL = frozenset({"unclosed_quote", "too_long"})


@dataclass(slots=True)
class FileRow:
    """An ``ImportRow`` as a worker carries it, without what a model costs to make."""

    pk: int
    number: int
    person: int
    cells: list[str]
    notes: list[Note]
    changes: list[list[str]] = field(default_factory=list)
    fingerprint: str = ""
    outcome: str = ""
    contact_id: int | None = None
    before: dict[str, Any] = field(default_factory=dict)
    draft: Draft = field(default_factory=Draft)

    COLUMNS: ClassVar = ("pk", "number", "person", "cells", "notes", "changes", "fingerprint")


class RowReader:
    """Reads the rows of ``run``. Made once for many rows: the mapping is worked out here."""

    def __init__(self, run: ImportRun) -> None:
        self._reading = Reading(
            system=run.options.get("system", ""),
            heeds_notes=run.options.get("heeds_notes") == "yes",
        )
        self._width = len(run.columns)
        mapping = _mapping_of(run)
        with remembering():
            takes = [(column, _take_for(column.key)) for column in mapping]
        self._takes = [
            (one.place, take, one.header, one.key in _OF_NAMES)
            for one, take in takes_of_places(labelled(takes))
        ]
        self._tag = run.options.get("tag", "")

    def fill(self, rows: Iterable[FileRow]) -> None:
        """Give each row its draft. Asks nothing of the database, so that it can be done beside."""
        for row in rows:
            row.draft = self.read(row)

    def read(self, row: "FileRow | ImportRow") -> Draft:
        """The person of the row, with a refusal among the notes where there can be none."""
        draft = Draft()
        structural = [(code, values) for code, values in row.notes if code in STRUCTURAL]
        if structural:
            draft.notes.extend(structural)
            return draft
        cells: list[str] = row.cells
        draft.cells = cells
        for place, take, header, is_of_name in self._takes:
            if place >= len(cells):
                continue
            text = cells[place].strip()
            if not text:
                continue
            if text[0] in "'=":
                text = _unmarked(text, draft, is_of_name=is_of_name)
            if len(text) > LONGEST_CELL:
                draft.notes.append(
                    note("too_long", column=header, count=len(text), limit=LONGEST_CELL)
                )
                continue
            take(draft, text, self._reading)
        if self._tag and self._tag not in draft.tags:
            draft.tags.append(self._tag)
        draft.notes.extend(self._surplus(cells))
        complete(draft)
        return draft

    def _surplus(self, cells: Sequence[str]) -> list[Note]:
        surplus = sum(1 for cell in cells[self._width :] if cell.strip())
        return [note("more_cells", count=surplus)] if surplus else []


def clean(cell: str) -> str:
    """A cell without blanks round it, and without the apostrophe that our own exports put before
    what a spreadsheet would take for a formula."""
    return bare(cell.strip()).strip()


def _unmarked(text: str, draft: Draft, *, is_of_name: bool) -> str:
    """A name that begins like a formula is one, unless somebody marked it as text."""
    if text[0] == "'":
        return clean(text)
    if is_of_name:
        draft.notes.append(note("formula", value=text[:60]))
    return text


def _mapping_of(run: ImportRun) -> list[Mapped]:
    """The columns that mean something, in the order of the file."""
    return [
        Mapped(int(place), key, run.columns[int(place)])
        for place, key in sorted(run.mapping.items(), key=lambda pair: int(pair[0]))
        if key and int(place) < len(run.columns)
    ]


def _take_for(key: str) -> Take:
    column = columns.BY_KEY.get(key)
    if column is not None:
        return column.take
    field = targets.fields().get(key)
    return _skip if field is None else _taken_by(field)


def _skip(draft: Draft, text: str, reading: Reading) -> None:
    """A column of an app that is no longer there."""


def _taken_by(field: targets.TargetField) -> Take:
    def take(draft: Draft, text: str, reading: Reading) -> None:
        value, notes = field.read(text)
        draft.notes.extend(notes)
        if value is not None:
            draft.extras.setdefault(field.key, value)

    return take
