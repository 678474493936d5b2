"""The way out of an engagement: tasks with days and names, begun when the end is said.

``keep_ways`` brings the ways out in line with the engagements as they are, whatever was done to
them: an end that is said begins one, another day moves its open tasks, an end that is taken back
stops it. It may be called again with the same.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from core import audit, events
from relationships.events import LeavingBegan, LeavingStopped
from relationships.models import (
    Engagement,
    FollowUp,
    Leaving,
    LeavingStep,
    WhatToDo,
)
from relationships.services.leaving_plan import plan, tasks_of

# The closing act is done within these days; of what ended longer ago no way out is begun.
CLOSING_WITHIN = timedelta(days=14)
# How long before a last day that was known from the beginning.
AHEAD = timedelta(days=30)
BATCH = 200


@transaction.atomic
def keep_ways(
    *, engagement_ids: Collection[int], today: date, is_said: bool = False
) -> list[Leaving]:
    """Answers the ways that began. ``is_said``: somebody just said the last day, so that the way
    begins now, however far off that day is.
    """
    rows = Engagement.objects.filter(pk__in=engagement_ids).filter(
        Q(leaving__isnull=False) | Q(ends_on__gte=today - CLOSING_WITHIN)
    )
    locked = list(rows.select_for_update(of=("self",)).select_related("contact").order_by("pk"))
    held = {way.engagement_id: way for way in Leaving.objects.filter(engagement__in=locked)}
    beginning = []
    for row in locked:
        way = held.get(row.pk)
        if way is None or way.stopped_at is not None:
            if _is_due(row, today, is_said=is_said):
                beginning.append(row)
        elif row.ends_on is None or not row.is_binding:
            _stop(way, row)
        elif row.ends_on != way.last_day:
            _shift(way, row.ends_on)
    return _begin(beginning, held)


def keep_all_ways(*, today: date) -> int:
    """Once a day: ends that come near, and ways whose engagement was changed behind our back."""
    near = Q(leaving=None) | Q(leaving__stopped_at__isnull=False)
    coming = (
        Engagement.objects.binding()
        .of_people_we_know()
        .filter(near, ends_on__gte=today, ends_on__lte=today + AHEAD)
    )
    moved = Engagement.objects.filter(leaving__stopped_at=None, leaving__isnull=False).exclude(
        ends_on=F("leaving__last_day")
    )
    ids = [*coming.values_list("pk", flat=True), *moved.values_list("pk", flat=True)]
    begun = 0
    for at in range(0, len(ids), BATCH):
        begun += len(keep_ways(engagement_ids=ids[at : at + BATCH], today=today))
    return begun


@transaction.atomic
def stop_ways(*, engagement_ids: Collection[int]) -> None:
    """Before the engagements go: what is still to be done goes with them."""
    ways = Leaving.objects.under_way().filter(engagement__in=engagement_ids)
    for way in ways.select_related("engagement").order_by("pk"):
        _stop(way, way.engagement)


def _is_due(row: Engagement, today: date, *, is_said: bool) -> bool:
    if row.ends_on is None or not row.is_binding:
        return False
    is_known = row.contact.erased_at is None and row.contact.merged_into_id is None
    is_near = is_said or row.ends_on <= today + AHEAD
    return is_known and is_near and row.ends_on >= today - CLOSING_WITHIN


def _begin(rows: Sequence[Engagement], held: Mapping[int, Leaving]) -> list[Leaving]:
    if not rows:
        return []
    ways = [held.get(row.pk) or Leaving(engagement=row, last_day=_end(row)) for row in rows]
    fresh = [way for way in ways if way.pk is None]
    Leaving.objects.bulk_create(fresh)
    again = [way for way in ways if way not in fresh]
    for way, row in zip(ways, rows, strict=True):
        way.last_day, way.stopped_at = _end(row), None
    Leaving.objects.bulk_update(again, ["last_day", "stopped_at"])
    done = _done_already(again)
    planned = [one for one in plan(ways, rows) if one.step.what not in done[one.way.pk]]
    tasks = tasks_of(planned)
    LeavingStep.objects.bulk_create(
        LeavingStep(
            leaving=one.way,
            what=one.step.what,
            days=one.step.days,
            planned_on=one.planned_on,
            follow_up=task,
        )
        for one, task in zip(planned, tasks, strict=True)
    )
    audit.record_many(
        actor=None,
        action="relationships.leaving_begun",
        entries=((row, {"last_day": _end(row).isoformat()}) for row in rows),
    )
    events.publish(
        *(
            LeavingBegan(
                engagement_id=row.pk,
                contact_id=row.contact_id,
                form=row.form,
                last_day=_end(row).isoformat(),
            )
            for row in rows
        )
    )
    return ways


def _end(row: Engagement) -> date:
    if row.ends_on is None:
        raise ValueError(f"{row} has no end")
    return row.ends_on


def _done_already(ways: Sequence[Leaving]) -> defaultdict[int, set[str]]:
    """What was done before the end was taken back need not be done twice."""
    LeavingStep.objects.filter(leaving__in=ways, follow_up=None).delete()
    done: defaultdict[int, set[str]] = defaultdict(set)
    held = LeavingStep.objects.filter(leaving__in=ways).exclude(what=WhatToDo.OTHER)
    for leaving_id, what in held.values_list("leaving", "what"):
        done[leaving_id].add(what)
    return done


def _shift(way: Leaving, last_day: date) -> None:
    """Open tasks move with the last day, but for those that somebody put off."""
    way.last_day = last_day
    way.save(update_fields=["last_day", "updated_at"])
    for step in LeavingStep.objects.filter(leaving=way).select_related("follow_up"):
        task, before = step.follow_up, step.planned_on
        step.planned_on = last_day + timedelta(days=step.days)
        step.save(update_fields=["planned_on", "updated_at"])
        if task is None or task.state != FollowUp.State.OPEN:
            continue
        if task.due_on == before:
            task.due_on = step.planned_on
        if task.occurred_on is not None:
            task.occurred_on = last_day
        task.save(update_fields=["due_on", "occurred_on", "updated_at"])
    audit.record(
        actor=None,
        action="relationships.leaving_moved",
        target=way.engagement,
        last_day=last_day.isoformat(),
    )


def _stop(way: Leaving, row: Engagement) -> None:
    """What is still to be done goes; what was done stays, and needs not be done again. A closing
    act that something else asked for stays too, on its own.
    """
    ours = Q(key=None) | Q(key=f"closing:engagement:{row.pk}")
    still = FollowUp.objects.open().filter(leaving_step__leaving=way)
    dropped, _by_table = still.filter(ours).delete()
    LeavingStep.objects.filter(leaving=way, follow_up__state=FollowUp.State.OPEN).delete()
    way.stopped_at = timezone.now()
    way.save(update_fields=["stopped_at", "updated_at"])
    audit.record(
        actor=None, action="relationships.leaving_stopped", target=row, dropped=bool(dropped)
    )
    events.publish(LeavingStopped(engagement_id=row.pk, contact_id=row.contact_id))
