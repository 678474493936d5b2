"""The stages of a lifecycle: added, renamed, put in order, given entry rules. What relationships
did before stays as it was recorded.

Every act locks the lifecycle first, so that two administrators change it one after the other.
"""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.models import User
from relationships import entry_rules
from relationships.lifecycles import SEEDED_STAGES
from relationships.models import Lifecycle, Stage
from relationships.services.stage_order import (
    StageRefused,
    after_all,
    allow_usual_moves,
    checked_name,
    free_key,
    locked_stages,
    put_in_place,
    refuse_if_full,
    write_order,
)


@transaction.atomic
def add_stage(
    *,
    lifecycle: Lifecycle,
    actor: User,
    name: str,
    is_closed: bool = False,
    cadence_days: int | None = None,
    tone: str = "",
) -> Stage:
    """A new stage: the last of the open ones, or the last of all when it ends the relationship. It
    gets the moves that its neighbours have, to be changed in the matrix.
    """
    stages = locked_stages(lifecycle)
    live = [one for one in stages if one.archived_at is None]
    refuse_if_full(live)
    name = checked_name(name, live)
    stage = Stage.objects.create(
        lifecycle=lifecycle,
        key=free_key(name, stages),
        name=name,
        position=after_all(stages),
        is_closed=is_closed,
        cadence_days=None if is_closed else cadence_days,
        tone=tone,
    )
    put_in_place(stage, live)
    write_order(live, stages)
    allow_usual_moves(stage, live)
    audit.record(actor=actor, action="relationships.stage_added", target=stage, is_closed=is_closed)
    return stage


@transaction.atomic
def change_stage(
    *,
    stage: Stage,
    actor: User,
    name: str,
    cadence_days: int | None,
    tone: str = "",
    is_entry: bool | None = None,
    is_onward: bool | None = None,
) -> Stage:
    """Call a stage otherwise, or give it another cadence, colour or part. An empty name is that of
    the seed. Where relationships begin, and where whoever becomes something else ends, is one
    stage each: the part goes over from the stage that had it.

    Days that follow from the old cadence are moved to the new one in the next round
    (``services.segment_cadence``).
    """
    stages = locked_stages(stage.lifecycle)
    current = next(one for one in stages if one.pk == stage.pk)
    others = [one for one in stages if one.pk != stage.pk and one.archived_at is None]
    before = _as_told(current)
    name = " ".join(name.split())
    if name or current.key not in SEEDED_STAGES:
        name = checked_name(name, others)
    current.name, current.tone = name, tone
    current.cadence_days = None if current.is_closed else cadence_days
    if is_entry:
        _refuse_entry(current)
        _hand_over_part(current, others, "is_entry")
    if is_onward:
        _refuse_onward(current)
        _hand_over_part(current, others, "is_onward")
    if _as_told(current) == before:
        return current
    current.save()
    audit.record(
        actor=actor,
        action="relationships.stage_edited",
        target=current,
        before=before,
        **_as_told(current),
    )
    return current


@transaction.atomic
def set_entry_rules(*, stage: Stage, actor: User, rules: Sequence[tuple[str, str]]) -> Stage:
    """Ask for exactly these, ``(rule, value)``, before somebody may come to ``stage``. Whoever
    stands there already stays.
    """
    current = Stage.objects.select_for_update(no_key=True).get(pk=stage.pk)
    wanted = [{"rule": rule, "value": value} for rule, value in dict.fromkeys(rules)]
    if len(entry_rules.known(wanted)) != len(wanted):
        raise StageRefused(_("One of these cannot be asked for any more. Choose again."))
    if wanted == current.entry_rules:
        return current
    audit.record(
        actor=actor,
        action="relationships.entry_rules_changed",
        target=current,
        before=current.entry_rules,
        rules=wanted,
    )
    current.entry_rules = wanted
    current.save(update_fields=["entry_rules", "updated_at"])
    return current


@transaction.atomic
def place_stage(*, stage: Stage, actor: User, up: bool) -> None:
    """Let a stage change places with the one before or after it."""
    stages = locked_stages(stage.lifecycle)
    live = [one for one in stages if one.archived_at is None]
    here = next((at for at, one in enumerate(live) if one.pk == stage.pk), None)
    if here is None:
        return
    there = here - 1 if up else here + 1
    if not 0 <= there < len(live):
        return
    live[here], live[there] = live[there], live[here]
    write_order(live, stages)
    audit.record(actor=actor, action="relationships.stage_placed", target=stage, up=up)


def _as_told(stage: Stage) -> dict[str, Any]:
    names = ("name", "cadence_days", "tone", "is_entry", "is_onward")
    return {name: getattr(stage, name) for name in names}


def _refuse_entry(stage: Stage) -> None:
    if stage.is_closed or stage.archived_at is not None:
        raise StageRefused(_("A relationship begins at an open stage."), field="is_entry")


def _refuse_onward(stage: Stage) -> None:
    if not stage.is_closed or stage.archived_at is not None:
        raise StageRefused(
            _("Who becomes something else ends at a stage that ends the relationship."),
            field="is_onward",
        )


def _hand_over_part(stage: Stage, others: Sequence[Stage], part: str) -> None:
    for one in others:
        if getattr(one, part):
            setattr(one, part, False)
            one.save(update_fields=[part, "updated_at"])
    setattr(stage, part, True)
