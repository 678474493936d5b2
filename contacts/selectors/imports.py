"""What the pages about imports show."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contacts.imports import columns, layouts, notes, targets
from contacts.imports.notes import Weight
from contacts.imports.rows import RowReader
from contacts.models import Contact, ImportRow, ImportRun, Label
from core.models import User

PAGE_SIZE = 50
MOST_CHANGES = 10
Outcome = ImportRow.Outcome

FAILURES: dict[str, str | Promise] = {
    "no_rows": _("The file has a header and nothing below it: there is nobody to import."),
    "too_many_rows": _("The file has too many rows. Split it into smaller files."),
    "fault": _(
        "Something went wrong on our side, several times. An operator finds why in the log."
    ),
}


@dataclass(frozen=True)
class ShownNote:
    weight: str
    text: str


@dataclass(frozen=True)
class ShownChange:
    key: str
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class ShownRow:
    """``contact`` only where the reader may see them."""

    number: int
    name: str
    outcome: str
    outcome_label: str
    undone_as: str
    undone_label: str
    contact: Contact | None
    notes: list[ShownNote]
    changes: list[ShownChange]
    more_changes: int


@dataclass(frozen=True)
class NoteCount:
    code: str
    weight: str
    title: str
    count: int


@dataclass(frozen=True)
class RowPage:
    rows: list[ShownRow]
    previous: int | None
    next: int | None


def failure_of(run: ImportRun) -> str:
    return str(FAILURES.get(run.outcome, FAILURES["fault"]))


def layout_label(key: str) -> str:
    return str(layouts.LABELS.get(key, ""))


def note_counts(run: ImportRun) -> list[NoteCount]:
    """What there was to say, refusals first, then warnings; the most frequent first."""
    order = list(Weight)
    held: dict[str, int] = run.counts.get("notes", {})
    counted = [
        NoteCount(code, str(notes.weight_of(code)), notes.title_of(code), count)
        for code, count in held.items()
        if notes.is_known(code)
    ]
    return sorted(counted, key=lambda one: (order.index(Weight(one.weight)), -one.count))


def rows_of(
    run: ImportRun,
    user: User,
    *,
    outcome: str = "",
    undone: str = "",
    code: str = "",
    after: int = 0,
    before: int = 0,
) -> RowPage:
    """A page of rows in the order of the file, after (or before) the row with that number."""
    rows = run.rows.select_related("contact")
    if outcome:
        rows = rows.filter(_has_outcome(run, outcome))
    if undone:
        rows = rows.filter(undone_as=undone)
    if code:
        rows = rows.filter(notes__contains=[[code]])
    if before:
        found = list(rows.filter(number__lt=before).order_by("-number")[: PAGE_SIZE + 1])
        shown = found[:PAGE_SIZE][::-1]
        has_before, has_after = len(found) > PAGE_SIZE, True
    else:
        found = list(rows.filter(number__gt=after).order_by("number")[: PAGE_SIZE + 1])
        shown = found[:PAGE_SIZE]
        has_before, has_after = after > 0, len(found) > PAGE_SIZE
    return RowPage(
        rows=_shown(run, shown, user),
        previous=shown[0].number if shown and has_before else None,
        next=shown[-1].number if shown and has_after else None,
    )


def _has_outcome(run: ImportRun, outcome: str) -> Q:
    column = "checked_as" if run.state == ImportRun.State.CHECKED else "outcome"
    return Q(**{column: outcome})


def _shown(run: ImportRun, rows: list[ImportRow], user: User) -> list[ShownRow]:
    reader = RowReader(run)
    ids = [row.contact_id for row in rows if row.contact_id]
    visible = set(
        Contact.objects.visible_to(user)
        .filter(pk__in=ids, erased_at=None)
        .values_list("pk", flat=True)
    )
    labels = dict(Outcome.choices)
    shown = []
    for row in rows:
        outcome = row.outcome or row.checked_as
        changes = [_change(*change) for change in row.changes]
        if outcome == Outcome.CREATED:
            changes = [change for change in changes if change.key != "full"]
        shown.append(
            ShownRow(
                number=row.number,
                name=reader.read(row).name,
                outcome=outcome,
                outcome_label=str(labels.get(outcome, "")),
                undone_as=row.undone_as,
                undone_label=str(row.get_undone_as_display()) if row.undone_as else "",
                contact=row.contact if row.contact_id in visible else None,
                notes=[
                    ShownNote(str(notes.weight_of(code)), notes.sentence(code, _named(values)))
                    for code, values in row.notes
                    if notes.is_known(code)
                ],
                changes=changes[:MOST_CHANGES],
                more_changes=max(len(changes) - MOST_CHANGES, 0),
            )
        )
    return shown


def _named(values: dict[str, Any]) -> dict[str, Any]:
    """A column is named in the reader's language."""
    return {**values, "column": _change(values["key"], "", "").label} if "key" in values else values


def _change(key: str, before: str, after: str) -> ShownChange:
    field = targets.fields().get(key)
    if field is not None:
        return ShownChange(key, str(field.label), before and field.show(before), field.show(after))
    name, _colon, label = key.partition(":")
    column = columns.BY_KEY.get(name)
    shown = str(column.label) if column else name
    if name == "do_not_contact":
        before, after = "", str(_("Yes"))
    if label in Label.values:
        shown = f"{shown}, {Label(label).label.lower()}"
    return ShownChange(name, shown, before, after)


def refused_rows(run: ImportRun) -> Iterator[list[str]]:
    """The refused rows as they stood in the file, each with its number and the reason, under
    the headers of the file: to be mended and imported again."""
    yield [str(_("Row")), str(_("Reason")), *run.columns]
    rows = run.rows.filter(_has_outcome(run, Outcome.REFUSED)).in_file_order()
    for row in rows.iterator(chunk_size=500):
        reasons = [
            notes.sentence(code, values)
            for code, values in row.notes
            if notes.is_known(code) and notes.weight_of(code) == Weight.REFUSAL
        ]
        cells: list[Any] = row.cells
        yield [str(row.number), " ".join(reasons), *(str(cell) for cell in cells)]
