import pytest

from tests.factories import ContactFactory, OrgUnitFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_without_an_object_a_role_for_any_part_is_enough() -> None:
    recruiter = UserFactory(role="recruiter", unit=OrgUnitFactory())

    assert recruiter.has_perm("contacts.change_contact")
    assert not UserFactory().has_perm("contacts.change_contact")


def test_with_an_object_the_role_must_hold_for_its_unit() -> None:
    mine, other = OrgUnitFactory(), OrgUnitFactory()
    recruiter = UserFactory(role="recruiter", unit=mine)

    assert recruiter.has_perm("contacts.change_contact", ContactFactory(unit=mine))
    assert not recruiter.has_perm("contacts.change_contact", ContactFactory(unit=other))
