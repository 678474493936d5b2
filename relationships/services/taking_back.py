"""Undoing a move of many that was a slip: all that were moved in one go, by whoever did it."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.models import User
from relationships.models import Relationship, StageTransition
from relationships.services.lifecycle import SECOND_THOUGHTS, TransitionRefused, take_back_all


@dataclass(frozen=True, kw_only=True)
class TakenBack:
    """``relationships``: those that stand where they stood; ``left``: how many somebody moved
    since, so that they stay.
    """

    relationships: list[Relationship]
    left: int


@transaction.atomic
def take_back_together(
    *, move: StageTransition, actor: User, now: datetime | None = None
) -> TakenBack:
    """Undo one's own move of many, of which ``move`` is one: they share their moment."""
    moment = now or timezone.now()
    if move.moved_by_id != actor.pk or moment - move.moved_at > SECOND_THOUGHTS:
        raise TransitionRefused(_("This move can no longer be taken back."))
    together = StageTransition.objects.filter(
        moved_at=move.moved_at, moved_by=actor, to_stage=move.to_stage_id, from_stage__isnull=False
    )
    made = dict(together.values_list("pk", "relationship_id"))
    undone = take_back_all(transition_ids=made, actor=actor)
    rows = list(Relationship.objects.filter(pk__in=[made[pk] for pk in undone]))
    audit.record_many(
        actor=actor,
        action="relationships.stage_changed",
        entries=((row, {"taken_back": True}) for row in rows),
    )
    return TakenBack(relationships=rows, left=len(made) - len(undone))
