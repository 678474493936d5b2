"""bus(person) and exposure, against values worked out by hand."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.utils import timezone

from contacts.models import Contact
from core.models import User
from relationships.models import Exposed, Relationship
from relationships.selectors.continuity import bonds_of, continuity, exposed
from relationships.services.exposure import refresh_exposure
from tests.factories import (
    ContactFactory,
    InteractionFactory,
    OrgUnitFactory,
    RelationshipFactory,
    UserFactory,
    stage,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 10)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel("2026-03-10T12:00:00+01:00", tick=False):
        yield


def valued(**fields: object) -> Contact:
    """Somebody with whom we said how often we want to speak."""
    return RelationshipFactory(cadence_days=30, **fields).contact


def talk(contact: Contact, author: User | None, **fields: object) -> None:
    fields = {"happened_at": datetime(2026, 1, 5, 9, tzinfo=UTC), **fields}
    InteractionFactory(contact=contact, author=author, **fields)


def bus(contact: Contact) -> int:
    return len(bonds_of(contact, now=timezone.now()))


def test_who_has_a_two_way_tie() -> None:
    one, two, three = (UserFactory() for _ in range(3))
    contact = ContactFactory()
    talk(contact, one)
    talk(contact, one, direction="outbound")
    # Word from both sides makes one as well, ...
    talk(contact, two, direction="outbound")
    talk(contact, two, direction="inbound")
    # ... word from us alone does not.
    talk(contact, three, direction="outbound")
    bonds = bonds_of(contact, now=timezone.now())
    assert {(bond.user, bond.talks) for bond in bonds} == {(one, 2), (two, 2)}


def test_what_is_no_tie() -> None:
    contact, gone = ContactFactory(), UserFactory(is_active=False)
    talk(contact, gone)
    talk(contact, None)
    user = UserFactory()
    talk(contact, user, channel="note")
    talk(contact, user, direction="internal")
    talk(contact, user, is_automated=True)
    talk(contact, user, happened_at=datetime(2025, 3, 9, 12, tzinfo=UTC))
    assert bus(contact) == 0
    talk(contact, user, happened_at=datetime(2025, 3, 10, 12, tzinfo=UTC))
    assert bus(contact) == 1


def test_exposure_by_unit_by_hand() -> None:
    """North: six valued people; two spoken with by nobody, one by one, three by two. 3 / 6."""
    north, south = OrgUnitFactory(name="North"), OrgUnitFactory(name="South")
    one, two = UserFactory(), UserFactory()
    people = [valued(contact__unit=north) for _ in range(6)]
    talk(people[2], one)
    for person in people[3:]:
        talk(person, one)
        talk(person, two)
    # Not valued: nobody said how often, it is over, or they were put aside.
    silent = stage("prospect", "identified")
    silent.cadence_days = None
    silent.save()
    RelationshipFactory(contact__unit=north, stage=silent)
    valued(contact__unit=north, ended_on=TODAY)
    valued(contact__unit=north, contact__archived_at=datetime(2026, 1, 1, tzinfo=UTC))
    lone = [valued(contact__unit=south) for _ in range(4)]

    refresh_exposure(now=timezone.now())
    found = continuity(UserFactory(role="reader"))

    (unit,) = found.units
    assert (unit.label, unit.n, unit.nobody, unit.one, unit.percentage) == ("North", 6, 2, 1, 50)
    # The four of South would follow from the sum.
    assert found.total is None
    listed = exposed(Contact.objects.all())
    assert set(listed) == {*people[:3], *lone}


def test_a_sum_from_which_nothing_follows() -> None:
    units = [OrgUnitFactory() for _ in range(3)]
    for unit in units:
        for _ in range(3):
            valued(contact__unit=unit)
    big = OrgUnitFactory()
    for _ in range(5):
        valued(contact__unit=big)
    refresh_exposure(now=timezone.now())
    found = continuity(UserFactory(role="reader"))
    assert [one.label for one in found.units] == [big.name]
    assert found.total is not None
    assert (found.total.n, found.total.percentage) == (14, 100)


def test_only_of_whom_one_may_see() -> None:
    north, south = OrgUnitFactory(), OrgUnitFactory()
    for unit in (north, south):
        for _ in range(5):
            valued(contact__unit=unit)
    refresh_exposure(now=timezone.now())
    found = continuity(UserFactory(role="reader", unit=north))
    assert [(one.label, one.n) for one in found.units] == [(north.name, 5)]
    assert found.total is not None
    assert found.total.n == 5
    assert Relationship.objects.count() == 10


def test_the_next_night_puts_right_what_changed() -> None:
    one, two = UserFactory(), UserFactory()
    kept, gone = valued(), valued()
    refresh_exposure(now=timezone.now())
    assert dict(Exposed.objects.values_list("contact", "bus")) == {kept.pk: 0, gone.pk: 0}
    talk(kept, one)
    talk(gone, one)
    talk(gone, two)
    refresh_exposure(now=timezone.now())
    refresh_exposure(now=timezone.now())
    assert dict(Exposed.objects.values_list("contact", "bus")) == {kept.pk: 1}
    User.objects.filter(pk=one.pk).update(is_active=False)
    refresh_exposure(now=timezone.now())
    assert dict(Exposed.objects.values_list("contact", "bus")) == {kept.pk: 0, gone.pk: 1}
