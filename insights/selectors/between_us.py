"""What is between us and people in sum: our word, by team, and goodwill, by kind of relationship.

Only groups of five people and more, and nothing from which a smaller one could be worked out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from core.models import User
from relationships.selectors.goodwill import GroupGoodwill, by_kind
from relationships.selectors.promises import KeptRates, kept_rates

PERIOD = timedelta(days=365)


@dataclass(frozen=True, kw_only=True)
class BetweenUs:
    rates: KeptRates
    goodwill: Sequence[GroupGoodwill]


def between_us(user: User, *, today: date) -> BetweenUs:
    """The promises of the year until today, and the ledger as it stands today."""
    return BetweenUs(
        rates=kept_rates(user, since=today - PERIOD, until=today),
        goodwill=by_kind(user, today=today),
    )
