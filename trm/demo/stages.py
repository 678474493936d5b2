"""What an organisation that thought about its stages asks for, and lets be done by itself."""

from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone

from campaigns.models import Campaign
from core.models import User
from relationships.choices import Tone
from relationships.models import AutomationRun, Stage, StageTransition
from relationships.services.automation import add_automation, note_down
from relationships.services.automation_work import run_due
from relationships.services.stage_templates import save_stages_of
from relationships.services.stages import change_stage, set_entry_rules

LATELY = timedelta(days=14)
TONES = {
    ("prospect", "offer"): Tone.GOOD,
    ("prospect", "not-now"): Tone.WARN,
    ("employee", "leaving"): Tone.WARN,
    ("alumnus", "active"): Tone.GOOD,
    ("alumnus", "no-contact-wanted"): Tone.RED,
}
RULES = {
    ("freelancer", "on-assignment"): [("engagement", "assignment")],
    ("alumnus", "active"): [("owner", "yes"), ("spoken", "365")],
}


def make_stages(*, owner: User, colleague: User) -> None:
    """Settings of the stages, and what the moves of the last days set going by them."""
    stages = {
        (stage.lifecycle.kind, stage.key): stage
        for stage in Stage.objects.select_related("lifecycle")
    }
    for place, tone in TONES.items():
        stage = stages[place]
        change_stage(stage=stage, actor=owner, name="", cadence_days=stage.cadence_days, tone=tone)
    for place, rules in RULES.items():
        set_entry_rules(stage=stages[place], actor=owner, rules=rules)
    for place, moment, act, options in _automations(colleague):
        add_automation(stage=stages[place], actor=owner, moment=moment, act=act, options=options)
    lifecycle = stages["prospect", "offer"].lifecycle
    save_stages_of(lifecycle=lifecycle, actor=owner, name="Werving, zoals wij het doen")
    _live_through(timezone.now())


def _automations(colleague: User) -> list[tuple[tuple[str, str], str, str, dict[str, Any]]]:
    to_owner = {"who": "owner", "name": "", "body": ""}
    told = {"who": str(colleague.uid), "name": colleague.name}
    found: list[tuple[tuple[str, str], str, str, dict[str, Any]]] = [
        (
            ("alumnus", "just-left"),
            "enters",
            "task",
            {**to_owner, "title": "Vraag hoe de nieuwe baan bevalt", "days": 30},
        ),
        (
            ("prospect", "in-conversation"),
            "enters",
            "task",
            {**to_owner, "title": "Bel na het eerste gesprek", "days": 3},
        ),
        (("alumnus", "returned"), "enters", "notify", told),
        (
            ("employee", "preboarding"),
            "leaves",
            "task",
            {**to_owner, "title": "Loop langs in de eerste week", "days": 5},
        ),
    ]
    running = Campaign.objects.filter(state=Campaign.State.RUNNING).order_by("pk").first()
    if running is not None:
        options = {"campaign": str(running.uid), "name": running.name, "again": False}
        found.append((("alumnus", "in-touch"), "enters", "campaign", options))
    return found


def _live_through(now: datetime) -> None:
    """As if the automation had been there when the last moves were made."""
    since = timezone.make_aware(datetime.combine(timezone.localdate(now) - LATELY, time.min))
    moves = StageTransition.objects.filter(moved_at__gte=since, moved_at__lt=now)
    note_down(moves, now=now)
    AutomationRun.objects.update(due_at=now)
    run_due(clock=lambda: now)
