"""Ways out as pages show them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from core.models import User
from core.prepared import Given, Prepared
from relationships.choices import Party
from relationships.models import (
    ClosingFeedback,
    Engagement,
    FollowUp,
    Leaving,
    LeavingStep,
    WhatToDo,
)

PAGE = 50
# Beyond these days after the last one, what was left undone is no longer listed.
LISTED_FOR = timedelta(days=90)
OPEN = FollowUp.State.OPEN


@dataclass(frozen=True, kw_only=True)
class StepLine:
    """A step of a way out. ``form`` is the address name of what it asks to be written down."""

    step: LeavingStep
    task: FollowUp | None
    is_late: bool

    @property
    def is_done(self) -> bool:
        return self.task is not None and self.task.state == FollowUp.State.DONE

    @property
    def is_needless(self) -> bool:
        return self.task is not None and self.task.state == FollowUp.State.NOT_NEEDED

    @property
    def is_open(self) -> bool:
        return self.task is not None and self.task.state == OPEN

    @property
    def title(self) -> str:
        return self.task.title if self.task else str(WhatToDo(self.step.what).label)


@dataclass(frozen=True, kw_only=True)
class WayOut:
    """A way out with its steps in the order of their days; ``feedback`` by side."""

    way: Leaving
    steps: Sequence[StepLine] = field(default_factory=list)
    feedback: dict[str, ClosingFeedback] = field(default_factory=dict)

    @property
    def done(self) -> int:
        return sum(not line.is_open for line in self.steps)

    @property
    def total(self) -> int:
        return len(self.steps)

    @property
    def theirs(self) -> ClosingFeedback | None:
        return self.feedback.get(Party.THEM)

    @property
    def ours(self) -> ClosingFeedback | None:
        return self.feedback.get(Party.US)


def way_of(row: Engagement, *, today: date) -> WayOut | None:
    """The way out of an engagement; None where it is not ending."""
    way = Leaving.objects.under_way().filter(engagement=row).first()
    if way is None:
        return None
    steps = LeavingStep.objects.filter(leaving=way, follow_up__isnull=False)
    said = ClosingFeedback.objects.filter(engagement=row)
    return WayOut(
        way=way,
        steps=[
            _line(step, today)
            for step in steps.select_related("follow_up__assignee").order_by("planned_on", "pk")
        ],
        feedback={one.side: one for one in said.select_related("recorded_by")},
    )


def _line(step: LeavingStep, today: date) -> StepLine:
    task = step.follow_up
    is_late = task is not None and task.state == OPEN and task.due_on < today
    return StepLine(step=step, task=task, is_late=is_late)


@dataclass(frozen=True, kw_only=True)
class WayLine:
    """A way out in the list: how much of it is done, and how much of the rest is late."""

    way: Leaving
    done: int
    total: int
    late: int


@dataclass(frozen=True, kw_only=True)
class WayPage:
    lines: Sequence[WayLine]
    next: UUID | None


def ways_under_way(user: User, *, today: date, after: UUID | None = None) -> WayPage:
    """Of which something is still to be done, the nearest last day first."""
    rows = _listed(Leaving.objects.visible_to(user), today)
    last = Leaving.objects.visible_to(user).filter(uid=after).first() if after else None
    if last is not None:
        later = Q(last_day=last.last_day, pk__gt=last.pk)
        rows = rows.filter(last_day__gte=last.last_day)
        rows = rows.filter(Q(last_day__gt=last.last_day) | later)
    found = list(
        rows.select_related("engagement__contact", "engagement__unit").order_by("last_day", "pk")[
            : PAGE + 1
        ]
    )
    counts = _counts(found, today)
    lines = [
        WayLine(way=way, done=done, total=total, late=late)
        for way in found[:PAGE]
        for done, total, late in [counts.get(way.pk, (0, 0, 0))]
    ]
    return WayPage(lines=lines, next=lines[-1].way.uid if len(found) > PAGE else None)


def _listed(rows: QuerySet[Leaving], today: date) -> QuerySet[Leaving]:
    still = LeavingStep.objects.filter(leaving=OuterRef("pk"), follow_up__state=OPEN)
    known = Q(engagement__contact__erased_at=None, engagement__contact__merged_into=None)
    return rows.filter(known, Exists(still), stopped_at=None, last_day__gte=today - LISTED_FOR)


def _counts(ways: Sequence[Leaving], today: date) -> dict[int, tuple[int, int, int]]:
    is_open = Q(follow_up__state=OPEN)
    rows = (
        LeavingStep.objects.filter(leaving__in=ways, follow_up__isnull=False)
        .values("leaving")
        .annotate(
            done=Count("pk", filter=~is_open),
            total=Count("pk"),
            late=Count("pk", filter=is_open & Q(follow_up__due_on__lt=today)),
        )
    )
    return {row["leaving"]: (row["done"], row["total"], row["late"]) for row in rows}


_PROGRESS = Prepared(
    lambda: (
        LeavingStep.objects.filter(
            leaving__engagement__any=Given("engagements"),
            leaving__stopped_at=None,
            follow_up__isnull=False,
        )
        .values("leaving__engagement")
        .annotate(done=Count("pk", filter=~Q(follow_up__state=OPEN)), total=Count("pk"))
        .values_list("leaving__engagement", "done", "total")
    )
)


def progress_of(engagement_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """How much is done of the way out of each that is under way."""
    rows = _PROGRESS(engagements=list(engagement_ids)) if engagement_ids else ()
    return {engagement: (done, total) for engagement, done, total in rows}
