"""People whose contact moment is overdue, in the order in which we would miss them.

Value of the tie (1 to 5) times the days over the cadence; docs/measures.md says what makes the
value. An index over both finds the first of a million: for each of the five values the longest
overdue come first, so that five short walks along it are enough.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import DateField, F, Func, IntegerField, Q, QuerySet, Value
from django.utils import timezone

from core.models import User
from relationships.choices import Channel, Kind
from relationships.models import Interaction, Promise, Relationship
from relationships.selectors.named import named
from relationships.selectors.ownership import (
    co_owned_by,
    keepers_beside,
    kept_by,
    with_keepers,
)

PAGE_SIZE = 25
VALUES = range(1, 6)
TOPIC_SHOWN = 120


@dataclass(frozen=True, kw_only=True)
class Losing:
    """One line: who, how long over the cadence, what was spoken of last, what is still open.
    ``others`` keep in touch as well: besides the reader on their own list, else the owner.
    """

    relationship: Relationship
    days_over: int
    days_since: int | None
    cadence: int | None
    topic: str
    promise: Promise | None
    others: Sequence[str] = ()

    @property
    def score(self) -> int:
        return self.relationship.tie_value * self.days_over


@dataclass(frozen=True, kw_only=True)
class Page:
    """``next``: the relationship from which the next page goes on, or None."""

    lines: Sequence[Losing]
    next: UUID | None


def overdue(user: User, *, today: date) -> QuerySet[Relationship]:
    """Those ``user`` may see whose moment is due, of people who may be spoken with."""
    rows = Relationship.objects.visible_to(user).open().filter(next_touch_on__lte=today)
    return rows.filter(contact__archived_at=None, contact__do_not_contact=False)


def of_keeper(user: User, *, today: date) -> QuerySet[Relationship]:
    """Those ``user`` owns or co-owns: whoever of them speaks with the person does it for all."""
    return overdue(user, today=today).filter(kept_by(user))


def in_order(rows: QuerySet[Relationship], *, today: date) -> QuerySet[Relationship]:
    """The highest product first; of two alike the one overdue longer. Sorts: for one keeper."""
    return rows.annotate(score=_score(today)).order_by("-score", "next_touch_on", "pk")


def losing_touch(
    user: User,
    *,
    today: date,
    is_mine: bool = True,
    kind: str = "",
    after: UUID | None = None,
    size: int = PAGE_SIZE,
) -> Page:
    """A page of the list, of one's own or of all whom ``user`` may see: from ``after`` on, or from
    the beginning where that is not in it any more.
    """
    rows = overdue(user, today=today)
    if kind in Kind.values:
        rows = rows.filter(kind=kind)
    whose = [Q(owner=user), co_owned_by(user)] if is_mine else [Q()]
    turn = _turn(rows.filter(kept_by(user)) if is_mine else rows, after, today)
    ids = _walk([rows.filter(part) for part in whose], today, turn, size + 1)
    whole = with_keepers(
        Relationship.objects.select_related("stage"), but=user if is_mine else None
    )
    shown = named(whole).in_bulk(ids[:size])
    found = [shown[pk] for pk in ids[:size] if pk in shown]
    return Page(
        lines=_lines(found, user if is_mine else None, today),
        next=found[-1].uid if found and len(ids) > size else None,
    )


@dataclass(frozen=True)
class _Turn:
    score: int
    day: date
    pk: int


def _turn(rows: QuerySet[Relationship], after: UUID | None, today: date) -> _Turn | None:
    row = rows.filter(uid=after).first() if after else None
    if row is None or row.next_touch_on is None:
        return None
    return _Turn(row.tie_value * (today - row.next_touch_on).days, row.next_touch_on, row.pk)


def _walk(
    parts: Sequence[QuerySet[Relationship]], today: date, turn: _Turn | None, limit: int
) -> list[int]:
    """The ids past ``turn``: of each part and value as many as may be needed, and of these the
    first. Each walk follows one index: those one owns and those one co-owns are parts of their own.
    """
    walks = [
        _beyond(rows.filter(tie_value=value), value, today, turn)
        .order_by("next_touch_on", "pk")
        .annotate(score=_score(today))
        .values_list("score", "next_touch_on", "pk")[:limit]
        for rows in parts
        for value in VALUES
    ]
    found = walks[0].union(*walks[1:], all=True)
    ordered = sorted({(-score, day or today, pk) for score, day, pk in found})
    return [pk for _score_of, _day, pk in ordered[:limit]]


def _beyond(
    rows: QuerySet[Relationship], value: int, today: date, turn: _Turn | None
) -> QuerySet[Relationship]:
    """Those of one value that come after ``turn``: where its product falls among their days."""
    if turn is None:
        return rows
    days, rest = divmod(turn.score, value)
    day = today - timedelta(days=days)
    if rest or day > turn.day:
        return rows.filter(next_touch_on__gte=day)
    later = Q(next_touch_on__gt=day)
    return rows.filter(later | Q(next_touch_on=day, pk__gt=turn.pk) if day == turn.day else later)


def _score(today: date) -> Func:
    """Days are whole numbers to PostgreSQL; Django would make an interval of them."""
    days = Func(
        Value(today, output_field=DateField()),
        F("next_touch_on"),
        template="(%(expressions)s)",
        arg_joiner=" - ",
        output_field=IntegerField(),
    )
    return Func(
        F("tie_value"),
        days,
        template="(%(expressions)s)",
        arg_joiner=" * ",
        output_field=IntegerField(),
    )


def _lines(rows: Sequence[Relationship], user: User | None, today: date) -> list[Losing]:
    people = [row.contact_id for row in rows]
    topics, promises = _topics(people), _promises(people)
    return [
        Losing(
            relationship=row,
            days_over=(today - row.next_touch_on).days if row.next_touch_on else 0,
            days_since=_days_since(row, today),
            cadence=row.days_between(),
            topic=topics.get(row.contact_id, ""),
            promise=promises.get(row.contact_id),
            others=keepers_beside(row, user),
        )
        for row in rows
    ]


def _days_since(row: Relationship, today: date) -> int | None:
    return (today - timezone.localdate(row.last_two_way_at)).days if row.last_two_way_at else None


def _topics(contact_ids: Sequence[int]) -> dict[int, str]:
    """What a human last wrote of them: the line, or the beginning of the note."""
    said = Interaction.objects.filter(contact__in=contact_ids, is_automated=False)
    said = said.exclude(channel=Channel.NOTE).exclude(summary="", body="")
    latest = said.order_by("contact", "-happened_at", "-pk").distinct("contact")
    rows = latest.values_list("contact", "summary", "body")
    return {contact: (line or text)[:TOPIC_SHOWN] for contact, line, text in rows}


def _promises(contact_ids: Sequence[int]) -> dict[int, Promise]:
    rows = Promise.objects.open().filter(contact__in=contact_ids).order_by("contact", "due_on")
    return {row.contact_id: row for row in rows.distinct("contact")}
