"""Signing in with a password: who gets in, what it tells, and how guessing is slowed down."""

import pytest
import time_machine
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings

from core.models import AccountMail, AuditEntry, User
from tests.accounts.steps import SIGN_IN, is_signed_in, sign_in, without_tokens
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_the_right_password_signs_in(client: Client, anna: User, password: str) -> None:
    response = sign_in(client, "Anna@TRM.example", password)

    assert (response.status_code, response["Location"]) == (302, "/")
    assert client.session["_auth_user_id"] == str(anna.pk)


def test_signing_in_is_audited_with_address_and_device(
    client: Client, anna: User, password: str
) -> None:
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"
    client.post(SIGN_IN, {"login": anna.email, "password": password}, headers={"user-agent": agent})

    entry = AuditEntry.objects.get(action="core.signed_in")
    assert entry.actor == anna
    assert entry.details == {
        "methods": ["password"],
        "address": "127.0.0.1",
        "device": "Firefox, Linux",
    }


def test_a_failed_sign_in_is_audited_without_what_was_typed(client: Client, anna: User) -> None:
    sign_in(client, "my-secret@x.example", "wrong")
    sign_in(client, anna.email, "wrong")

    entries = AuditEntry.objects.filter(action="core.sign_in_failed").order_by("pk")
    assert [(entry.actor, entry.target) for entry in entries] == [(None, None), (None, anna)]
    assert entries[0].details == {"address": "192.0.2.1", "device": ""}


def test_signing_in_says_the_same_with_and_without_an_account(client: Client, anna: User) -> None:
    known = sign_in(Client(), anna.email, "not the password")
    unknown = sign_in(Client(), "bert@trm.example", "not the password")

    assert known.status_code == 200
    known.content = known.content.replace(b"anna@", b"bert@")
    assert without_tokens(known) == without_tokens(unknown)


def test_a_closed_account_looks_like_none_to_who_does_not_know_the_password(
    client: Client, anna: User, password: str
) -> None:
    User.objects.filter(pk=anna.pk).update(is_active=False)

    wrong = sign_in(Client(), anna.email, "not the password")
    none = sign_in(Client(), "bert@trm.example", "not the password")

    wrong.content = wrong.content.replace(b"anna@", b"bert@")
    assert without_tokens(wrong) == without_tokens(none)
    assert sign_in(client, anna.email, password)["Location"] == reverse("account_inactive")
    assert not is_signed_in(client)


def test_signing_in_does_the_same_work_with_as_without_an_account(
    anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The time taken tells nothing either: hashing takes nearly all of it, queries the rest."""
    hashed: list[str] = []
    encode = MD5PasswordHasher.encode

    def counted(self: MD5PasswordHasher, password: str, salt: str) -> str:
        hashed.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    queries: list[int] = []
    for email in (anna.email, anna.email, "none@trm.example"):
        with CaptureQueriesContext(connection) as captured:
            sign_in(Client(), email, "not the password")
        queries.append(len(captured))

    assert hashed == ["not the password"] * 3
    assert abs(queries[1] - queries[2]) <= 1


@pytest.mark.parametrize("exists", [True, False])
def test_ten_wrong_passwords_slow_an_account_down_from_any_address(
    client: Client, anna: User, password: str, exists: bool
) -> None:
    email = anna.email if exists else "none@trm.example"
    with time_machine.travel("2026-03-02 10:00:00+00:00", tick=False) as clock:
        for n in range(10):
            assert sign_in(Client(), email, f"wrong {n}", f"192.0.2.{n}").status_code == 200
            clock.shift(6)

        response = sign_in(client, email, password, "198.51.100.7")
        assert (response.status_code, response["Retry-After"]) == (429, "840")
        assert "Wait 14 minutes" in response.content.decode()
        assert not is_signed_in(client)

        clock.shift(841)
        after = sign_in(client, email, password, "198.51.100.7")
        assert after.status_code == (302 if exists else 200)


def test_others_sign_in_while_one_account_is_slowed_down(
    client: Client, anna: User, password: str
) -> None:
    for n in range(10):
        sign_in(Client(), "victim@trm.example", "wrong", f"192.0.2.{n}")

    assert sign_in(client, anna.email, password).status_code == 302


def test_ten_wrong_passwords_slow_an_address_down_over_all_accounts(
    client: Client, anna: User, password: str
) -> None:
    with time_machine.travel("2026-03-02 10:00:00+00:00", tick=False) as clock:
        for n in range(10):
            sign_in(Client(), f"user{n}@trm.example", "wrong", "192.0.2.1")

        response = sign_in(client, anna.email, password, "192.0.2.1")
        assert (response.status_code, response["Retry-After"]) == (429, "60")

        assert sign_in(Client(), anna.email, password, "192.0.2.2").status_code == 302
        clock.shift(61)
        assert sign_in(client, anna.email, password, "192.0.2.1").status_code == 302


def test_the_right_password_does_not_count_as_a_try(
    client: Client, anna: User, password: str
) -> None:
    for _ in range(12):
        assert sign_in(Client(), anna.email, password).status_code == 302


def test_an_address_behind_a_proxy_is_the_clients(
    client: Client, anna: User, settings: Settings
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    header = {"x-forwarded-for": "203.0.113.9, 198.51.100.3"}
    client.post(SIGN_IN, {"login": anna.email, "password": "wrong"}, headers=header)
    client.post(SIGN_IN, {"login": anna.email, "password": "wrong"}, REMOTE_ADDR="192.0.2.8")

    addresses = AuditEntry.objects.order_by("pk").values_list("details__address", flat=True)
    assert list(addresses.filter(action="core.sign_in_failed")) == ["198.51.100.3", "192.0.2.8"]


def test_a_forwarded_address_is_not_believed_without_a_proxy(client: Client, anna: User) -> None:
    header = {"x-forwarded-for": "203.0.113.9"}
    client.post(SIGN_IN, {"login": anna.email, "password": "wrong"}, headers=header)

    entry = AuditEntry.objects.get(action="core.sign_in_failed")
    assert entry.details["address"] == "127.0.0.1"


def test_sign_up_is_closed(client: Client) -> None:
    data = {"email": "new@trm.example", "password1": "a long enough password"}

    response = client.post(reverse("account_signup"), data)

    assert "Accounts are by invitation" in response.content.decode()
    assert not User.objects.exists()


def test_signing_out_ends_the_session(client: Client, anna: User) -> None:
    client.force_login(anna)

    response = client.post(reverse("account_logout"))

    assert response["Location"] == SIGN_IN
    assert not is_signed_in(client)
    assert AuditEntry.objects.get(action="core.signed_out").actor == anna


def test_an_unconfirmed_address_is_asked_to_confirm(client: Client, password: str) -> None:
    user = UserFactory(email="new@trm.example")
    user.set_password(password)
    user.save()

    response = sign_in(client, user.email, password)

    assert response["Location"] == reverse("account_email_verification_sent")
    assert [mail.to for mail in AccountMail.objects.all()] == [user.email]
    assert not is_signed_in(client)
