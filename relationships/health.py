"""How a relationship is doing: the formula, with its weights from the settings.

A sum of parts, each 0 to 100 and each shown; a part of which nothing is known (None) does not
count. ``services.health`` says the same in SQL for a million at once; a test holds the two equal.
The formula and its reasons stand in docs/measures.md.
"""

from collections.abc import Mapping

from django.conf import settings

Parts = Mapping[str, int | None]


def weights() -> dict[str, float]:
    return {
        "recency": settings.HEALTH_WEIGHT_RECENCY,
        "reciprocity": settings.HEALTH_WEIGHT_RECIPROCITY,
        "breadth": settings.HEALTH_WEIGHT_BREADTH,
        "promises": settings.HEALTH_WEIGHT_PROMISES,
        "experience": settings.HEALTH_WEIGHT_EXPERIENCE,
    }


def recency(*, days: int | None, cadence: int) -> int:
    """100 while within the cadence (days); after that, half for each further cadence that passes.

    ``days`` since they last spoke with us; None: never, which is 0.
    """
    if days is None:
        return 0
    return round(100 * 2 ** (-max(days - cadence, 0) / cadence))


def reciprocity(*, ours: int, theirs: int) -> int | None:
    """100 where both speak as often, 0 where only one does. A conversation counts for both."""
    if not ours + theirs:
        return None
    return round(100 * 2 * min(ours, theirs) / (ours + theirs))


def breadth(*, colleagues: int) -> int:
    """How many of us they speak with, 100 from ``HEALTH_BREADTH_FULL`` colleagues on."""
    return round(100 * min(colleagues, settings.HEALTH_BREADTH_FULL) / settings.HEALTH_BREADTH_FULL)


def promises(*, kept: int, due: int) -> int | None:
    """The share kept of the promises that fell due, of both sides."""
    if not due:
        return None
    return round(100 * kept / due)


def health(parts: Parts) -> int:
    """The weighted mean of the parts that are known. Recency and breadth always are."""
    weighed = [(weights()[name], part) for name, part in parts.items() if part is not None]
    return round(sum(weight * part for weight, part in weighed) / sum(w for w, _ in weighed))
