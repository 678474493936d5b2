"""What the list of campaigns and the page of one show."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Case, Count, IntegerField, Min, Q, Value, When
from django.db.models.functions import TruncDate
from django.utils import timezone

from campaigns.choices import Reason
from campaigns.models import Campaign, Enrolment, EnrolmentRun, Step, Touchpoint
from core.models import User

SHOWN_DAYS = 14

Result = Touchpoint.Result
State = Touchpoint.QueueState

_ORDER = Case(
    When(state=Campaign.State.RUNNING, then=Value(0)),
    When(state=Campaign.State.PAUSED, then=Value(1)),
    When(state=Campaign.State.DRAFT, then=Value(2)),
    default=Value(3),
    output_field=IntegerField(),
)


@dataclass(frozen=True, kw_only=True)
class CampaignRow:
    """``next_due`` is None when nothing waits."""

    campaign: Campaign
    people: int
    active: int
    next_due: datetime | None
    problems: int


@dataclass(frozen=True, kw_only=True)
class StepProgress:
    """Where people stand at one step. ``done`` counts those who have it behind them."""

    step: Step
    waiting: int
    next_due: datetime | None
    done: int
    open_tasks: int
    failed: int
    in_doubt: int
    left_out: int


@dataclass(frozen=True, kw_only=True)
class Day:
    """What is due on a day: ``count`` people."""

    on: date
    count: int


@dataclass(frozen=True, kw_only=True)
class Overview:
    campaign: Campaign
    run: EnrolmentRun | None
    people: int
    active: int
    finished: int
    stopped: int
    stop_reasons: list[tuple[Reason, int]]
    steps: list[StepProgress]
    days: list[Day]
    problems: int
    held: list[tuple[Reason, int]] = field(default_factory=list)

    @property
    def is_enrolling(self) -> bool:
        return self.run is not None and self.run.finished_at is None

    @property
    def left_out(self) -> list[tuple[Reason, int]]:
        """Of the audience, those whom the enrolment passed over."""
        counts = self.run.left_out if self.run else {}
        ordered = sorted(counts.items(), key=lambda pair: -pair[1])
        return [(Reason(reason), count) for reason, count in ordered]

    def is_moving(self, now: datetime) -> bool:
        """Whether the figures are likely to change while one looks at them."""
        return self.is_enrolling or (
            self.campaign.state == Campaign.State.RUNNING
            and any(step.next_due is not None and step.next_due <= now for step in self.steps)
        )


def campaign_rows(user: User) -> list[CampaignRow]:
    """Every campaign ``user`` may see: what runs first, then drafts, then what has ended."""
    campaigns = list(
        Campaign.objects.visible_to(user)
        .select_related("owner")
        .order_by(_ORDER, "-started_at", "-pk")
    )
    ids = [campaign.pk for campaign in campaigns]
    people = _people(ids)
    active = Touchpoint.objects.filter(
        enrolment__campaign__in=ids, enrolment__state=Enrolment.State.ACTIVE
    )
    next_due = dict(
        active.filter(queue_state=State.WAITING)
        .values_list("enrolment__campaign")
        .annotate(Min("due_at"))
    )
    problems = dict(active.undecided().values_list("enrolment__campaign").annotate(Count("pk")))
    return [
        CampaignRow(
            campaign=campaign,
            people=sum(people[campaign.pk].values()),
            active=people[campaign.pk][Enrolment.State.ACTIVE],
            next_due=next_due.get(campaign.pk),
            problems=problems.get(campaign.pk, 0),
        )
        for campaign in campaigns
    ]


def overview(campaign: Campaign, *, now: datetime) -> Overview:
    states: Counter[tuple[str, str]] = Counter()
    for state, reason, count in (
        Enrolment.objects.filter(campaign=campaign)
        .values_list("state", "reason")
        .annotate(Count("pk"))
    ):
        states[state, reason] = count
    steps = step_progress(campaign)
    return Overview(
        campaign=campaign,
        run=campaign.enrolment_runs.order_by("-pk").first(),
        people=sum(states.values()),
        active=_in_state(states, Enrolment.State.ACTIVE),
        finished=_in_state(states, Enrolment.State.FINISHED),
        stopped=_in_state(states, Enrolment.State.STOPPED),
        stop_reasons=[
            (Reason(reason), count)
            for (state, reason), count in states.most_common()
            if state == Enrolment.State.STOPPED and reason
        ],
        steps=steps,
        days=_days(campaign, timezone.localdate(now)),
        problems=sum(step.failed + step.in_doubt for step in steps),
        held=_held(campaign),
    )


def _held(campaign: Campaign) -> list[tuple[Reason, int]]:
    """Those whose next mail waits, though it is due, and why."""
    rows = Touchpoint.objects.filter(
        enrolment__campaign=campaign,
        enrolment__state=Enrolment.State.ACTIVE,
        queue_state=State.WAITING,
        outcome=Reason.PROMISE_OVERDUE,
    )
    count = rows.count()
    return [(Reason.PROMISE_OVERDUE, count)] if count else []


def step_progress(campaign: Campaign) -> list[StepProgress]:
    """One grouped query for all steps."""
    on_the_way = Q(touchpoints__enrolment__state=Enrolment.State.ACTIVE)
    undecided = Q(touchpoints__decided_at=None)
    steps = campaign.steps.order_by("position").annotate(
        n_waiting=_count(~Q(touchpoints__queue_state=State.DONE) & on_the_way),
        first_due=Min(
            "touchpoints__due_at",
            filter=Q(touchpoints__queue_state=State.WAITING) & on_the_way,
        ),
        n_sent=_count(Q(touchpoints__result=Result.SENT)),
        n_tasks=_count(Q(touchpoints__result=Result.ASSIGNED)),
        n_open=_count(
            Q(touchpoints__result=Result.ASSIGNED, touchpoints__follow_up__state="open")
            & on_the_way
        ),
        n_failed=_count(Q(touchpoints__result=Result.FAILED) & undecided),
        n_doubt=_count(Q(touchpoints__result=Result.IN_DOUBT) & undecided),
        n_out=_count(Q(touchpoints__result__in=[Result.LEFT_OUT, Result.CANCELLED])),
    )
    return [
        StepProgress(
            step=step,
            waiting=step.n_waiting,
            next_due=step.first_due,
            done=step.n_sent + step.n_tasks - step.n_open,
            open_tasks=step.n_open,
            failed=step.n_failed,
            in_doubt=step.n_doubt,
            left_out=step.n_out,
        )
        for step in steps
    ]


def _count(condition: Q) -> Count:
    return Count("touchpoints", filter=condition)


def _days(campaign: Campaign, today: date) -> list[Day]:
    """The days from today on, with those on which nothing is due; what is late counts today."""
    rows = (
        Touchpoint.objects.filter(
            enrolment__campaign=campaign,
            enrolment__state=Enrolment.State.ACTIVE,
            queue_state=State.WAITING,
        )
        .values_list(TruncDate("due_at"))
        .annotate(Count("pk"))
    )
    counts: Counter[date] = Counter()
    for on, count in rows:
        counts[max(on, today)] += count
    if not counts:
        return []
    days = (today + timedelta(days=number) for number in range(SHOWN_DAYS))
    return [Day(on=on, count=counts[on]) for on in days]


def _people(campaign_ids: Iterable[int]) -> defaultdict[int, Counter[str]]:
    people: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for campaign_id, state, count in (
        Enrolment.objects.filter(campaign__in=campaign_ids)
        .values_list("campaign", "state")
        .annotate(Count("pk"))
    ):
        people[campaign_id][state] = count
    return people


def _in_state(states: Counter[tuple[str, str]], wanted: str) -> int:
    return sum(count for (state, _reason), count in states.items() if state == wanted)
