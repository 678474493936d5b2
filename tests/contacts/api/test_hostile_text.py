"""Text that breaks programs (github.com/minimaxir/big-list-of-naughty-strings), in every field."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from tests.factories import UserFactory
from tests.support.api import assert_is, client_for

pytestmark = pytest.mark.django_db

URL = "/api/v1/contacts"
LIST = Path(__file__).parents[2] / "data" / "blns.txt"
NAUGHTY = [
    line
    for line in LIST.read_text(encoding="utf-8").split("\n")
    if line and not line.startswith("#")
] + ["\x7f", "\u202e", "\ufeff", "\r\n", "a" * 30_000, "\U0010ffff", "\ud800", "\x00", "1e999"]
TEXT = [
    "given_name",
    "infix",
    "family_name",
    "preferred_name",
    "native_name",
    "headline",
    "organisation_name",
    "city",
    "country",
    "language",
    "time_zone",
    "note",
    "unit",
    "do_not_contact",
]


@pytest.fixture
def api(settings: Any) -> APIClient:
    settings.API_REQUESTS_AT_ONCE = 1_000_000
    return client_for(UserFactory(role="recruiter"))


def _bodies(text: str) -> Iterator[dict[str, Any]]:
    yield {"native_name": "N", **dict.fromkeys(TEXT, text)}
    yield {"given_name": text[:20], "note": text[:19_000], "city": text[:50]}
    yield {
        "given_name": "A",
        "emails": [{"address": text, "label": text, "is_primary": text}],
        "phones": [{"number": text, "label": text}],
        "profiles": [{"network": text, "url": text}, {"url": f"https://x.example/{text}"}],
        "external_ids": [{"system": text, "value": text}],
        "tags": [text],
    }
    yield {
        "given_name": "A",
        "phones": [{"number": text[:40]}],
        "external_ids": [{"system": "ats", "value": text[:200]}],
        "tags": [text[:60]],
    }
    yield {"given_name": "A", text: text}


def test_no_text_in_a_body_is_a_fault(api: APIClient) -> None:
    kept = 0
    for text in NAUGHTY:
        for body in _bodies(text):
            response = api.post(URL, body)
            assert response.status_code in (201, 400, 409, 422), (text, response.content)
            if response.status_code == 201:
                kept += 1
                assert_is("Contact", response.json())
                assert api.get(response["Location"]).json() == response.json()

    # That nearly every line can be someone's name, town or tag, and comes back.
    assert kept > len(NAUGHTY)


def test_no_text_in_an_address_is_a_fault(api: APIClient) -> None:
    for text in NAUGHTY:
        named = quote(text[:2000].encode("utf-8", "surrogatepass"), safe="")
        for url in (
            f"{URL}/{named}",
            f"{URL}/by-external-id/{named}/{named}",
            f"{URL}/by-external-id/ats/{named}",
            *(
                f"{URL}?{name}={named}"
                for name in ("q", "email", "tag", "external_system", "unit", "state", "limit")
            ),
            f"{URL}?updated_after={named}",
            f"{URL}?cursor={named}",
            f"{URL}?{named}={named}",
        ):
            assert api.get(url).status_code in (200, 400, 404), (url, text)
        put = api.put(f"{URL}/by-external-id/ats/{named}", {"given_name": "A"})
        assert put.status_code in (200, 201, 404, 422), (text, put.content)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    body=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from([*TEXT, "emails", "phones", "profiles", "external_ids", "tags"])
                | st.sampled_from(["address", "number", "url", "system", "value", "label"]),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_no_json_is_a_fault(api: APIClient, body: Any) -> None:
    for answer in (api.post(URL, body), api.put(f"{URL}/by-external-id/ats/1", body)):
        assert answer.status_code in (200, 201, 400, 409, 422), (body, answer.content)
