from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from contacts.models import Consent
from core.models import User
from relationships.models import Engagement, FollowUp, Leaving
from relationships.services.ways import begin_way
from tests.factories import (
    EngagementFactory,
    OrgUnitFactory,
    RelationshipFactory,
    UserFactory,
)
from tests.support.api import assert_is, assert_problem, client_for, client_of_reader

pytestmark = pytest.mark.django_db
URL = "/api/v1/ways-out"


@pytest.fixture
def user() -> User:
    return UserFactory(role="recruiter", name="Joris Prins")


@pytest.fixture
def api(user: User) -> APIClient:
    return client_for(user)


@pytest.fixture
def work(user: User) -> Engagement:
    row = EngagementFactory(form="internship")
    RelationshipFactory(contact=row.contact, owner=user)
    return row


def _day(days: int) -> Any:
    return timezone.localdate() + timedelta(days=days)


def test_saying_the_last_day_begins_it(api: APIClient, work: Engagement, user: User) -> None:
    sent = {"engagement": str(work.uid), "last_day": _day(40).isoformat()}

    made = api.post(URL, sent)

    assert made.status_code == 201
    told = made.json()
    assert_is("WayOut", told)
    assert {name: told[name] for name in sent} == sent
    assert told["contact"] == str(work.contact.uid)
    assert told["stopped_at"] is None
    steps = [(step["what"], step["planned_on"], step["state"]) for step in told["steps"]]
    assert steps == [
        (what, _day(40 + days).isoformat(), "open")
        for what, days in (
            ("conversation", -7),
            ("feedback_ours", -5),
            ("feedback_theirs", -3),
            ("stay_in_touch", -1),
            ("thanks", 0),
            ("closing", 14),
        )
    ]
    assert {step["assignee"]["id"] for step in told["steps"]} == {str(user.uid)}
    work.refresh_from_db()
    assert work.ends_on == _day(40)
    assert_problem(api.post(URL, sent), 409, "closing_refused")
    assert api.get(made["Location"]).json() == told


def test_of_an_end_that_was_known_it_begins_now(api: APIClient, work: Engagement) -> None:
    Engagement.objects.filter(pk=work.pk).update(ends_on=_day(90))
    made = api.post(URL, {"engagement": str(work.uid)})
    assert (made.status_code, made.json()["last_day"]) == (201, _day(90).isoformat())


def test_what_is_not_ending_has_no_way_out(api: APIClient, work: Engagement) -> None:
    assert_problem(api.post(URL, {"engagement": str(work.uid)}), 409, "closing_refused")
    long_ago = {"engagement": str(work.uid), "last_day": _day(-90).isoformat()}
    assert_problem(api.post(URL, long_ago), 409, "closing_refused")
    work.refresh_from_db()
    assert (work.ends_on, Leaving.objects.exists()) == (None, False)


def test_a_step_is_done_not_needed_and_opened_again(
    api: APIClient, work: Engagement, user: User
) -> None:
    way = begin_way(engagement=work, actor=user, last_day=_day(20))
    address = f"{URL}/{way.uid}"
    first, second, *_others = api.get(address).json()["steps"]
    steps = f"{address}/steps"

    before = api.get(address)["ETag"]
    done = api.post(f"{steps}/{first['id']}/close", {})
    assert done.status_code == 200
    assert done["ETag"] != before
    assert done.json()["steps"][0]["state"] == "done"
    assert done.json()["steps"][0]["closed_at"] is not None
    no_reason = api.post(f"{steps}/{second['id']}/close", {"state": "not_needed"})
    assert_problem(no_reason, 409, "follow_up_refused")
    why = {"state": "not_needed", "outcome": "They were here a week"}
    told = api.post(f"{steps}/{second['id']}/close", why).json()["steps"][1]
    assert (told["state"], told["outcome"]) == ("not_needed", "They were here a week")
    assert_problem(api.post(f"{steps}/{first['id']}/close", {}), 409, "follow_up_refused")
    again = api.post(f"{steps}/{first['id']}/reopen", {}).json()["steps"][0]
    assert (again["state"], again["closed_at"]) == ("open", None)
    unknown = "01930000-0000-7000-8000-000000000000"
    assert_problem(api.post(f"{steps}/{unknown}/close", {}), 404, "not_found")


def test_a_step_of_another_way_is_not_found(api: APIClient, work: Engagement, user: User) -> None:
    way = begin_way(engagement=work, actor=user, last_day=_day(20))
    other = begin_way(engagement=EngagementFactory(), actor=user, last_day=_day(20))
    step = other.steps.first()
    assert_problem(api.post(f"{URL}/{way.uid}/steps/{step.uid}/close", {}), 404, "not_found")
    assert FollowUp.objects.filter(leaving_step=step, state="open").exists()


def test_what_both_say_and_whether_we_stay_in_touch(
    api: APIClient, work: Engagement, user: User
) -> None:
    way = begin_way(engagement=work, actor=user, last_day=_day(20))
    address = f"{URL}/{way.uid}"

    assert_problem(api.post(f"{address}/feedback", {"side": "them"}), 409, "closing_refused")
    said = {"side": "them", "went_well": "The team", "again": "yes", "given_on": "2026-03-31"}
    told = api.post(f"{address}/feedback", said).json()
    answer = {"answer": "yes", "note": "By mail"}
    after = api.post(f"{address}/stay-in-touch", answer).json()

    assert told["feedback"] == [{**said, "could_be_better": None}]
    done = {step["what"] for step in after["steps"] if step["state"] == "done"}
    assert done == {"feedback_theirs", "stay_in_touch"}
    assert (after["stays_in_touch"], after["touch_note"]) == ("yes", "By mail")
    assert Consent.objects.get().decision == "given"


def test_feedback_is_for_whoever_may_move_them(work: Engagement, user: User) -> None:
    way = begin_way(engagement=work, actor=user, last_day=_day(20))
    client_for(user).post(f"{URL}/{way.uid}/feedback", {"side": "us", "went_well": "A secret"})
    reader = client_of_reader()
    told = reader.get(f"{URL}/{way.uid}")
    assert told.json()["feedback"] is None
    assert "A secret" not in told.content.decode() + reader.get(URL).content.decode()
    body = {"side": "them", "went_well": "x"}
    assert_problem(reader.post(f"{URL}/{way.uid}/feedback", body), 403, "permission_denied")
    touch = reader.post(f"{URL}/{way.uid}/stay-in-touch", {"answer": "no"})
    assert_problem(touch, 403, "permission_denied")
    step = f"{URL}/{way.uid}/steps/{way.steps.first().uid}"
    assert_problem(reader.post(f"{step}/close", {}), 403, "permission_denied")
    begun = reader.post(URL, {"engagement": str(EngagementFactory().uid), "last_day": "2026-12-31"})
    assert_problem(begun, 403, "permission_denied")
    assert Leaving.objects.count() == 1


def test_of_another_unit_there_is_nothing(user: User) -> None:
    row = EngagementFactory(contact__unit=OrgUnitFactory())
    way = begin_way(engagement=row, actor=user, last_day=_day(20))
    far = client_for(UserFactory(role="recruiter", unit=OrgUnitFactory()))
    assert far.get(URL).json()["data"] == []
    assert_problem(far.get(f"{URL}/{way.uid}"), 404, "not_found")
    refused = far.post(URL, {"engagement": str(row.uid), "last_day": "2026-12-31"})
    assert_problem(refused, 422, "invalid")


def test_narrowed(api: APIClient, work: Engagement, user: User) -> None:
    soon = begin_way(engagement=work, actor=user, last_day=_day(5))
    late = begin_way(engagement=EngagementFactory(), actor=user, last_day=_day(50))
    Leaving.objects.filter(pk=late.pk).update(stopped_at=timezone.now())
    for query, way in (
        ({"leaving_by": _day(5).isoformat()}, soon),
        ({"is_under_way": "true"}, soon),
        ({"is_under_way": "false"}, late),
        ({"contact": str(work.contact.uid)}, soon),
        ({"engagement": str(work.uid)}, soon),
    ):
        assert [one["id"] for one in api.get(URL, query).json()["data"]] == [str(way.uid)], query


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_takes_the_same_queries_however_long(
    api: APIClient, user: User, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for _ in range(count):
        begin_way(engagement=EngagementFactory(), actor=user, last_day=_day(20))
    with django_assert_num_queries(5):
        assert len(api.get(URL).json()["data"]) == count
