"""The first thing a worker does with a file: read it into rows, and find who is in it twice."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from contacts.imports.matching import Grouping
from contacts.imports.notes import Note, note
from contacts.imports.readers import MOST_COLUMNS, Record, records, text_of
from contacts.imports.rows import STRUCTURAL, FileRow, RowReader
from contacts.imports.scope import Scope
from contacts.imports.settled import Fingerprints, Settled, settled_rows
from contacts.models import Contact, ImportRow, ImportRun, Suppression
from contacts.services.import_lease import Unusable, hold, need_not_wait
from contacts.suppression import digests_of
from core.bulk import copy_rows, update_rows

ROWS_PER_READ = 5000
Outcome = ImportRow.Outcome
_COLUMNS = (
    *("run_id", "number", "person", "cells", "notes", "digest", "fingerprint"),
    *("checked_as", "contact_id", "done_at"),
)


@dataclass(slots=True)
class _Read:
    number: int
    cells: list[str]
    fingerprint: str
    emails: list[str]
    notes: list[Note]
    structural: list[Note]
    digest: str = ""
    is_refused: bool = False


@dataclass(slots=True)
class _Tally:
    """What is known of the rows so far, before any is planned."""

    count: int = 0
    settled: int = 0
    notes: Counter[str] = field(default_factory=Counter)
    until: date | None = None


def read(run: ImportRun, scope: Scope) -> None:
    """Read the file into rows, find which of them are about one person, and which repeat what
    an earlier import settled: those are skipped at once.

    From the beginning, whoever was at it before: reading changes nothing else, and is quick.
    """
    run.rows.all().delete()
    grouping = Grouping(trusts_email=run.options.get("trusts_email") == "yes")
    tally = _Tally()
    waiting: list[_Read] = []
    for row in _rows(run, grouping):
        waiting.append(row)
        if len(waiting) == ROWS_PER_READ:
            _store(run, waiting, scope, tally)
            waiting = []
    _store(run, waiting, scope, tally)
    if not tally.count:
        raise Unusable("no_rows")
    _join_rows(run, grouping, tally)
    hold(
        run,
        row_count=tally.count,
        done_count=tally.settled,
        cursor=0,
        settled_until=tally.until,
        counts={"outcomes": {Outcome.SKIPPED: tally.settled}, "notes": dict(+tally.notes)},
    )


def _rows(run: ImportRun, grouping: Grouping) -> Iterator[_Read]:
    reader, prints = RowReader(run), Fingerprints(run)
    for count, record in enumerate(_records(run)):
        if count == settings.IMPORT_MAX_ROWS:
            raise Unusable("too_many_rows")
        yield _row_of(record, reader, prints, grouping)


def _records(run: ImportRun) -> Iterator[Record]:
    with Path(run.file.path).open("rb") as file, text_of(file, run.encoding) as text:
        for record in records(text, run.delimiter):
            if record.number > run.header_row and any(map(str.strip, record.cells)):
                yield record


def _row_of(record: Record, reader: RowReader, prints: Fingerprints, grouping: Grouping) -> _Read:
    structural = [note(record.problem)] if record.problem else []
    draft = reader.read(FileRow(0, record.number, record.number, record.cells, structural))
    cells = record.cells[:MOST_COLUMNS]
    row = _Read(record.number, cells, "", draft.emails, draft.notes, structural)
    if draft.given or draft.family or draft.native:
        grouping.add(record.number, draft)
        row.digest = "" if draft.has_key else draft.digest()
        if not structural:
            row.fingerprint = prints.of(cells)
    return row


def _store(run: ImportRun, rows: Sequence[_Read], scope: Scope, tally: _Tally) -> None:
    if not rows:
        return
    now = timezone.now()
    with transaction.atomic():
        need_not_wait()
        settled = _settled(rows, scope, timezone.localdate(now))
        hold(run, done_count=tally.count + len(rows))
        copy_rows(ImportRow, _COLUMNS, [_columns(run, row, settled, now) for row in rows])
    tally.count += len(rows)
    for row in rows:
        found = settled.get(row.fingerprint)
        if found is not None:
            tally.settled += 1
            tally.notes.update({code for code, _values in row.notes} | {"unchanged"})
            if found.until is not None:
                tally.until = min(found.until, tally.until or found.until)


def _columns(
    run: ImportRun, row: _Read, settled: dict[str, Settled], now: datetime
) -> tuple[Any, ...]:
    found = settled.get(row.fingerprint)
    notes = row.structural if found is None else [*row.notes, note("unchanged")]
    kept = (run.pk, row.number, row.number, row.cells, notes, row.digest, row.fingerprint)
    if found is None:
        return (*kept, "", None, None)
    return (*kept, str(Outcome.SKIPPED), found.contact_id, now)


def _settled(rows: Sequence[_Read], scope: Scope, today: date) -> dict[str, Settled]:
    """By fingerprint. An address that must not be written to is remarked on every time."""
    said = {row.fingerprint: row.notes for row in rows if row.fingerprint}
    found = {
        fingerprint: settled
        for fingerprint, settled in settled_rows(list(said), scope, today=today).items()
        if settled.agrees_with(said[fingerprint])
    }
    digests = {
        digest: row.fingerprint
        for row in rows
        if row.fingerprint in found
        for address in row.emails
        for digest in digests_of(address)
    }
    held = Suppression.objects.filter(digest__any=list(digests)).values_list("digest", flat=True)
    for digest in held if digests else ():
        found.pop(digests[digest], None)
    return found


@transaction.atomic
def _join_rows(run: ImportRun, grouping: Grouping, tally: _Tally) -> None:
    """Give the rows of one person the number of the first. They are planned together, so none of
    them is settled alone."""
    known = Contact.objects.filter(uid__in=grouping.ids_in_doubt, merged_into=None, erased_at=None)
    firsts = grouping.same_person({str(uid) for uid in known.values_list("uid", flat=True)})
    if not firsts:
        return
    members = list(
        run.rows.filter(number__any=[*firsts, *set(firsts.values())]).values_list(
            "pk", "number", "notes", "checked_as"
        )
    )
    for _pk, _number, notes, checked_as in members:
        if checked_as:
            tally.settled -= 1
            tally.notes.subtract({code for code, _values in notes})
    update_rows(
        ImportRow,
        ["person", "fingerprint", "checked_as", "contact", "done_at", "notes"],
        [pk for pk, *_rest in members],
        [
            [firsts.get(number, number) for _pk, number, *_rest in members],
            [""] * len(members),
            [""] * len(members),
            [None] * len(members),
            [None] * len(members),
            [[one for one in notes if one[0] in STRUCTURAL] for _pk, _n, notes, _as in members],
        ],
    )
