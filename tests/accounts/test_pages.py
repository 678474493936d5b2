"""The pages of team, roles and audit log."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from contacts.models import Invitation, OrgUnit, RoleGrant
from contacts.services import invitations, team
from core import audit
from core.models import AuditEntry, Role, User
from tests.factories import ContactFactory, OrgUnitFactory, UserFactory, grant_role

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client: Client) -> User:
    user = UserFactory(role="administrator", name="Marie Curie")
    client.force_login(user)
    return user


def role(key: str) -> Role:
    return Role.objects.get(key=key)


def local_admin(unit: OrgUnit) -> User:
    """Manages the accounts of one unit and reads its part of the log."""
    user = UserFactory(role="recruiter", unit=unit)
    local = Role.objects.create(
        key="local", name="Local", permissions=["core.manage_accounts", "core.view_audit"]
    )
    RoleGrant.objects.create(user=user, role=local, unit=unit)
    return user


@pytest.mark.parametrize("count", [1, 3])
def test_the_team_costs_the_same_for_one_as_for_three(
    client: Client,
    admin: User,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for n in range(count):
        unit = OrgUnitFactory()
        grant_role(UserFactory(role="reader", unit=unit), "recruiter", unit)
        invitations.invite(
            email=f"new{n}@trm.example",
            name="",
            language="en",
            role=role("reader"),
            unit=unit,
            actor=admin,
        )
    client.get(reverse("contacts:team"))

    with django_assert_num_queries(6):
        response = client.get(reverse("contacts:team"))

    assert len(response.context["colleagues"]) == count + 1
    assert len(response.context["invitations"]) == count


def test_within_a_part_only_its_colleagues_are_shown(client: Client) -> None:
    north, south = OrgUnitFactory(), OrgUnitFactory()
    me = local_admin(north)
    near = UserFactory(role="reader", unit=OrgUnitFactory(parent=north))
    far = UserFactory(role="reader", unit=south)
    UserFactory()
    client.force_login(me)

    response = client.get(reverse("contacts:team"))

    assert {one.user for one in response.context["colleagues"]} == {me, near}
    assert client.get(reverse("contacts:colleague", args=[near.uid])).status_code == 200
    assert client.get(reverse("contacts:colleague", args=[far.uid])).status_code == 404


def test_an_invitation_is_sent_from_the_page(client: Client, admin: User) -> None:
    data = {
        "email": "new@trm.example",
        "name": "New",
        "role": role("reader").pk,
        "unit": "",
        "language": "nl",
    }

    response = client.post(reverse("contacts:invite"), data)
    assert response["Location"] == reverse("contacts:team")
    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.role.key, invitation.invited_by) == (
        "new@trm.example",
        "reader",
        admin,
    )

    again = client.post(reverse("contacts:invite"), data)
    assert again.status_code == 422
    assert "already invited" in again.content.decode()
    assert 'value="new@trm.example"' in again.content.decode()


def test_within_a_part_the_form_offers_what_may_be_given(client: Client) -> None:
    north = OrgUnitFactory()
    OrgUnitFactory()
    client.force_login(local_admin(north))

    fields = client.get(reverse("contacts:invite")).context["form"].fields

    assert [one.key for one in fields["role"].queryset] == ["recruiter", "reader", "local"]
    assert [value for value, _label in fields["unit"].choices] == [north.pk]


def test_roles_are_given_and_taken_on_the_page(client: Client, admin: User) -> None:
    unit = OrgUnitFactory()
    colleague = UserFactory(role="reader", unit=unit)
    page = reverse("contacts:colleague", args=[colleague.uid])

    client.post(page, {"role": role("recruiter").pk, "unit": unit.pk})
    given = colleague.role_grants.get(role__key="recruiter")
    client.post(reverse("contacts:take_role", args=[colleague.uid, given.uid]))

    assert [grant.role.key for grant in colleague.role_grants.all()] == ["reader"]


def test_a_grant_of_someone_else_is_not_taken_by_the_address(client: Client, admin: User) -> None:
    one, other = UserFactory(role="reader"), UserFactory(role="reader")

    url = reverse("contacts:take_role", args=[one.uid, other.role_grants.get().uid])

    assert client.post(url).status_code == 404
    assert other.role_grants.count() == 1


def test_the_matrix_shows_each_permission_with_its_roles(client: Client, admin: User) -> None:
    areas = client.get(reverse("contacts:roles")).context["areas"]

    rows = {permission.codename: held for area in areas for permission, held in area.rows}
    assert rows["core.manage_accounts"] == [True, False, False, False]
    assert rows["contacts.view_contact"] == [True, True, True, True]


def test_a_role_is_changed_on_the_page(client: Client, admin: User) -> None:
    reader = role("reader")
    page = reverse("contacts:role", args=[reader.uid])

    response = client.post(page, {"permissions": ["contacts.view_contact", "core.use_api"]})

    assert response["Location"] == reverse("contacts:roles")
    assert role("reader").permissions == ["contacts.view_contact", "core.use_api"]


def test_a_refused_change_keeps_what_was_ticked(client: Client, admin: User) -> None:
    page = reverse("contacts:role", args=[role("administrator").uid])

    response = client.post(page, {"permissions": ["contacts.view_contact"]})

    assert response.status_code == 422
    ticked = [
        permission.codename
        for area in response.context["areas"]
        for permission, held in area.rows
        if held[0]
    ]
    assert ticked == ["contacts.view_contact"]
    assert "core.manage_accounts" in role("administrator").permissions


def test_the_log_reads_as_sentences(client: Client, admin: User) -> None:
    contact = ContactFactory(given_name="Ada", family_name="Lovelace")
    audit.record(actor=admin, action="contacts.restored", target=contact)
    audit.record(actor=None, action="nobody.declared_this", target=contact)
    gone = ContactFactory()
    audit.record(actor=admin, action="contacts.restored", target=gone)
    gone.delete()

    lines = client.get(reverse("contacts:audit")).context["page"].lines

    assert [line.sentence for line in lines][:3] == [
        "Marie Curie brought a record that is gone back",
        "The system: declared this (Ada Lovelace)",
        "Marie Curie brought Ada Lovelace back",
    ]


def test_the_log_is_narrowed_and_paged(client: Client, admin: User) -> None:
    contact, other = ContactFactory(), ContactFactory()
    for n in range(60):
        audit.record(actor=admin, action="contacts.restored", target=contact, n=n)
    audit.record(actor=UserFactory(), action="contacts.restored", target=other)
    url = reverse("contacts:audit")

    def entries(query: str) -> list[int | None]:
        lines = client.get(f"{url}?{query}").context["page"].lines
        return [line.entry.details.get("n") for line in lines]

    asked = f"actor={admin.uid}&act=contacts.restored"
    first = client.get(f"{url}?{asked}")
    assert entries(asked) == list(range(59, 9, -1))
    assert entries(first.context["older"]) == list(range(9, -1, -1))
    assert entries(f"record=contacts.contact:{other.uid}") == [None]
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert entries(f"since={tomorrow}") == []
    assert entries("record=nonsense") == entries("record=core.user:1") == []
    assert len(entries("before=nonsense&actor=x")) == 50


@pytest.mark.parametrize("count", [1, 3])
def test_the_log_costs_the_same_for_one_as_for_three(
    client: Client,
    admin: User,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(count):
        audit.record(actor=UserFactory(), action="contacts.restored", target=ContactFactory())
    client.get(reverse("contacts:audit"))

    with django_assert_num_queries(7):
        client.get(reverse("contacts:audit"))


def test_within_a_part_the_log_holds_what_its_colleagues_did(client: Client) -> None:
    north, south = OrgUnitFactory(), OrgUnitFactory()
    me = local_admin(north)
    near, far = UserFactory(role="reader", unit=north), UserFactory(role="reader", unit=south)
    both = UserFactory(role="reader", unit=north)
    grant_role(both, "reader", south)
    whole = UserFactory(role="reader", unit=north)
    grant_role(whole, "reader")
    for actor in (near, far, both, whole, None):
        audit.record(actor=actor, action="contacts.restored")
    client.force_login(me)

    lines = client.get(f"{reverse('contacts:audit')}?act=contacts.restored").context["page"].lines

    assert [line.entry.actor for line in lines] == [near]


def test_the_export_holds_what_was_asked_for_and_runs_nothing(client: Client, admin: User) -> None:
    contact = ContactFactory(given_name="=cmd()", family_name="")
    other = UserFactory(name="+1")
    audit.record(actor=other, action="contacts.restored", target=contact)
    audit.record(actor=admin, action="contacts.archived", target=contact)

    response = client.post(reverse("contacts:audit_export"), {"act": "contacts.restored"})

    text = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["actor"], row["record"], row["action"]) == ("'+1", "'=cmd()", "contacts.restored")
    assert AuditEntry.objects.get(action="core.audit_exported").actor == admin


def test_an_entry_is_neither_changed_nor_removed(admin: User) -> None:
    entry = audit.record(actor=admin, action="contacts.restored")
    for sql in (
        "UPDATE core_auditentry SET action = 'x' WHERE id = %s",
        "DELETE FROM core_auditentry WHERE id = %s",
    ):
        with (
            pytest.raises(DatabaseError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(sql, [entry.pk])
    assert AuditEntry.objects.get(pk=entry.pk).action == "contacts.restored"


def test_an_entry_goes_with_what_it_tells_of(admin: User) -> None:
    colleague = UserFactory(role="reader")

    @transaction.atomic
    def undone() -> None:
        team.deactivate_account(user=colleague, actor=admin)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        undone()

    assert not AuditEntry.objects.filter(action="core.account_closed").exists()
    assert User.objects.get(pk=colleague.pk).is_active
