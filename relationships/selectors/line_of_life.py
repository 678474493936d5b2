"""One person's line of life: what we have been to each other, from first contact to now."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from math import sqrt

from django.db.models import Count, FloatField, Func, IntegerField, Max, Min, QuerySet, Value
from django.db.models.functions import Cast
from django.utils import timezone

from contacts.models import Contact
from core.prepared import Given, Prepared
from relationships.choices import Channel, Kind, Party
from relationships.models import Engagement, Interaction, Promise, Relationship, StageTransition
from relationships.selectors.life_parts import (
    Dot,
    Lane,
    LineOfLife,
    Mark,
    Scale,
    Span,
    ticks_of,
)
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
    scale = Scale(since, today)
    touches = _touches(contact, scale) if first else []
    return LineOfLife(
        since=since,
        today=today,
        lanes=_lanes(relationships, transitions, scale),
        engagements=_in_rows(sorted(engagements, key=lambda row: row.starts_on), scale),
        touches=touches,
        touch_count=sum(dot.count for dot in touches),
        promises=[_mark(row, scale) for row in promises if since <= row.due_on],
        ticks=ticks_of(scale),
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


def _touches(contact: Contact, scale: Scale) -> list[Dot]:
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


def _dot(count: int, begin: date, end: date, most: int, scale: Scale) -> Dot:
    """Between the first and the last of its stretch; its size says how many, beside the most."""
    middle = begin + (end - begin) / 2
    radius = 2.5 + 4 * sqrt(count / most) if most > 1 else 4.0
    return Dot(on=end, since=begin, count=count, x=scale.x(middle), r=f"{radius:.1f}")


def _mark(row: Promise, scale: Scale) -> Mark:
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
    scale: Scale,
) -> list[Lane]:
    """One lane a kind, in the order in which each first began; a kind may have come back."""
    spans: dict[str, list[Span]] = defaultdict(list)
    for row in relationships:
        if row.started_on <= scale.until:
            spans[row.kind] += _spans(row, transitions.get(row.pk, []), scale)
    return [Lane(kind=kind, label=str(Kind(kind).label), spans=spans[kind]) for kind in spans]


def _spans(
    row: Relationship, transitions: Sequence[StageTransition], scale: Scale
) -> Iterable[Span]:
    """The stages in turn. The one that closed it is the end, not a stretch of time."""
    for index, transition in enumerate(transitions):
        since = max(timezone.localdate(transition.moved_at), row.started_on)
        later = transitions[index + 1] if index + 1 < len(transitions) else None
        until = timezone.localdate(later.moved_at) if later else row.ended_on
        stage = transition.to_stage
        if not stage.is_closed:
            yield _span(stage.label, since, until, scale, is_closed=bool(row.ended_on))


def _in_rows(engagements: Sequence[Engagement], scale: Scale) -> list[list[Span]]:
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


def _engagement(row: Engagement, scale: Scale) -> Span:
    detail = ", ".join(part for part in (row.role, row.unit.name if row.unit else "") if part)
    label = row.role or str(row.get_form_display())
    over = row.ends_on is not None and row.ends_on <= scale.until
    until = row.ends_on if over else None
    return _span(label, row.starts_on, until, scale, detail=detail, is_closed=over)


def _span(
    label: str,
    since: date,
    until: date | None,
    scale: Scale,
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
