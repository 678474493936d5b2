"""The stages of one lifecycle together: locked, in their order, each with a name and a key of its
own, and with the moves that its place suggests.
"""

from collections.abc import Iterable, Sequence

from django.utils.text import slugify
from django.utils.translation import gettext as _

from core.errors import DomainError
from relationships.lifecycles import SEEDED_STAGES
from relationships.models import AllowedMove, Lifecycle, Stage

MOST_STAGES = 20
RESERVED_KEYS = {"add", "moves", "template"}


class StageRefused(DomainError):
    """``field`` is the part of the form that the refusal is about."""

    code = "stage_refused"

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field


def locked_stages(lifecycle: Lifecycle) -> list[Stage]:
    """All stages of the lifecycle, also those put aside; nobody else changes any of them."""
    Lifecycle.objects.select_for_update().get(pk=lifecycle.pk)
    rows = Stage.objects.select_for_update(no_key=True).filter(lifecycle=lifecycle)
    return sorted(rows.order_by("pk"), key=lambda stage: stage.position)


def after_all(stages: Sequence[Stage]) -> int:
    return max((one.position for one in stages), default=0) + 1


def write_order(live: Sequence[Stage], stages: Sequence[Stage]) -> None:
    """``live`` from one on, and whatever was put aside behind them."""
    kept = {one.pk for one in live}
    ordered = [*live, *(one for one in stages if one.pk not in kept)]
    for position, one in enumerate(ordered, start=1):
        one.position = position
    Stage.objects.bulk_update(ordered, ["position"])


def refuse_if_full(live: Sequence[Stage]) -> None:
    if len(live) >= MOST_STAGES:
        raise StageRefused(
            _("A lifecycle has at most %(count)s stages.") % {"count": MOST_STAGES}, field="name"
        )


def put_in_place(stage: Stage, live: list[Stage]) -> None:
    """The last of the open ones, or the last of all when it ends the relationship."""
    at = len(live) if stage.is_closed else sum(not one.is_closed for one in live)
    live.insert(at, stage)


def checked_name(name: str, others: Iterable[Stage]) -> str:
    name = " ".join(name.split())
    if not name:
        raise StageRefused(_("Give the stage a name."), field="name")
    if any(one.label.casefold() == name.casefold() for one in others):
        raise StageRefused(_("There is a stage “%(name)s” already.") % {"name": name}, field="name")
    return name


def free_key(name: str, stages: Sequence[Stage]) -> str:
    taken = {one.key for one in stages} | RESERVED_KEYS | set(SEEDED_STAGES)
    base = slugify(name)[:30] or "stage"
    keys = (base, *(f"{base}-{number}" for number in range(2, len(taken) + 3)))
    return next(key for key in keys if key not in taken)


def allow_usual_moves(stage: Stage, live: Sequence[Stage]) -> None:
    """To and from its neighbours among the open ones, and to all that end the relationship; out of
    one that ends it only to where relationships begin, with a reason.
    """
    pairs: dict[tuple[int, int], bool] = {}
    here = live.index(stage)
    ways_out = [one for one in live if one.is_closed]
    if stage.is_closed:
        pairs |= {(one.pk, stage.pk): False for one in live if not one.is_closed}
        pairs |= {(stage.pk, one.pk): True for one in live if one.is_entry}
    else:
        neighbours = [one for one in live[max(here - 1, 0) : here + 2] if not one.is_closed]
        for one in neighbours:
            if one != stage:
                pairs |= {(stage.pk, one.pk): False, (one.pk, stage.pk): False}
        pairs |= {(stage.pk, one.pk): False for one in ways_out}
    AllowedMove.objects.bulk_create(
        [
            AllowedMove(from_stage_id=from_id, to_stage_id=to_id, needs_reason=need)
            for (from_id, to_id), need in pairs.items()
        ],
        ignore_conflicts=True,
    )
