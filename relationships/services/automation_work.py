"""Carrying out what moves asked for: claimed in batches, each automation in one transaction with
the note that it was done. A worker that dies leaves rows that another does; nothing is done twice.
"""

import logging
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from core.models import User
from relationships import stage_acts
from relationships.models import AutomationRun, Relationship, StageAutomation, TimelineEntry
from relationships.services import timeline
from relationships.stage_acts import FAILED, GONE, MOVED_ON, TURNED_OFF, Entry, Outcome, left_out

logger = logging.getLogger(__name__)

BATCH = 500
LEASE = timedelta(minutes=5)
FIRST_PAUSE = timedelta(minutes=1)
MOST_ATTEMPTS = 8


def run_due(*, clock: Callable[[], datetime] = timezone.now, stop_at: float = float("inf")) -> int:
    """Do what is due, until nothing is or the time (``time.monotonic``) is up; how much."""
    count = 0
    while True:
        claimed = AutomationRun.objects.claim(now=clock(), limit=BATCH, lease=LEASE)
        by_automation: defaultdict[int, list[AutomationRun]] = defaultdict(list)
        for run in claimed:
            by_automation[run.automation_id].append(run)
        for runs in by_automation.values():
            _try(runs, clock())
        count += len(claimed)
        if len(claimed) < BATCH or time.monotonic() >= stop_at:
            return count


def recover(*, now: datetime) -> int:
    """Put back what dead workers held: nothing of it was done."""
    return AutomationRun.objects.release_expired(now)


def _try(runs: Sequence[AutomationRun], now: datetime) -> None:
    try:
        _do(runs, now)
    except Exception:
        logger.exception("Automation %s failed", runs[0].automation_id)
        for run in runs:
            if run.attempts >= MOST_ATTEMPTS:
                run.finish(result=AutomationRun.Result.FAILED, outcome=FAILED, done_at=now)
            else:
                run.put_back(due_at=now + FIRST_PAUSE * 2 ** (run.attempts - 1))


@transaction.atomic
def _do(claimed: Sequence[AutomationRun], now: datetime) -> None:
    """Those of ``claimed`` that we still hold, all of one automation."""
    automation = StageAutomation.objects.select_related("stage__lifecycle").get(
        pk=claimed[0].automation_id
    )
    runs = list(
        AutomationRun.objects.select_for_update(of=("self",))
        .filter(pk__in=[run.pk for run in claimed], lease_token=claimed[0].lease_token)
        .select_related("contact", "transition__relationship", "transition__moved_by")
        .order_by("pk")
    )
    act = stage_acts.find(automation.act)
    if act is None or automation.archived_at is not None or not automation.is_on:
        _finish({run.pk: left_out(TURNED_OFF) for run in runs}, now)
        return
    outcomes = {run.pk: why for run in runs if (why := _refused(run, automation)) is not None}
    entries = _entries([run for run in runs if run.pk not in outcomes])
    if entries:
        outcomes |= act.run(entries, automation.options, now)
    _finish(outcomes, now)
    timeline.record(
        _line(run, automation, outcomes[run.pk], now)
        for run in runs
        if outcomes[run.pk].reason not in (GONE, MOVED_ON)
    )


def _refused(run: AutomationRun, automation: StageAutomation) -> Outcome | None:
    contact, relationship = run.contact, run.transition.relationship
    is_here = (contact.archived_at, contact.erased_at, contact.merged_into_id) == (None, None, None)
    if not is_here:
        return left_out(GONE)
    if (
        automation.moment == StageAutomation.Moment.ENTERS
        and relationship.stage_id != automation.stage_id
    ):
        return left_out(MOVED_ON)
    return None


def _entries(runs: Sequence[AutomationRun]) -> list[Entry]:
    rows = Relationship.objects.select_related("owner", "stage").in_bulk(
        {run.transition.relationship_id for run in runs}
    )
    return [
        Entry(
            run_id=run.pk,
            contact=run.contact,
            relationship=rows[run.transition.relationship_id],
            owner=_at_work(rows[run.transition.relationship_id].owner),
            mover=_at_work(run.transition.moved_by),
        )
        for run in runs
    ]


def _at_work(user: User | None) -> User | None:
    return user if user is not None and user.is_active else None


def _finish(outcomes: Mapping[int, Outcome], now: datetime) -> None:
    done: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    made = {}
    for pk, outcome in outcomes.items():
        done[_result(outcome), outcome.reason].append(pk)
        if outcome.made_id is not None:
            made[pk] = outcome.made_id
    for (result, reason), ids in done.items():
        AutomationRun.objects.filter(pk__in=ids).update(
            queue_state=AutomationRun.QueueState.DONE,
            result=result,
            outcome=reason,
            lease_token=None,
            lease_until=None,
            done_at=now,
            updated_at=now,
        )
    rows = [AutomationRun(pk=pk, made_id=made_id) for pk, made_id in made.items()]
    AutomationRun.objects.bulk_update(rows, ["made_id"], batch_size=BATCH)


def _result(outcome: Outcome) -> str:
    if outcome.is_done:
        return AutomationRun.Result.DONE
    is_off = outcome.reason == TURNED_OFF
    return AutomationRun.Result.CANCELLED if is_off else AutomationRun.Result.LEFT_OUT


def _line(
    run: AutomationRun, automation: StageAutomation, outcome: Outcome, now: datetime
) -> TimelineEntry:
    return TimelineEntry(
        contact_id=run.contact_id,
        at=now,
        verb="automation.done" if outcome.is_done else "automation.left_out",
        key=f"automation:{run.pk}",
        is_automated=True,
        data={
            "kind": automation.stage.lifecycle.kind,
            "stage": {"key": automation.stage.key, "name": automation.stage.name},
            "moment": automation.moment,
            "act": automation.act,
            "options": automation.options,
            "reason": outcome.reason,
        },
    )
