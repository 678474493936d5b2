from threading import Barrier, Thread
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from rest_framework.test import APIClient

from contacts.api import viewsets
from contacts.models import Contact, ExternalId
from tests.factories import ContactFactory, ExternalIdFactory, UserFactory
from tests.support.api import assert_is, assert_problem, bearer, client_for, token_for

pytestmark = pytest.mark.django_db

URL = "/api/v1/contacts/by-external-id/ats"


@pytest.fixture
def api() -> APIClient:
    return client_for(UserFactory(role="recruiter"))


def test_put_creates_then_changes(api: APIClient) -> None:
    created = api.put(f"{URL}/7", {"given_name": "Ada", "city": "Delft"})
    changed = api.put(f"{URL}/7", {"given_name": "Ada", "headline": "Engineer"})

    assert (created.status_code, changed.status_code) == (201, 200)
    assert_is("Contact", changed.json())
    assert created.json()["id"] == changed.json()["id"]
    assert created.json()["external_ids"] == [{"system": "ats", "value": "7"}]
    # What this system does not map, it does not send; so it stays.
    assert (changed.json()["city"], changed.json()["headline"]) == ("Delft", "Engineer")
    assert Contact.objects.count() == 1


def test_put_again_changes_nothing(api: APIClient) -> None:
    first = api.put(f"{URL}/7", {"given_name": "Ada", "emails": [{"address": "a@b.nl"}]})
    second = api.put(f"{URL}/7", {"given_name": "Ada", "emails": [{"address": "a@b.nl"}]})

    assert second.json() == first.json()
    assert second["ETag"] == first["ETag"]


def test_the_id_one_came_by_stays(api: APIClient) -> None:
    body = {"given_name": "Ada", "external_ids": [{"system": "hris", "value": "1"}]}
    both = [{"system": "ats", "value": "7"}, {"system": "hris", "value": "1"}]

    assert api.put(f"{URL}/7", body).json()["external_ids"] == both
    assert api.put(f"{URL}/7", body).json()["external_ids"] == both


def test_an_address_is_no_key(api: APIClient) -> None:
    """Same e-mail address, other id: another person."""
    ContactFactory(email="family@example.org")

    response = api.put(
        f"{URL}/7", {"given_name": "A", "emails": [{"address": "family@example.org"}]}
    )

    assert response.status_code == 201
    assert Contact.objects.count() == 2


@pytest.mark.parametrize("value", ["A/1", "a b", "é", "100%", "?x=1", "a#b", "..", "王", "'"])
def test_any_text_is_an_id(api: APIClient, value: str) -> None:
    url = f"{URL}/{quote(value, safe='')}"

    created = api.put(url, {"given_name": "Ada"})
    read = api.get(url)

    assert created.status_code == 201
    assert read.json()["external_ids"] == [{"system": "ats", "value": value}]
    assert read.json() == created.json()


@pytest.mark.parametrize("value", ["%00", "x" * 201, "%ED%A0%80%00", "%20"])
def test_what_cannot_be_an_id(api: APIClient, value: str) -> None:
    url = f"{URL}/{value}"

    assert_problem(api.get(url), 404, "not_found")
    assert_problem(api.patch(url, {"city": "X"}), 404, "not_found")
    assert_problem(api.put(url, {"given_name": "A"}), 422, "invalid")
    assert not Contact.objects.exists()


def test_unknown_is_a_404_and_patch_creates_nothing(api: APIClient) -> None:
    assert_problem(api.get(f"{URL}/7"), 404, "not_found")
    assert_problem(api.patch(f"{URL}/7", {"given_name": "A"}), 404, "not_found")
    assert not Contact.objects.exists()


def test_patch_is_a_merge_patch(api: APIClient) -> None:
    api.put(f"{URL}/7", {"given_name": "Ada", "city": "Delft"})

    response = api.patch(f"{URL}/7", {"city": None})

    assert (response.json()["given_name"], response.json()["city"]) == ("Ada", None)


def test_if_none_match_creates_only(api: APIClient) -> None:
    headers = {"If-None-Match": "*"}

    first = api.put(f"{URL}/7", {"given_name": "Ada"}, headers=headers)
    second = api.put(f"{URL}/7", {"given_name": "Grace"}, headers=headers)

    assert first.status_code == 201
    assert_problem(second, 412, "exists_already")
    assert Contact.objects.get().given_name == "Ada"


def test_if_match_changes_only_what_was_seen(api: APIClient) -> None:
    stale = api.put(f"{URL}/7", {"given_name": "Ada"})["ETag"]
    api.put(f"{URL}/7", {"given_name": "Ada", "city": "Delft"})

    response = api.put(f"{URL}/7", {"given_name": "Grace"}, headers={"If-Match": stale})

    assert_problem(response, 412, "precondition_failed")


def test_another_id_that_is_taken_is_a_409(api: APIClient) -> None:
    ExternalIdFactory(system="hris", value="1")
    body = {"given_name": "A", "external_ids": [{"system": "hris", "value": "1"}]}

    assert_problem(api.put(f"{URL}/7", body), 409, "external_id_taken")

    assert not ExternalId.objects.filter(system="ats").exists()


@pytest.mark.django_db(transaction=True)
def test_two_puts_at_once_make_one_contact(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both find nobody and create; the later one becomes a change."""
    _, secret = token_for(UserFactory(role="recruiter"))
    both_looked = Barrier(2, timeout=20)
    original = viewsets.create_contact
    answers: list[int] = []

    def together(**arguments: Any) -> Contact:
        both_looked.wait()
        return original(**arguments)

    monkeypatch.setattr(viewsets, "create_contact", together)

    def put(city: str) -> None:
        try:
            answers.append(
                bearer(secret).put(f"{URL}/7", {"given_name": "Ada", "city": city}).status_code
            )
        finally:
            connection.close()

    threads = [Thread(target=put, args=[city]) for city in ("Delft", "Gouda")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == [200, 201]
    assert Contact.objects.count() == 1
