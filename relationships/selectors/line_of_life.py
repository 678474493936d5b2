"""One person's line of life: what we have been to each other, from first contact to now.

Lengths and places are given as per cent of the width, ready for SVG attributes: always with a
point, whatever the reader's language makes of numbers.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from math import sqrt

from django.db.models import Count, FloatField, Func, IntegerField, Max, Min, QuerySet, Value
from django.db.models.functions import Cast
from django.utils import formats, timezone

from contacts.models import Contact
from core.prepared import Given, Prepared
from relationships.choices import Channel, Kind, Party
from relationships.models import Engagement, Interaction, Promise, Relationship, StageTransition
from relationships.selectors.person import engagements_of, relationships_of
from relationships.selectors.promises import all_promises_of

# Into so many stretches of time contact is summed up: one day of it, or ten thousand talks.
STRETCHES = 120
MOST_MARKS = 60
# A segment that is shorter than this has no room for words; than this, not on a phone.
ROOM_FOR_WORDS = 9.0
ROOM_ON_A_PHONE = 22.0

_TRANSITIONS = Prepared(
    lambda: (
        StageTransition.objects.filter(relationship__any=Given("ids"))
        .select_related("to_stage")
        .order_by("moved_at", "pk")
    )
)
_FIRST = Prepared(
    lambda: _moments().order_by("happened_at").values_list("happened_at", flat=True)[:1]
)
_TOUCHES = Prepared(
    lambda: (
        _moments()
        .order_by()
        .annotate(stretch=_stretch())
        .values("stretch")
        .annotate(count=Count("pk"), first=Min("happened_at"), last=Max("happened_at"))
        .order_by("stretch")
        .values_list("count", "first", "last")
    )
)


@dataclass(frozen=True, kw_only=True)
class Span:
    """A stage or an engagement; ``until`` is None while it lasts."""

    label: str
    since: date
    until: date | None
    x: str
    width: str
    has_room: bool
    is_short: bool = False
    is_closed: bool = False
    detail: str = ""

    @property
    def at(self) -> str:
        """Its last day, as the timeline is asked for it; nothing while it lasts."""
        return self.until.isoformat() if self.until else ""


@dataclass(frozen=True, kw_only=True)
class Lane:
    kind: str
    label: str
    spans: Sequence[Span]


@dataclass(frozen=True, kw_only=True)
class Dot:
    """Contact on a day, or in a stretch that ends ``on`` a day; the more, the larger (``r``)."""

    on: date
    since: date
    count: int
    x: str
    r: str


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A promise on the day on which it was due."""

    on: date
    label: str
    state: str
    state_label: str
    is_ours: bool
    x: str


@dataclass(frozen=True, kw_only=True)
class Tick:
    label: str
    x: str


@dataclass(frozen=True, kw_only=True)
class LineOfLife:
    """``touches`` are the stretches with human contact; ``touch_count`` how many moments in all.

    ``engagements`` stand in rows of their own where they overlap.
    """

    since: date
    today: date
    lanes: Sequence[Lane] = field(default_factory=list)
    engagements: Sequence[Sequence[Span]] = field(default_factory=list)
    touches: Sequence[Dot] = field(default_factory=list)
    touch_count: int = 0
    promises: Sequence[Mark] = field(default_factory=list)
    ticks: Sequence[Tick] = field(default_factory=list)

    @property
    def last_touch(self) -> Dot | None:
        return self.touches[-1] if self.touches else None

    @property
    def is_empty(self) -> bool:
        return not (self.lanes or self.engagements or self.touches or self.promises)


@dataclass(frozen=True)
class _Scale:
    """Days to per cent. A little room is left at the right, so that "now" is not on the edge."""

    since: date
    until: date

    @cached_property
    def days(self) -> int:
        return max((self.until - self.since).days, 1)

    def at(self, day: date) -> float:
        return 100.0 * min(max((day - self.since).days, 0), self.days) / self.days

    def x(self, day: date) -> str:
        return f"{self.at(day):.2f}%"


def line_of_life(contact: Contact, *, now: datetime) -> LineOfLife:
    """Six queries, three of them shared with other parts of the page, however long a life."""
    today = timezone.localdate(now)
    relationships = sorted(relationships_of(contact), key=lambda row: (row.started_on, row.pk))
    transitions = _transitions(relationships)
    engagements = [row for row in engagements_of(contact) if row.starts_on <= today]
    promises = all_promises_of(contact)[:MOST_MARKS]
    first = next(iter(_FIRST(contact=contact.pk)), None)
    begins = [row.started_on for row in relationships]
    begins += [row.starts_on for row in engagements]
    begins += [timezone.localdate(first)] if first else []
    since = min([*begins, timezone.localdate(contact.created_at), today - timedelta(days=30)])
    scale = _Scale(since, today)
    touches = _touches(contact, scale) if first else []
    return LineOfLife(
        since=since,
        today=today,
        lanes=_lanes(relationships, transitions, scale),
        engagements=_in_rows(sorted(engagements, key=lambda row: row.starts_on), scale),
        touches=touches,
        touch_count=sum(dot.count for dot in touches),
        promises=[_mark(row, scale) for row in promises if since <= row.due_on],
        ticks=_ticks(scale),
    )


def _transitions(rows: Sequence[Relationship]) -> dict[int, list[StageTransition]]:
    by_row = defaultdict(list)
    found = _TRANSITIONS(ids=[row.pk for row in rows]) if rows else ()
    for transition in found:
        by_row[transition.relationship_id].append(transition)
    return dict(by_row)


def _moments() -> QuerySet[Interaction]:
    """What a colleague and they said to each other."""
    moments = Interaction.objects.filter(contact=Given("contact"), is_automated=False)
    return moments.exclude(channel=Channel.NOTE)


def _touches(contact: Contact, scale: _Scale) -> list[Dot]:
    """Summed up in the database: what comes out does not grow with what happened."""
    zone = timezone.get_current_timezone()
    begin = datetime.combine(scale.since, time.min, zone).timestamp()
    end = datetime.combine(scale.until + timedelta(days=1), time.min, zone).timestamp()
    found = _TOUCHES(contact=contact.pk, begin=begin, end=end)
    most = max((count for count, _first, _last in found), default=1)
    return [
        _dot(count, first.astimezone(zone).date(), last.astimezone(zone).date(), most, scale)
        for count, first, last in found
    ]


def _stretch() -> Func:
    moment = Func(
        "happened_at", template="extract(epoch from %(expressions)s)", output_field=FloatField()
    )
    return Func(
        Cast(moment, FloatField()),
        Given("begin"),
        Given("end"),
        Value(STRETCHES),
        function="width_bucket",
        output_field=IntegerField(),
    )


def _dot(count: int, begin: date, end: date, most: int, scale: _Scale) -> Dot:
    """Between the first and the last of its stretch; its size says how many, beside the most."""
    middle = begin + (end - begin) / 2
    radius = 2.5 + 4 * sqrt(count / most) if most > 1 else 4.0
    return Dot(on=end, since=begin, count=count, x=scale.x(middle), r=f"{radius:.1f}")


def _mark(row: Promise, scale: _Scale) -> Mark:
    return Mark(
        on=row.due_on,
        label=row.text,
        state=row.state,
        state_label=str(row.get_state_display()),
        is_ours=row.side == Party.US,
        x=scale.x(row.due_on),
    )


def _lanes(
    relationships: Sequence[Relationship],
    transitions: dict[int, list[StageTransition]],
    scale: _Scale,
) -> list[Lane]:
    """One lane a kind, in the order in which each first began; a kind may have come back."""
    spans: dict[str, list[Span]] = defaultdict(list)
    for row in relationships:
        if row.started_on <= scale.until:
            spans[row.kind] += _spans(row, transitions.get(row.pk, []), scale)
    return [Lane(kind=kind, label=str(Kind(kind).label), spans=spans[kind]) for kind in spans]


def _spans(
    row: Relationship, transitions: Sequence[StageTransition], scale: _Scale
) -> Iterable[Span]:
    """The stages in turn. The one that closed it is the end, not a stretch of time."""
    for index, transition in enumerate(transitions):
        since = max(timezone.localdate(transition.moved_at), row.started_on)
        later = transitions[index + 1] if index + 1 < len(transitions) else None
        until = timezone.localdate(later.moved_at) if later else row.ended_on
        stage = transition.to_stage
        if not stage.is_closed:
            yield _span(stage.label, since, until, scale, is_closed=bool(row.ended_on))


def _in_rows(engagements: Sequence[Engagement], scale: _Scale) -> list[list[Span]]:
    """Each in the first row that is free when it begins: two at once never cover each other."""
    rows: list[list[Span]] = []
    ends: list[date] = []
    for engagement in engagements:
        span = _engagement(engagement, scale)
        at = next((n for n, end in enumerate(ends) if end <= engagement.starts_on), len(rows))
        if at == len(rows):
            rows.append([])
            ends.append(date.min)
        rows[at].append(span)
        ends[at] = engagement.ends_on or date.max
    return rows


def _engagement(row: Engagement, scale: _Scale) -> Span:
    detail = ", ".join(part for part in (row.role, row.unit.name if row.unit else "") if part)
    label = row.role or str(row.get_form_display())
    over = row.ends_on is not None and row.ends_on <= scale.until
    until = row.ends_on if over else None
    return _span(label, row.starts_on, until, scale, detail=detail, is_closed=over)


def _span(
    label: str,
    since: date,
    until: date | None,
    scale: _Scale,
    *,
    is_closed: bool = False,
    detail: str = "",
) -> Span:
    left = scale.at(since)
    width = max(scale.at(until or scale.until) - left, 0.4)
    return Span(
        label=label,
        since=since,
        until=until,
        x=f"{min(left, 99.6):.2f}%",
        width=f"{width:.2f}%",
        has_room=width >= ROOM_FOR_WORDS,
        is_short=width < ROOM_ON_A_PHONE,
        is_closed=is_closed,
        detail=detail,
    )


def _ticks(scale: _Scale) -> list[Tick]:
    """The beginnings of years; of quarters where the whole is short."""
    months = (1,) if scale.days > 700 else (1, 4, 7, 10)
    pattern = "Y" if scale.days > 700 else "SHORT_YEAR_MONTH_FORMAT"
    years = range(scale.since.year, scale.until.year + 1)
    step = max(1, len(years) // 10)
    days = [date(year, month, 1) for year in years[::step] for month in months]
    return [
        Tick(label=formats.date_format(day, pattern), x=scale.x(day))
        for day in days
        if scale.since <= day <= scale.until and 1 < scale.at(day) < 90
    ]
