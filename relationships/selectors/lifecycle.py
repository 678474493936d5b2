"""Lifecycles as pages and services need them: stages in order and the moves out of each."""

from collections import defaultdict

from django.db.models import QuerySet

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
