"""The share of closings without a human word in time, against hand-worked values."""

from datetime import UTC, date, datetime, timedelta

import pytest

from contacts.models import OrgUnit
from core.models import User
from relationships.models import FollowUp
from relationships.selectors.closings import Closings, closing_shares
from tests.factories import ContactFactory, FollowUpFactory, OrgUnitFactory, UserFactory

pytestmark = pytest.mark.django_db

TODAY = date(2026, 6, 1)
SINCE = date(2026, 1, 1)


@pytest.fixture
def reader() -> User:
    return UserFactory(role="administrator")


def closing(unit: OrgUnit, on: date, *, said_after: int | None = None, state: str = "") -> FollowUp:
    said = on + timedelta(days=said_after or 0)
    is_closed = said_after is not None or bool(state)
    row: FollowUp = FollowUpFactory(
        contact=ContactFactory(unit=unit),
        kind="closing",
        occurred_on=on,
        due_on=on,
        state=state or ("done" if is_closed else "open"),
        closed_at=datetime(said.year, said.month, said.day, 12, tzinfo=UTC) if is_closed else None,
    )
    return row


def shares(reader: User) -> Closings:
    return closing_shares(reader, since=SINCE, until=TODAY, today=TODAY)


def test_by_hand(reader: User) -> None:
    """On day 14 is in time, on day 15 is not; open is missed once the days are over; not needed is
    missed; open within its days is not counted yet. Of seven, three in time: 57 % without.
    """
    north = OrgUnitFactory(name="North")
    day = date(2026, 4, 1)
    closing(north, day, said_after=0)
    closing(north, day, said_after=14)
    closing(north, TODAY - timedelta(days=3), said_after=1)
    closing(north, day, said_after=15)
    closing(north, TODAY - timedelta(days=15))
    closing(north, day, state="not_needed")
    closing(north, day)
    closing(north, TODAY - timedelta(days=14))
    closing(north, SINCE - timedelta(days=1))

    found = shares(reader)

    team = found.rates.teams[0]
    assert (team.unit, team.kept, team.n, team.people) == (north, 3, 7, 7)
    assert (team.missed, team.missed_percentage, found.missed) == (4, 57, 57)


def test_of_fewer_than_five_nothing_is_told_nor_by_subtraction(reader: User) -> None:
    north, south = OrgUnitFactory(name="North"), OrgUnitFactory(name="South")
    for _ in range(5):
        closing(north, date(2026, 4, 1), said_after=1)
    for _ in range(4):
        closing(south, date(2026, 4, 1))

    found = shares(reader)

    assert [team.unit for team in found.rates.teams] == [north]
    assert (found.rates.total, found.missed) == (None, None)


def test_of_other_units_nothing_is_told() -> None:
    north, south = OrgUnitFactory(name="North"), OrgUnitFactory(name="South")
    for _ in range(5):
        closing(south, date(2026, 4, 1))

    assert shares(UserFactory(role="recruiter", unit=north)).rates.is_empty
