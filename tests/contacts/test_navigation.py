import pytest
from django.urls import reverse

from contacts.models import RoleGrant
from core import palette
from core.models import Role, User
from tests.factories import (
    ContactFactory,
    OrgUnitFactory,
    RelationshipFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def test_the_palette_finds_people_of_the_branch_and_no_others() -> None:
    branch = OrgUnitFactory()
    mine = ContactFactory(family_name="Vos", headline="Nurse", city="Gouda", unit=branch)
    ContactFactory(family_name="Vos")
    user = UserFactory(role="reader", unit=branch)

    groups = {group.label: group.results for group in palette.find(user, "vos")}

    assert [(one.marked, one.under, one.url) for one in groups["People"]] == [
        (
            [("Ada ", False), ("Vos", True)],
            [("Nurse, Gouda", False)],
            reverse("contacts:person", args=[mine.uid]),
        )
    ]


def test_the_palette_says_what_is_between_us_to_who_may_know() -> None:
    person = ContactFactory(family_name="Vos")
    RelationshipFactory(contact=person, kind="prospect")
    role = Role.objects.create(key="names", name="Names", permissions=["contacts.view_contact"])
    clerk = UserFactory()
    RoleGrant.objects.create(user=clerk, role=role)

    def beside(user: User) -> str:
        return str(palette.find(user, "vos")[0].results[0].beside)

    assert "Prospect" in beside(UserFactory(role="reader"))
    assert beside(clerk) == ""


def test_the_palette_offers_people_again_that_were_opened() -> None:
    mine, gone = ContactFactory(), ContactFactory(archived_at="2026-01-01T00:00Z")
    recent = [("people", str(mine.uid)), ("people", str(gone.uid))]

    groups = palette.find(UserFactory(role="reader"), "", recent=recent)

    assert [one.label for one in groups[0].results] == [mine.full_name]


def test_a_stranger_finds_nobody() -> None:
    ContactFactory(family_name="Vos")

    assert palette.find(UserFactory(), "vos") == []
