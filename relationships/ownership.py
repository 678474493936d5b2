"""How long an owner holds a person: the rule, without the database."""

from datetime import date, timedelta

from relationships.models import OwnershipRule

Basis = OwnershipRule.Basis


def held_until(
    *, basis: str, days: int, owned_since: date, last_contact_on: date | None
) -> date | None:
    """The last day on which the owner holds the person; None where they never do.

    With 90 days from 1 March it is 29 May: the day that it begins counts.
    """
    if basis == Basis.NEVER:
        return None
    begun = owned_since
    if basis == Basis.LAST_CONTACT and last_contact_on is not None:
        begun = max(begun, last_contact_on)
    return begun + timedelta(days=days - 1)


def days_left(until: date | None, *, today: date) -> int:
    """How many days the hold still lasts, today included; 0 once it has lapsed."""
    return 0 if until is None else max((until - today).days + 1, 0)
