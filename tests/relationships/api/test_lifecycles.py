from collections.abc import Callable
from typing import Any

import pytest

from relationships.models import Lifecycle
from tests.factories import UserFactory
from tests.support.api import assert_is, assert_problem, client_for

pytestmark = pytest.mark.django_db

URL = "/api/v1/lifecycles"


def test_a_client_learns_the_stages_and_the_moves() -> None:
    api = client_for(UserFactory(role="recruiter"))

    rows = api.get(URL).json()["data"]

    for row in rows:
        assert_is("Lifecycle", row)
    assert sorted(row["kind"] for row in rows) == ["alumnus", "employee", "freelancer", "prospect"]
    prospect = next(row for row in rows if row["kind"] == "prospect")
    stages = {stage["key"]: stage for stage in prospect["stages"]}
    assert [stage["position"] for stage in prospect["stages"]] == sorted(
        stage["position"] for stage in prospect["stages"]
    )
    assert [key for key, stage in stages.items() if stage["is_entry"]] == ["identified"]
    needs_reason = {move["to_stage"]: move["needs_reason"] for move in stages["offer"]["moves"]}
    assert needs_reason[stages["joined"]["id"]] is False
    assert needs_reason[stages["not-now"]["id"]] is True


def test_a_move_that_is_listed_is_allowed_and_no_other() -> None:
    api = client_for(UserFactory(role="recruiter"))
    uid = Lifecycle.objects.get(kind="freelancer").uid

    body = api.get(f"{URL}/{uid}").json()

    ids = {stage["id"] for stage in body["stages"]}
    assert {move["to_stage"] for stage in body["stages"] for move in stage["moves"]} <= ids


def test_stages_are_named_in_the_language_that_was_asked_for() -> None:
    api = client_for(UserFactory(role="recruiter"))

    response = api.get(URL, headers={"Accept-Language": "nl, en;q=0.5"})

    assert response["Content-Language"] == "nl"


def test_lifecycles_are_only_read() -> None:
    api = client_for(UserFactory(role="administrator"))

    assert_problem(api.post(URL, {}), 405, "method_not_allowed")


def test_they_take_the_same_queries_however_many(
    django_assert_num_queries: Callable[..., Any],
) -> None:
    api = client_for(UserFactory(role="recruiter"))

    # The token, the grants, the lifecycles, their stages, the moves (with where they lead).
    for url in (URL, f"{URL}/{Lifecycle.objects.get(kind='prospect').uid}"):
        with django_assert_num_queries(5):
            assert api.get(url).status_code == 200
