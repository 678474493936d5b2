"""People whom somebody holds."""

from datetime import date

from contacts.models import Contact
from core.models import User
from relationships.models import (
    Relationship,
)
from relationships.selectors.ownership import hold_against
from tests.factories import (
    RelationshipFactory,
)

TODAY = date(2026, 3, 10)


def owned(owner: User, **fields: object) -> Relationship:
    """A prospect since 1 January: with the seeded 90 days held until 31 March."""
    fields = {"started_on": date(2026, 1, 1), "kind": "prospect", **fields}
    return RelationshipFactory(owner=owner, **fields)


def hold(user: User, contact: Contact) -> tuple[str, date, int] | None:
    found = hold_against(user, contact, today=TODAY)
    return found and (found.owner.name, found.until, found.days_left)
