"""Lifecycles as pages and services need them: stages in order and the moves out of each."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from relationships.choices import Kind
from relationships.entry_rules import Asked, unmet, words_of
from relationships.models import (
    AllowedMove,
    Relationship,
    Stage,
    StageAutomation,
    StageTransition,
)


def stages_of(kind: str) -> list[Stage]:
    """The stages of one kind's lifecycle, in their order, without those put aside."""
    return list(Stage.objects.live().filter(lifecycle__kind=kind).order_by("position"))


def _moves() -> QuerySet[AllowedMove]:
    """Moves to a stage that was put aside are kept, and come back with it."""
    moves = AllowedMove.objects.filter(to_stage__archived_at=None)
    return moves.select_related("to_stage").order_by("to_stage__position")


def moves_by_stage(kind: str) -> dict[int, list[AllowedMove]]:
    """Where one may go from each stage of a kind, by stage id: one query for a whole board."""
    moves = defaultdict(list)
    for move in _moves().filter(from_stage__lifecycle__kind=kind):
        moves[move.from_stage_id].append(move)
    return dict(moves)


def moves_between_all() -> dict[int, list[AllowedMove]]:
    """As ``moves_by_stage``, for every lifecycle at once."""
    moves = defaultdict(list)
    for move in _moves():
        moves[move.from_stage_id].append(move)
    return dict(moves)


def allowed_moves(relationship: Relationship) -> list[AllowedMove]:
    """Where this relationship may go from where it stands."""
    return list(_moves().filter(from_stage=relationship.stage_id))


@dataclass(frozen=True)
class Way:
    """A stage to which ``count`` of those asked about may go; some of them with a reason only."""

    stage: Stage
    count: int
    needs_reason: bool


def ways_out(relationships: Collection[Relationship]) -> list[Way]:
    """Where these may go from where each stands, in the order of the stages."""
    standing = Counter(relationship.stage_id for relationship in relationships)
    counts: Counter[Stage] = Counter()
    needing = set()
    for move in _moves().filter(from_stage__in=standing):
        counts[move.to_stage] += standing[move.from_stage_id]
        needing |= {move.to_stage} if move.needs_reason else set()
    found = [Way(stage, count, stage in needing) for stage, count in counts.items()]
    return sorted(found, key=lambda way: way.stage.position)


@dataclass(frozen=True)
class Cell:
    """A pair of stages in the matrix; ``move`` is None where one may not go."""

    here: Stage
    there: Stage
    move: AllowedMove | None

    @property
    def name(self) -> str:
        """How the pair is called in the form of the matrix."""
        return f"{self.here.uid}:{self.there.uid}"


@dataclass(frozen=True)
class Row:
    """A stage, how many relationships stand there, and where one may go from it. ``asks``: what
    must be there before somebody comes here; ``automations``: how many are at work here.
    """

    stage: Stage
    count: int
    cells: list[Cell]
    automations: int
    is_first: bool
    is_last: bool

    @property
    def asks(self) -> list[str]:
        return words_of(self.stage.entry_rules)


def matrix(kind: str) -> list[Row]:
    """A lifecycle as its settings show it: from each stage (row) to each (cell)."""
    stages = stages_of(kind)
    moves = {
        (here, move.to_stage_id): move for here, out in moves_by_stage(kind).items() for move in out
    }
    counts = counts_of(kind)
    at_work = dict(
        StageAutomation.objects.filter(stage__in=stages, archived_at=None, is_on=True)
        .order_by()
        .values_list("stage")
        .annotate(count=Count("pk"))
    )
    return [
        Row(
            here,
            counts.get(here.pk, 0),
            [Cell(here, there, moves.get((here.pk, there.pk))) for there in stages],
            at_work.get(here.pk, 0),
            is_first=place == 0,
            is_last=place == len(stages) - 1,
        )
        for place, here in enumerate(stages)
    ]


def counts_of(kind: str) -> dict[int, int]:
    """How many relationships stand at each stage, ended ones too, by stage id."""
    rows = Relationship.objects.filter(kind=kind).order_by()
    return dict(rows.values_list("stage").annotate(count=Count("pk")))


def onward_stage(kind: str) -> Stage | None:
    """Where whoever becomes something else ends: what was set for it, or the first that closes."""
    closing = Stage.objects.live().filter(lifecycle__kind=kind, is_closed=True)
    return closing.order_by("-is_onward", "position").first()


def open_at(stage: Stage) -> int:
    return Relationship.objects.open().filter(stage=stage).count()


@dataclass(frozen=True)
class PutAside:
    """``is_used``: somebody stood there once, so it stays for their history."""

    stage: Stage
    is_used: bool


def put_aside(kind: str) -> list[PutAside]:
    """The stages of a kind that are out of use, the latest first."""
    moves = StageTransition.objects.filter(
        Q(from_stage=OuterRef("pk")) | Q(to_stage=OuterRef("pk"))
    )
    stood = Relationship.objects.filter(stage=OuterRef("pk"))
    found = Stage.objects.filter(lifecycle__kind=kind, archived_at__isnull=False)
    used = found.annotate(is_used=Exists(moves) | Exists(stood)).order_by("-archived_at")
    return [PutAside(stage, bool(getattr(stage, "is_used", True))) for stage in used]


def lacking_for(relationship: Relationship, stages: Iterable[Stage]) -> dict[int, list[str]]:
    """What each stage asks for that is not there, in words, by stage id."""
    asked = Asked(relationship.contact_id, relationship.owner_id, relationship.stage_since)
    return {
        stage.pk: unmet(stage.entry_rules, [asked]).get(asked, [])
        for stage in stages
        if stage.entry_rules
    }


def stage_choices() -> list[tuple[str, str]]:
    """Every stage with the kind it belongs to, as a choice: "Prospect: In contact". Those put aside
    too: somebody ended there once.
    """
    found = Stage.objects.select_related("lifecycle").order_by("lifecycle__pk", "position")
    return [
        (str(stage.uid), f"{Kind(stage.lifecycle.kind).label}: {stage.label}") for stage in found
    ]
