"""Lifecycles as pages and services need them: stages in order and the moves out of each."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from relationships.choices import Kind
from relationships.models import AllowedMove, Relationship, Stage


def stages_of(kind: str) -> list[Stage]:
    """The stages of one kind's lifecycle, in their order."""
    return list(Stage.objects.filter(lifecycle__kind=kind).order_by("position"))


def _moves() -> QuerySet[AllowedMove]:
    return AllowedMove.objects.select_related("to_stage").order_by("to_stage__position")


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
    """A stage, how many relationships stand there, and where one may go from it."""

    stage: Stage
    count: int
    cells: list[Cell]


def matrix(kind: str) -> list[Row]:
    """A lifecycle as its settings show it: from each stage (row) to each (cell)."""
    stages = stages_of(kind)
    moves = {
        (here, move.to_stage_id): move for here, out in moves_by_stage(kind).items() for move in out
    }
    counts = dict(
        Relationship.objects.filter(kind=kind)
        .order_by()
        .values_list("stage")
        .annotate(count=Count("pk"))
    )
    return [
        Row(
            here,
            counts.get(here.pk, 0),
            [Cell(here, there, moves.get((here.pk, there.pk))) for there in stages],
        )
        for here in stages
    ]


def stage_choices() -> list[tuple[str, str]]:
    """Every stage with the kind it belongs to, as a choice: "Prospect: In contact"."""
    found = Stage.objects.select_related("lifecycle").order_by("lifecycle__pk", "position")
    return [
        (str(stage.uid), f"{Kind(stage.lifecycle.kind).label}: {stage.label}") for stage in found
    ]
