"""What is done by itself on coming to a stage or leaving it: set up here, and noted down with the
move that asks for it. ``automation_work`` carries it out.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.bulk import insert
from core.errors import DomainError
from core.models import User
from relationships import stage_acts
from relationships.choices import Cause
from relationships.models import AutomationRun, Stage, StageAutomation, StageTransition
from relationships.stage_acts import TAKEN_BACK, Options

MOST = 10
# So long a move can be thought better of before anything is set going by it.
GRACE = timedelta(minutes=1)
# What somebody did on purpose. An import writes down what was; a slip is no move.
SETS_GOING = (Cause.MOVED, Cause.KIND_CHANGED)


class AutomationRefused(DomainError):
    code = "automation_refused"


@transaction.atomic
def add_automation(
    *, stage: Stage, actor: User, moment: str, act: str, options: Options
) -> StageAutomation:
    """From the next move on; nothing is done for those who stand there already."""
    current = Stage.objects.select_for_update(no_key=True).get(pk=stage.pk)
    if stage_acts.find(act) is None:
        raise AutomationRefused(_("Nobody knows how to do that any more."))
    if current.archived_at is not None:
        raise AutomationRefused(_("This stage was put aside."))
    if current.automations.filter(archived_at=None).count() >= MOST:
        raise AutomationRefused(
            _("A stage does at most %(count)s things by itself.") % {"count": MOST}
        )
    made = StageAutomation.objects.create(
        stage=current, moment=moment, act=act, options=options, made_by=actor
    )
    audit.record(
        actor=actor,
        action="relationships.automation_added",
        target=made,
        moment=moment,
        act=act,
        options=options,
    )
    return made


@transaction.atomic
def change_automation(
    *, automation: StageAutomation, actor: User, moment: str, options: Options
) -> StageAutomation:
    """What was noted down before is done as it is now, once its moment comes."""
    current = _lock(automation)
    before = {"moment": current.moment, "options": current.options}
    if before == {"moment": moment, "options": options}:
        return current
    current.moment, current.options = moment, options
    current.save(update_fields=["moment", "options", "updated_at"])
    audit.record(
        actor=actor,
        action="relationships.automation_changed",
        target=current,
        before=before,
        moment=moment,
        options=options,
    )
    return current


@transaction.atomic
def switch_automation(*, automation: StageAutomation, actor: User, is_on: bool) -> StageAutomation:
    """Off: moves ask for nothing, and what waits is not done either."""
    current = _lock(automation)
    if current.is_on == is_on:
        return current
    current.is_on = is_on
    current.save(update_fields=["is_on", "updated_at"])
    audit.record(
        actor=actor, action="relationships.automation_switched", target=current, is_on=is_on
    )
    return current


@transaction.atomic
def remove_automation(
    *, automation: StageAutomation, actor: User, is_removed: bool = True
) -> StageAutomation:
    """Take it out, or bring it back. What it did stays in the history."""
    current = _lock(automation)
    if (current.archived_at is not None) == is_removed:
        return current
    current.archived_at = timezone.now() if is_removed else None
    current.save(update_fields=["archived_at", "updated_at"])
    action = "removed" if is_removed else "restored"
    audit.record(actor=actor, action=f"relationships.automation_{action}", target=current)
    return current


def note_down(moves: QuerySet[StageTransition], *, now: datetime) -> int:
    """Note what these moves ask for, once however often it is called; how much is noted.

    Stages at which nothing is done by itself, most of them, cost one query.
    """
    at_work = StageAutomation.objects.filter(is_on=True, archived_at=None)
    asked = list(at_work.values_list("pk", "stage", "moment"))
    if not asked:
        return 0
    entering = [stage for _pk, stage, moment in asked if moment == StageAutomation.Moment.ENTERS]
    leaving = [stage for _pk, stage, moment in asked if moment == StageAutomation.Moment.LEAVES]
    asking = moves.filter(
        Q(to_stage__in=entering) | Q(from_stage__in=leaving), cause__in=SETS_GOING
    ).select_related("relationship")
    rows = [
        AutomationRun(
            automation_id=pk,
            transition=move,
            contact_id=move.relationship.contact_id,
            due_at=now + GRACE,
        )
        for move in asking
        for pk, stage, moment in asked
        if stage
        == (move.to_stage_id if moment == StageAutomation.Moment.ENTERS else move.from_stage_id)
    ]
    insert(rows, skips_conflicts=True)
    return len(rows)


def call_off(*, transition_ids: Sequence[int], now: datetime) -> None:
    """These moves take others back: what those asked for is not done, or undone where it can be.
    In the caller's transaction.
    """
    undone = _taken_back_by(
        StageTransition.objects.filter(pk__any=transition_ids, cause=Cause.TAKEN_BACK)
    )
    if not undone:
        return
    undo_runs(Q(transition__in=undone), now=now)


def undo_runs(of: Q, *, now: datetime) -> None:
    """What these asked for is not done, or undone where it was done and can be. Within the caller's
    transaction.
    """
    runs = AutomationRun.objects.select_for_update(of=("self",)).filter(of)
    done: dict[int, list[AutomationRun]] = {}
    acts: dict[int, str] = {}
    for run in runs.select_related("automation").order_by("pk"):
        if run.result == AutomationRun.Result.DONE:
            done.setdefault(run.automation_id, []).append(run)
            acts[run.automation_id] = run.automation.act
    waiting = AutomationRun.objects.filter(of, result="")
    _cancel(waiting, TAKEN_BACK, now)
    for automation_id, made in done.items():
        act = stage_acts.find(acts[automation_id])
        if act is not None and act.undo is not None:
            act.undo(made, now)
            _cancel(AutomationRun.objects.filter(pk__in=[run.pk for run in made]), TAKEN_BACK, now)


def _cancel(runs: QuerySet[AutomationRun], reason: str, now: datetime) -> None:
    runs.update(
        queue_state=AutomationRun.QueueState.DONE,
        result=AutomationRun.Result.CANCELLED,
        outcome=reason,
        lease_token=None,
        lease_until=None,
        done_at=now,
        updated_at=now,
    )


def _taken_back_by(backs: QuerySet[StageTransition]) -> list[int]:
    """The move right before each, which led to where it led away from."""
    found = list(backs)
    if not found:
        return []
    moves = StageTransition.objects.filter(relationship__in={one.relationship_id for one in found})
    before: dict[int, StageTransition] = {}
    latest: dict[int, StageTransition] = {}
    for move in moves.order_by("moved_at", "pk"):
        if move.relationship_id in latest:
            before[move.pk] = latest[move.relationship_id]
        latest[move.relationship_id] = move
    return [
        before[one.pk].pk
        for one in found
        if one.pk in before and before[one.pk].to_stage_id == one.from_stage_id
    ]


def _lock(automation: StageAutomation) -> StageAutomation:
    return StageAutomation.objects.select_for_update().get(pk=automation.pk)
