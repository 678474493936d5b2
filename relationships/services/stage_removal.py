"""Stages that go out of use and come back. The stage is locked before the relationships that stand
there, as whoever moves somebody to it does (``StageQuerySet.shared``).
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import audit
from core.models import User
from relationships.choices import Cause
from relationships.models import AllowedMove, Relationship, Stage, StageTransition
from relationships.reasons import STAGE_PUT_ASIDE
from relationships.services.lifecycle import place, write_moves
from relationships.services.stage_order import (
    StageRefused,
    allow_usual_moves,
    checked_name,
    locked_stages,
    put_in_place,
    refuse_if_full,
    write_order,
)

# More than these are moved from the list of people, by a worker, before their stage goes.
MOST_AT_ONCE = 5000


@transaction.atomic
def put_stage_aside(
    *, stage: Stage, actor: User, to_stage: Stage | None = None, now: datetime | None = None
) -> int:
    """Take a stage out of use. Whoever stands there goes to ``to_stage``, whatever the moves and
    the entry rules say, and their history says why. Returns how many went.

    Those whose relationship ended there keep it as the stage at which it ended.
    """
    moment = now or timezone.now()
    stages = locked_stages(stage.lifecycle)
    current = next(one for one in stages if one.pk == stage.pk)
    if current.archived_at is not None:
        return 0
    rest = [one for one in stages if one.archived_at is None and one.pk != current.pk]
    _refuse_putting_aside(current, rest)
    moved = _move_out(current, _refuge(to_stage, rest), actor, moment)
    current.archived_at = moment
    current.save(update_fields=["archived_at", "updated_at"])
    write_order(rest, stages)
    audit.record(
        actor=actor,
        action="relationships.stage_put_aside",
        target=current,
        moved=moved,
        to=to_stage.pk if to_stage and moved else None,
    )
    return moved


@transaction.atomic
def bring_stage_back(*, stage: Stage, actor: User) -> Stage:
    """Into use again, with the moves that it had; who was moved away stays where they are."""
    stages = locked_stages(stage.lifecycle)
    current = next(one for one in stages if one.pk == stage.pk)
    if current.archived_at is None:
        return current
    live = [one for one in stages if one.archived_at is None]
    refuse_if_full(live)
    if current.name:
        checked_name(current.name, live)
    current.archived_at = None
    current.save(update_fields=["archived_at", "updated_at"])
    put_in_place(current, live)
    write_order(live, stages)
    if not AllowedMove.objects.filter(from_stage=current, to_stage__archived_at=None).exists():
        allow_usual_moves(current, live)
    audit.record(actor=actor, action="relationships.stage_brought_back", target=current)
    return current


@transaction.atomic
def delete_stage(*, stage: Stage, actor: User) -> None:
    """For good; only of one that was put aside and that nobody ever stood at."""
    stages = locked_stages(stage.lifecycle)
    current = next(one for one in stages if one.pk == stage.pk)
    if current.archived_at is None or is_used(current):
        raise StageRefused(_("People stood at this stage; it stays for their history."))
    audit.record(
        actor=actor, action="relationships.stage_deleted", target=stage.lifecycle, name=current.name
    )
    current.delete()


def is_used(stage: Stage) -> bool:
    moves = StageTransition.objects.filter(Q(from_stage=stage) | Q(to_stage=stage))
    return moves.exists() or Relationship.objects.filter(stage=stage).exists()


def _refuse_putting_aside(stage: Stage, rest: Sequence[Stage]) -> None:
    words = {"stage": stage.label}
    if stage.is_entry:
        raise StageRefused(
            _("Relationships begin at “%(stage)s”. Let them begin elsewhere first.") % words
        )
    if stage.is_onward:
        raise StageRefused(
            _("Who becomes something else ends at “%(stage)s”. Let them end elsewhere first.")
            % words
        )
    if stage.is_closed and not any(one.is_closed for one in rest):
        raise StageRefused(_("“%(stage)s” is the only stage that ends a relationship.") % words)
    ways = AllowedMove.objects.filter(from_stage__in=rest, to_stage__in=rest)
    left = set(ways.values_list("from_stage", flat=True))
    for one in rest:
        if not one.is_closed and one.pk not in left:
            raise StageRefused(
                _("From “%(stage)s” one could go nowhere then. Allow another move from it first.")
                % {"stage": one.label}
            )


def _refuge(to_stage: Stage | None, rest: Sequence[Stage]) -> Stage | None:
    if to_stage is None:
        return None
    found = next((one for one in rest if one.pk == to_stage.pk and not one.is_closed), None)
    if found is None:
        raise StageRefused(_("Choose an open stage of this lifecycle."), field="to_stage")
    return found


def _move_out(stage: Stage, to_stage: Stage | None, actor: User, now: datetime) -> int:
    rows = list(Relationship.objects.open().select_for_update().filter(stage=stage).order_by("pk"))
    if not rows:
        return 0
    if to_stage is None:
        raise StageRefused(
            ngettext(
                "%(count)s person stands at “%(stage)s”: say where they go.",
                "%(count)s people stand at “%(stage)s”: say where they go.",
                len(rows),
            )
            % {"count": len(rows), "stage": stage.label},
            field="to_stage",
        )
    if len(rows) > MOST_AT_ONCE:
        raise StageRefused(
            _("More than %(most)s people stand at “%(stage)s”. Move them from the list of people.")
            % {"most": MOST_AT_ONCE, "stage": stage.label}
        )
    for row in rows:
        place(row, to_stage, now)
    write_moves(
        [(row, stage.pk) for row in rows],
        to_stage,
        actor,
        STAGE_PUT_ASIDE,
        now,
        is_told=False,
        cause=Cause.STAGE_GONE,
    )
    return len(rows)
