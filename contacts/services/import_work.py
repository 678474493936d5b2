"""What a worker does with a file of people: try every row, or take every row in.

In batches, each a transaction of its own that also moves the run on. A worker that dies leaves a
lease that runs out; the next one goes on after the last batch that was committed.
"""

import gc
import logging
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

from django.db import DataError, IntegrityError, connection, transaction
from django.db.models import F
from django.utils import timezone

from contacts.choices import Source
from contacts.imports.notes import note
from contacts.imports.planning import BatchPlan, plan
from contacts.imports.rows import FileRow, RowReader
from contacts.imports.scope import Scope, scope_of
from contacts.imports.settled import still_as_they_were
from contacts.imports.writing import write, write_rows
from contacts.models import ImportRow, ImportRun, Tag
from contacts.services.addresses import Teller, follow_place
from contacts.services.import_lease import LEASE, LeaseLost, Unusable, hold, need_not_wait
from contacts.services.import_reading import read
from contacts.services.import_undo import close_undo, undo_rows
from contacts.services.imports import forget_file
from contacts.services.tags import named_tags
from core import audit, events
from core.bulk import update_rows
from core.models import User
from core.once import remembering

logger = logging.getLogger(__name__)

State = ImportRun.State
Outcome = ImportRow.Outcome
PEOPLE_PER_BATCH = 4000
ROWS_PER_SETTLING = 20_000
MAX_ATTEMPTS = 5
PAUSE = timedelta(seconds=20)
# One batch at a time in the whole house: two files with one new person in both make one person.
_ONE_AT_A_TIME = 4_718_502


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
        with _few_collections():
            _see_through(run)
    except LeaseLost:
        logger.warning("Import %s was taken over by another worker", run.pk)
    except Unusable as reason:
        run.finish(state=State.FAILED, outcome=reason.code, finished_at=timezone.now())
    except Exception:
        logger.exception("Import %s stopped", run.pk)
        _try_later(run)
    return True


@contextmanager
def _few_collections() -> Iterator[None]:
    """A batch makes a hundred thousand values and no cycles: looking for those, as Python does
    every seven hundred, takes a tenth of the time."""
    before = gc.get_threshold()
    gc.set_threshold(100_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _see_through(run: ImportRun) -> None:
    actor = run.started_by or run.uploaded_by
    scope = scope_of(actor)
    if run.state == State.CHECKING:
        if not run.row_count:
            read(run, scope)
        _in_batches(run, actor, scope, _check_batch)
        run.finish(state=State.CHECKED, finished_at=timezone.now())
    elif run.state == State.IMPORTING:
        _settle(run)
        _in_batches(run, actor, scope, _import_batch)
        _close(run, actor)
    elif run.state == State.UNDOING:
        undo_rows(run, run.undone_by or actor)
        close_undo(run, run.undone_by or actor)


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


def _settle(run: ImportRun) -> None:
    """Skip at once what the dry run found to be known, where nobody touched the contact since."""
    if run.cursor:
        return
    for first in range(0, run.row_count + run.header_row + 1, ROWS_PER_SETTLING):
        rows = run.rows.exclude(fingerprint="").filter(
            number__gt=first, number__lte=first + ROWS_PER_SETTLING
        )
        with transaction.atomic():
            still = still_as_they_were(rows.filter(checked_as=Outcome.SKIPPED, outcome=""))
            found = list(still.values_list("pk", "notes"))
            update_rows(
                ImportRow, ["outcome"], [pk for pk, _ in found], [[Outcome.SKIPPED] * len(found)]
            )
            told = [{code for code, _values in notes} for _pk, notes in found]
            hold(
                run,
                done_count=run.done_count + len(found),
                counts=_added(run, {Outcome.SKIPPED: len(found)}, told),
            )


Work = Callable[[ImportRun, Sequence[FileRow], Scope, User], None]


def _in_batches(run: ImportRun, actor: User, scope: Scope, work: Work) -> None:
    """While one batch waits for the database, the cells of the next are read."""
    reader = RowReader(run)
    rows = _next_rows(run, after=run.cursor)
    reader.fill(rows)
    with ThreadPoolExecutor(max_workers=1) as beside:
        while rows:
            following = _next_rows(run, after=max(row.person for row in rows))
            reading = beside.submit(reader.fill, following)
            _do(run, rows, scope, actor, work)
            reading.result()
            rows = following


def _next_rows(run: ImportRun, *, after: int) -> list[FileRow]:
    """All rows about the next people of the file who are not done yet."""
    waiting = run.rows.filter(**{_column_of(run): ""})
    first = waiting.first_of_person().filter(number__gt=after).in_file_order()
    firsts = [FileRow(*row) for row in first.values_list(*FileRow.COLUMNS)[:PEOPLE_PER_BATCH]]
    others = run.rows.exclude(number=F("person")).filter(person__any=[row.number for row in firsts])
    rows = [*firsts, *(FileRow(*row) for row in others.values_list(*FileRow.COLUMNS))]
    return sorted(rows, key=lambda row: row.number)


def _column_of(run: ImportRun) -> str:
    return "checked_as" if run.state == State.CHECKING else "outcome"


def _do(run: ImportRun, rows: Sequence[FileRow], scope: Scope, actor: User, work: Work) -> None:
    """One batch. If the database refuses it, each half alone, down to the row that it will not
    have: that one is refused, and the others go in."""
    people = sorted({row.person for row in rows})
    try:
        with remembering(), transaction.atomic():
            need_not_wait()
            hold(run, cursor=people[-1], done_count=run.done_count + len(rows))
            work(run, rows, scope, actor)
            hold(run, counts=_counted(run, rows))
    except (DataError, IntegrityError):
        run.refresh_from_db(fields=["cursor", "done_count", "counts", "settled_until"])
        if len(people) == 1:
            logger.exception("Import %s: row %s was refused", run.pk, rows[0].number)
            _refuse(run, rows)
            return
        middle = people[len(people) // 2]
        for half in (
            [row.pk for row in rows if row.person < middle],
            [row.pk for row in rows if row.person >= middle],
        ):
            found = run.rows.filter(pk__any=half).in_file_order()
            again = [FileRow(*row) for row in found.values_list(*FileRow.COLUMNS)]
            RowReader(run).fill(again)
            _do(run, again, scope, actor, work)


@transaction.atomic
def _refuse(run: ImportRun, rows: Sequence[FileRow]) -> None:
    hold(run, cursor=rows[0].person, done_count=run.done_count + len(rows))
    for row in rows:
        row.notes, row.outcome = [note("not_written")], Outcome.REFUSED
    update_rows(
        ImportRow,
        ["notes", _column_of(run)],
        [row.pk for row in rows],
        [[row.notes for row in rows], [row.outcome for row in rows]],
    )
    hold(run, counts=_counted(run, rows))


def _counted(run: ImportRun, rows: Sequence[FileRow]) -> dict[str, dict[str, int]]:
    """The counts of the run with these rows in them."""
    outcomes = Counter(str(row.outcome) for row in rows)
    return _added(run, outcomes, [{one[0] for one in row.notes} for row in rows])


def _added(
    run: ImportRun, outcomes: Mapping[str, int], told: Iterable[Collection[str]]
) -> dict[str, dict[str, int]]:
    held, codes = Counter(run.counts.get("outcomes", {})), Counter(run.counts.get("notes", {}))
    held.update(outcomes)
    for one in told:
        codes.update(one)
    return {"outcomes": dict(+held), "notes": dict(codes)}


def _check_batch(run: ImportRun, rows: Sequence[FileRow], scope: Scope, actor: User) -> None:
    now = timezone.now()
    batch = plan(run, rows, scope)
    write_rows(batch, is_dry=True, at=now)


def _import_batch(run: ImportRun, rows: Sequence[FileRow], scope: Scope, actor: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
    batch = plan(run, rows, scope, locks=True)
    done = write(batch, actor=actor, tags=_tags_of(batch))
    for contact in done.moved:
        follow_place(contact, Teller(source=Source.IMPORT))
    if done.events:
        events.publish(*done.events)
    write_rows(batch, is_dry=False, at=timezone.now())
    until = batch.settled_until
    if until is not None:
        hold(run, settled_until=min(until, run.settled_until or until))


def _tags_of(batch: BatchPlan) -> dict[str, Tag]:
    wanted = {tag for person in batch.people for tag in person.tags}
    return {tag.name.casefold(): tag for tag in named_tags(wanted)}


@transaction.atomic
def _close(run: ImportRun, actor: User) -> None:
    hold(run)
    audit.record(
        actor=actor, action="contacts.imported", target=run, file=run.file_name, **run.outcomes
    )
    forget_file(run)
    run.finish(state=State.IMPORTED, finished_at=timezone.now(), file="")
