import pytest
from django.db import DataError, IntegrityError
from django.test import Client
from rest_framework.test import APIClient

from contacts.api.viewsets import ContactViewSet
from core.errors import DomainError
from tests.factories import UserFactory
from tests.support.api import assert_problem, client_for

pytestmark = pytest.mark.django_db

URL = "/api/v1/contacts"


@pytest.fixture
def api() -> APIClient:
    return client_for(UserFactory(role="recruiter"))


@pytest.mark.parametrize(
    "path", ["/api/", "/api/v1", "/api/v1/nothing", "/api/v2/contacts", "/api/v1/contacts/12"]
)
def test_an_unknown_address_is_a_problem_too(client: Client, path: str) -> None:
    problem = assert_problem(client.get(path), 404, "not_found")

    assert problem["instance"] == path
    assert problem["type"] == "http://testserver/api/v1/problems#not-found"


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_an_unknown_address_is_a_404_for_writers_too(client: Client, method: str) -> None:
    guarded = Client(enforce_csrf_checks=True)

    assert_problem(getattr(guarded, method)("/api/v1/nothing"), 404, "not_found")


def test_a_page_elsewhere_is_no_problem(client: Client) -> None:
    assert client.get("/nothing")["Content-Type"].startswith("text/html")


def test_a_host_that_is_not_ours_is_a_problem(client: Client) -> None:
    response = client.get(URL, headers={"Host": "evil.example"})

    assert_problem(response, 400, "bad_request")


@pytest.mark.parametrize("method", ["delete", "put", "patch", "options"])
def test_a_method_that_is_not_taken(api: APIClient, method: str) -> None:
    response = getattr(api, method)(URL)

    assert_problem(response, 405, "method_not_allowed")
    assert response["Allow"] == "GET, POST, HEAD, OPTIONS"


def test_only_json_is_answered(api: APIClient) -> None:
    assert_problem(api.get(URL, headers={"Accept": "text/html"}), 406, "not_acceptable")


def test_problems_speak_the_language_that_was_asked_for(api: APIClient) -> None:
    response = api.patch(
        f"{URL}/01900000-0000-7000-8000-000000000000", {}, headers={"Accept-Language": "nl"}
    )

    assert_problem(response, 404, "not_found")
    assert response["Content-Language"] == "nl"


def test_a_fault_of_ours_tells_nothing_but_its_name(
    api: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object) -> None:
        raise RuntimeError("postgres://user:secret@host")

    monkeypatch.setattr(ContactViewSet, "narrow", fail)

    response = api.get(URL)

    problem = assert_problem(response, 500, "server_error")
    assert b"secret" not in response.content
    assert problem["errors"] == []


class Refusal(DomainError):
    code = "not_on_sundays"


@pytest.mark.parametrize(
    ("error", "status", "code", "detail"),
    [
        (Refusal("Not on Sundays."), 409, "not_on_sundays", "Not on Sundays."),
        (
            IntegrityError("Key (email)=(a@b.nl)"),
            409,
            "conflict",
            "It goes against something that is already recorded.",
        ),
        (
            DataError("value too long: secret"),
            422,
            "invalid",
            "The list of errors says what, and where.",
        ),
    ],
)
def test_refusals_become_problems(
    api: APIClient,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    status: int,
    code: str,
    detail: str,
) -> None:
    def refuse(*_args: object) -> None:
        raise error

    monkeypatch.setattr(ContactViewSet, "narrow", refuse)

    problem = assert_problem(api.get(URL), status, code)

    assert problem["detail"] == detail


def test_errors_point_to_where_they_are(api: APIClient) -> None:
    body = {
        "given_name": "Ada",
        "city": 5 * [1],
        "emails": [{"address": "a@example.org"}, {"address": "no", "lable": "work"}, {}],
        "tags": ["ok", ""],
        "a/b~c": 1,
    }

    unknown = assert_problem(api.post(URL, body), 422, "invalid")
    del body["a/b~c"]
    wrong = assert_problem(api.post(URL, body), 422, "invalid")

    assert [(e["pointer"], e["code"]) for e in unknown["errors"]] == [("/a~1b~0c", "unknown_field")]
    assert [(e["pointer"], e["code"]) for e in wrong["errors"]] == [
        ("/city", "invalid"),
        ("/emails/1/lable", "unknown_field"),
        ("/emails/2/address", "required"),
        ("/tags/1", "blank"),
    ]
