"""What the pages of segments show: whom a rule would find, who is in, who was, and how it goes."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import OperationalError, connection, models, transaction
from django.db.models import Case, When

from contacts.conditions import rule as rules
from contacts.conditions.shape import Group
from contacts.models import (
    Contact,
    OrgUnit,
    Segment,
    SegmentDay,
    SegmentMember,
    SegmentProposal,
)
from contacts.models.contact import ContactQuerySet
from contacts.models.segment import PresenceQuerySet
from contacts.selectors.people import COUNT_LIMIT, Count
from core.models import User

SHOWN = 20
# What a line with somebody's name shows.
NAMED = (
    "uid",
    "given_name",
    "infix",
    "family_name",
    "given_initials",
    "preferred_name",
    "native_name",
    "headline",
    "city",
)
QUICK = timedelta(seconds=2)
PATIENT = timedelta(seconds=10)
WEEKS = 12
CHANGES_SHOWN = 50


class TooSlow(Exception):
    """The database was told to stop looking: the question takes longer than anybody waits."""


@dataclass(frozen=True, kw_only=True)
class Preview:
    """Whom a rule would find. ``count`` stops at the limit; None when even that took too long."""

    count: Count | None
    people: Sequence[Contact] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class SegmentRow:
    """One line of the list of segments. ``sizes`` are those of the last weeks, the last now."""

    segment: Segment
    sizes: Sequence[int]
    joined: int
    departed: int


@dataclass(frozen=True, kw_only=True)
class HistoryLine:
    """Somebody came or went."""

    member: SegmentMember
    at: datetime
    came: bool


def found_by(rule: Group, user: User, *, unit: OrgUnit | None, now: datetime) -> ContactQuerySet:
    """The people whom ``user`` may see and the rule finds, of the part that it is about."""
    people = Contact.objects.visible_to(user).active()
    if unit is not None:
        branch = OrgUnit.objects.within([unit.pk]).values_list("pk", flat=True)
        people = people.filter(unit__in=list(branch))
    return people.filter(rules.condition_of(rule, now=now, owner=user)).order_by()


def preview(rule: Group, user: User, *, unit: OrgUnit | None, now: datetime) -> Preview:
    """How many, counted as far as the limit, and the names of twenty of those counted."""
    people = found_by(rule, user, unit=unit, now=now)
    try:
        with at_most(QUICK):
            ids = list(people.values_list("pk", flat=True)[: COUNT_LIMIT + 1])
    except TooSlow:
        return Preview(count=None)
    shown = Contact.objects.filter(pk__in=ids).only(*NAMED).in_name_order()[:SHOWN]
    is_more = len(ids) > COUNT_LIMIT
    return Preview(count=Count(min(len(ids), COUNT_LIMIT), is_more), people=list(shown))


def exact_count(rule: Group, user: User, *, unit: OrgUnit | None, now: datetime) -> int:
    """All of them. Raises ``TooSlow``."""
    with at_most(PATIENT):
        return found_by(rule, user, unit=unit, now=now).count()


@contextmanager
def at_most(patience: timedelta) -> Iterator[None]:
    """Let the database give up on what takes longer, without harm to the transaction.

    Nor does it compile what is asked once: that would cost more than the question itself.
    """
    milliseconds = int(patience.total_seconds() * 1000)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('statement_timeout', %s, true), set_config('jit', 'off', true)",
                [str(milliseconds)],
            )
            yield
            cursor.execute("SELECT set_config('statement_timeout', '0', true)")
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", "") == QUERY_CANCELLED:
            raise TooSlow from error
        raise


QUERY_CANCELLED = "57014"


def segment_rows(user: User, *, today: date) -> list[SegmentRow]:
    """The segments one sees, by name, in three queries however many there are."""
    segments = list(
        Segment.objects.visible_to(user)
        .live()
        .select_related("owner", "unit")
        .order_by("name", "pk")
    )
    since = today - timedelta(weeks=WEEKS)
    days = SegmentDay.objects.filter(segment__in=segments)
    held: dict[int, list[SegmentDay]] = {}
    for day in days.filter(day__gte=since).order_by("segment", "day"):
        held.setdefault(day.segment_id, []).append(day)
    earlier = dict(
        days.filter(day__lt=since)
        .order_by("segment", "-day")
        .distinct("segment")
        .values_list("segment", "size")
    )
    return [
        _row(segment, held.get(segment.pk, []), earlier.get(segment.pk, 0), today)
        for segment in segments
    ]


def row_of(segment: Segment, *, today: date) -> SegmentRow:
    since = today - timedelta(weeks=WEEKS)
    before = segment.days.filter(day__lt=since).order_by("-day").first()
    days = list(segment.days.filter(day__gte=since).order_by("day"))
    return _row(segment, days, before.size if before else 0, today)


def _row(segment: Segment, days: Sequence[SegmentDay], earlier: int, today: date) -> SegmentRow:
    month = [day for day in days if day.day > today - timedelta(days=30)]
    sizes = []
    for week in range(WEEKS, -1, -1):
        end = today - timedelta(weeks=week)
        sizes.append(next((day.size for day in reversed(days) if day.day <= end), earlier))
    return SegmentRow(
        segment=segment,
        sizes=[*sizes[:-1], segment.size],
        joined=sum(day.joined for day in month),
        departed=sum(day.departed for day in month),
    )


def members_of(segment: Segment, user: User, *, on: date | None = None) -> ContactQuerySet:
    """Those in it now, or at some moment of a day, whom ``user`` may see."""
    rows: PresenceQuerySet = SegmentMember.objects.filter(segment=segment)
    rows = rows.present() if on is None else rows.present_on(on)
    return Contact.objects.visible_to(user).filter(pk__in=rows.values("contact"))


def places_of(
    segment: Segment, people: Sequence[Contact], *, on: date | None = None
) -> dict[int, SegmentMember]:
    """Since when and why each is in it; of several stays on a day, the last."""
    rows: PresenceQuerySet = SegmentMember.objects.filter(segment=segment, contact__in=people)
    rows = rows.present() if on is None else rows.present_on(on)
    return {row.contact_id: row for row in rows.select_related("admitted_by").order_by("since")}


def latest_changes(segment: Segment, user: User) -> list[HistoryLine]:
    """Who came and went last, the latest first."""
    rows = SegmentMember.objects.filter(
        segment=segment, contact__in=Contact.objects.visible_to(user)
    ).select_related("contact", "admitted_by")
    came = rows.order_by("-since", "-pk")[:CHANGES_SHOWN]
    went = rows.filter(until__isnull=False).order_by("-until", "-pk")[:CHANGES_SHOWN]
    lines = [HistoryLine(member=row, at=row.since, came=True) for row in came]
    lines += [HistoryLine(member=row, at=row.until, came=False) for row in went if row.until]
    return sorted(lines, key=lambda line: line.at, reverse=True)[:CHANGES_SHOWN]


def waiting_for(segment: Segment, user: User) -> models.QuerySet[SegmentProposal]:
    """The inbox: who waits for a yes, the longest first."""
    return (
        SegmentProposal.objects.filter(
            segment=segment,
            state=SegmentProposal.State.WAITING,
            contact__in=Contact.objects.visible_to(user),
        )
        .select_related("contact")
        .order_by("proposed_at", "pk")
    )


def decided_for(segment: Segment, user: User) -> models.QuerySet[SegmentProposal]:
    """What was decided, the latest first."""
    return (
        SegmentProposal.objects.filter(
            segment=segment, contact__in=Contact.objects.visible_to(user)
        )
        .exclude(state=SegmentProposal.State.WAITING)
        .select_related("contact", "decided_by")
        .order_by("-decided_at", "-pk")
    )


def to_review(user: User) -> list[Segment]:
    """The segments in which somebody waits for a yes, those of ``user`` in front."""
    if not user.has_perm("contacts.manage_segments"):
        return []
    waiting = Segment.objects.visible_to(user).live().filter(is_reviewed=True, waiting__gt=0)
    mine = Case(When(owner=user, then=0), default=1)
    return list(waiting.select_related("owner").order_by(mine, "name", "pk")[:5])
