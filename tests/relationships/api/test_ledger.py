"""Goodwill and personal facts."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from core.models import AuditEntry, User
from relationships.models import GoodwillEntry, PersonalFact
from tests.factories import (
    ContactFactory,
    GoodwillEntryFactory,
    InteractionFactory,
    OrgUnitFactory,
    PersonalFactFactory,
    UserFactory,
)
from tests.support.api import assert_is, assert_problem, client_for, client_of_reader

pytestmark = pytest.mark.django_db
GOODWILL, FACTS = "/api/v1/goodwill", "/api/v1/facts"


@pytest.fixture
def user() -> User:
    return UserFactory(role="recruiter", name="Joris Prins")


@pytest.fixture
def api(user: User) -> APIClient:
    return client_for(user)


def _given(**fields: Any) -> dict[str, Any]:
    contact = str(ContactFactory().uid)
    return {"contact": contact, "direction": "they_gave", "kind": "advice", **fields}


def _fact(**fields: Any) -> dict[str, Any]:
    day = (timezone.localdate() + timedelta(days=90)).isoformat()
    contact = str(ContactFactory().uid)
    return {"contact": contact, "text": "x", "purpose": "y", "kept_until": day, **fields}


def test_goodwill_is_read_as_it_was_sent(api: APIClient, user: User) -> None:
    moment = InteractionFactory()
    sent = _given(
        contact=str(moment.contact.uid),
        value=3,
        happened_on="2026-03-31",
        note="Brought us together",
        interaction=str(moment.uid),
    )

    made = api.post(GOODWILL, sent)

    assert made.status_code == 201
    assert_is("Goodwill", made.json())
    assert {name: made.json()[name] for name in sent} == sent
    assert made.json()["author"] == {"id": str(user.uid), "name": "Joris Prins"}
    assert made.json()["is_breach"] is False
    assert api.get(made["Location"]).json() == made.json()
    assert api.delete(made["Location"]).status_code == 204
    assert not GoodwillEntry.objects.exists()


def test_what_rests_on_anothers_moment_or_a_day_to_come_is_refused(api: APIClient) -> None:
    other = InteractionFactory()
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    for change in ({"interaction": str(other.uid)}, {"happened_on": tomorrow}):
        assert_problem(api.post(GOODWILL, _given(**change)), 409, "goodwill_refused")
    hidden = InteractionFactory(contact__unit=OrgUnitFactory())
    near = client_for(UserFactory(role="recruiter", unit=OrgUnitFactory()))
    problem = assert_problem(
        near.post(GOODWILL, _given(interaction=str(hidden.uid))), 422, "invalid"
    )
    assert {error["pointer"] for error in problem["errors"]} == {"/contact", "/interaction"}
    assert not GoodwillEntry.objects.exists()


def test_which_way_it_went(api: APIClient) -> None:
    ours, theirs = GoodwillEntryFactory(direction="we_gave"), GoodwillEntryFactory()
    for query, row in (
        ({"direction": "we_gave"}, ours),
        ({"direction": "they_gave"}, theirs),
        ({"contact": str(theirs.contact.uid)}, theirs),
    ):
        assert [one["id"] for one in api.get(GOODWILL, query).json()["data"]] == [str(row.uid)]


def test_a_fact_is_read_as_it_was_sent_and_removed_for_good(api: APIClient, user: User) -> None:
    sent = _fact(
        text="Shares vest in March",
        purpose="To ask after their plans",
        shows_on="2027-03-01",
        is_month=True,
        kept_until="2027-04-01",
        source="colleague",
    )

    made = api.post(FACTS, sent)

    assert made.status_code == 201
    assert_is("Fact", made.json())
    assert {name: made.json()[name] for name in sent} == sent
    assert api.get(made["Location"]).json() == made.json()
    assert api.delete(made["Location"]).status_code == 204
    assert not PersonalFact.objects.exists()
    gone = AuditEntry.objects.filter(action="relationships.fact_removed")
    assert "vest" not in str([entry.details for entry in gone])


def test_a_fact_whose_time_is_over_is_not_told(api: APIClient) -> None:
    today = timezone.localdate()
    over = PersonalFactFactory(kept_until=today - timedelta(days=1))
    last = PersonalFactFactory(kept_until=today)
    assert [one["id"] for one in api.get(FACTS).json()["data"]] == [str(last.uid)]
    assert_problem(api.get(f"{FACTS}/{over.uid}"), 404, "not_found")
    past = (today - timedelta(days=1)).isoformat()
    assert_problem(api.post(FACTS, _fact(kept_until=past)), 409, "fact_refused")
    assert PersonalFact.objects.count() == 2


@pytest.mark.parametrize(
    ("url", "change", "pointer"),
    [
        (GOODWILL, {"value": 4}, "/value"),
        (GOODWILL, {"kind": "gold"}, "/kind"),
        (GOODWILL, {"direction": "sideways"}, "/direction"),
        (GOODWILL, {"happened_on": "soon"}, "/happened_on"),
        (GOODWILL, {"note": "x" * 301}, "/note"),
        (GOODWILL, {"colour": "red"}, "/colour"),
        (FACTS, {"text": ""}, "/text"),
        (FACTS, {"purpose": "x" * 201}, "/purpose"),
        (FACTS, {"shows_on": 3}, "/shows_on"),
        (FACTS, {"source": "gossip"}, "/source"),
    ],
)
def test_what_makes_no_sense_is_said_where_it_stands(
    api: APIClient, url: str, change: dict[str, Any], pointer: str
) -> None:
    body = _given() if url == GOODWILL else _fact()
    problem = assert_problem(api.post(url, {**body, **change}), 422, "invalid")
    assert [error["pointer"] for error in problem["errors"]] == [pointer]


def test_of_another_unit_there_is_nothing(api: APIClient) -> None:
    north = OrgUnitFactory()
    entry = GoodwillEntryFactory(contact__unit=north)
    fact = PersonalFactFactory(contact__unit=north)
    far = client_for(UserFactory(role="recruiter", unit=OrgUnitFactory()))
    for url, row in ((GOODWILL, entry), (FACTS, fact)):
        assert [one["id"] for one in api.get(url).json()["data"]] == [str(row.uid)]
        assert far.get(url).json()["data"] == []
        assert_problem(far.get(f"{url}/{row.uid}"), 404, "not_found")
        assert_problem(far.delete(f"{url}/{row.uid}"), 404, "not_found")


def test_a_reader_reads_and_does_not_write() -> None:
    api = client_of_reader()
    for url, row, body in (
        (GOODWILL, GoodwillEntryFactory(), _given()),
        (FACTS, PersonalFactFactory(), _fact()),
    ):
        assert api.get(f"{url}/{row.uid}").status_code == 200
        assert_problem(api.delete(f"{url}/{row.uid}"), 403, "permission_denied")
        assert_problem(api.post(url, body), 403, "permission_denied")


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_takes_the_same_queries_however_long(
    api: APIClient, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    GoodwillEntryFactory.create_batch(count)
    PersonalFactFactory.create_batch(count)
    for url in (GOODWILL, FACTS):
        with django_assert_num_queries(3):
            assert len(api.get(url).json()["data"]) == count
