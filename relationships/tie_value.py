"""What a tie is worth to both: the formula. ``services.tie_values`` says the same in SQL.

1 for knowing each other; one more for having spoken with us, another from ``TIE_MANY`` times on;
one more where something was given, by either side, another from a worth of ``TIE_MANY`` on. All
within ``TIE_WINDOW_DAYS``. It is about what went between us, never about the person
(docs/measures.md).
"""

from django.conf import settings


def tie_value(*, talks: int, given: int) -> int:
    """1 to 5. ``talks``: moments in which they spoke; ``given``: the worth of what was given."""
    return 1 + _steps(talks) + _steps(given)


def _steps(count: int) -> int:
    return int(count >= 1) + int(count >= settings.TIE_MANY)
