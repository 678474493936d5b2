"""One person's line of life: what we have been to each other, from first contact to now.

Lengths and places are given as per cent of the width, ready for SVG attributes: always with a
point, whatever the reader's language makes of numbers.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Count
from django.db.models.functions import TruncDate
from django.utils import formats, timezone

from contacts.models import Contact
from relationships.choices import Channel, Kind
from relationships.models import Engagement, Interaction, Relationship, StageTransition

MOST_DOTS = 400
# A segment that is shorter than this has no room for words; than this, not on a phone.
ROOM_FOR_WORDS = 9.0
ROOM_ON_A_PHONE = 22.0


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


@dataclass(frozen=True, kw_only=True)
class Lane:
    kind: str
    label: str
    spans: Sequence[Span]


@dataclass(frozen=True, kw_only=True)
class Dot:
    on: date
    count: int
    x: str


@dataclass(frozen=True, kw_only=True)
class Tick:
    label: str
    x: str


@dataclass(frozen=True, kw_only=True)
class LineOfLife:
    """``touches`` are the days with human contact; ``touch_count`` how many moments in all."""

    since: date
    today: date
    lanes: Sequence[Lane] = field(default_factory=list)
    engagements: Sequence[Span] = field(default_factory=list)
    touches: Sequence[Dot] = field(default_factory=list)
    touch_count: int = 0
    ticks: Sequence[Tick] = field(default_factory=list)

    @property
    def last_touch(self) -> Dot | None:
        return self.touches[-1] if self.touches else None

    @property
    def is_empty(self) -> bool:
        return not (self.lanes or self.engagements or self.touches)


@dataclass(frozen=True)
class _Scale:
    """Days to per cent. A little room is left at the right, so that "now" is not on the edge."""

    since: date
    until: date

    @property
    def days(self) -> int:
        return max((self.until - self.since).days, 1)

    def at(self, day: date) -> float:
        return 100.0 * min(max((day - self.since).days, 0), self.days) / self.days

    def x(self, day: date) -> str:
        return f"{self.at(day):.2f}%"


def line_of_life(contact: Contact, *, now: datetime) -> LineOfLife:
    """In four queries: relationships, their transitions, engagements, days of contact."""
    today = timezone.localdate(now)
    relationships = list(Relationship.objects.filter(contact=contact).order_by("started_on", "pk"))
    transitions = _transitions(relationships)
    work = Engagement.objects.binding().filter(contact=contact).select_related("unit")
    engagements = list(work.order_by("starts_on"))
    touches = _touches(contact)
    begins = [row.started_on for row in relationships]
    begins += [row.starts_on for row in engagements]
    begins += [day for day, _count in touches[:1]]
    since = min([*begins, timezone.localdate(contact.created_at), today - timedelta(days=30)])
    scale = _Scale(since, today)
    return LineOfLife(
        since=since,
        today=today,
        lanes=_lanes(relationships, transitions, scale),
        engagements=[_engagement(row, scale) for row in engagements if row.starts_on <= today],
        touches=[Dot(on=day, count=count, x=scale.x(day)) for day, count in touches],
        touch_count=sum(count for _day, count in touches),
        ticks=_ticks(scale),
    )


def _transitions(rows: Sequence[Relationship]) -> dict[int, list[StageTransition]]:
    by_row = defaultdict(list)
    found = StageTransition.objects.filter(relationship__in=rows).select_related("to_stage")
    for transition in found.order_by("moved_at", "pk"):
        by_row[transition.relationship_id].append(transition)
    return dict(by_row)


def _touches(contact: Contact) -> list[tuple[date, int]]:
    """Days on which a colleague and they spoke, from the first on; the latest ``MOST_DOTS``."""
    days = (
        Interaction.objects.filter(contact=contact, is_automated=False)
        .exclude(channel=Channel.NOTE)
        .annotate(day=TruncDate("happened_at"))
        .order_by("-day")
        .values("day")
        .annotate(count=Count("pk"))
        .values_list("day", "count")
    )
    return list(days[:MOST_DOTS])[::-1]


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
