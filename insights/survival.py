"""How long something takes, where it is not over for everybody yet.

Who is still there has been there for so long at least: left out, the slow would not count, and
taken as over, they would count as quick. The product-limit estimate counts them for as long as they
are known to have stayed (Kaplan and Meier, 1958).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Stays:
    """Of those whose stay has so many days: how many ``left``, how many are ``here`` still."""

    left: int = 0
    here: int = 0


def quantile(stays: Mapping[int, Stays], share: Fraction) -> int | None:
    """The fewest days within which that share of them leaves; None where it is not known yet,
    because too many are still there.

    At each length at which somebody left, of those who stayed at least that long, the share that
    did not leave is multiplied in. Exact: no rounding decides on which side of a half one falls.
    """
    at_risk = sum(one.left + one.here for one in stays.values())
    remaining = Fraction(1)
    for days in sorted(stays):
        one = stays[days]
        if one.left:
            remaining *= Fraction(at_risk - one.left, at_risk)
            if remaining <= 1 - share:
                return days
        at_risk -= one.left + one.here
    return None


MEDIAN, NINE_IN_TEN = Fraction(1, 2), Fraction(9, 10)
