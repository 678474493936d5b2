"""Text that breaks programs (github.com/minimaxir/big-list-of-naughty-strings), in every field."""

import json
import logging
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
LINES = LIST.read_text(encoding="utf-8").split("\n")
OURS = ["\x7f", "\u202e", "\ufeff", "\r\n", "a" * 30_000, "\U0010ffff", "\ud800", "\x00", "1e999"]
NAUGHTY = [line for line in LINES if line and not line.startswith("#")]
# Its chapters are of lines that are alike: every fourth is of each some.
SOME = [*NAUGHTY[::4], *OURS]
TEXT = [
    "given_name",
    "infix",
    "family_name",
    "preferred_name",
    "native_name",
    "given_initials",
    "birth_name",
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
def api(settings: Any) -> Iterator[APIClient]:
    settings.API_REQUESTS_AT_ONCE = 1_000_000
    logging.disable()  # thousands of requests, most of them refused
    yield client_for(UserFactory(role="recruiter"))
    logging.disable(logging.NOTSET)


def _as_it_is(text: str) -> dict[str, Any]:
    """In every field: most are refused here, whatever the text."""
    return {
        "emails": [{"address": text, "label": text, "is_primary": text}],
        "phones": [{"number": text, "label": text}],
        "profiles": [{"network": text, "url": text}, {"url": f"https://x.example/{text}"}],
        "external_ids": [{"system": text, "value": text}],
        "tags": [text],
        **dict.fromkeys(TEXT, text),
    }


def _as_it_fits(text: str) -> dict[str, Any]:
    """In each field that takes any text, as much as it takes."""
    return {
        "native_name": "N",
        "given_name": text[:100],
        "infix": text[:30],
        "headline": text[:200],
        "city": text[:100],
        "note": text[:19_000],
        "phones": [{"number": text[:40]}],
        "tags": [text[:60]],
    }


def _post(api: APIClient, body: dict[str, Any]) -> Any:
    # Escaped, so that half a surrogate pair can be sent at all.
    return api.generic("POST", URL, json.dumps(body), content_type="application/json")


def test_no_text_in_a_body_is_a_fault(api: APIClient) -> None:
    kept = 0
    for text in SOME:
        refused, response = _post(api, _as_it_is(text)), _post(api, _as_it_fits(text))
        assert refused.status_code in (400, 422), (text, refused.content)
        assert response.status_code in (201, 400, 422), (text, response.content)
        if response.status_code == 201:
            kept += 1
            assert_is("Contact", response.json())
            assert (response.json()["note"] or "") == text[:19_000].strip()

    # Nearly every line can be someone's name, town or tag, and comes back as it was.
    assert kept > len(SOME) * 0.9


def test_no_text_in_an_address_is_a_fault(api: APIClient) -> None:
    for text in SOME:
        named = quote(text[:2000].encode("utf-8", "surrogatepass"), safe="")
        any_text = "&".join(f"{name}={named}" for name in ("q", "email", "tag"))
        others = ("external_system", "unit", "state", "limit", "updated_after", "include_total")
        for url in (
            f"{URL}/{named}",
            f"{URL}/by-external-id/{named}/{named}",
            f"{URL}/by-external-id/ats/{named}",
            f"{URL}?limit=1&{any_text}",
            f"{URL}?{'&'.join(f'{name}={named}' for name in others)}",
            f"{URL}?cursor={named}",
            f"{URL}?{named}={named}",
        ):
            assert api.get(url).status_code in (200, 400, 404), (url, text)
        put = api.put(f"{URL}/by-external-id/ats/{named}", {"given_name": "A"})
        assert put.status_code in (200, 201, 404, 422), (text, put.content)


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    body=st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(),
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
