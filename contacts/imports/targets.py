"""What higher apps accept in an import: columns, options, and what they make of them in bulk.

An app registers an ``ImportTarget`` in ``apps.ready()``. Its fields join those of the person in
the mapping; for each batch of rows it is asked what it would do, and, when it is no dry run,
to do it. The app below stays in the dark about what that is.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol

from django.utils.functional import Promise

from contacts.imports.drafts import Draft
from contacts.imports.notes import Note
from core.models import User

if TYPE_CHECKING:
    from contacts.imports.undoing import Brought


@dataclass(frozen=True, kw_only=True)
class TargetField:
    """A column. ``read`` gives what is kept in ``Draft.extras`` under ``key``, and what to say.

    ``show`` puts a value, as it stands in the changes of a row, in the reader's language.
    ``version`` is another one when the same text may be read otherwise than before.
    """

    key: str
    label: str | Promise
    headers: tuple[str, ...]
    read: Callable[[str], tuple[Any, list[Note]]]
    show: Callable[[str], str] = str
    version: str = ""


@dataclass(frozen=True, kw_only=True)
class TargetOption:
    """A choice for the whole file, kept in the options of the run under ``key``.

    ``preset`` is chosen beforehand, by the layout of the file (``linkedin``, ``hr``, …).
    """

    key: str
    label: str | Promise
    help: str | Promise
    choices: Callable[[], Sequence[tuple[str, str | Promise]]]
    preset: Callable[[str], str]


@dataclass(slots=True)
class TargetRow:
    """A row that goes in. ``contact_id`` is None for someone who does not exist yet.

    ``person`` is equal for rows about the same person; they come in the order of the file.
    """

    person: int
    contact_id: int | None
    draft: Draft


@dataclass(slots=True)
class TargetOutcome:
    """What one row brings. ``changes`` are ``(label, before, after)``; none: nothing new.

    ``holds_until``: the day on which the same row may mean something else.
    """

    changes: list[tuple[str, str, str]] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    holds_until: date | None = None


class TargetPlan(Protocol):
    """``outcomes`` in the order of the rows. ``carry_out`` is called once, in the transaction that
    makes the people, when all of them have an id. ``made`` then says, by ``TargetRow.person``, what
    an undo needs to know: plain values."""

    outcomes: list[TargetOutcome]
    made: dict[int, Any]

    def carry_out(self, contact_ids: dict[int, int], actor: User) -> None:
        """``contact_ids``: by ``TargetRow.person``."""


@dataclass(frozen=True, kw_only=True)
class ImportTarget:
    """``more_fields`` are those that may come and go while the product runs: asked for each file
    and each batch.

    ``plan`` is given the options of the run, with ``importer``: the primary key of who imports.
    ``undo`` takes back what plans said they ``made`` of people we knew, unless it was changed
    after ``Brought.done_at``; it names on ``Brought`` what it put back and what it kept.
    """

    key: str
    label: str | Promise
    fields: tuple[TargetField, ...]
    options: tuple[TargetOption, ...]
    plan: Callable[[Sequence[TargetRow], dict[str, str]], TargetPlan]
    more_fields: Callable[[], Sequence[TargetField]] | None = None
    undo: "Callable[[Sequence[tuple[Brought, Any]], User], None] | None" = None

    @property
    def all_fields(self) -> tuple[TargetField, ...]:
        return self.fields if self.more_fields is None else (*self.fields, *self.more_fields())


_targets: dict[str, ImportTarget] = {}


def register(target: ImportTarget) -> None:
    _targets[target.key] = target


def all_targets() -> list[ImportTarget]:
    return list(_targets.values())


def fields() -> dict[str, TargetField]:
    return {one.key: one for target in _targets.values() for one in target.all_fields}


def options() -> list[TargetOption]:
    return [one for target in _targets.values() for one in target.options]
