import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from core.models import ApiToken, AuditEntry
from tests.factories import OrgUnitFactory, UserFactory
from tests.support.api import bearer, token_for

pytestmark = pytest.mark.django_db

URL = "/settings/tokens/"
NEW = f"{URL}new/"
FORM = {"name": "Our ATS", "scope_names": ["contacts:read", "contacts:write"], "days": "90"}


def _secret_in(response: Any) -> str:
    found = re.findall(r'value="(trm_[^"]+)"', response.content.decode())
    assert len(found) == 1
    return str(found[0])


def _status(secret: str) -> int:
    return bearer(secret).get("/api/v1/contacts").status_code


def test_a_token_is_made_and_shown_once(client: Client) -> None:
    user = UserFactory(role="recruiter")
    client.force_login(user)

    response = client.post(NEW, FORM)

    secret = _secret_in(response)
    token = ApiToken.objects.get()
    assert _status(secret) == 200
    assert (token.user, token.name, token.scopes) == (user, FORM["name"], FORM["scope_names"])
    assert (token.expires_at - timezone.now()).days == 89
    assert "no-store" in response["Cache-Control"]
    listed = client.get(URL).content.decode()
    assert token.hint in listed
    assert secret not in listed


def test_making_a_token_is_audited_without_its_secret(client: Client) -> None:
    user = UserFactory(role="recruiter")
    client.force_login(user)

    secret = _secret_in(client.post(NEW, FORM))

    entry = AuditEntry.objects.get(action="core.token_made")
    assert (entry.actor, entry.target) == (user, ApiToken.objects.get())
    assert secret not in str(entry.details)


@pytest.mark.parametrize("act", ["new", "rotate"])
def test_a_secret_is_shown_only_to_who_has_lately_proved_who_they_are(
    client: Client, act: str
) -> None:
    user = UserFactory(role="recruiter")
    user.set_password("a long enough password")
    user.save()
    client.force_login(user)
    token, _ = token_for(user)
    url = NEW if act == "new" else f"{URL}{token.uid}/rotate/"

    response = client.post(url, {**FORM, "hours": "0"})

    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/reauthenticate/")
    assert ApiToken.objects.get() == token


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": ""}, "This field is required."),
        ({"scope_names": []}, "This field is required."),
        ({"scope_names": ["all:write"]}, "all:write is not one of the available choices"),
        ({"days": "9999"}, "9999 is not one of the available choices"),
    ],
)
def test_a_form_that_is_not_valid(client: Client, change: dict[str, Any], words: str) -> None:
    client.force_login(UserFactory(role="recruiter"))

    response = client.post(NEW, {**FORM, **change})

    assert response.status_code == 422
    assert words in response.content.decode()
    assert not ApiToken.objects.exists()


def test_sending_the_form_again_makes_no_second_token(client: Client) -> None:
    client.force_login(UserFactory(role="recruiter"))
    client.post(NEW, FORM)

    response = client.post(NEW, FORM)

    assert response.status_code == 422
    assert "You have a token of this name." in response.content.decode()
    assert ApiToken.objects.count() == 1


def test_a_replaced_token_works_a_while_beside_the_new_one(client: Client) -> None:
    user = UserFactory(role="recruiter")
    client.force_login(user)
    old, old_secret = token_for(user, "contacts:read")

    response = client.post(f"{URL}{old.uid}/rotate/", {"hours": "24"})

    new = ApiToken.objects.exclude(pk=old.pk).get()
    assert (_status(old_secret), _status(_secret_in(response))) == (200, 200)
    old.refresh_from_db()
    assert old.expires_at - timezone.now() < timedelta(hours=24)
    assert (new.name, new.scopes) == (old.name, old.scopes)
    assert (new.expires_at - timezone.now()).days == 29


def test_a_token_can_be_replaced_at_once(client: Client) -> None:
    user = UserFactory(role="recruiter")
    client.force_login(user)
    old, old_secret = token_for(user)

    client.post(f"{URL}{old.uid}/rotate/", {"hours": "0"})

    assert _status(old_secret) == 401


def test_revoking_is_asked_first_and_then_at_once(client: Client) -> None:
    user = UserFactory(role="recruiter")
    client.force_login(user)
    token, secret = token_for(user)
    url = f"{URL}{token.uid}/revoke/"

    asked = client.get(url)
    before = _status(secret)
    done = client.post(url)

    assert asked.status_code == 200
    assert (before, _status(secret)) == (200, 401)
    assert (done.status_code, done["Location"]) == (302, URL)
    assert token.hint not in client.get(URL).content.decode()
    assert AuditEntry.objects.get(action="core.token_revoked").target == token


@pytest.mark.parametrize("act", ["revoke", "rotate"])
def test_a_token_that_ended_stays_ended(client: Client, act: str) -> None:
    user = UserFactory(role="recruiter")
    client.force_login(user)
    token, _ = token_for(user, revoked_at=timezone.now())

    response = client.post(f"{URL}{token.uid}/{act}/", {"hours": "24"}, follow=True)

    assert "This token no longer works already." in response.content.decode()
    assert ApiToken.objects.count() == 1


def test_colleagues_and_strangers_see_no_token_of_others(client: Client) -> None:
    token, secret = token_for(UserFactory(role="recruiter"))
    for user in (UserFactory(role="recruiter"), UserFactory(role="hr-manager")):
        client.force_login(user)
        assert token.hint not in client.get(URL).content.decode()
        for act in ("revoke", "rotate"):
            assert client.post(f"{URL}{token.uid}/{act}/", {"hours": "0"}).status_code == 404
    assert _status(secret) == 200


def test_without_the_right_there_are_no_token_pages(client: Client) -> None:
    client.force_login(UserFactory(role="reader"))

    assert [client.get(url).status_code for url in (URL, NEW)] == [403, 403]
    assert client.post(NEW, FORM).status_code == 403
    assert URL not in client.get("/settings/preferences/").content.decode()


def test_administrators_see_and_revoke_but_do_not_replace(client: Client) -> None:
    token, secret = token_for(UserFactory(role="recruiter", name="Joost"))
    client.force_login(UserFactory(role="administrator"))

    page = client.get(URL).content.decode()
    replaced = client.post(f"{URL}{token.uid}/rotate/", {"hours": "0"})
    client.post(f"{URL}{token.uid}/revoke/")

    assert token.hint in page
    assert "Joost" in page
    assert replaced.status_code == 404
    assert _status(secret) == 401


def test_an_administrator_of_a_part_sees_the_tokens_of_that_part(client: Client) -> None:
    unit = OrgUnitFactory()
    theirs, _ = token_for(UserFactory(role="recruiter", unit=unit))
    other, _ = token_for(UserFactory(role="recruiter"))
    client.force_login(UserFactory(role="administrator", unit=unit))

    page = client.get(URL).content.decode()

    assert f"{URL}{theirs.uid}/revoke/" in page
    assert f"{URL}{other.uid}/revoke/" not in page
    assert client.post(f"{URL}{other.uid}/revoke/").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_as_many_queries_for_three_as_for_one(
    client: Client, count: int, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    user = UserFactory(role="administrator")
    client.force_login(user)
    for _ in range(count):
        token_for(user)
        token_for(UserFactory(role="recruiter"))

    # The session and its user, the grants, own tokens, those of colleagues.
    with django_assert_max_num_queries(6):
        assert client.get(URL).status_code == 200
