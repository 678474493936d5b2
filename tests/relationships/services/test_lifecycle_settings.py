import pytest

from core.models import AuditEntry
from relationships.models import AllowedMove, Lifecycle, Stage
from relationships.services.lifecycle_settings import LifecycleRefused, set_moves
from relationships.services.stages import change_stage
from tests.factories import UserFactory, stage

pytestmark = pytest.mark.django_db


def test_a_stage_is_called_what_was_written_and_else_by_its_seed() -> None:
    offer = stage("prospect", "offer")

    change_stage(stage=offer, actor=UserFactory(), name=" Proposal ", cadence_days=3)
    assert (stage("prospect", "offer").label, stage("prospect", "offer").cadence_days) == (
        "Proposal",
        3,
    )
    change_stage(stage=offer, actor=UserFactory(), name="", cadence_days=None)
    assert stage("prospect", "offer").label == "Offer"
    assert AuditEntry.objects.filter(action="relationships.stage_edited").count() == 2


def pairs(kind: str) -> dict[tuple[int, int], bool]:
    moves = AllowedMove.objects.filter(from_stage__lifecycle__kind=kind)
    return {(move.from_stage_id, move.to_stage_id): move.needs_reason for move in moves}


def test_set_moves_allows_exactly_these() -> None:
    lifecycle = Lifecycle.objects.get(kind="prospect")
    others = pairs("alumnus")
    wanted = pairs("prospect")
    identified, offer = stage("prospect", "identified").pk, stage("prospect", "offer").pk
    wanted[identified, offer] = True
    del wanted[offer, stage("prospect", "joined").pk]
    wanted[offer, stage("prospect", "not-now").pk] = False

    set_moves(lifecycle=lifecycle, actor=UserFactory(), moves=wanted)

    assert pairs("prospect") == wanted
    assert pairs("alumnus") == others
    details = AuditEntry.objects.get().details
    assert (details["added"], details["removed"]) == (1, 1)


def test_set_moves_refuses_a_stage_that_nobody_could_leave() -> None:
    lifecycle = Lifecycle.objects.get(kind="prospect")
    before = pairs("prospect")
    offer = stage("prospect", "offer").pk
    wanted = {pair: need for pair, need in before.items() if pair[0] != offer}

    with pytest.raises(LifecycleRefused, match="“Offer” one could go nowhere"):
        set_moves(lifecycle=lifecycle, actor=UserFactory(), moves=wanted)

    assert pairs("prospect") == before


def test_set_moves_leaves_out_stages_of_another_lifecycle() -> None:
    lifecycle = Lifecycle.objects.get(kind="prospect")
    wanted = pairs("prospect")
    foreign = (stage("prospect", "offer").pk, stage("alumnus", "active").pk)

    set_moves(lifecycle=lifecycle, actor=UserFactory(), moves={**wanted, foreign: False})

    assert pairs("prospect") == wanted
    assert Stage.objects.filter(lifecycle__kind="alumnus").count() == 6
