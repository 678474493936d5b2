"""Which cadences there are: of stages and of segments, as administrators set them."""

from collections.abc import Sequence
from dataclasses import dataclass

from contacts.models import Segment
from core.models import User
from relationships.models import SegmentCadence, Stage


@dataclass(frozen=True, kw_only=True)
class Cadences:
    """``segments`` with a cadence, the shortest first; ``others`` that could have one."""

    segments: Sequence[SegmentCadence]
    others: Sequence[Segment]
    stages: Sequence[Stage]


def cadences(user: User) -> Cadences:
    seen = Segment.objects.visible_to(user).live()
    held = SegmentCadence.objects.filter(segment__in=seen).select_related("segment")
    others = seen.filter(is_private=False, cadence=None).order_by("name", "pk")
    stages = Stage.objects.live().filter(is_closed=False).select_related("lifecycle")
    return Cadences(
        segments=list(held.order_by("days", "segment__name")),
        others=list(others),
        stages=list(stages.order_by("lifecycle", "position")),
    )
