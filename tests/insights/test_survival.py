from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insights.survival import MEDIAN, NINE_IN_TEN, Stays, quantile


def stays(left: list[int], here: list[int]) -> dict[int, Stays]:
    days = set(left) | set(here)
    return {day: Stays(left.count(day), here.count(day)) for day in days}


@pytest.mark.parametrize(
    ("left", "here", "median", "p90"),
    [
        ([], [], None, None),
        ([3], [], 3, 3),
        ([], [5, 9], None, None),
        # Nobody is left there: the plain quantiles.
        ([1, 2, 3, 4], [], 2, 4),
        # At 2: 5/6. At 4, where four are left and two go: 5/6 · 2/4 = 5/12. At 10: 0.
        ([2, 4, 4, 10], [3, 6], 4, 10),
        # Without the two who are there still, the median would be 4, and not 8.
        # 5/6, 4/6, then of the three that stayed so long one goes: 4/6 · 2/3 = 4/9.
        ([2, 4, 8], [7, 30, 30], 8, None),
        # Who is still there on the day on which another goes was there to go as well: 2/3, not 1/2.
        ([5], [5, 5], None, None),
        # Exactly a half remains.
        ([5, 5], [9, 9], 5, None),
    ],
)
def test_quantiles_as_worked_out_by_hand(
    left: list[int], here: list[int], median: int | None, p90: int | None
) -> None:
    assert quantile(stays(left, here), MEDIAN) == median
    assert quantile(stays(left, here), NINE_IN_TEN) == p90


days = st.lists(st.integers(0, 40), max_size=12)
shares = st.integers(1, 99).map(lambda percent: Fraction(percent, 100))


@given(days, days, shares)
def test_who_stays_longer_never_makes_it_quicker(
    left: list[int], here: list[int], share: Fraction
) -> None:
    found = quantile(stays(left, here), share)
    longer = quantile(stays(left, [day + 5 for day in here]), share)

    assert found is None or found in left
    assert longer is None or (found is not None and longer >= found)


@given(st.lists(st.integers(0, 40), min_size=1, max_size=12), shares)
def test_where_all_left_it_is_the_plain_quantile(left: list[int], share: Fraction) -> None:
    ordered = sorted(left)
    plain = next(day for n, day in enumerate(ordered, 1) if Fraction(n, len(ordered)) >= share)
    assert quantile(stays(left, []), share) == plain
