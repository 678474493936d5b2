"""Forgotten and changed passwords."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from core.models import AccountMail, AuditEntry, User
from tests.accounts.steps import link_in, sign_in

pytestmark = pytest.mark.django_db

NEW = "another sentence to remember"


def ask(email: str) -> tuple[int, str]:
    response = Client().post(reverse("account_reset_password"), {"email": email})
    return response.status_code, response["Location"]


def test_asking_answers_the_same_with_and_without_an_account(anna: User) -> None:
    assert ask(anna.email) == ask("none@trm.example")
    assert ask(anna.email) == (302, reverse("account_reset_password_done"))


def test_asking_does_the_same_work_with_and_without_an_account(anna: User) -> None:
    """Both leave one mail in the queue: neither waits for a mail server, and the time is alike."""
    ask(anna.email)
    ask("none@trm.example")

    subjects = list(AccountMail.objects.order_by("pk").values_list("to", "subject"))
    assert subjects == [
        (anna.email, "Choose a new password"),
        ("none@trm.example", "No account at this address"),
    ]


def test_a_closed_account_gets_no_link(anna: User) -> None:
    User.objects.filter(pk=anna.pk).update(is_active=False)

    ask(anna.email)

    assert AccountMail.objects.get().subject == "No account at this address"


def test_the_link_sets_a_new_password_and_ends_all_sessions(
    client: Client, anna: User, password: str
) -> None:
    elsewhere = Client()
    sign_in(elsewhere, anna.email, password)
    ask(anna.email)
    link = link_in(AccountMail.objects.get(to=anna.email))

    form = client.get(link)
    response = client.post(form["Location"], {"password1": NEW, "password2": NEW})

    assert response["Location"] == reverse("account_reset_password_from_key_done")
    assert elsewhere.get(reverse("core:profile")).status_code == 302
    assert sign_in(Client(), anna.email, password).status_code == 200
    assert sign_in(Client(), anna.email, NEW).status_code == 302
    assert AuditEntry.objects.get(action="core.password_reset").actor == anna


def test_the_link_works_once(client: Client, anna: User) -> None:
    ask(anna.email)
    link = link_in(AccountMail.objects.get())
    client.post(client.get(link)["Location"], {"password1": NEW, "password2": NEW})

    again = Client().get(link)

    assert "This link no longer works" in again.content.decode()


def test_the_link_does_not_follow_a_forged_host(client: Client, anna: User) -> None:
    client.post(
        reverse("account_reset_password"), {"email": anna.email}, headers={"host": "127.0.0.1"}
    )

    assert link_in(AccountMail.objects.get()).startswith("/accounts/password/reset/key/")


def test_a_reset_lifts_the_slow_down_of_the_account(anna: User, password: str) -> None:
    for n in range(10):
        sign_in(Client(), anna.email, "wrong", f"192.0.2.{n}")
    assert sign_in(Client(), anna.email, password, "192.0.2.99").status_code == 429
    ask(anna.email)
    client = Client()
    link = link_in(AccountMail.objects.get())
    client.post(client.get(link)["Location"], {"password1": NEW, "password2": NEW})

    assert sign_in(Client(), anna.email, NEW, "192.0.2.98").status_code == 302


def test_too_many_requests_for_links_are_refused_alike(anna: User) -> None:
    def statuses(email: str) -> list[int]:
        cache.clear()
        url = reverse("account_reset_password")
        return [Client().post(url, {"email": email}).status_code for _ in range(6)]

    assert statuses(anna.email) == statuses("none@trm.example") == [302] * 5 + [429]


def test_changing_the_password_needs_the_present_one(
    client: Client, anna: User, password: str
) -> None:
    sign_in(client, anna.email, password)
    change = {"oldpassword": "wrong", "password1": NEW, "password2": NEW}

    response = client.post(reverse("account_change_password"), change)
    assert "That is not your present password." in response.content.decode()

    client.post(reverse("account_change_password"), {**change, "oldpassword": password})
    assert client.get(reverse("core:profile")).status_code == 200
    assert AuditEntry.objects.get(action="core.password_changed").actor == anna
    assert AccountMail.objects.get().subject == "Your password was changed"


@pytest.mark.parametrize(
    ("weak", "why"),
    [
        ("short", "A password has at least 12 characters."),
        ("password1234", "Too many people use this password."),
        ("anna@trm.example", "This looks too much like your name or your e-mail address."),
    ],
)
def test_a_weak_password_is_refused(
    client: Client, anna: User, password: str, weak: str, why: str
) -> None:
    sign_in(client, anna.email, password)
    data = {"oldpassword": password, "password1": weak, "password2": weak}

    response = client.post(reverse("account_change_password"), data)

    assert response.context["form"].errors == {"password1": [why]}
    assert not AuditEntry.objects.filter(action="core.password_changed").exists()


def test_signed_in_mails_are_in_the_accounts_language(anna: User) -> None:
    User.objects.filter(pk=anna.pk).update(language="nl")
    client = Client(headers={"accept-language": "en"})

    client.post(reverse("account_reset_password"), {"email": anna.email})

    assert 'lang="nl"' in AccountMail.objects.get().html
