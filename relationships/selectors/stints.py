"""A relationship's history as the time that it stood at each stage.

The stays follow each other without a gap: each begins at the moment the one before it ended, and
the last lasts until the relationship ended, or until now. What was taken back is no stay: the one
that it broke goes on as if nothing had happened, as ``stage_since`` says too.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.models import User
from relationships.choices import Cause
from relationships.models import Relationship, Stage, StageTransition
from relationships.reasons import reason_words


@dataclass(frozen=True, kw_only=True)
class Stint:
    """A stay at one stage. ``until`` is None while it lasts; a stage that ends the relationship is
    the end, not a stretch of time: its stay is over where it begins.
    """

    stage: Stage
    since: datetime
    until: datetime | None
    moved_by: User | None
    reason: str
    cause: str

    @property
    def why(self) -> str:
        """The reason in the reader's language, where it is one of ours."""
        return reason_words(self.reason)

    def lasted(self, now: datetime) -> timedelta:
        return (self.until or now) - self.since


def stints(relationship: Relationship) -> list[Stint]:
    """Oldest first, in one query."""
    return stints_of([relationship])[relationship.pk]


def stints_of(relationships: Collection[Relationship]) -> dict[int, list[Stint]]:
    """By the relationship's id, in one query however many."""
    moves: defaultdict[int, list[StageTransition]] = defaultdict(list)
    found = StageTransition.objects.filter(relationship__in=relationships)
    found = found.select_related("to_stage", "moved_by").order_by("moved_at", "pk")
    for move in found:
        moves[move.relationship_id].append(move)
    return {row.pk: _stays(moves[row.pk]) for row in relationships}


def standing(moves: Sequence[StageTransition]) -> list[StageTransition]:
    """Without those that were taken back, and without the taking back."""
    kept: list[StageTransition] = []
    for move in moves:
        takes_back = move.cause == Cause.TAKEN_BACK
        if takes_back and len(kept) > 1 and kept[-1].to_stage_id == move.from_stage_id:
            kept.pop()
        else:
            kept.append(move)
    return kept


def _stays(moves: Sequence[StageTransition]) -> list[Stint]:
    kept = standing(moves)
    ends = [move.moved_at for move in kept[1:]]
    return [
        Stint(
            stage=move.to_stage,
            since=move.moved_at,
            until=end or (move.moved_at if move.to_stage.is_closed else None),
            moved_by=move.moved_by,
            reason=move.reason,
            cause=move.cause,
        )
        for move, end in zip(kept, [*ends, None], strict=False)
    ]


def time_in_stages(
    relationships: Collection[Relationship], *, now: datetime
) -> dict[int, timedelta]:
    """How long in all these stood at each stage, by stage id: what lasts counts until ``now``."""
    total: defaultdict[int, timedelta] = defaultdict(timedelta)
    for found in stints_of(relationships).values():
        for stint in found:
            total[stint.stage.pk] += stint.lasted(now)
    return dict(total)
