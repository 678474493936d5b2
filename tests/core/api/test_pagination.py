from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from contacts.models import Contact
from tests.factories import ContactFactory, UserFactory
from tests.support.api import assert_problem, client_for

pytestmark = pytest.mark.django_db

URL = "/api/v1/contacts"


@pytest.fixture
def api() -> APIClient:
    return client_for(UserFactory(role="recruiter"))


def _people(count: int, **fields: Any) -> list[str]:
    return [str(contact.uid) for contact in ContactFactory.create_batch(count, **fields)]


def test_a_walk_sees_everyone_once_in_order_of_change(api: APIClient) -> None:
    uids = _people(5)
    # Three of them changed in the same microsecond: the second half of the key parts them.
    Contact.objects.filter(uid__in=uids[1:4]).update(updated_at=timezone.now())
    order = [uids[0], uids[4], *uids[1:4]]

    seen, url = [], f"{URL}?limit=2"
    while url:
        response = api.get(url)
        body = response.json()
        seen.append([row["id"] for row in body["data"]])
        link = response.get("Link")
        assert (link is None) == (body["next_cursor"] is None)
        url = link.removeprefix("<").removesuffix('>; rel="next"') if link else ""
        if url:
            assert parse_qs(urlsplit(url).query) == {"cursor": [body["next_cursor"]]}

    assert seen == [order[0:2], order[2:4], order[4:5]]


def test_a_walk_misses_nobody_while_others_are_added_and_changed(api: APIClient) -> None:
    uids = _people(6)
    seen: list[str] = []
    cursor = None

    for round_ in range(20):
        body = api.get(URL, {"cursor": cursor} if cursor else {"limit": 2}).json()
        seen += [row["id"] for row in body["data"]]
        cursor = body["next_cursor"]
        if cursor is None:
            break
        if round_ < 3:
            uids += _people(1)
            Contact.objects.filter(uid=seen[0]).update(updated_at=timezone.now())

    assert cursor is None
    assert set(seen) == set(uids)
    # Who changed behind the reader's back comes once more; nobody else does.
    assert sorted(seen) == sorted([*uids, uids[0]])


def test_the_cursor_carries_filters_and_limit(api: APIClient) -> None:
    _people(2, city="Delft", family_name="Other")
    wanted = _people(3, family_name="Vermeer")

    first = api.get(URL, {"q": "vermeer", "limit": 1, "include_total": "true"}).json()
    second = api.get(URL, {"cursor": first["next_cursor"]}).json()

    assert [row["id"] for row in first["data"] + second["data"]] == wanted[:2]
    assert (first["total"], second["total"]) == (3, 3)


def test_no_total_unless_asked(api: APIClient) -> None:
    assert sorted(api.get(URL).json()) == ["data", "next_cursor"]


def test_a_cursor_stands_alone(api: APIClient) -> None:
    _people(2)
    cursor = api.get(URL, {"limit": 1}).json()["next_cursor"]

    for other in ({"limit": 1}, {"q": "x"}, {"bogus": "1"}):
        response = api.get(URL, {"cursor": cursor, **other})
        assert_problem(response, 400, "cursor_with_parameters")


@pytest.mark.parametrize("text", ["x", "é", "a:b:c", "x" * 3000, ""])
def test_what_is_no_cursor_is_a_400(api: APIClient, text: str) -> None:
    assert_problem(api.get(URL, {"cursor": text}), 400, "invalid_cursor")


def test_the_cursor_of_another_list_is_a_400(api: APIClient) -> None:
    _people(2)
    cursor = api.get(URL, {"limit": 1}).json()["next_cursor"]

    response = api.get("/api/v1/relationships", {"cursor": cursor})

    assert_problem(response, 400, "invalid_cursor")


def test_a_changed_cursor_is_a_400(api: APIClient) -> None:
    _people(2)
    cursor = api.get(URL, {"limit": 1}).json()["next_cursor"]
    changed = ("B" if cursor[5] != "B" else "C").join([cursor[:5], cursor[6:]])

    assert_problem(api.get(URL, {"cursor": changed}), 400, "invalid_cursor")


@pytest.mark.parametrize(
    ("query", "pointer", "code"),
    [
        ("limit=0", "?limit", "min_value"),
        ("limit=501", "?limit", "max_value"),
        ("limit=ten", "?limit", "invalid"),
        ("limit=1&limit=2", "?limit", "invalid_parameter"),
        ("page=2", "?page", "unknown_parameter"),
        ("updated_after=yesterday", "?updated_after", "invalid"),
        ("updated_after=9999-99-99T00:00:00Z", "?updated_after", "invalid"),
        ("q=%00", "?q", "null_characters_not_allowed"),
        ("unit=12", "?unit", "invalid"),
        ("state=erased", "?state", "invalid_choice"),
        ("include_total=perhaps", "?include_total", "invalid"),
    ],
)
def test_a_parameter_that_is_wrong_is_named(
    api: APIClient, query: str, pointer: str, code: str
) -> None:
    problem = assert_problem(api.get(f"{URL}?{query}"), 400, "invalid_parameter")

    assert [(e["pointer"], e["code"]) for e in problem["errors"]] == [(pointer, code)]


def test_updated_after_leaves_out_what_is_older(api: APIClient) -> None:
    old, new = _people(2)
    moment = timezone.now() - timedelta(days=1)
    Contact.objects.filter(uid=old).update(updated_at=moment)

    rows = api.get(URL, {"updated_after": moment.isoformat().replace("+00:00", "Z")}).json()

    assert [row["id"] for row in rows["data"]] == [new]
