"""Invitations, roles and closed accounts: the services."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import StringIO
from threading import Barrier

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from contacts.models import Invitation, OrgUnit, RoleGrant
from contacts.services import invitations, roles, team
from core.errors import DomainError
from core.models import AccountMail, ApiToken, AuditEntry, Role, User
from tests.accounts.steps import is_signed_in, sign_in
from tests.factories import OrgUnitFactory, UserFactory, grant_role

pytestmark = pytest.mark.django_db

NEW = "another sentence to remember"


def role(key: str) -> Role:
    return Role.objects.get(key=key)


def invite(actor: User | None, key: str = "recruiter", unit: OrgUnit | None = None) -> Invitation:
    return invitations.invite(
        email="Bert@trm.example ",
        name="Bert",
        language="nl",
        role=role(key),
        unit=unit,
        actor=actor,
    )


def token_in(mail: AccountMail) -> str:
    (line,) = [line for line in mail.text.splitlines() if "/accounts/invitation/" in line]
    return line.rstrip("/").rpartition("/")[2]


@pytest.fixture
def admin() -> User:
    return UserFactory(role="administrator")


@pytest.fixture
def unit_admin() -> User:
    """Manages accounts of one unit, where they also hold what a recruiter holds."""
    user = UserFactory(role="recruiter", unit=OrgUnitFactory(name="North"))
    local = Role.objects.create(
        key="local", name="Local", permissions=["core.manage_accounts", "core.view_audit"]
    )
    RoleGrant.objects.create(user=user, role=local, unit=OrgUnit.objects.get(name="North"))
    return user


def test_an_invitation_becomes_an_account_that_signs_in(admin: User, client: Client) -> None:
    unit = OrgUnitFactory()
    invite(admin, "reader", unit)
    path = reverse("contacts:accept_invitation", args=[token_in(AccountMail.objects.get())])
    assert client.get(path).context["form"].initial == {"name": "Bert"}

    response = client.post(path, {"name": "Bert de Boer", "password": NEW})

    user = User.objects.get(email="bert@trm.example")
    assert (response.status_code, response["Location"]) == (302, "/")
    assert client.session["_auth_user_id"] == str(user.pk)
    assert (user.name, user.language) == ("Bert de Boer", "nl")
    assert [(g.role.key, g.unit) for g in user.role_grants.all()] == [("reader", unit)]
    assert sign_in(Client(), user.email, NEW).status_code == 302
    acts = AuditEntry.objects.order_by("pk").values_list("action", "actor")
    assert list(acts)[:3] == [
        ("core.colleague_invited", admin.pk),
        ("core.account_made", admin.pk),
        ("core.invitation_accepted", user.pk),
    ]


def test_the_mail_speaks_the_language_of_the_invited(admin: User) -> None:
    invite(admin)

    mail = AccountMail.objects.get()
    assert (mail.to, 'lang="nl"' in mail.html) == ("bert@trm.example", True)


def test_a_weak_password_keeps_the_invitation_open(admin: User, client: Client) -> None:
    invite(admin)
    path = reverse("contacts:accept_invitation", args=[token_in(AccountMail.objects.get())])

    response = client.post(path, {"name": "Bert", "password": "short"})

    assert response.status_code == 422
    assert not User.objects.filter(email="bert@trm.example").exists()
    assert client.post(path, {"name": "Bert", "password": NEW}).status_code == 302


@pytest.mark.parametrize("how", ["accepted", "revoked", "resent", "expired", "inviter closed"])
def test_a_link_that_no_longer_counts_makes_no_account(
    admin: User, client: Client, how: str
) -> None:
    other = UserFactory(role="administrator")
    invitation = invite(other)
    token = token_in(AccountMail.objects.get())
    if how == "accepted":
        invitations.accept_invitation(token=token, name="B", password=NEW, now=timezone.now())
    if how == "revoked":
        invitations.revoke_invitation(invitation=invitation, actor=admin)
    if how == "resent":
        invitations.resend_invitation(invitation=invitation, actor=admin)
    if how == "expired":
        Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    if how == "inviter closed":
        team.deactivate_account(user=other, actor=admin)
    before = User.objects.count()

    with pytest.raises(invitations.InvitationRefused):
        invitations.accept_invitation(token=token, name="B", password=NEW, now=timezone.now())

    assert User.objects.count() == before
    path = reverse("contacts:accept_invitation", args=[token])
    expected = 200 if how == "inviter closed" else 410
    assert client.get(path).status_code == expected
    assert not is_signed_in(client)


@pytest.mark.django_db(transaction=True)
def test_a_link_followed_twice_at_once_makes_one_account() -> None:
    invite(None)
    token = token_in(AccountMail.objects.get())
    barrier = Barrier(2)

    def accept(name: str) -> str:
        barrier.wait()
        try:
            invitations.accept_invitation(token=token, name=name, password=NEW, now=timezone.now())
        except DomainError as refusal:
            return refusal.code
        finally:
            connection.close()
        return "made"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(accept, ["One", "Two"])) == ["invitation_refused", "made"]
    assert User.objects.count() == 1


def test_the_same_address_is_not_invited_twice(admin: User) -> None:
    invite(admin)
    with pytest.raises(invitations.InvitationRefused, match="already invited"):
        invite(admin)
    assert AccountMail.objects.count() == 1


def test_who_has_an_account_is_not_invited(admin: User) -> None:
    UserFactory(email="bert@trm.example")
    with pytest.raises(invitations.InvitationRefused, match="already an account"):
        invite(admin)


def test_within_a_part_nobody_gives_what_they_do_not_hold(unit_admin: User) -> None:
    north = OrgUnit.objects.get(name="North")
    colleague = UserFactory(role="reader", unit=north)

    team.grant_role(user=colleague, role=role("recruiter"), unit=north, actor=unit_admin)
    for key, unit in [("hr-manager", north), ("recruiter", None), ("recruiter", OrgUnitFactory())]:
        with pytest.raises(team.GrantRefused):
            team.grant_role(user=colleague, role=role(key), unit=unit, actor=unit_admin)
        with pytest.raises(team.GrantRefused):
            invite(unit_admin, key, unit)

    held = {(g.role.key, g.unit) for g in colleague.role_grants.all()}
    assert held == {("reader", north), ("recruiter", north)}


def test_an_account_with_roles_elsewhere_is_not_closed_from_one_part(unit_admin: User) -> None:
    north = OrgUnit.objects.get(name="North")
    colleague = UserFactory(role="reader", unit=north)
    grant_role(colleague, "reader", OrgUnitFactory())

    with pytest.raises(team.AccountRefused):
        team.deactivate_account(user=colleague, actor=unit_admin)


def test_closing_an_account_ends_sessions_and_tokens(
    admin: User, anna: User, password: str, client: Client
) -> None:
    sign_in(client, anna.email, password)
    token = ApiToken.objects.create(
        user=anna,
        name="t",
        hint="x",
        digest="y",
        scopes=[],
        expires_at=timezone.now() + timedelta(days=1),
    )

    team.deactivate_account(user=anna, actor=admin)
    assert client.get(reverse("core:profile")).status_code == 302
    team.reactivate_account(user=anna, actor=admin)

    assert client.get(reverse("core:profile")).status_code == 302
    token.refresh_from_db()
    assert token.revoked_at is not None
    assert sign_in(Client(), anna.email, password).status_code == 302


def test_the_last_administrator_stays(admin: User) -> None:
    other = UserFactory(role="administrator")
    local = UserFactory(role="administrator", unit=OrgUnitFactory())
    team.deactivate_account(user=other, actor=admin)

    with pytest.raises(team.GrantRefused):
        team.revoke_role(grant=admin.role_grants.get(), actor=admin)
    with pytest.raises(team.AccountRefused):
        team.deactivate_account(user=admin, actor=admin)
    with pytest.raises(DomainError):
        roles.change_permissions(role=role("administrator"), permissions=[], actor=admin)

    assert admin.role_grants.count() == 1
    assert local.role_grants.count() == 1
    assert "core.manage_accounts" in role("administrator").permissions


@pytest.mark.django_db(transaction=True)
def test_two_administrators_cannot_depose_each_other_at_once() -> None:
    one, two = UserFactory(role="administrator"), UserFactory(role="administrator")
    barrier = Barrier(2)

    def depose(pair: tuple[User, User]) -> str:
        actor, other = (User.objects.get(pk=user.pk) for user in pair)
        grant = RoleGrant.objects.select_related("role", "user", "unit").get(user=other)
        barrier.wait()
        try:
            team.revoke_role(grant=grant, actor=actor)
        except DomainError as refusal:
            return refusal.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(depose, [(one, two), (two, one)]))
    assert outcomes == ["done", "grant_refused"]
    assert RoleGrant.objects.count() == 1


def test_a_role_is_changed_by_who_administers_the_whole(admin: User, unit_admin: User) -> None:
    with pytest.raises(team.GrantRefused):
        roles.change_permissions(role=role("reader"), permissions=[], actor=unit_admin)

    wanted = ["contacts.view_contact", "no.such_permission"]
    roles.change_permissions(role=role("reader"), permissions=wanted, actor=admin)

    assert role("reader").permissions == ["contacts.view_contact"]
    entry = AuditEntry.objects.get(action="core.role_changed")
    assert entry.details["added"] == []
    assert "campaigns.view_campaign" in entry.details["removed"]


def test_nobody_takes_their_own_administration_away(admin: User) -> None:
    UserFactory(role="administrator")
    spare = Role.objects.create(key="spare", name="S", permissions=["core.manage_accounts"])
    RoleGrant.objects.create(user=UserFactory(), role=spare)
    kept = [p for p in role("administrator").permissions if p != "core.manage_accounts"]

    with pytest.raises(roles.RoleRefused):
        roles.change_permissions(role=role("administrator"), permissions=kept, actor=admin)
    assert "core.manage_accounts" in role("administrator").permissions


def test_the_first_administrator_is_invited_from_the_command_line(client: Client) -> None:
    call_command("invite_administrator", "bert@trm.example", stdout=StringIO())
    out = StringIO()
    call_command("invite_administrator", "Bert@trm.example", stdout=out)
    path = out.getvalue().splitlines()[1].removeprefix(settings.BASE_URL)

    client.post(path, {"name": "Bert", "password": NEW})

    user = User.objects.get(email="bert@trm.example")
    assert [(g.role.key, g.unit) for g in user.role_grants.all()] == [("administrator", None)]
    assert path.split("/")[-2] == token_in(AccountMail.objects.latest("pk"))
    with pytest.raises(CommandError, match="already an account"):
        call_command("invite_administrator", "bert@trm.example", stdout=StringIO())
