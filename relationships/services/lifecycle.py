"""Moving relationships along the lifecycle of their kind. They begin in ``beginnings``."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Value
from django.db.models.functions import Greatest, Now
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit, events
from core.models import User
from relationships.choices import Cause
from relationships.events import StageChanged
from relationships.models import FollowUp, Relationship, Stage, StageTransition
from relationships.reasons import TAKEN_BACK
from relationships.selectors.lifecycle import allowed_moves
from relationships.selectors.stints import standing
from relationships.services.beginnings import (
    Beginning,
    BeginningRefused,
    begin_relationship,
    begin_relationships,
)
from relationships.services.cadence import next_touch
from relationships.services.move_rules import (
    EntryRefused,
    MoveRules,
    ReasonNeeded,
    TransitionRefused,
    another_open,
    put_aside,
)

__all__ = [
    "Beginning",
    "BeginningRefused",
    "EntryRefused",
    "Moves",
    "ReasonNeeded",
    "TransitionRefused",
    "allowed_moves",
    "begin_relationship",
    "begin_relationships",
    "end_for_erased",
    "move_all_to_stage",
    "move_to_stage",
    "take_back",
    "take_back_all",
]

BATCH = 1000
# How long a slip of the hand can be taken back.
SECOND_THOUGHTS = timedelta(minutes=15)


@dataclass(frozen=True)
class Moves:
    """What became of a move of many: the transitions made, and who stayed and why."""

    made: list[StageTransition] = field(default_factory=list)
    refused: list[tuple[Relationship, TransitionRefused]] = field(default_factory=list)


def move_to_stage(
    *,
    relationship: Relationship,
    to_stage: Stage,
    actor: User | None,
    reason: str = "",
    now: datetime | None = None,
    cause: Cause = Cause.MOVED,
) -> StageTransition:
    """Move a relationship to another stage of its lifecycle and record why, or refuse.

    A stage that closes ends the relationship; leaving such a stage opens it again.
    ``relationship`` is brought up to date. See ``move_all_to_stage`` for the locking.
    """
    moves = move_all_to_stage(
        relationships=[relationship],
        to_stage=to_stage,
        actor=actor,
        reason=reason,
        now=now,
        cause=cause,
    )
    for _relationship, refusal in moves.refused:
        raise refusal
    return moves.made[0]


@transaction.atomic
def move_all_to_stage(
    *,
    relationships: Iterable[Relationship],
    to_stage: Stage,
    actor: User | None,
    reason: str = "",
    now: datetime | None = None,
    is_told: bool = True,
    cause: Cause = Cause.MOVED,
) -> Moves:
    """Move each that may go to ``to_stage``; answer who moved and who may not, and why. Without
    ``is_told`` the audit log gets no entry for each: the caller's one entry tells of all.

    The rows are locked and read again first: two people looking at one board would otherwise both
    move the card, and the history would show a move from a stage it had already left. They
    are locked alone, without joins (PostgreSQL drops a row whose join column changed while the
    lock was awaited), and in the order of their ids, so that two such moves cannot block each
    other for good.
    """
    asked = {relationship.pk: relationship for relationship in relationships}
    to_stage = Stage.objects.shared([to_stage.pk])[to_stage.pk]
    rows = list(Relationship.objects.select_for_update().filter(pk__in=asked).order_by("pk"))
    rules = MoveRules(rows, to_stage)
    moves = Moves()
    moving: list[tuple[Relationship, int]] = []
    moment = now or timezone.now()
    for row in rows:
        try:
            rules.check(row, reason)
        except TransitionRefused as refusal:
            moves.refused.append((asked[row.pk], refusal))
            continue
        moving.append((row, row.stage_id))
        place(row, to_stage, moment)
    moves.made.extend(
        write_moves(moving, to_stage, actor, reason, moment, is_told=is_told, cause=cause)
    )
    for row, _from_id in moving:
        place(asked[row.pk], to_stage, moment)
    return moves


@transaction.atomic
def take_back(
    *, move: StageTransition, actor: User, now: datetime | None = None
) -> StageTransition:
    """Undo one's own last move, also where the lifecycle has no move back: it was a slip.

    The history keeps both; the days at the stage count on as if nothing had happened.
    """
    moment = now or timezone.now()
    before = Stage.objects.shared([move.from_stage_id or 0]).get(move.from_stage_id or 0)
    row = Relationship.objects.select_for_update().get(pk=move.relationship_id)
    history = list(StageTransition.objects.filter(relationship=row).order_by("moved_at", "pk"))
    if move not in history[-1:] or move.moved_by_id != actor.pk:
        raise TransitionRefused(_("Somebody moved this relationship since."))
    if before is None or moment - move.moved_at > SECOND_THOUGHTS:
        raise TransitionRefused(_("This move can no longer be taken back."))
    if move.cause not in (Cause.MOVED, Cause.IMPORTED):
        raise TransitionRefused(_("This move can no longer be taken back."))
    if before.archived_at is not None:
        raise put_aside(before)
    return put_back([move], before, [row], {row.pk: history[:-1]}, actor, moment)[0]


@transaction.atomic
def take_back_all(
    *, transition_ids: Collection[int], actor: User, now: datetime | None = None
) -> set[int]:
    """Undo the moves of a bulk act, whoever made them and however long ago; answer which were
    undone. One after which somebody moved the relationship again stays.
    """
    moves = StageTransition.objects.in_bulk(transition_ids)
    stages = {
        pk: stage
        for pk, stage in Stage.objects.shared(
            {move.from_stage_id for move in moves.values() if move.from_stage_id}
        ).items()
        if stage.archived_at is None
    }
    ids = {move.relationship_id for move in moves.values()}
    rows = Relationship.objects.select_for_update().filter(pk__in=ids).order_by("pk").in_bulk()
    history: defaultdict[int, list[StageTransition]] = defaultdict(list)
    for one in StageTransition.objects.filter(relationship__in=ids).order_by("moved_at", "pk"):
        history[one.relationship_id].append(one)
    by_stage: defaultdict[Stage, list[StageTransition]] = defaultdict(list)
    for move in moves.values():
        if history[move.relationship_id][-1] == move and move.from_stage_id in stages:
            by_stage[stages[move.from_stage_id]].append(move)
    moment = now or timezone.now()
    earlier = {pk: past[:-1] for pk, past in history.items()}
    for stage, going in by_stage.items():
        standing = [rows[move.relationship_id] for move in going]
        put_back(going, stage, standing, earlier, actor, moment, is_told=False)
    return {move.pk for going in by_stage.values() for move in going}


def put_back(
    moves: Sequence[StageTransition],
    stage: Stage,
    rows: Sequence[Relationship],
    earlier: Mapping[int, Sequence[StageTransition]],
    actor: User | None,
    moment: datetime,
    *,
    is_told: bool = True,
) -> list[StageTransition]:
    """Undo ``moves``, each the last of its row: back to ``stage``, since when they were there.

    ``earlier``: by relationship, what happened before the move, the oldest first.
    """
    moving = []
    for move, row in zip(moves, rows, strict=True):
        moving.append((row, row.stage_id))
        place(row, stage, moment)
        stays = standing(earlier.get(row.pk, ()))
        row.stage_since = stays[-1].moved_at if stays else move.moved_at
    cause = Cause.TAKEN_BACK
    return write_moves(moving, stage, actor, TAKEN_BACK, moment, is_told=is_told, cause=cause)


def place(row: Relationship, stage: Stage, now: datetime) -> None:
    today = timezone.localdate(now)
    row.stage = stage
    row.stage_since = now
    row.ended_on = max(today, row.started_on) if stage.is_closed else None
    row.next_touch_on = next_touch(row, stage, today=today)
    row.updated_at = now


def write_moves(
    moving: Sequence[tuple[Relationship, int]],
    to_stage: Stage,
    actor: User | None,
    reason: str,
    now: datetime,
    *,
    is_told: bool = True,
    cause: Cause = Cause.MOVED,
) -> list[StageTransition]:
    """The rows, their history, the audit and the events."""
    rows = [row for row, _from_id in moving]
    try:
        with transaction.atomic():
            Relationship.objects.bulk_update(
                rows,
                ["stage", "stage_since", "ended_on", "next_touch_on", "updated_at"],
                batch_size=BATCH,
            )
    except IntegrityError as error:
        # Between our look and our write, somebody began a relationship of this kind.
        if "one_open_relationship_per_kind" not in str(error):
            raise
        raise another_open() from error
    made = StageTransition.objects.bulk_create(
        [
            StageTransition(
                relationship=row,
                from_stage_id=from_id,
                to_stage=to_stage,
                moved_by=actor,
                moved_at=now,
                reason=reason.strip(),
                cause=cause,
            )
            for row, from_id in moving
        ],
        batch_size=BATCH,
    )
    if is_told:
        audit.record_many(
            actor=actor,
            action="relationships.stage_changed",
            entries=((one.relationship, {"transition": one.pk}) for one in made),
        )
    events.publish(
        *(
            StageChanged(
                relationship_id=transition.relationship_id,
                contact_id=transition.relationship.contact_id,
                transition_id=transition.pk,
                from_stage_id=from_id,
                to_stage_id=to_stage.pk,
                actor_id=actor.pk if actor else None,
            )
            for transition, (_row, from_id) in zip(made, moving, strict=True)
        )
    )
    return made


def end_for_erased(*, contact_ids: Collection[int]) -> None:
    """End what is open with people who were erased. No move is recorded: nobody made one."""
    today = timezone.localdate()
    Relationship.objects.open().filter(contact__in=contact_ids).update(
        ended_on=Greatest("started_on", Value(today)), next_touch_on=None, updated_at=Now()
    )
    FollowUp.objects.open().filter(contact__in=contact_ids).delete()
