from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from contacts.models import Contact
from core.models import User
from relationships.models import Interaction, Promise, Relationship
from tests.factories import (
    ContactFactory,
    InteractionFactory,
    OrgUnitFactory,
    RelationshipFactory,
    UserFactory,
)
from tests.support.api import assert_is, assert_problem, client_for, client_of_reader

pytestmark = pytest.mark.django_db
URL = "/api/v1/interactions"


@pytest.fixture
def user() -> User:
    return UserFactory(role="recruiter", name="Joris Prins")


@pytest.fixture
def api(user: User) -> APIClient:
    return client_for(user)


def _body(contact: Contact | None = None, **fields: Any) -> dict[str, Any]:
    uid = str((contact or ContactFactory()).uid)
    return {"contact": uid, "channel": "phone", "direction": "two_way", **fields}


def test_what_is_sent_is_what_is_read(api: APIClient, user: User) -> None:
    row = RelationshipFactory(owner=user)
    sent = _body(
        row.contact,
        initiated_by="them",
        happened_at="2026-03-31T09:30:00Z",
        summary="Asked about the training",
        body="Likes to teach. !promise send the programme by 3 April 2030",
    )

    made = api.post(URL, sent)

    assert made.status_code == 201
    assert_is("Interaction", made.json())
    assert {name: made.json()[name] for name in sent} == sent
    assert made.json()["author"] == {"id": str(user.uid), "name": "Joris Prins"}
    assert made.json()["is_automated"] is False
    assert api.get(made["Location"]).json() == made.json()
    relationship = Relationship.objects.get(pk=row.pk)
    assert relationship.last_two_way_at.isoformat() == "2026-03-31T09:30:00+00:00"
    promise = Promise.objects.get()
    assert (promise.text, str(promise.due_on)) == ("send the programme", "2030-04-03")
    assert str(promise.interaction.uid) == made.json()["id"]


def test_only_who_logged_it_puts_it_right_or_takes_it_back(api: APIClient) -> None:
    made = api.post(URL, _body(summary="Called", body="!promise call again by 4 January 2030"))
    address = made["Location"]
    other = client_for(UserFactory(role="recruiter"))

    assert_problem(other.patch(address, {"summary": "x"}), 409, "interaction_refused")
    assert_problem(other.delete(address), 409, "interaction_refused")
    stale = api.patch(address, {"summary": "x"}, headers={"If-Match": '"1"'})
    assert_problem(stale, 412, "precondition_failed")
    changed = api.patch(address, {"channel": "meeting", "summary": "Met"}).json()

    assert (changed["channel"], changed["summary"]) == ("meeting", "Met")
    assert changed["body"] == "!promise call again by 4 January 2030"
    assert Promise.objects.count() == 1
    assert api.delete(address).status_code == 204
    assert (Interaction.objects.count(), Promise.objects.count()) == (0, 0)


def test_whom_a_colleague_holds_is_not_written_to_unasked(api: APIClient) -> None:
    holder = UserFactory(role="recruiter", name="Bo")
    contact = RelationshipFactory(owner=holder, owner_since=timezone.localdate()).contact
    mail = _body(contact, channel="email", direction="outbound")

    problem = assert_problem(api.post(URL, mail), 409, "held_by_colleague")

    assert problem["context"]["owner"] == {"id": str(holder.uid), "name": "Bo"}
    assert not Interaction.objects.exists()
    assert api.post(URL, {**mail, "override_reason": "They asked me"}).status_code == 201
    assert api.post(URL, _body(contact, direction="inbound")).status_code == 201


def test_what_is_still_to_come_is_refused(api: APIClient) -> None:
    tomorrow = (timezone.now() + timedelta(days=1)).isoformat()
    assert_problem(api.post(URL, _body(happened_at=tomorrow)), 409, "interaction_refused")
    assert not Interaction.objects.exists()


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"channel": "pigeon"}, "/channel"),
        ({"direction": None}, "/direction"),
        ({"initiated_by": "it"}, "/initiated_by"),
        ({"happened_at": "yesterday"}, "/happened_at"),
        ({"summary": "x" * 201}, "/summary"),
        ({"body": "x" * 50_001}, "/body"),
        ({"colour": "red"}, "/colour"),
    ],
)
def test_what_makes_no_sense_is_said_where_it_stands(
    api: APIClient, change: dict[str, Any], pointer: str
) -> None:
    problem = assert_problem(api.post(URL, _body(**change)), 422, "invalid")
    assert [error["pointer"] for error in problem["errors"]] == [pointer]
    assert not Interaction.objects.exists()


def test_a_list_is_of_one_contact(api: APIClient) -> None:
    call = InteractionFactory()
    mail = InteractionFactory(contact=call.contact, channel="email", direction="inbound")
    InteractionFactory()
    mine = {"contact": str(call.contact.uid)}

    problem = assert_problem(api.get(URL), 400, "invalid_parameter")

    assert [error["pointer"] for error in problem["errors"]] == ["?contact"]
    for more, rows in (
        ({}, [call, mail]),
        ({"channel": "email"}, [mail]),
        ({"direction": "two_way"}, [call]),
    ):
        told = [one["id"] for one in api.get(URL, {**mine, **more}).json()["data"]]
        assert told == [str(row.uid) for row in rows]


def test_of_another_unit_there_is_nothing() -> None:
    row = InteractionFactory(contact__unit=OrgUnitFactory())
    far = client_for(UserFactory(role="recruiter", unit=OrgUnitFactory()))
    assert far.get(URL, {"contact": str(row.contact.uid)}).json()["data"] == []
    assert_problem(far.get(f"{URL}/{row.uid}"), 404, "not_found")
    assert_problem(far.delete(f"{URL}/{row.uid}"), 404, "not_found")
    assert_problem(far.post(URL, _body(row.contact)), 422, "invalid")
    assert Interaction.objects.count() == 1


def test_a_reader_reads_and_does_not_write() -> None:
    row = InteractionFactory()
    api = client_of_reader()
    assert api.get(f"{URL}/{row.uid}").status_code == 200
    assert_problem(api.patch(f"{URL}/{row.uid}", {"summary": "x"}), 403, "permission_denied")
    assert_problem(api.delete(f"{URL}/{row.uid}"), 403, "permission_denied")
    assert_problem(api.post(URL, _body(row.contact)), 403, "permission_denied")


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_takes_the_same_queries_however_long(
    api: APIClient, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    contact = ContactFactory()
    InteractionFactory.create_batch(count, contact=contact)
    with django_assert_num_queries(3):
        assert len(api.get(URL, {"contact": str(contact.uid)}).json()["data"]) == count
