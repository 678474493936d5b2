"""What is planned for one row of a file, and for one person."""

from dataclasses import dataclass, field
from typing import Any

from contacts.imports.drafts import Draft
from contacts.imports.matching import Known
from contacts.imports.notes import Note
from contacts.imports.places import Place
from contacts.imports.rows import FileRow
from contacts.models import ImportRow

Outcome = ImportRow.Outcome
Change = tuple[str, str, str]


@dataclass(slots=True)
class RowPlan:
    row: FileRow
    draft: Draft
    outcome: str = ""
    notes: list[Note] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    # What an undo needs that the changes, made for reading, do not hold.
    before: dict[str, Any] = field(default_factory=dict)

    @property
    def is_settled(self) -> bool:
        """Whether the row speaks for itself: nothing to remark but what its own cells gave cause
        for, so that the same row again has nothing new to say either."""
        if self.outcome == Outcome.REFUSED:
            return False
        return all(one in self.draft.notes or one[0] == "unchanged" for one in self.notes)

    def refuse(self, *notes: Note) -> None:
        self.outcome = Outcome.REFUSED
        self.notes.extend(notes)


@dataclass(slots=True)
class PersonPlan:
    """The rows about one person, and the person as they will be.

    ``known.contact`` has no primary key when they are to be made. ``fields`` are the columns that
    change; the lists hold what is added. ``labels`` are of what kind addresses and numbers are;
    ``relabelled`` are rows that are here, by their kind of list and id, with a label they lacked.
    """

    rows: list[RowPlan]
    known: Known | None = None
    fields: set[str] = field(default_factory=set)
    emails: list[str] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)
    profiles: list[tuple[str, str]] = field(default_factory=list)
    external_ids: list[tuple[str, str]] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)
    relabelled: list[tuple[str, int, str]] = field(default_factory=list)
    was_new: bool = False

    @property
    def is_new(self) -> bool:
        return self.known is not None and self.known.contact.pk is None

    @property
    def is_changed(self) -> bool:
        """Whether anything of the person themself changes."""
        reached = self.emails or self.phones or self.profiles or self.places
        return bool(self.fields or reached or self.external_ids or self.tags or self.relabelled)

    @property
    def accepted(self) -> list[RowPlan]:
        return [row for row in self.rows if row.outcome != Outcome.REFUSED]
