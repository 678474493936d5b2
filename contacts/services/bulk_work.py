"""What a worker does with an act on many people: write down who they are, then act on them.

In batches, each a transaction of its own that also moves the run on. A worker that dies leaves a
lease that runs out; the next one goes on after the last batch that was committed.
"""

import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from django.db import DataError, IntegrityError, transaction
from django.utils import timezone

from contacts import bulk_acts
from contacts.bulk_acts import BulkAct, Result, skipped
from contacts.models import BulkRow, BulkRun, Contact
from contacts.models.access import visible_units
from contacts.services.bulk import people_of, record_end
from core.bulk import insert, update_all
from core.models import User

logger = logging.getLogger(__name__)

State, Outcome = BulkRun.State, BulkRow.Outcome
LEASE = timedelta(seconds=60)
GATHERED_AT_ONCE = 20_000
PER_BATCH = 500
MAX_ATTEMPTS = 5
PAUSE = timedelta(seconds=20)


class LeaseLost(Exception):
    """Another worker has taken the run over, or it was stopped: write nothing more."""


def release_expired() -> int:
    """Give back what dead workers held, for another to go on with."""
    return BulkRun.objects.release_expired(timezone.now())


def work_on_next() -> bool:
    """Take the run that waits longest and see it through; False when none is waiting."""
    claimed = BulkRun.objects.claim(now=timezone.now(), limit=1, lease=LEASE)
    for run in claimed:
        _work_on(run)
    return bool(claimed)


def work_on(run: BulkRun) -> None:
    """See this one through here and now, unless a worker has it already."""
    waiting = BulkRun.objects.filter(pk=run.pk)
    for claimed in waiting.claim(now=timezone.now(), limit=1, lease=LEASE):
        _work_on(claimed)


def _work_on(run: BulkRun) -> None:
    try:
        _see_through(run)
    except LeaseLost:
        logger.info("Bulk act %s was stopped or taken over", run.pk)
    except Exception:
        logger.exception("Bulk act %s broke off", run.pk)
        _try_later(run)


def _see_through(run: BulkRun) -> None:
    act = bulk_acts.known(run.act)
    if act is None:
        raise LookupError(f"there is no bulk act {run.act}")
    if run.state == State.GATHERING:
        while _gather(run):
            pass
        _hold(run, state=State.RUNNING, cursor=0)
    if run.state == State.RUNNING:
        _in_batches(run, act, run.started_by_id, "", _act_on)
        _close(run, run.started_by, state=State.DONE, finished_at=timezone.now())
    elif run.state == State.UNDOING and run.undone_by is not None:
        _in_batches(run, act, run.undone_by.pk, Outcome.DONE, _take_back)
        _close(run, run.undone_by, state=State.UNDONE, undone_at=timezone.now())


def _try_later(run: BulkRun) -> None:
    """A fault of ours or of a server: again in a while, and given up after some tries."""
    if run.attempts < MAX_ATTEMPTS:
        run.put_back(due_at=timezone.now() + PAUSE * run.attempts)
        return
    _close(run, run.undone_by or run.started_by, state=State.FAILED, finished_at=timezone.now())


def _hold(run: BulkRun, **values: object) -> None:
    """Move the run on, in the transaction of what was done, while it is still this worker's."""
    now = timezone.now()
    held = BulkRun.objects.filter(pk=run.pk, lease_token=run.lease_token)
    if not held.update(lease_until=now + LEASE, updated_at=now, **values):
        raise LeaseLost
    for name, value in values.items():
        setattr(run, name, value)


@transaction.atomic
def _gather(run: BulkRun) -> int:
    """Write some more of the people down, in the order of their ids."""
    people = people_of(run.selection, _actor(run.started_by_id)).filter(pk__gt=run.cursor)
    ids = list(people.order_by("pk").values_list("pk", flat=True)[:GATHERED_AT_ONCE])
    if ids:
        insert(BulkRow(run=run, contact_id=pk) for pk in ids)
        _hold(run, cursor=ids[-1], total=run.total + len(ids))
    return len(ids)


def _actor(pk: int) -> User:
    """Read anew for each batch: rights may be taken away while it runs."""
    return User.objects.get(pk=pk)


Work = Callable[[BulkRun, BulkAct, User, Sequence[BulkRow]], None]


def _in_batches(run: BulkRun, act: BulkAct, actor_id: int, outcome: str, work: Work) -> None:
    """``work`` on the rows that have ``outcome``. What it writes must be another one."""
    waiting = run.rows.filter(outcome=outcome).order_by("pk")
    while rows := list(waiting.filter(pk__gt=run.cursor)[:PER_BATCH]):
        _do(run, act, _actor(actor_id), rows, work)


def _do(run: BulkRun, act: BulkAct, actor: User, rows: Sequence[BulkRow], work: Work) -> None:
    """One batch. If the database refuses it, each half alone, down to the row it will not have."""
    try:
        with transaction.atomic():
            _hold(run, cursor=rows[-1].pk, done_count=run.done_count + len(rows))
            work(run, act, actor, rows)
            update_all(rows, ["outcome", "reason", "before"])
            _hold(run, counts=_counted(run, rows))
    except (DataError, IntegrityError):
        run.refresh_from_db(fields=["cursor", "done_count", "counts"])
        if len(rows) == 1:
            logger.exception("Bulk act %s: row %s was refused", run.pk, rows[0].pk)
            _do(run, act, actor, rows, _refuse)
            return
        middle = len(rows) // 2
        for half in (rows[:middle], rows[middle:]):
            _do(run, act, actor, half, work)


def _refuse(run: BulkRun, act: BulkAct, actor: User, rows: Sequence[BulkRow]) -> None:
    left = Outcome.KEPT if run.state == State.UNDOING else Outcome.SKIPPED
    for row in rows:
        row.outcome, row.reason = left, bulk_acts.NOT_WRITTEN


def _act_on(run: BulkRun, act: BulkAct, actor: User, rows: Sequence[BulkRow]) -> None:
    units = _locked_units([row.contact_id for row in rows], actor, is_active=True)
    left = _left_out(rows, units, act, actor)
    allowed = [row.contact_id for row in rows if row.contact_id not in left]
    results: Mapping[int, Result] = act.run(allowed, run.options, actor) if allowed else {}
    for row in rows:
        reason = left.get(row.contact_id)
        result = results.get(row.contact_id, bulk_acts.UNCHANGED)
        result = skipped(reason) if reason else result
        row.outcome, row.reason, row.before = result.outcome, result.reason, result.before


def _take_back(run: BulkRun, act: BulkAct, actor: User, rows: Sequence[BulkRow]) -> None:
    """Two rows may tell of one person by now, where two were merged: the first one counts."""
    units = _locked_units([row.contact_id for row in rows], actor, is_active=False)
    kept = _left_out(rows, units, act, actor)
    before: dict[int, dict[str, object]] = {}
    for row in rows:
        if row.contact_id not in kept:
            before.setdefault(row.contact_id, row.before)
    if before and act.undo is not None:
        kept |= act.undo(before, run.options, actor)
    seen: set[int] = set()
    for row in rows:
        reason = bulk_acts.CHANGED if row.contact_id in seen else kept.get(row.contact_id, "")
        seen.add(row.contact_id)
        row.outcome, row.reason = (Outcome.KEPT if reason else Outcome.UNDONE), reason


def _locked_units(ids: Sequence[int], actor: User, *, is_active: bool) -> dict[int, int | None]:
    """Whom the actor sees of them, locked, each with the unit that keeps them. What was put aside
    can be brought back; who was erased or merged cannot be acted on at all."""
    people = Contact.objects.visible_to(actor).filter(pk__in=ids, erased_at=None, merged_into=None)
    if is_active:
        people = people.active()
    locked = people.order_by("pk").select_for_update(of=("self",))
    return dict(locked.values_list("pk", "unit_id"))


def _left_out(
    rows: Sequence[BulkRow], units: Mapping[int, int | None], act: BulkAct, actor: User
) -> dict[int, str]:
    held = visible_units(actor, act.permission)
    reasons: dict[int, str] = {}
    for row in rows:
        if row.contact_id not in units:
            reasons[row.contact_id] = bulk_acts.GONE
        elif held is not None and units[row.contact_id] not in held:
            reasons[row.contact_id] = bulk_acts.NOT_ALLOWED
    return reasons


def _counted(run: BulkRun, rows: Sequence[BulkRow]) -> dict[str, dict[str, int]]:
    """The counts of the run with these rows in them."""
    outcomes = Counter(run.counts.get("outcomes", {}))
    outcomes.update(row.outcome for row in rows)
    if run.state == State.UNDOING:
        outcomes[Outcome.DONE] -= len(rows)
    reasons = Counter(run.counts.get("reasons", {}))
    reasons.update(row.reason for row in rows if row.reason)
    return {"outcomes": dict(outcomes), "reasons": dict(reasons)}


@transaction.atomic
def _close(run: BulkRun, actor: User, *, state: str, **moments: object) -> None:
    _hold(run, state=state)
    record_end(run, actor)
    run.finish(**moments)
