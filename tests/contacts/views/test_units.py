import pytest
from django.test import Client
from django.urls import reverse

from contacts.models import OrgUnit
from tests.factories import ContactFactory, OrgUnitFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_units_are_a_tree_of_what_one_manages(client: Client) -> None:
    root = OrgUnitFactory(name="Root")
    beta, alpha = (
        OrgUnitFactory(name="beta", parent=root),
        OrgUnitFactory(name="Alpha", parent=root),
    )
    below = OrgUnitFactory(name="Below", parent=beta)
    OrgUnitFactory(name="Elsewhere")
    ContactFactory(unit=beta)
    ContactFactory(unit=beta, archived_at="2026-01-01T00:00Z")
    client.force_login(UserFactory(role="hr-manager", unit=root))

    tree = client.get(reverse("contacts:units")).context["tree"]

    assert [(unit, depth) for unit, depth in tree] == [(root, 0), (alpha, 1), (beta, 1), (below, 2)]
    assert [unit.people for unit, _depth in tree] == [0, 0, 1, 0]


@pytest.mark.parametrize("role", ["", "recruiter"])
def test_units_are_closed_to_those_who_do_not_manage_them(client: Client, role: str) -> None:
    unit = OrgUnitFactory()
    client.force_login(UserFactory(role=role))

    for address in (
        reverse("contacts:units"),
        reverse("contacts:new_unit"),
        reverse("contacts:edit_unit", args=[unit.uid]),
    ):
        assert client.get(address).status_code == 403


def test_a_unit_of_another_branch_is_a_404_and_no_place_to_move_to(client: Client) -> None:
    root, elsewhere = OrgUnitFactory(), OrgUnitFactory()
    unit = OrgUnitFactory(parent=root)
    client.force_login(UserFactory(role="hr-manager", unit=root))

    assert client.get(reverse("contacts:edit_unit", args=[elsewhere.uid])).status_code == 404
    response = client.post(
        reverse("contacts:edit_unit", args=[unit.uid]),
        {"name": unit.name, "parent": elsewhere.pk},
    )
    assert response.status_code == 422
    assert OrgUnit.objects.get(pk=unit.pk).parent == root


def test_units_are_added_renamed_and_moved_by_form(client: Client) -> None:
    root = OrgUnitFactory()
    old, new = OrgUnitFactory(parent=root), OrgUnitFactory(parent=root)
    client.force_login(UserFactory(role="hr-manager"))

    client.post(reverse("contacts:new_unit"), {"name": "Team", "code": "T", "parent": old.pk})
    team = OrgUnit.objects.get(name="Team")
    assert team.lineage == [root.pk, old.pk, team.pk]

    address = reverse("contacts:edit_unit", args=[team.uid])
    client.post(address, {"name": "Squad", "code": "T", "parent": new.pk})
    team.refresh_from_db()
    assert (team.name, team.lineage) == ("Squad", [root.pk, new.pk, team.pk])

    refused = client.post(address, {"name": "Squad", "code": "T", "parent": team.pk})
    assert refused.status_code == 422
