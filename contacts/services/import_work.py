"""What a worker does with a file of people: try every row, or take every row in.

In batches, each a transaction of its own that also moves the run on. A worker that dies leaves a
lease that runs out; the next one goes on after the last batch that was committed.
"""

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import DataError, IntegrityError, connection, transaction
from django.db.models import F
from django.utils import timezone

from contacts.imports.matching import Grouping
from contacts.imports.notes import note
from contacts.imports.planning import BatchPlan, Scope, plan
from contacts.imports.readers import Record, records, text_of
from contacts.imports.rows import RowReader
from contacts.imports.writing import write, write_rows
from contacts.models import ImportRow, ImportRun, Tag
from contacts.models.access import visible_units
from contacts.services.imports import forget_file
from contacts.services.tags import named_tags
from core import audit, events
from core.bulk import copy_in, update_all
from core.models import User

logger = logging.getLogger(__name__)

State = ImportRun.State
LEASE = timedelta(seconds=60)
PEOPLE_PER_BATCH = 500
ROWS_PER_READ = 2000
MAX_ATTEMPTS = 5
PAUSE = timedelta(seconds=20)
# One batch at a time in the whole house: two files with one new person in both make one person.
_ONE_AT_A_TIME = 4_718_502


class LeaseLost(Exception):
    """Another worker has taken the run over; this one must write nothing more."""


class Unusable(Exception):
    """The file cannot be imported; ``code`` says why (``selectors.imports`` has the words)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def release_expired() -> int:
    """Give back what dead workers held, for another to go on with."""
    return ImportRun.objects.release_expired(timezone.now())


def work_on_next() -> bool:
    """Take the run that waits longest and see it through; False when none is waiting."""
    claimed = ImportRun.objects.claim(now=timezone.now(), limit=1, lease=LEASE)
    if not claimed:
        return False
    run = claimed[0]
    try:
        _see_through(run)
    except LeaseLost:
        logger.warning("Import %s was taken over by another worker", run.pk)
    except Unusable as reason:
        run.finish(state=State.FAILED, outcome=reason.code, finished_at=timezone.now())
    except Exception:
        logger.exception("Import %s stopped", run.pk)
        _try_later(run)
    return True


def _see_through(run: ImportRun) -> None:
    actor = run.started_by or run.uploaded_by
    if run.state == State.CHECKING:
        if not run.row_count:
            _read(run)
        _in_batches(run, actor, _check_batch)
        run.finish(state=State.CHECKED, finished_at=timezone.now())
    elif run.state == State.IMPORTING:
        _in_batches(run, actor, _import_batch)
        _close(run, actor)


def _try_later(run: ImportRun) -> None:
    """A fault of ours or of a server: again in a while, and given up after some tries."""
    if run.attempts >= MAX_ATTEMPTS:
        run.finish(state=State.FAILED, outcome="fault", finished_at=timezone.now())
        return
    ImportRun.objects.filter(pk=run.pk, lease_token=run.lease_token).update(
        queue_state=ImportRun.QueueState.WAITING,
        lease_token=None,
        lease_until=None,
        due_at=timezone.now() + PAUSE * run.attempts,
    )


def _hold(run: ImportRun, **values: object) -> None:
    """Move the run on, in the transaction of what was done, while it is still this worker's."""
    held = ImportRun.objects.filter(pk=run.pk, lease_token=run.lease_token)
    if not held.update(lease_until=timezone.now() + LEASE, updated_at=timezone.now(), **values):
        raise LeaseLost
    for name, value in values.items():
        setattr(run, name, value)


def _read(run: ImportRun) -> None:
    """Read the file into rows, and find which of them are about one person.

    From the beginning, whoever was at it before: reading changes nothing else, and is quick.
    """
    run.rows.all().delete()
    reader = RowReader(run)
    grouping = Grouping(trusts_email=run.options.get("trusts_email") == "yes")
    waiting: list[ImportRow] = []
    count = 0
    with Path(run.file.path).open("rb") as file, text_of(file, run.encoding) as text:
        for record in records(text, run.delimiter):
            if record.number <= run.header_row or not any(cell.strip() for cell in record.cells):
                continue
            count += 1
            if count > settings.IMPORT_MAX_ROWS:
                raise Unusable("too_many_rows")
            waiting.append(_row_of(run, record, reader, grouping))
            if len(waiting) == ROWS_PER_READ:
                _store(run, waiting, count)
                waiting = []
    if not count:
        raise Unusable("no_rows")
    _store(run, waiting, count)
    _join_rows(run, grouping)
    _hold(run, row_count=count, done_count=0, cursor=0)


def _row_of(run: ImportRun, record: Record, reader: RowReader, grouping: Grouping) -> ImportRow:
    row = ImportRow(
        run=run,
        number=record.number,
        person=record.number,
        cells=record.cells,
        notes=[note(record.problem)] if record.problem else [],
    )
    draft = reader.read(row)
    if draft.given or draft.family:
        grouping.add(record.number, draft)
        row.digest = "" if draft.has_key else draft.digest()
    return row


@transaction.atomic
def _store(run: ImportRun, rows: Sequence[ImportRow], count: int) -> None:
    _hold(run, done_count=count)
    copy_in(rows)


@transaction.atomic
def _join_rows(run: ImportRun, grouping: Grouping) -> None:
    firsts = grouping.same_person()
    joined = list(run.rows.filter(number__in=firsts).only("pk", "number", "run"))
    for row in joined:
        row.person = firsts[row.number]
    update_all(joined, ["person"])


Work = Callable[[ImportRun, Sequence[ImportRow], Scope, User], None]


def _in_batches(run: ImportRun, actor: User, work: Work) -> None:
    scope = _scope_of(actor)
    while rows := _next_rows(run):
        _do(run, rows, scope, actor, work)


def _next_rows(run: ImportRun) -> list[ImportRow]:
    """All rows about the next people of the file."""
    firsts = list(
        run.rows.first_of_person().filter(number__gt=run.cursor).in_file_order()[:PEOPLE_PER_BATCH]
    )
    others = run.rows.filter(person__in=[row.number for row in firsts]).exclude(number=F("person"))
    return sorted([*firsts, *others], key=lambda row: row.number)


def _do(run: ImportRun, rows: Sequence[ImportRow], scope: Scope, actor: User, work: Work) -> None:
    """One batch. If the database refuses it, each half alone, down to the row that it will not
    have: that one is refused, and the others go in."""
    people = sorted({row.person for row in rows})
    try:
        with transaction.atomic():
            _hold(run, cursor=people[-1], done_count=run.done_count + len(rows))
            work(run, rows, scope, actor)
            _hold(run, counts=_counted(run, rows))
    except (DataError, IntegrityError):
        run.refresh_from_db(fields=["cursor", "done_count", "counts"])
        if len(people) == 1:
            logger.exception("Import %s: row %s was refused", run.pk, rows[0].number)
            _refuse(run, rows)
            return
        middle = people[len(people) // 2]
        for half in (
            [row for row in rows if row.person < middle],
            [row for row in rows if row.person >= middle],
        ):
            _do(run, half, scope, actor, work)


@transaction.atomic
def _refuse(run: ImportRun, rows: Sequence[ImportRow]) -> None:
    _hold(run, cursor=rows[0].person, done_count=run.done_count + len(rows))
    for row in rows:
        row.notes = [note("not_written")]
        row.checked_as = row.outcome = ImportRow.Outcome.REFUSED
    update_all(rows, ["notes", "checked_as" if run.state == State.CHECKING else "outcome"])
    _hold(run, counts=_counted(run, rows))


def _counted(run: ImportRun, rows: Sequence[ImportRow]) -> dict[str, dict[str, int]]:
    """The counts of the run with these rows in them."""
    is_dry = run.state == State.CHECKING
    outcomes = Counter(run.counts.get("outcomes", {}))
    outcomes.update(str(row.checked_as if is_dry else row.outcome) for row in rows)
    codes = Counter(run.counts.get("notes", {}))
    codes.update(code for row in rows for code in {one[0] for one in row.notes})
    return {"outcomes": dict(outcomes), "notes": dict(codes)}


def _check_batch(run: ImportRun, rows: Sequence[ImportRow], scope: Scope, actor: User) -> None:
    write_rows(plan(run, rows, scope), is_dry=True)


def _import_batch(run: ImportRun, rows: Sequence[ImportRow], scope: Scope, actor: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
    batch = plan(run, rows, scope, locks=True)
    done = write(batch, actor=actor, tags=_tags_of(batch))
    if done.events:
        events.publish(*done.events)
    write_rows(batch, is_dry=False)


def _tags_of(batch: BatchPlan) -> dict[str, Tag]:
    wanted = {tag for person in batch.people for tag in person.tags}
    return {tag.name.casefold(): tag for tag in named_tags(wanted)}


def _scope_of(actor: User) -> Scope:
    """Asked anew for each worker: rights may have been taken away since the upload."""
    own = visible_units(actor, "contacts.import_contacts")
    return Scope(
        visible=visible_units(actor, "contacts.view_contact"),
        own=None if own is None else frozenset(own),
    )


@transaction.atomic
def _close(run: ImportRun, actor: User) -> None:
    _hold(run)
    audit.record(
        actor=actor, action="contacts.imported", target=run, file=run.file_name, **run.outcomes
    )
    forget_file(run)
    run.finish(state=State.IMPORTED, finished_at=timezone.now(), file="")
