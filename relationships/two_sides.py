"""Two sides of one relationship: what is formally in order, and how it is felt.

The formula of docs/measures.md, without the database. Of both sides counts only what is known.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from relationships.groups import SMALLEST_GROUP


class Quadrant(StrEnum):
    FINE_WELL = "fine_well"
    FINE_BADLY = "fine_badly"
    NOT_FINE_WELL = "not_fine_well"
    NOT_FINE_BADLY = "not_fine_badly"


QUADRANT_LABELS: dict[str, str | Promise] = {
    Quadrant.FINE_WELL: _("Formally fine, felt well"),
    Quadrant.FINE_BADLY: _("Formally fine, felt badly"),
    Quadrant.NOT_FINE_WELL: _("Formally not fine, felt well"),
    Quadrant.NOT_FINE_BADLY: _("Formally not fine, felt badly"),
}


def is_fine(checks: Sequence[bool]) -> bool | None:
    """Whether all that applies is in order; None where nothing does."""
    return all(checks) if checks else None


def felt(parts: Sequence[int | None]) -> float | None:
    """The mean of the parts that are known, 0 to 100; None where none is."""
    known = [part for part in parts if part is not None]
    return sum(known) / len(known) if known else None


def quadrant(fine: bool | None, value: float | None) -> Quadrant | None:
    """None where one of the sides is not known."""
    if fine is None or value is None:
        return None
    is_well = value >= settings.TWO_SIDES_FELT_FROM
    if fine:
        return Quadrant.FINE_WELL if is_well else Quadrant.FINE_BADLY
    return Quadrant.NOT_FINE_WELL if is_well else Quadrant.NOT_FINE_BADLY


def shown_counts(counts: Mapping[str, int]) -> dict[str, int | None]:
    """The counts of groups whose sum is known to the reader, None where one must not be shown.

    A group of one to four is hidden. Where what is hidden together is still fewer than five, it
    would follow from the sum: the next smallest is hidden with it, until it does not.
    """
    total = sum(counts.values())
    if total < SMALLEST_GROUP:
        return dict.fromkeys(counts)
    hidden = {key for key, count in counts.items() if 0 < count < SMALLEST_GROUP}
    rest = sorted((count, key) for key, count in counts.items() if count and key not in hidden)
    while hidden and sum(counts[key] for key in hidden) < SMALLEST_GROUP and rest:
        hidden.add(rest.pop(0)[1])
    return {key: None if key in hidden else count for key, count in counts.items()}
