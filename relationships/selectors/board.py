"""What a board shows: for each stage of one kind how many, how long, and the first of its cards.

How the cards of a column stand and go on is in ``board_order``.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from contacts.models import Contact, OrgUnit
from contacts.models.access import visible_units
from contacts.skill_query import found_by
from core.models import User
from core.prepared import Given, Prepared
from relationships.models import AllowedMove, Relationship, Stage
from relationships.models.relationship import RelationshipQuerySet
from relationships.selectors.board_heads import Head, heads_of, heads_of_all
from relationships.selectors.board_order import LATEST_ENDED, WAYS, Order, Way
from relationships.selectors.lifecycle import moves_by_stage, stages_of

# As many as fill a high screen; the others come as one scrolls.
CARDS = 16
MORE_CARDS = 50
# A stage that closes shows who came there lately, so that a slip can be taken back.
CLOSED_FOR = timedelta(days=90)
# What a card shows, and no more: the texts of a person are long.
SHOWN = (
    *("uid", "kind", "stage", "stage_since", "ended_on", "next_touch_on", "health__value"),
    *("contact", "owner", "owner__uid", "owner__name", "owner__email"),
    *(
        f"contact__{name}"
        for name in (
            *("uid", "given_name", "infix", "family_name", "preferred_name", "native_name"),
            *("given_initials", "headline", "organisation_name"),
        )
    ),
)

_CARDS = Prepared(lambda: _whole(Relationship.objects.filter(pk__any=Given("ids"))))


@dataclass(frozen=True, kw_only=True)
class Filters:
    """How the reader narrowed the board. ``owner``: a user's id, or 0 for nobody's. ``is_due``:
    only whom we should have spoken to by now.
    """

    owner: int | None = None
    unit: OrgUnit | None = None
    text: str = ""
    is_due: bool = False
    order: Order = Order.LATEST

    @property
    def is_narrowed(self) -> bool:
        return (
            self.owner is not None
            or self.unit is not None
            or bool(self.text.strip())
            or self.is_due
        )


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
    """``after`` names the last of the cards where more follow (``more_cards``)."""

    stage: Stage
    moves: Sequence[AllowedMove]
    head: Head
    cards: list[Card] = field(default_factory=list)
    after: str = ""

    @property
    def targets(self) -> str:
        """The keys of the stages one may move to from here, for the script that drags."""
        return " ".join(move.to_stage.key for move in self.moves)

    @property
    def needing_reason(self) -> str:
        """Those of the targets that ask why."""
        return " ".join(move.to_stage.key for move in self.moves if move.needs_reason)


def columns(
    kind: str,
    user: User,
    filters: Filters,
    *,
    now: datetime,
    only: Collection[int] | None = None,
    with_cards: bool = True,
) -> list[Column]:
    """The columns of a board, in a number of queries that grows with neither stages nor cards.

    ``only``: just the stages with those ids: what changed after a move.
    """
    rows = _rows(kind, user, filters, now)
    moves = moves_by_stage(kind)
    stages = [stage for stage in stages_of(kind) if only is None or stage.pk in only]
    heads = _heads(rows, stages, user, filters, now)
    cards = _first_cards(rows, stages, filters, now) if with_cards else {}
    return [
        Column(
            stage=stage,
            moves=moves.get(stage.pk, []),
            head=heads.get(stage.pk, Head()),
            cards=cards.get(stage.pk, [])[:CARDS],
            after=_after(cards.get(stage.pk, []), CARDS, _way(stage, filters)),
        )
        for stage in stages
    ]


def more_cards(
    stage: Stage, user: User, filters: Filters, *, after: str, now: datetime
) -> tuple[list[Card], str]:
    """The cards that follow the one that ``after`` names, and whom to go on after, if anybody.

    The card itself may have been moved meanwhile: its place is what counts. Raises ValueError for
    what no column ever gave.
    """
    mark, _sep, uid = after.partition("~")
    visible = Relationship.objects.visible_to(user)
    pk = visible.filter(uid=UUID(uid)).values_list("pk", flat=True).first()
    if pk is None:
        return [], ""
    way = _way(stage, filters)
    rows = _at(stage, _rows(stage.lifecycle.kind, user, filters, now), now)
    rows = rows.filter(way.past(mark, pk)).order_by(*way.by)
    found = _as_cards(rows[: MORE_CARDS + 1], now)
    return found[:MORE_CARDS], _after(found, MORE_CARDS, way)


def cards_of(kind: str, user: User, filters: Filters, *, of: Q, now: datetime) -> list[Card]:
    """The cards that the board shows of the relationships that ``of`` names."""
    rows = _rows(kind, user, filters, now).filter(of)
    on_board = Q(ended_on=None, stage__is_closed=False) | Q(
        ended_on__gte=_closed_since(now), stage__is_closed=True
    )
    return _as_cards(rows.filter(on_board).order_by("-stage_since", "-pk"), now)


def as_card(relationship: Relationship, *, now: datetime) -> Card:
    days = (timezone.localdate(now) - timezone.localdate(relationship.stage_since)).days
    return Card(relationship=relationship, days_in_stage=days, today=timezone.localdate(now))


def _rows(kind: str, user: User, filters: Filters, now: datetime) -> RelationshipQuerySet:
    rows = Relationship.objects.visible_to(user).filter(
        kind=kind, contact__archived_at=None, contact__erased_at=None
    )
    if filters.owner is not None:
        rows = rows.filter(owner=filters.owner or None)
    if filters.unit is not None:
        rows = rows.filter(contact__unit__lineage__contains=[filters.unit.pk])
    if filters.is_due:
        rows = rows.filter(next_touch_on__lte=timezone.localdate(now))
    if filters.text.strip():
        rows = rows.filter(contact__in=found_by(Contact.objects.all(), filters.text))
    return rows


def _heads(
    rows: RelationshipQuerySet,
    stages: Sequence[Stage],
    user: User,
    filters: Filters,
    now: datetime,
) -> dict[int, Head]:
    sees_all = visible_units(user, "relationships.view_relationship") is None
    if sees_all and not filters.is_narrowed:
        return heads_of_all(stages, since=_closed_since(now), now=now)
    shown = Q(ended_on=None) | Q(ended_on__gte=_closed_since(now))
    return heads_of(rows.filter(shown), stages, now=now)


def _closed_since(now: datetime) -> date:
    return timezone.localdate(now) - CLOSED_FOR


def _at(stage: Stage, rows: RelationshipQuerySet, now: datetime) -> RelationshipQuerySet:
    """Said so that the indexes by stage can be used, of what is open and of what has ended."""
    if stage.is_closed:
        return rows.filter(ended_on__gte=_closed_since(now), stage=stage)
    return rows.filter(ended_on=None, stage=stage)


def _way(stage: Stage, filters: Filters) -> Way:
    return LATEST_ENDED if stage.is_closed else WAYS[filters.order]


def _first_cards(
    rows: RelationshipQuerySet, stages: Sequence[Stage], filters: Filters, now: datetime
) -> dict[int, list[Card]]:
    """The first cards of every column, and one more to tell whether there are more.

    One slice per stage along an index, joined into one statement: a window over all rows would
    read and sort a hundred thousand to show a hundred.
    """
    if not stages:
        return {}
    slices = [
        _at(stage, rows, now)
        .order_by(*_way(stage, filters).by)
        .values_list("pk", flat=True)[: CARDS + 1]
        for stage in stages
    ]
    chosen = slices[0].union(*slices[1:], all=True) if len(slices) > 1 else slices[0]
    by_stage: dict[int, list[Card]] = {stage.pk: [] for stage in stages}
    for row in _CARDS(ids=list(chosen)):
        by_stage[row.stage_id].append(as_card(row, now=now))
    for stage in stages:
        way = _way(stage, filters)
        by_stage[stage.pk].sort(key=lambda card: way.key(card.relationship))
    return by_stage


def _as_cards(rows: RelationshipQuerySet, now: datetime) -> list[Card]:
    return [as_card(row, now=now) for row in _whole(rows)]


def _whole(rows: RelationshipQuerySet) -> RelationshipQuerySet:
    return rows.select_related("contact", "owner", "health").only(*SHOWN)


def _after(cards: Sequence[Card], shown: int, way: Way) -> str:
    if len(cards) <= shown:
        return ""
    last = cards[shown - 1].relationship
    return f"{way.mark(last)}~{last.uid}"
