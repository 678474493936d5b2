"""The stages of a lifecycle kept as a template, and a template used for a lifecycle in one act."""

from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contacts.models import StepTemplate
from contacts.services.step_templates import save_template
from core import audit
from core.models import User
from relationships import entry_rules
from relationships.choices import Tone
from relationships.lifecycles import SEEDED_STAGES
from relationships.models import AllowedMove, Lifecycle, Relationship, Stage
from relationships.services.stage_order import (
    MOST_STAGES,
    StageRefused,
    after_all,
    allow_usual_moves,
    free_key,
    locked_stages,
    write_order,
)

Step = dict[str, Any]
# What one stage of a lifecycle alone can be.
PARTS = ("is_entry", "is_onward")


@dataclass
class Plan:
    """What using a template would do: ``steps`` each with the stage that it is already, or None;
    ``aside`` goes out of use; ``stays`` cannot, for people stand there or nothing else ends.
    """

    steps: list[tuple[Step, Stage | None]] = field(default_factory=list)
    aside: list[Stage] = field(default_factory=list)
    stays: list[Stage] = field(default_factory=list)

    @property
    def added(self) -> list[Step]:
        return [step for step, stage in self.steps if stage is None]

    @property
    def kept(self) -> list[Stage]:
        return [stage for _step, stage in self.steps if stage is not None]


def save_stages_of(*, lifecycle: Lifecycle, actor: User, name: str) -> StepTemplate:
    stages = list(Stage.objects.live().filter(lifecycle=lifecycle).order_by("position"))
    places = {stage.pk: place for place, stage in enumerate(stages)}
    moves = AllowedMove.objects.filter(from_stage__in=places, to_stage__in=places)
    return save_template(
        actor=actor,
        name=name,
        steps=[_as_step(stage) for stage in stages],
        moves=sorted(
            (places[one.from_stage_id], places[one.to_stage_id], one.needs_reason) for one in moves
        ),
    )


def plan_template(*, lifecycle: Lifecycle, template: StepTemplate) -> Plan:
    """Nothing is written."""
    stages = Stage.objects.filter(lifecycle=lifecycle).order_by("position")
    return _plan(list(stages), template)


@transaction.atomic
def use_template(*, lifecycle: Lifecycle, template: StepTemplate, actor: User) -> Plan:
    """Give ``lifecycle`` the stages of the template, in its order and with its moves.

    A stage that is there already, by its key or its name, becomes as the template says; others are
    put aside. One at which people stand, or that alone ends a relationship, stays, after the
    others: nobody is moved by this.
    """
    stages = locked_stages(lifecycle)
    plan = _plan(stages, template)
    if len(plan.steps) + len(plan.stays) > MOST_STAGES:
        raise StageRefused(_("A lifecycle has at most %(count)s stages.") % {"count": MOST_STAGES})
    if all(step.get("is_closed") for step, _stage in plan.steps):
        raise StageRefused(_("This template has no stage at which somebody can stand."))
    parts = {part: next((one for one in stages if getattr(one, part)), None) for part in PARTS}
    _clear(stages, plan)
    used = [_write(lifecycle, step, stage, stages) for step, stage in plan.steps]
    live = sorted([*used, *plan.stays], key=lambda one: one.is_closed)
    for part, before in parts.items():
        _give(part, live, _with_part(part, plan, used) or before)
    write_order(live, stages)
    _write_moves(used, live, template)
    audit.record(
        actor=actor,
        action="relationships.template_used",
        target=lifecycle,
        template=template.name,
        added=len(plan.added),
        aside=[one.key for one in plan.aside],
    )
    return plan


def _as_step(stage: Stage) -> Step:
    """``is_named`` is false of a seeded stage that reads in each reader's language."""
    return {
        "name": stage.label,
        "is_named": bool(stage.name),
        "key": stage.key,
        "cadence_days": stage.cadence_days,
        "tone": stage.tone,
        "is_entry": stage.is_entry,
        "is_closed": stage.is_closed,
        "is_onward": stage.is_onward,
        "entry_rules": stage.entry_rules,
    }


def step_label(step: Step) -> str:
    """What a step is called: a seeded one that nobody renamed in the reader's language."""
    if step.get("is_named", True):
        return str(step["name"])
    return str(SEEDED_STAGES.get(step.get("key", ""), step["name"]))


def _plan(stages: list[Stage], template: StepTemplate) -> Plan:
    plan = Plan()
    free = list(stages)
    for step in template.steps:
        found = _same(step, free)
        if found is not None:
            free.remove(found)
        plan.steps.append((step, found))
    closes = any(step.get("is_closed") for step in template.steps)
    stood = set(Relationship.objects.open().filter(stage__in=free).values_list("stage", flat=True))
    for one in free:
        if one.archived_at is None:
            stays = one.pk in stood or (one.is_closed and not closes)
            (plan.stays if stays else plan.aside).append(one)
    return plan


def _same(step: Step, stages: list[Stage]) -> Stage | None:
    """By its key, else by its name; an open stage is never a closing one."""
    alike = [one for one in stages if one.is_closed == bool(step.get("is_closed"))]
    by_key = next((one for one in alike if one.key == step.get("key")), None)
    name = step_label(step).casefold()
    return by_key or next((one for one in alike if one.label.casefold() == name), None)


def _write(lifecycle: Lifecycle, step: Step, stage: Stage | None, stages: list[Stage]) -> Stage:
    if stage is None:
        stage = Stage(
            lifecycle=lifecycle,
            key=free_key(step_label(step), stages),
            position=after_all(stages),
            is_closed=bool(step.get("is_closed")),
        )
        stages.append(stage)
    is_seeded = stage.pk is not None and not step.get("is_named", True)
    stage.name = "" if is_seeded and stage.key == step.get("key") else step_label(step)[:100]
    if "cadence_days" in step:
        stage.cadence_days = None if stage.is_closed else step["cadence_days"]
    if step.get("tone") in Tone.values:
        stage.tone = step["tone"]
    rules = step.get("entry_rules", stage.entry_rules)
    stage.entry_rules = [
        {"rule": rule.key, "value": value} for rule, value in entry_rules.known(rules)
    ]
    stage.archived_at = None
    stage.save()
    return stage


def _clear(stages: list[Stage], plan: Plan) -> None:
    """Nobody has a part to play until the template says who; what goes out of use goes."""
    now = timezone.now()
    for one in stages:
        one.is_entry = one.is_onward = False
        if one in plan.aside:
            one.archived_at = now
        one.save(update_fields=["is_entry", "is_onward", "archived_at", "updated_at"])


def _with_part(part: str, plan: Plan, used: list[Stage]) -> Stage | None:
    steps = (step for step, _stage in plan.steps)
    return next((one for step, one in zip(steps, used, strict=True) if step.get(part)), None)


def _give(part: str, live: list[Stage], wanted: Stage | None) -> None:
    """To ``wanted`` where it is in use and can play it, else to the first that can."""
    able = [one for one in live if one.is_closed == (part == "is_onward")]
    chosen = wanted if wanted in able else able[0]
    setattr(chosen, part, True)
    chosen.save(update_fields=[part, "updated_at"])


def _write_moves(used: list[Stage], live: list[Stage], template: StepTemplate) -> None:
    """Those of the template among its own stages; what would lead nowhere gets the usual ones."""
    if template.moves:
        AllowedMove.objects.filter(from_stage__in=used, to_stage__in=used).delete()
        AllowedMove.objects.bulk_create(
            AllowedMove(from_stage=used[here], to_stage=used[there], needs_reason=need)
            for here, there, need in template.moves
        )
    among = AllowedMove.objects.filter(from_stage__in=live, to_stage__in=live)
    pairs = set(among.values_list("from_stage", "to_stage"))
    for one in live:
        leads = any(here == one.pk for here, _there in pairs)
        is_led_to = any(there == one.pk for _here, there in pairs)
        if not leads or not is_led_to:
            allow_usual_moves(one, live)
