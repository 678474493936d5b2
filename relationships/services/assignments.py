"""The phases of an assignment: brief, proposal, agreed, running, closed; or it did not go ahead."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit, events
from core.models import User
from relationships.events import EngagementChanged
from relationships.models import Engagement, EngagementChange
from relationships.phases import ALLOWED
from relationships.services.engagement_changes import EngagementRefused, write_change
from relationships.services.engagements import ended

Phase = Engagement.Phase
BATCH = 500


@transaction.atomic
def move_assignment(
    *, engagement: Engagement, actor: User | None, phase: str, reason: str = ""
) -> Engagement:
    """Move an assignment to another phase, or refuse. One that is closed without a last day ends
    today; one that did not go ahead must say why.
    """
    current = Engagement.objects.select_for_update().get(pk=engagement.pk)
    if current.form != Engagement.Form.ASSIGNMENT:
        raise EngagementRefused(_("Only an assignment stands in a phase."))
    if phase not in ALLOWED[current.phase]:
        raise EngagementRefused(
            _("An assignment does not go from “%(here)s” to “%(there)s”.")
            % {"here": current.get_phase_display(), "there": dict(Phase.choices).get(phase, phase)}
        )
    if phase == Phase.OFF and not reason.strip():
        raise EngagementRefused(_("Say why it does not go ahead."))
    fields = {"phase": phase, **_what_follows(current, phase, timezone.localdate())}
    before = current.phase
    write_change(current, fields, actor=actor, act=EngagementChange.Act.MOVED, reason=reason)
    _tell(current, actor, before, sorted(fields))
    if "ends_on" in fields:
        events.publish(ended(current, actor))
    return current


def _what_follows(current: Engagement, phase: str, today: date) -> dict[str, Any]:
    if phase == Phase.CLOSED and current.ends_on is None:
        return {"ends_on": max(today, current.starts_on)}
    return {}


@transaction.atomic
def begin_agreed(*, today: date, limit: int = BATCH) -> int:
    """What was agreed runs from its first day on; return how many began."""
    due = Engagement.objects.filter(phase=Phase.AGREED, starts_on__lte=today)
    rows = list(due.select_for_update(skip_locked=True).order_by("-starts_on", "-pk")[:limit])
    for row in rows:
        write_change(row, {"phase": Phase.RUNNING}, actor=None, act=EngagementChange.Act.MOVED)
        _tell(row, None, Phase.AGREED, ["phase"])
    return len(rows)


def _tell(row: Engagement, actor: User | None, before: str, fields: list[str]) -> None:
    audit.record(
        actor=actor,
        action="relationships.engagement_moved",
        target=row,
        before=before,
        phase=row.phase,
    )
    events.publish(
        EngagementChanged(
            engagement_id=row.pk,
            contact_id=row.contact_id,
            actor_id=actor.pk if actor else None,
            fields=fields,
        )
    )
