import pytest
from rest_framework.test import APIClient

from contacts.models import Contact
from core.api.parsers import MAX_BODY_BYTES
from tests.factories import UserFactory
from tests.support.api import assert_problem, client_for

pytestmark = pytest.mark.django_db

URL = "/api/v1/contacts"


@pytest.fixture
def api() -> APIClient:
    return client_for(UserFactory(role="recruiter"))


def _post(api: APIClient, body: bytes, content_type: str = "application/json"):  # type: ignore[no-untyped-def]  # noqa: ANN202
    return api.generic("POST", URL, body, content_type=content_type)


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"\xef\xbb\xbf{}",
        b"\xff\xfe{\x00}\x00",
        b'{"given_name": "\xe9"}',
        b'{"given_name": NaN}',
        b'{"given_name": "a", "given_name": "b"}',
        b'{"emails": [{"address": "a@x.nl", "address": "b@x.nl"}]}',
        b'{"given_name": "a\x00b"}',
        b'{"given_name": "a\\u0000b"}',
        b'{"given_name": "\\ud800"}',
        b'{"given_name": "\\uDFFF"}',
        b'{"\\u0000": 1}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"1" * 5000,
        b" " * (MAX_BODY_BYTES + 1),
    ],
)
def test_what_is_no_json_for_us_is_a_400(api: APIClient, body: bytes) -> None:
    code = "body_too_large" if len(body) > MAX_BODY_BYTES else "parse_error"

    assert_problem(_post(api, body), 400, code)

    assert not Contact.objects.exists()


def test_an_escaped_pair_is_a_character(api: APIClient) -> None:
    response = _post(api, b'{"given_name": "\\ud83d\\ude00 \\\\u0000"}')

    assert response.status_code == 201
    assert response.json()["given_name"] == "😀 \\u0000"


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/xml",
    ],
)
def test_only_json_is_read(api: APIClient, content_type: str) -> None:
    assert_problem(_post(api, b"{}", content_type), 415, "unsupported_media_type")


@pytest.mark.parametrize("body", [b"[]", b'"text"', b"1", b"null", b"true"])
def test_json_that_is_no_object_is_a_422(api: APIClient, body: bytes) -> None:
    assert_problem(_post(api, body), 422, "invalid")


def test_no_body_at_all_is_a_422(api: APIClient) -> None:
    assert_problem(api.generic("POST", URL), 422, "invalid")
