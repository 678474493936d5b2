from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from contacts.models import PoolMember
from tests.factories import ContactFactory, OrgUnitFactory, UserFactory
from tests.factories.groups import (
    PoolMemberFactory,
    SegmentFactory,
    SegmentMemberFactory,
    TalentPoolFactory,
)
from tests.support.api import client_for

pytestmark = pytest.mark.django_db
SCOPES = ("segments:read", "segments:write")


@pytest.fixture
def user() -> Any:
    return UserFactory(role="recruiter")


@pytest.fixture
def api(user: Any) -> Client:
    return client_for(user, *SCOPES)


def test_a_segment_tells_its_rule_in_json_and_in_words(api: Client) -> None:
    segment = SegmentFactory(name="Near", size=3)

    body = api.get(f"/api/v1/segments/{segment.uid}").json()

    assert (body["id"], body["name"], body["size"]) == (str(segment.uid), "Near", 3)
    assert body["sentence"] == "City is “Utrecht”"
    assert body["rule"]["rules"][0]["field"] == "city"
    assert [one["id"] for one in api.get("/api/v1/segments").json()["data"]] == [str(segment.uid)]


def test_who_is_in_it_and_who_was_on_a_day(api: Client) -> None:
    segment = SegmentFactory()
    now = timezone.now()
    inside = SegmentMemberFactory(segment=segment, since=now - timedelta(days=3))
    gone = SegmentMemberFactory(
        segment=segment, since=now - timedelta(days=90), until=now - timedelta(days=60)
    )
    path = f"/api/v1/segments/{segment.uid}/members"
    day = timezone.localdate() - timedelta(days=70)

    (there,) = api.get(path).json()["data"]
    assert (there["contact"], there["until"], there["why"]) == (
        str(inside.contact.uid),
        None,
        "rule",
    )
    (then,) = api.get(f"{path}?on={day}").json()["data"]
    assert then["contact"] == str(gone.contact.uid)
    assert then["until"].endswith("Z")
    for wrong in ("x", "9999-12-31", "0001-01-01"):
        assert api.get(f"{path}?on={wrong}").status_code == 400
    assert api.get(f"{path}?at=x").status_code == 400


def test_members_come_in_pages(api: Client) -> None:
    segment = SegmentFactory()
    people = {str(SegmentMemberFactory(segment=segment).contact.uid) for _one in range(3)}
    seen: set[str] = set()
    path: str | None = f"/api/v1/segments/{segment.uid}/members?limit=2"
    while path:
        body = api.get(path).json()
        seen |= {one["contact"] for one in body["data"]}
        cursor = body["next_cursor"]
        path = f"/api/v1/segments/{segment.uid}/members?cursor={cursor}" if cursor else None

    assert seen == people


def test_a_private_pool_and_a_hidden_person_are_not_there(user: Any, api: Client) -> None:
    north = OrgUnitFactory()
    narrow = client_for(UserFactory(role="recruiter", unit=north), *SCOPES)
    private = TalentPoolFactory(is_private=True)
    shared = TalentPoolFactory(unit=north)
    seen = PoolMemberFactory(pool=shared, contact=ContactFactory(unit=north))
    PoolMemberFactory(pool=shared)
    person = ContactFactory(unit=north)

    for client in (api, narrow):
        ids = [one["id"] for one in client.get("/api/v1/pools").json()["data"]]
        assert ids == [str(shared.uid)]
        assert client.get(f"/api/v1/pools/{private.uid}").status_code == 404
        assert client.get(f"/api/v1/pools/{private.uid}/members").status_code == 404
        body = {"contacts": [str(person.uid)]}
        path = f"/api/v1/pools/{private.uid}/members"
        answer = client.post(path, body, format="json")
        assert answer.status_code == 404
    (member,) = narrow.get(f"/api/v1/pools/{shared.uid}/members").json()["data"]
    assert member["contact"] == str(seen.contact.uid)


def test_people_are_added_once_and_taken_out(user: Any, api: Client) -> None:
    pool = TalentPoolFactory(steps=["Asked", "Met"])
    one, two = ContactFactory(), ContactFactory()
    path = f"/api/v1/pools/{pool.uid}/members"
    body = {"contacts": [str(one.uid), str(two.uid)], "why": "Fair"}

    first = api.post(path, body, format="json")
    again = api.post(path, body, format="json")

    assert (first.json(), again.json()) == (
        {"added": 2, "unchanged": 0},
        {"added": 0, "unchanged": 2},
    )
    member = PoolMember.objects.get(contact=one)
    assert (member.why, member.step.name, member.added_by) == ("Fair", "Asked", user)
    for _time in range(2):
        assert api.delete(f"{path}/{one.uid}").status_code == 204
    assert [row.contact for row in PoolMember.objects.present()] == [two]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "contacts"),
        ({"contacts": []}, "contacts"),
        ({"contacts": ["x"]}, "contacts"),
        ({"contacts": ["01930000-0000-7000-8000-000000000000"]}, "contacts"),
        ({"contacts": ["KNOWN"], "step": "01930000-0000-7000-8000-000000000000"}, "step"),
        ({"contacts": ["KNOWN"], "colour": "red"}, "colour"),
        ({"contacts": ["KNOWN"], "why": "x" * 301}, "why"),
    ],
)
def test_what_makes_no_sense_adds_nobody(api: Client, body: dict[str, Any], pointer: str) -> None:
    pool = TalentPoolFactory()
    known = str(ContactFactory().uid)
    sent = {
        key: [known if one == "KNOWN" else one for one in value] if key == "contacts" else value
        for key, value in body.items()
    }

    answer = api.post(f"/api/v1/pools/{pool.uid}/members", sent, format="json")

    assert answer.status_code == 422
    assert pointer in answer.json()["errors"][0]["pointer"]
    assert not PoolMember.objects.exists()


def test_a_reader_may_not_add(user: Any) -> None:
    pool, person = TalentPoolFactory(), ContactFactory()
    reader = client_for(UserFactory(role="reader"), *SCOPES)

    answer = reader.post(
        f"/api/v1/pools/{pool.uid}/members",
        {"contacts": [str(person.uid)]},
        format="json",
    )

    assert answer.status_code == 403


def test_a_token_without_the_scope_is_told_which(user: Any) -> None:
    assert client_for(user, "contacts:read").get("/api/v1/segments").status_code == 403
