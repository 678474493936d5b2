import pytest
from rest_framework.test import APIClient

from contacts.models import Contact, DuplicateFlag, DuplicateProposal
from contacts.services.proposals import decide_different
from tests.factories import ContactFactory, OrgUnitFactory, UserFactory
from tests.support.api import assert_is, assert_problem, client_for

pytestmark = pytest.mark.django_db

URL = "/api/v1/contacts"


@pytest.fixture
def api() -> APIClient:
    return client_for(UserFactory(role="recruiter"))


def of(contact: Contact) -> str:
    return f"{URL}/{contact.uid}/duplicates"


def test_that_two_may_be_one_is_said_once_and_may_be_said_again(api: APIClient) -> None:
    one, other = ContactFactory(), ContactFactory()

    first = api.post(of(one), {"contact": str(other.uid), "why": "She married"})
    again = api.post(of(other), {"contact": str(one.uid)})

    flag = DuplicateFlag.objects.get()
    assert (first.status_code, again.status_code) == (201, 200)
    assert_is("Flagged", first.json())
    assert first.json() == again.json()
    assert {**first.json(), "created_at": ""} == {
        "id": str(flag.uid),
        "created_at": "",
        "contacts": [str(one.uid), str(other.uid)],
        "flagged_by": str(flag.flagged_by.uid),
        "why": "She married",
    }


@pytest.mark.parametrize(
    ("sent", "pointer", "code"),
    [
        ({}, "/contact", "required"),
        ({"contact": "x"}, "/contact", "invalid"),
        ({"contact": "0198c0de-0000-7000-8000-000000000000"}, "/contact", "does_not_exist"),
        ({"why": "x" * 301}, "/why", "max_length"),
        ({"points": 3}, "/points", "unknown_field"),
    ],
)
def test_what_makes_no_sense_is_pointed_at(
    api: APIClient, sent: dict[str, object], pointer: str, code: str
) -> None:
    one, other = ContactFactory(), ContactFactory()

    answer = api.post(
        of(one), sent if "contact" in sent or not sent else {"contact": str(other.uid), **sent}
    )

    errors = [(error["pointer"], error["code"]) for error in answer.json()["errors"]]
    assert (answer.status_code, errors) == (422, [(pointer, code)])
    assert not DuplicateProposal.objects.exists()


def test_the_same_person_and_a_pair_that_was_decided_are_refused(api: APIClient) -> None:
    one, other = ContactFactory(), ContactFactory()

    assert_problem(api.post(of(one), {"contact": str(one.uid)}), 409, "flag_refused")
    api.post(of(one), {"contact": str(other.uid)})
    decide_different(proposal=DuplicateProposal.objects.get(), actor=UserFactory())
    assert_problem(api.post(of(one), {"contact": str(other.uid)}), 409, "pair_decided")


def test_people_of_another_branch_are_not_there(client: object) -> None:
    branch = OrgUnitFactory()
    mine, hidden = ContactFactory(unit=branch), ContactFactory(unit=OrgUnitFactory())
    api = client_for(UserFactory(role="recruiter", unit=branch))

    assert api.post(of(hidden), {"contact": str(mine.uid)}).status_code == 404
    assert api.post(of(mine), {"contact": str(hidden.uid)}).status_code == 422
    assert not DuplicateProposal.objects.exists()


def test_a_reader_says_nothing() -> None:
    one, other = ContactFactory(), ContactFactory()
    api = client_for(UserFactory(role="reader"))

    assert api.post(of(one), {"contact": str(other.uid)}).status_code == 403
