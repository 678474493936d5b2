"""What the timeline tells of work for us. Each handler may be called again."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import NamedTuple

from django.utils import timezone

from core.events import subscribe
from relationships.events import (
    EngagementBegan,
    EngagementChanged,
    EngagementEnded,
    EngagementTakenBack,
)
from relationships.models import (
    Engagement,
)
from relationships.services import timeline
from relationships.services.timeline import Line


@subscribe(EngagementBegan)
def on_engagements_began(events: Sequence[EngagementBegan]) -> None:
    """Also the end of one that is over: written down at once, with its past."""
    timeline.record_lines(_engagement_lines(_engagements(events)))


@subscribe(EngagementChanged)
def on_engagements_changed(events: Sequence[EngagementChanged]) -> None:
    """Its lines move to the days that it has now, and say what it is now; an assignment that is no
    longer agreed has none.
    """
    shown = [event for event in events if _shows(event.fields)]
    rows = _engagements(shown)
    timeline.forget(
        [f"engagement.{act}:{one.engagement_id}" for one in shown for act in ("began", "ended")]
    )
    timeline.record_lines(_engagement_lines(rows))


def _shows(fields: Sequence[str]) -> bool:
    return not {"form", "phase", "unit", "role", "starts_on", "ends_on"}.isdisjoint(fields)


@subscribe(EngagementTakenBack)
def on_engagements_taken_back(events: Sequence[EngagementTakenBack]) -> None:
    timeline.forget(
        [f"engagement.{act}:{one.engagement_id}" for one in events for act in ("began", "ended")]
    )


@subscribe(EngagementEnded)
def on_engagements_ended(events: Sequence[EngagementEnded]) -> None:
    """The last day may be set again: the line then moves to it."""
    rows = _engagements(events)
    timeline.forget([f"engagement.ended:{row.pk}" for row in rows])
    timeline.record_lines([_engagement_line(row, "engagement.ended") for row in rows])


class _Worked(NamedTuple):
    """Of an engagement, what its lines say."""

    pk: int
    contact_id: int
    starts_on: date
    ends_on: date | None
    form: str
    role: str
    unit: str | None
    actor_id: int | None


def _engagements(
    events: Sequence[EngagementBegan] | Sequence[EngagementChanged] | Sequence[EngagementEnded],
) -> list[_Worked]:
    rows = Engagement.objects.binding().filter(pk__any=[event.engagement_id for event in events])
    columns = ("pk", "contact_id", "starts_on", "ends_on", "form", "role", "unit__name")
    return [_Worked(*row) for row in rows.values_list(*columns, "recorded_by_id").order_by("pk")]


def _engagement_lines(rows: Sequence[_Worked]) -> list[Line]:
    today = timezone.localdate()
    lines = [_engagement_line(row, "engagement.began") for row in rows]
    return lines + [
        _engagement_line(row, "engagement.ended")
        for row in rows
        if row.ends_on is not None and row.ends_on <= today
    ]


def _engagement_line(row: _Worked, verb: str) -> Line:
    day = row.ends_on if verb == "engagement.ended" and row.ends_on else row.starts_on
    return Line(
        row.contact_id,
        timezone.make_aware(datetime.combine(day, time.min)),
        verb,
        f"{verb}:{row.pk}",
        row.actor_id,
        {"form": row.form, "role": row.role, "unit": row.unit or ""},
    )
