"""What the HR manager's dashboard shows: live counts, each over the rows the user may see."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncWeek
from django.utils import timezone

from campaigns.models import Touchpoint
from contacts.freshness import oldest_fresh_day
from contacts.models import Contact
from contacts.models.access import visible_units
from contacts.selectors.freshness import is_fresh
from core.models import User
from relationships.choices import Direction, Kind
from relationships.models import (
    FollowUp,
    Interaction,
    Lifecycle,
    Relationship,
    StageTransition,
)

WEEKS_SHOWN = 12


@dataclass(frozen=True)
class StageCount:
    """Open relationships at one stage now."""

    kind: str
    stage_id: int
    label: str
    people: int


@dataclass(frozen=True)
class KindCount:
    kind: str
    label: str
    stages: tuple[StageCount, ...]

    @property
    def people(self) -> int:
        return sum(stage.people for stage in self.stages)


@dataclass(frozen=True)
class Flow:
    """Moves from one stage to another within the month. ``from_label`` is empty for a beginning."""

    kind_label: str
    from_label: str
    to_label: str
    moves: int


@dataclass(frozen=True)
class Week:
    """Contact moments in the week that begins on ``monday``: by people both ways, by people from
    us alone, and messages that campaigns sent.
    """

    monday: date
    two_way: int
    one_way: int
    automated: int


@dataclass(frozen=True)
class Workload:
    """Open tasks of one colleague: past their day, for today, and within the next seven days."""

    name: str
    overdue: int
    today: int
    this_week: int

    @property
    def total(self) -> int:
        return self.overdue + self.today + self.this_week


@dataclass(frozen=True)
class Freshness:
    """Of how many ``people`` everything we hold was said or found right within the year."""

    people: int
    fresh: int

    @property
    def percent(self) -> int | None:
        return round(self.fresh * 100 / self.people) if self.people else None


@dataclass(frozen=True)
class Dashboard:
    kinds: tuple[KindCount, ...]
    flows: tuple[Flow, ...]
    weeks: tuple[Week, ...]
    workloads: tuple[Workload, ...]

    @property
    def open_relationships(self) -> int:
        return sum(kind.people for kind in self.kinds)

    @property
    def moves(self) -> int:
        return sum(flow.moves for flow in self.flows)

    @property
    def two_way(self) -> int:
        return sum(week.two_way for week in self.weeks)

    @property
    def automated(self) -> int:
        return sum(week.automated for week in self.weeks)

    @property
    def high_touch_ratio(self) -> float | None:
        """Human two-way interactions for each outbound one; None without outbound.

        Source: product measures, 4. Here over the weeks shown.
        """
        outbound = self.two_way + sum(week.one_way + week.automated for week in self.weeks)
        return self.two_way / outbound if outbound else None

    @property
    def overdue(self) -> int:
        return sum(workload.overdue for workload in self.workloads)


def dashboard(*, user: User, month: date, today: date) -> Dashboard:
    """All of it, in a number of queries that does not grow with the organisation.

    ``month`` is any day of the month whose flow is asked for.
    """
    return Dashboard(
        kinds=people_by_stage(user),
        flows=flow_of_month(user, month),
        weeks=contact_by_week(user, today),
        workloads=tasks_due(user, today),
    )


def freshness_of(user: User, today: date) -> Freshness:
    people = Contact.objects.visible_to(user).active()
    counted = people.aggregate(
        people=Count("pk"), fresh=Count("pk", filter=is_fresh(oldest_fresh_day(today)))
    )
    return Freshness(**counted)


def people_by_stage(user: User) -> tuple[KindCount, ...]:
    counted = dict(
        Relationship.objects.visible_to(user)
        .open()
        .order_by()
        .values_list("stage")
        .annotate(people=Count("pk"))
    )
    by_kind = []
    lifecycles = {lifecycle.kind: lifecycle for lifecycle in _lifecycles()}
    for kind in Kind:
        lifecycle = lifecycles.get(kind)
        stages = sorted(lifecycle.stages.all(), key=lambda s: s.position) if lifecycle else []
        counts = tuple(
            StageCount(kind.value, stage.pk, stage.label, counted.get(stage.pk, 0))
            for stage in stages
            if not stage.is_closed and stage.archived_at is None
        )
        by_kind.append(KindCount(kind.value, str(kind.label), counts))
    return tuple(by_kind)


def flow_of_month(user: User, month: date) -> tuple[Flow, ...]:
    """Every arrow that somebody went along in the month, the busiest first."""
    first, after = _bounds(month)
    labels = {
        stage.pk: (str(lifecycle.get_kind_display()), stage.label)
        for lifecycle in _lifecycles()
        for stage in lifecycle.stages.all()
    }
    counted = (
        StageTransition.objects.filter(
            relationship__in=Relationship.objects.visible_to(user),
            moved_at__gte=first,
            moved_at__lt=after,
        )
        .order_by()
        .values_list("from_stage", "to_stage")
        .annotate(moves=Count("pk"))
    )
    flows = [
        Flow(
            kind_label=labels[to_id][0],
            from_label=labels[from_id][1] if from_id else "",
            to_label=labels[to_id][1],
            moves=moves,
        )
        for from_id, to_id, moves in counted
    ]
    return tuple(sorted(flows, key=lambda f: (-f.moves, f.kind_label, f.from_label, f.to_label)))


def contact_by_week(user: User, today: date) -> tuple[Week, ...]:
    monday = today - timedelta(days=today.weekday())
    mondays = [monday - timedelta(weeks=n) for n in reversed(range(WEEKS_SHOWN))]
    since, until = _midnight(mondays[0]), _midnight(today + timedelta(days=1))
    spoken = _within_units(user, Interaction.objects.filter(is_automated=False)).filter(
        happened_at__gte=since, happened_at__lt=until
    )
    sent = _within_units(user, Touchpoint.objects.filter(result=Touchpoint.Result.SENT)).filter(
        done_at__gte=since, done_at__lt=until
    )
    two_way = _by_monday(spoken.filter(direction=Direction.TWO_WAY), "happened_at")
    one_way = _by_monday(spoken.filter(direction=Direction.OUTBOUND), "happened_at")
    automated = _by_monday(sent, "done_at")
    return tuple(
        Week(
            monday=day,
            two_way=two_way.get(day, 0),
            one_way=one_way.get(day, 0),
            automated=automated.get(day, 0),
        )
        for day in mondays
    )


def _within_units(user: User, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Those about people whom ``user`` may see."""
    unit_ids = visible_units(user, "relationships.view_relationship")
    return rows if unit_ids is None else rows.filter(contact__unit__in=unit_ids)


def _by_monday(rows: QuerySet[Any], moment: str) -> dict[date, int]:
    counted = rows.order_by().annotate(week=TruncWeek(moment)).values_list("week")
    return {week.date(): count for week, count in counted.annotate(count=Count("pk"))}


def tasks_due(user: User, today: date) -> tuple[Workload, ...]:
    """Colleagues with tasks due within a week, who is most behind first."""
    rows = (
        FollowUp.objects.visible_to(user)
        .open()
        .filter(due_on__lte=today + timedelta(days=7), assignee__isnull=False)
        .order_by()
        .values_list("assignee__name")
        .annotate(
            overdue=Count("pk", filter=Q(due_on__lt=today)),
            today=Count("pk", filter=Q(due_on=today)),
            this_week=Count("pk", filter=Q(due_on__gt=today)),
        )
    )
    return tuple(
        sorted((Workload(*row) for row in rows), key=lambda w: (-w.overdue, -w.total, w.name))
    )


def _lifecycles() -> Iterable[Lifecycle]:
    return Lifecycle.objects.prefetch_related("stages")


def _bounds(month: date) -> tuple[datetime, datetime]:
    first = month.replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    return _midnight(first), _midnight(after)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day))  # noqa: DTZ001 -- made aware
