from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from core.models import User
from relationships.models import Promise
from tests.factories import ContactFactory, OrgUnitFactory, PromiseFactory, UserFactory
from tests.support.api import assert_is, assert_problem, client_for, client_of_reader

pytestmark = pytest.mark.django_db
URL = "/api/v1/promises"


@pytest.fixture
def user() -> User:
    return UserFactory(role="recruiter", name="Joris Prins")


@pytest.fixture
def api(user: User) -> APIClient:
    return client_for(user)


def _body(**fields: Any) -> dict[str, Any]:
    return {
        "contact": str(ContactFactory().uid),
        "text": "Send the plan",
        "due_on": "2026-09-01",
        **fields,
    }


def test_what_is_sent_is_what_is_read(api: APIClient, user: User) -> None:
    sent = _body(side="them", promiser=str(user.uid))

    made = api.post(URL, sent)
    read = api.get(made["Location"])

    assert made.status_code == 201
    assert_is("Promise", read.json())
    assert {name: read.json()[name] for name in sent} == sent
    assert read.json()["state"] == "open"
    assert read["ETag"] == made["ETag"]
    assert api.patch(made["Location"], read.json()).json()["text"] == "Send the plan"


@pytest.mark.parametrize(
    ("act", "body", "state", "reason"),
    [
        ("keep", {}, "kept", ""),
        ("break", {"reason": "We forgot"}, "broken", "We forgot"),
        ("break", {}, "broken", ""),
        ("withdraw", {"reason": "The vacancy is gone"}, "withdrawn", "The vacancy is gone"),
    ],
)
def test_settling_one_and_undoing_it(
    api: APIClient, act: str, body: dict[str, str], state: str, reason: str
) -> None:
    address = f"{URL}/{PromiseFactory().uid}"

    settled = api.post(f"{address}/{act}", body)

    assert settled.status_code == 200
    assert (settled.json()["state"], settled.json()["reason"]) == (state, reason)
    assert settled.json()["closed_at"] is not None
    assert_problem(api.post(f"{address}/keep", {}), 409, "promise_refused")
    assert_problem(api.patch(address, {"text": "Other"}), 409, "promise_refused")
    assert api.post(f"{address}/reopen", {}).json()["state"] == "open"


def test_agreed_anew_another_comes_in_its_place(api: APIClient) -> None:
    old = PromiseFactory(text="Call back")

    new = api.post(f"{URL}/{old.uid}/renegotiate", {"due_on": "2027-01-04", "reason": "Ill"})

    assert new.status_code == 201
    assert new["Location"].endswith(f"{URL}/{new.json()['id']}")
    told = new.json()
    assert (told["text"], told["due_on"]) == ("Call back", "2027-01-04")
    assert told["replaces"] == str(old.uid)
    assert api.get(f"{URL}/{old.uid}").json()["state"] == "renegotiated"


def test_put_right_handed_over_and_taken_back(api: APIClient) -> None:
    row = PromiseFactory()
    colleague = UserFactory(role="recruiter")
    address = f"{URL}/{row.uid}"

    stale = api.patch(address, {"text": "x"}, headers={"If-Match": '"1"'})
    assert_problem(stale, 412, "precondition_failed")
    changed = api.patch(address, {"due_on": "2027-03-01", "promiser": str(colleague.uid)}).json()

    assert (changed["text"], changed["due_on"]) == (row.text, "2027-03-01")
    assert changed["promiser"] == str(colleague.uid)
    assert api.patch(address, {"promiser": None}).json()["promiser"] is None
    assert api.delete(address).status_code == 204
    assert not Promise.objects.exists()


def test_a_promiser_who_may_not_see_the_person_is_refused(api: APIClient) -> None:
    near = UserFactory(role="recruiter", unit=OrgUnitFactory())
    assert_problem(api.post(URL, _body(promiser=str(near.uid))), 409, "hand_over_refused")
    assert not Promise.objects.exists()


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"text": " "}, "/text"),
        ({"text": "x" * 301}, "/text"),
        ({"due_on": "soon"}, "/due_on"),
        ({"side": "both"}, "/side"),
        ({"promiser": "01930000-0000-7000-8000-000000000000"}, "/promiser"),
        ({"contact": "01930000-0000-7000-8000-000000000000"}, "/contact"),
        ({"colour": "red"}, "/colour"),
    ],
)
def test_what_makes_no_sense_is_said_where_it_stands(
    api: APIClient, change: dict[str, Any], pointer: str
) -> None:
    problem = assert_problem(api.post(URL, _body(**change)), 422, "invalid")
    assert [error["pointer"] for error in problem["errors"]] == [pointer]
    assert not Promise.objects.exists()


def test_whose_word_it_is_stays(api: APIClient) -> None:
    address = f"{URL}/{PromiseFactory(side='us').uid}"
    for change in ({"side": "them"}, {"contact": str(ContactFactory().uid)}):
        problem = assert_problem(api.patch(address, change), 422, "invalid")
        assert [error["pointer"] for error in problem["errors"]] == [f"/{next(iter(change))}"]


def test_narrowed(api: APIClient, user: User) -> None:
    today = timezone.localdate()
    late = PromiseFactory(due_on=today - timedelta(days=1), promiser=user)
    theirs = PromiseFactory(side="them", due_on=date(2030, 1, 1))
    kept = PromiseFactory(state="kept", due_on=date(2030, 1, 1))
    for query, row in (
        ({"due_by": today.isoformat()}, late),
        ({"promiser": str(user.uid)}, late),
        ({"side": "them"}, theirs),
        ({"state": "kept"}, kept),
        ({"contact": str(kept.contact.uid)}, kept),
    ):
        assert [one["id"] for one in api.get(URL, query).json()["data"]] == [str(row.uid)], query


def test_of_another_unit_there_is_nothing(api: APIClient) -> None:
    row = PromiseFactory(contact__unit=OrgUnitFactory(), text="A secret word")
    far = client_for(UserFactory(role="recruiter", unit=OrgUnitFactory()))

    assert far.get(URL).json()["data"] == []
    for act in ("keep", "break", "reopen"):
        assert_problem(far.post(f"{URL}/{row.uid}/{act}", {}), 404, "not_found")
    refused = far.post(URL, _body(contact=str(row.contact.uid)))
    assert assert_problem(refused, 422, "invalid")["errors"][0]["pointer"] == "/contact"
    assert [one["id"] for one in api.get(URL).json()["data"]] == [str(row.uid)]


def test_a_reader_reads_and_does_not_write() -> None:
    row = PromiseFactory()
    api = client_of_reader()
    assert api.get(f"{URL}/{row.uid}").status_code == 200
    assert_problem(api.post(f"{URL}/{row.uid}/keep", {}), 403, "permission_denied")
    assert_problem(api.patch(f"{URL}/{row.uid}", {"text": "x"}), 403, "permission_denied")
    assert_problem(api.delete(f"{URL}/{row.uid}"), 403, "permission_denied")
    assert_problem(api.post(URL, _body()), 403, "permission_denied")
    row.refresh_from_db()
    assert row.is_open


def test_a_scope_to_read_writes_nothing(user: User) -> None:
    row = PromiseFactory()
    api = client_for(user, "relationships:read")
    assert_problem(api.post(f"{URL}/{row.uid}/keep", {}), 403, "insufficient_scope")


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_takes_the_same_queries_however_long(
    api: APIClient, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    PromiseFactory.create_batch(count)
    with django_assert_num_queries(3):
        assert len(api.get(URL).json()["data"]) == count
