from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from contacts.models import OrgUnit
from core.models import AuditEntry
from relationships.models import Relationship, StageTransition
from tests.factories import ContactFactory, OrgUnitFactory, UserFactory
from tests.factories.relationships import RelationshipFactory, stage
from tests.support.api import assert_is, assert_problem, client_for

pytestmark = pytest.mark.django_db

URL = "/api/v1/relationships"


@pytest.fixture
def unit() -> OrgUnit:
    return OrgUnitFactory()


@pytest.fixture
def api() -> APIClient:
    return client_for(UserFactory(role="recruiter"))


def _kept_by(unit: OrgUnit, **fields: Any) -> Relationship:
    return RelationshipFactory(contact=ContactFactory(unit=unit), **fields)


def _ids(response: Any) -> list[str]:
    return [row["id"] for row in response.json()["data"]]


def _uid(kind: str, key: str) -> str:
    return str(stage(kind, key).uid)


def test_a_relationship_reads_as_documented(api: APIClient) -> None:
    owner = UserFactory(name="Ines")
    relationship = RelationshipFactory(owner=owner, at="interested")
    here = relationship.stage

    response = api.get(f"{URL}/{relationship.uid}", headers={"Accept-Language": "en"})

    body = response.json()
    assert response["ETag"]
    assert_is("Relationship", body)
    assert body == {
        "id": str(relationship.uid),
        "created_at": body["created_at"],
        "updated_at": body["updated_at"],
        "contact": str(relationship.contact.uid),
        "kind": "prospect",
        "stage": {
            "id": str(here.uid),
            "key": "interested",
            "name": "Interested",
            "is_closed": False,
        },
        "stage_since": body["stage_since"],
        "owner": {"id": str(owner.uid), "name": "Ines"},
        "co_owners": [],
        # 90 days, of which the first was the day on which it began.
        "held_until": (relationship.started_on + timedelta(days=89)).isoformat(),
        "started_on": relationship.started_on.isoformat(),
        "ended_on": None,
        "cadence_days": None,
        "last_two_way_at": None,
        "next_touch_on": None,
    }


def test_nobody_may_look_after_it(api: APIClient) -> None:
    relationship = RelationshipFactory(owner=None)

    body = api.get(f"{URL}/{relationship.uid}").json()

    assert_is("Relationship", body)
    assert body["owner"] is None


def test_filters(api: APIClient) -> None:
    owner = UserFactory()
    one = RelationshipFactory(kind="prospect", at="offer", owner=owner)
    two = RelationshipFactory(kind="alumnus", contact=one.contact)
    ended = RelationshipFactory(kind="employee", at="left")
    erased = ContactFactory(erased_at=timezone.now())
    RelationshipFactory(contact=erased)
    found = {
        "none": _ids(api.get(URL)),
        "contact": _ids(api.get(URL, {"contact": str(one.contact.uid)})),
        "kind": _ids(api.get(URL, {"kind": "alumnus"})),
        "stage": _ids(api.get(URL, {"stage": _uid("prospect", "offer")})),
        "owner": _ids(api.get(URL, {"owner": str(owner.uid)})),
        "open": _ids(api.get(URL, {"is_open": "true"})),
        "ended": _ids(api.get(URL, {"is_open": "false"})),
    }

    assert found == {
        "none": [str(one.uid), str(two.uid), str(ended.uid)],
        "contact": [str(one.uid), str(two.uid)],
        "kind": [str(two.uid)],
        "stage": [str(one.uid)],
        "owner": [str(one.uid)],
        "open": [str(one.uid), str(two.uid)],
        "ended": [str(ended.uid)],
    }


# Moving -------------------------------------------------------------------------------------------


def test_a_move_is_made_in_the_name_of_the_tokens_user() -> None:
    user = UserFactory(role="recruiter")
    relationship = RelationshipFactory(at="identified")

    response = client_for(user).post(
        f"{URL}/{relationship.uid}/move", {"to_stage": _uid("prospect", "in-contact")}
    )

    assert response.status_code == 200
    assert_is("Relationship", response.json())
    assert response.json()["stage"]["key"] == "in-contact"
    transition = StageTransition.objects.get()
    assert (transition.moved_by, transition.to_stage.key) == (user, "in-contact")
    assert AuditEntry.objects.get(action="relationships.stage_changed").actor == user


@pytest.mark.parametrize(
    ("at", "to", "reason", "code"),
    [
        ("identified", ("prospect", "identified"), "", "transition_refused"),
        ("identified", ("employee", "onboarding"), "", "transition_refused"),
        ("joined", ("prospect", "offer"), "A slip", "transition_refused"),
        ("identified", ("prospect", "not-now"), "", "reason_needed"),
        ("identified", ("prospect", "not-now"), "  ", "reason_needed"),
    ],
)
def test_a_refused_move_is_a_409_that_says_why(
    api: APIClient, at: str, to: tuple[str, str], reason: str, code: str
) -> None:
    relationship = RelationshipFactory(at=at)
    body = {"to_stage": _uid(*to), "reason": reason}

    problem = assert_problem(api.post(f"{URL}/{relationship.uid}/move", body), 409, code)

    assert problem["detail"].endswith(".")
    relationship.refresh_from_db()
    assert relationship.stage.key == at
    assert not StageTransition.objects.exists()


def test_a_move_with_its_reason(api: APIClient) -> None:
    relationship = RelationshipFactory(at="identified")

    response = api.post(
        f"{URL}/{relationship.uid}/move",
        {"to_stage": _uid("prospect", "not-now"), "reason": "Has just changed jobs"},
    )

    assert response.json()["ended_on"] == timezone.localdate().isoformat()
    assert StageTransition.objects.get().reason == "Has just changed jobs"


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({}, "/to_stage", "required"),
        ({"to_stage": None}, "/to_stage", "null"),
        ({"to_stage": "offer"}, "/to_stage", "invalid"),
        ({"to_stage": "01900000-0000-7000-8000-000000000000"}, "/to_stage", "does_not_exist"),
        ({"stage": "x"}, "/stage", "unknown_field"),
        ({"to_stage": None, "reason": "x" * 301}, "/reason", "max_length"),
    ],
)
def test_a_move_that_is_not_valid(
    api: APIClient, body: dict[str, Any], pointer: str, code: str
) -> None:
    relationship = RelationshipFactory()

    problem = assert_problem(api.post(f"{URL}/{relationship.uid}/move", body), 422, "invalid")

    assert (pointer, code) in [(e["pointer"], e["code"]) for e in problem["errors"]]


def test_a_move_can_be_repeated_safely(api: APIClient) -> None:
    relationship = RelationshipFactory(at="identified")
    body = {"to_stage": _uid("prospect", "in-contact")}
    headers = {"Idempotency-Key": "move-1"}
    url = f"{URL}/{relationship.uid}/move"

    first, second = (api.post(url, body, headers=headers) for _ in range(2))

    assert (first.status_code, second.status_code) == (200, 200)
    assert second.json() == first.json()
    assert StageTransition.objects.count() == 1


def test_a_move_of_what_has_changed_since_is_refused(api: APIClient) -> None:
    relationship = RelationshipFactory(at="identified")
    url = f"{URL}/{relationship.uid}"
    etag = api.get(url)["ETag"]
    api.post(f"{url}/move", {"to_stage": _uid("prospect", "in-contact")})

    response = api.post(
        f"{url}/move",
        {"to_stage": _uid("prospect", "interested")},
        headers={"If-Match": etag},
    )

    assert_problem(response, 412, "precondition_failed")


# Who sees what ------------------------------------------------------------------------------------


def test_owner_colleague_and_stranger(unit: OrgUnit) -> None:
    relationship = _kept_by(unit, at="identified")
    body = {"to_stage": _uid("prospect", "in-contact")}
    url = f"{URL}/{relationship.uid}"
    statuses = {}
    people = {
        "owner": UserFactory(role="recruiter", unit=unit),
        "colleague": UserFactory(role="recruiter", unit=OrgUnitFactory(parent=unit)),
        "stranger": UserFactory(role="recruiter", unit=OrgUnitFactory()),
    }

    for name, user in reversed(people.items()):
        api = client_for(user)
        statuses[name] = [
            len(_ids(api.get(URL))),
            api.get(url).status_code,
            api.post(f"{url}/move", body).status_code,
        ]

    assert statuses == {
        "owner": [1, 200, 200],
        "colleague": [0, 404, 404],
        "stranger": [0, 404, 404],
    }


def test_a_reading_token_moves_nothing() -> None:
    relationship = RelationshipFactory()
    api = client_for(UserFactory(role="recruiter"), "relationships:read", "contacts:write")

    response = api.post(f"{URL}/{relationship.uid}/move", {})

    assert_problem(response, 403, "insufficient_scope")


def test_relationships_change_by_moving_alone(api: APIClient) -> None:
    url = f"{URL}/{RelationshipFactory().uid}"

    for response in (api.post(URL, {}), api.patch(url, {}), api.put(url, {}), api.delete(url)):
        assert_problem(response, 405, "method_not_allowed")


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_as_many_queries_for_three_as_for_one(
    unit: OrgUnit, count: int, django_assert_num_queries: Callable[..., Any]
) -> None:
    rows = [_kept_by(unit) for _ in range(count)]
    api = client_for(UserFactory(role="recruiter", unit=unit))

    # The token with its user, the grants, the units below, the page.
    with django_assert_num_queries(6):
        response = api.get(URL)

    assert _ids(response) == [str(row.uid) for row in rows]
