"""The moves that a lifecycle allows. Its stages are changed in ``stages``."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import DomainError
from core.models import User
from relationships.models import AllowedMove, Lifecycle, Stage


class LifecycleRefused(DomainError):
    code = "lifecycle_refused"


@transaction.atomic
def set_moves(*, lifecycle: Lifecycle, actor: User, moves: Mapping[tuple[int, int], bool]) -> None:
    """Let relationships move between exactly these pairs of stage ids; True: with a reason only.

    An open stage must have a way out, or whoever comes there could never leave. The moves of a
    stage that was put aside wait until it is brought back.
    """
    Lifecycle.objects.select_for_update().get(pk=lifecycle.pk)
    stages = {stage.pk: stage for stage in Stage.objects.live().filter(lifecycle=lifecycle)}
    wanted = {pair: need for pair, need in moves.items() if set(pair) <= set(stages)}
    left = {here for here, _there in wanted}
    for stage in stages.values():
        if not stage.is_closed and stage.pk not in left:
            raise LifecycleRefused(
                _("From “%(stage)s” one could go nowhere.") % {"stage": stage.label}
            )
    known = {
        (move.from_stage_id, move.to_stage_id): move
        for move in AllowedMove.objects.filter(from_stage__in=stages, to_stage__in=stages)
    }
    gone = [move.pk for pair, move in known.items() if pair not in wanted]
    AllowedMove.objects.filter(pk__in=gone).delete()
    AllowedMove.objects.bulk_create(
        AllowedMove(from_stage_id=here, to_stage_id=there, needs_reason=need)
        for (here, there), need in wanted.items()
        if (here, there) not in known
    )
    for need in (True, False):
        changed = [
            move.pk
            for pair, move in known.items()
            if wanted.get(pair) is need and move.needs_reason is not need
        ]
        AllowedMove.objects.filter(pk__in=changed).update(needs_reason=need)
    audit.record(
        actor=actor,
        action="relationships.moves_changed",
        target=lifecycle,
        allowed=len(wanted),
        added=len(set(wanted) - set(known)),
        removed=len(gone),
    )
