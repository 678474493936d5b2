"""The goodwill ledger against values worked out by hand (docs/measures.md)."""

from datetime import date, timedelta
from math import exp

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from relationships.goodwill import Goodwill, faded, goodwill
from relationships.models import GoodwillEntry

TODAY = date(2026, 5, 1)
WE, THEY = "we_gave", "they_gave"


def entry(direction: str, value: int, days_ago: int = 0, kind: str = "advice") -> GoodwillEntry:
    return GoodwillEntry(
        direction=direction,
        kind=kind,
        value=value,
        happened_on=TODAY - timedelta(days=days_ago),
    )


@pytest.mark.parametrize(
    ("value", "days", "expected"),
    [
        (3, 0, 3.0),
        # A year: half. Two: a quarter.
        (3, 365, 1.5),
        (2, 730, 0.5),
        # A fifth of a year: 2^-0.2 = 0.870551.
        (1, 73, 0.870551),
        # Dated tomorrow: whole.
        (2, -1, 2.0),
    ],
)
def test_a_value_fades_by_half_in_a_year(value: int, days: int, expected: float) -> None:
    day = TODAY - timedelta(days=days)
    assert faded(value, happened_on=day, today=TODAY) == pytest.approx(expected, abs=1e-6)


def test_a_ledger_by_hand() -> None:
    """We: advice 2 today, introduction 2 a year ago: a = 2 + 1 = 3.
    They: referral 3 today, talk 2 two years ago: b = 3 + 0.5 = 3.5.
    Breaches: our late reply 1 today, their silence 2 a year ago: c = 1 + 1 = 2.

    r = 2*3/6.5 = 0.923077; s = 1 - exp(-0.65) = 1 - 0.522046 = 0.477954;
    exp(-2/5) = 0.670320; goodwill = 100 * 0.923077 * 0.477954 * 0.670320 = 29.5737.
    """
    found = goodwill(
        [
            entry(WE, 2),
            entry(WE, 2, 365, "introduction"),
            entry(THEY, 3, kind="referral"),
            entry(THEY, 2, 730, "talk"),
            entry(WE, 1, kind="late_reply"),
            entry(THEY, 2, 365, "ghosted"),
        ],
        today=TODAY,
    )
    assert (found.a, found.b, found.c) == (3.0, 3.5, 2.0)
    assert found.reciprocity == pytest.approx(0.923077, abs=1e-6)
    assert found.volume == pytest.approx(0.477954, abs=1e-6)
    assert found.value == pytest.approx(29.5737, abs=1e-4)


def test_the_weights_are_settings(settings: Settings) -> None:
    """Half-life 100 days, scales 5 and 2: a = b = 1, c = 1 (breach of 2, 100 days old).

    r = 1; s = 1 - exp(-2/5) = 0.329680; exp(-1/2) = 0.606531; 100 * 0.329680 * 0.606531 = 19.9961.
    """
    settings.GOODWILL_HALF_LIFE_DAYS = 100
    settings.GOODWILL_VOLUME_SCALE = 5
    settings.GOODWILL_BREACH_SCALE = 2
    entries = [entry(WE, 1), entry(THEY, 1), entry(WE, 2, 100, "broken_promise")]
    assert goodwill(entries, today=TODAY).value == pytest.approx(19.9961, abs=1e-4)


def test_nothing_given_is_no_goodwill_and_divides_by_nothing() -> None:
    assert goodwill([], today=TODAY).value == 0
    assert goodwill([], today=TODAY).is_empty
    alone = goodwill([entry(WE, 2, kind="ghosted")], today=TODAY)
    assert (alone.value, alone.is_empty) == (0, False)


@pytest.mark.parametrize(
    ("a", "b", "we_owe", "they_owe"),
    [
        (0, 0, False, False),
        (0, 1, True, False),
        # Less than half, and more than one behind.
        (1, 2.5, True, False),
        # Half is not less than half.
        (1, 2, False, False),
        # Far less, but by so little that nobody counts it.
        (0, 0.9, False, False),
        (3, 1, False, True),
    ],
)
def test_who_owes_whom(a: float, b: float, we_owe: bool, they_owe: bool) -> None:
    found = Goodwill(a, b, 0)
    assert (found.we_owe, found.they_owe) == (we_owe, they_owe)


sums = st.floats(0, 1000)


@given(sums, sums, sums)
def test_goodwill_lies_between_nought_and_a_hundred_and_is_symmetric(
    a: float, b: float, c: float
) -> None:
    one = Goodwill(a, b, c)
    assert 0 <= one.value <= 100
    assert one.value == Goodwill(b, a, c).value
    assert one.value <= Goodwill(a, b, 0).value
    assert one.value == pytest.approx(Goodwill(a, b, 0).value * exp(-c / 5))
