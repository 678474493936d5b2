"""Nothing about a group smaller than five is shown, neither directly nor by subtraction."""

from collections.abc import Callable, Sequence
from typing import TypeVar

SMALLEST_GROUP = 5
T = TypeVar("T")


def shown_of(groups: Sequence[T], size: Callable[[T], int]) -> tuple[list[T], bool]:
    """Those of five people and more, and whether their sum with all others may be shown too: only
    where the others are nobody, or five and more.
    """
    shown = [one for one in groups if size(one) >= SMALLEST_GROUP]
    total = sum(size(one) for one in groups)
    hidden = total - sum(size(one) for one in shown)
    return shown, total >= SMALLEST_GROUP and not 0 < hidden < SMALLEST_GROUP
