"""What a board shows: for each stage of one kind how many, how long, and the first of its cards."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Aggregate, Count, FloatField, Q
from django.utils import timezone

from contacts import names
from contacts.models import OrgUnit
from core.models import User
from relationships.models import AllowedMove, Relationship, Stage
from relationships.models.relationship import RelationshipQuerySet
from relationships.selectors.lifecycle import moves_by_stage, stages_of

CARDS = 25
# A stage that closes shows who came there lately, so that a slip can be taken back.
CLOSED_FOR = timedelta(days=90)


class MedianEpoch(Aggregate):
    """The median of moments, in seconds since 1970."""

    function = "percentile_cont"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM %(expressions)s))"
    output_field = FloatField()


@dataclass(frozen=True, kw_only=True)
class Filters:
    """How the reader narrowed the board. ``owner``: a user's id, or 0 for nobody's."""

    owner: int | None = None
    unit: OrgUnit | None = None
    text: str = ""
    longest_first: bool = False

    @property
    def is_narrowed(self) -> bool:
        return self.owner is not None or self.unit is not None or bool(self.text)


@dataclass(frozen=True, kw_only=True)
class Card:
    relationship: Relationship
    days_in_stage: int
    today: date

    @property
    def is_due(self) -> bool:
        day = self.relationship.next_touch_on
        return day is not None and day <= self.today

    @property
    def days_overdue(self) -> int:
        day = self.relationship.next_touch_on
        return (self.today - day).days if day else 0


@dataclass(frozen=True, kw_only=True)
class Column:
    """``median_days``: how long half of them have stood here at least; None for an empty one."""

    stage: Stage
    moves: Sequence[AllowedMove]
    count: int = 0
    median_days: int | None = None
    cards: list[Card] = field(default_factory=list)
    after: UUID | None = None

    @property
    def targets(self) -> str:
        """The keys of the stages one may move to from here, for the script that drags."""
        return " ".join(move.to_stage.key for move in self.moves)

    @property
    def needing_reason(self) -> str:
        """Those of the targets that ask why."""
        return " ".join(move.to_stage.key for move in self.moves if move.needs_reason)


def columns(
    kind: str, user: User, filters: Filters, *, now: datetime, only: Sequence[int] | None = None
) -> list[Column]:
    """The columns of a board, in four queries however many stages and cards.

    ``only``: just the stages with those ids, and without cards: the heads after a move.
    """
    rows = _rows(kind, user, filters)
    moves = moves_by_stage(kind)
    stages = [stage for stage in stages_of(kind) if only is None or stage.pk in only]
    totals = {
        row["stage"]: row
        for row in rows.filter(_shown(now))
        .order_by()
        .values("stage")
        .annotate(count=Count("pk"), median=MedianEpoch("stage_since"))
    }
    cards = _first_cards(rows, stages, filters, now) if only is None else {}
    return [
        Column(
            stage=stage,
            moves=moves.get(stage.pk, []),
            count=totals[stage.pk]["count"] if stage.pk in totals else 0,
            median_days=_days_since(totals[stage.pk]["median"], now)
            if stage.pk in totals
            else None,
            cards=cards.get(stage.pk, [])[:CARDS],
            after=_after(cards.get(stage.pk, [])),
        )
        for stage in stages
    ]


def more_cards(
    stage: Stage, user: User, filters: Filters, *, after: UUID, now: datetime
) -> tuple[list[Card], UUID | None]:
    """The cards that follow the one named ``after``, and the last of them if there are more."""
    rows = _at(stage, _rows(stage.lifecycle.kind, user, filters), now)
    last = rows.filter(uid=after).values_list("stage_since", "pk").first()
    if last is None:
        return [], None
    since, pk = last
    if filters.longest_first:
        rows = rows.filter(Q(stage_since__gt=since) | Q(stage_since=since, pk__gt=pk))
    else:
        rows = rows.filter(Q(stage_since__lt=since) | Q(stage_since=since, pk__lt=pk))
    found = _as_cards(_in_order(rows, filters)[: CARDS + 1], now)
    return found[:CARDS], _after(found)


def as_card(relationship: Relationship, *, now: datetime) -> Card:
    days = (timezone.localdate(now) - timezone.localdate(relationship.stage_since)).days
    return Card(relationship=relationship, days_in_stage=days, today=timezone.localdate(now))


def _rows(kind: str, user: User, filters: Filters) -> RelationshipQuerySet:
    rows = Relationship.objects.visible_to(user).filter(
        kind=kind, contact__archived_at=None, contact__erased_at=None
    )
    if filters.owner is not None:
        rows = rows.filter(owner=filters.owner or None)
    if filters.unit is not None:
        rows = rows.filter(contact__unit__lineage__contains=[filters.unit.pk])
    for word in names.fold(filters.text).split()[:8]:
        rows = rows.filter(contact__search_text__contains=word)
    return rows


def _shown(now: datetime) -> Q:
    """What is open, and what has ended lately."""
    return Q(ended_on=None) | Q(ended_on__gte=timezone.localdate(now) - CLOSED_FOR)


def _at(stage: Stage, rows: RelationshipQuerySet, now: datetime) -> RelationshipQuerySet:
    """Said so that the index of open relationships by stage can be used."""
    if stage.is_closed:
        return rows.filter(_shown(now), stage=stage)
    return rows.filter(ended_on=None, stage=stage)


def _in_order(rows: RelationshipQuerySet, filters: Filters) -> RelationshipQuerySet:
    """The latest to arrive on top, where a card that was just moved is looked for."""
    sign = "" if filters.longest_first else "-"
    return rows.order_by(f"{sign}stage_since", f"{sign}pk")


def _first_cards(
    rows: RelationshipQuerySet, stages: Sequence[Stage], filters: Filters, now: datetime
) -> dict[int, list[Card]]:
    """The first cards of every column, and one more to tell whether there are more.

    One slice per stage along the board's index, joined into one statement: a window over all
    rows would read and sort a hundred thousand to show two hundred.
    """
    if not stages:
        return {}
    slices = [
        _in_order(_at(stage, rows, now), filters).values("pk")[: CARDS + 1] for stage in stages
    ]
    chosen = slices[0].union(*slices[1:], all=True) if len(slices) > 1 else slices[0]
    by_stage: dict[int, list[Card]] = {stage.pk: [] for stage in stages}
    shown = Relationship.objects.filter(pk__in=[row["pk"] for row in chosen])
    for card in _as_cards(_in_order(shown, filters), now):
        by_stage[card.relationship.stage_id].append(card)
    return by_stage


def _as_cards(rows: RelationshipQuerySet, now: datetime) -> list[Card]:
    return [as_card(row, now=now) for row in rows.select_related("contact", "owner", "health")]


def _after(cards: Sequence[Card]) -> UUID | None:
    return cards[CARDS - 1].relationship.uid if len(cards) > CARDS else None


def _days_since(epoch: float, now: datetime) -> int:
    return max(0, int((now.timestamp() - epoch) // 86400))
