"""Who reads and writes which contacts through the API."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from contacts.models import Contact, OrgUnit
from tests.factories import (
    ContactFactory,
    ExternalIdFactory,
    OrgUnitFactory,
    TagFactory,
    UserFactory,
)
from tests.support.api import assert_problem, client_for

pytestmark = pytest.mark.django_db

URL = "/api/v1/contacts"


@pytest.fixture
def unit() -> OrgUnit:
    return OrgUnitFactory()


def _ids(response: Any) -> list[str]:
    return [row["id"] for row in response.json()["data"]]


@pytest.fixture
def theirs(unit: OrgUnit) -> Contact:
    return ContactFactory(unit=unit, given_name="Theirs")


def _three(unit: OrgUnit) -> list[APIClient]:
    """Who may write there, a colleague of a unit below who may not, and one from elsewhere."""
    below = OrgUnitFactory(parent=unit)
    return [
        client_for(UserFactory(role="recruiter", unit=unit)),
        client_for(UserFactory(role="recruiter", unit=below)),
        client_for(UserFactory(role="recruiter", unit=OrgUnitFactory())),
    ]


def test_each_sees_their_own_part(unit: OrgUnit, theirs: Contact) -> None:
    owner, colleague, stranger = _three(unit)
    below = ContactFactory(unit=OrgUnit.objects.get(parent=unit))
    ContactFactory(unit=None)

    assert sorted(_ids(owner.get(URL))) == sorted([str(theirs.uid), str(below.uid)])
    assert _ids(colleague.get(URL)) == [str(below.uid)]
    assert _ids(stranger.get(URL)) == []
    assert stranger.get(URL, {"include_total": True}).json()["total"] == 0


def test_what_one_may_not_see_is_not_there(unit: OrgUnit, theirs: Contact) -> None:
    ExternalIdFactory(contact=theirs, system="ats", value="1")
    known_as = f"{URL}/by-external-id/ats/1"
    statuses = []
    for client in _three(unit):
        answers = [
            client.get(f"{URL}/{theirs.uid}"),
            client.patch(f"{URL}/{theirs.uid}", {"city": "Delft"}),
            client.get(known_as),
            client.patch(known_as, {"city": "Delft"}),
        ]
        for answer in answers:
            assert answer.status_code == 200 or b"Theirs" not in answer.content
        statuses.append([answer.status_code for answer in answers])

    assert statuses == [[200] * 4, [404] * 4, [404] * 4]


def test_filters_find_nobody_one_may_not_see(unit: OrgUnit) -> None:
    hidden = ContactFactory(unit=unit, email="hidden@example.org", family_name="Hidden")
    hidden.tags.add(TagFactory(name="care"))
    ExternalIdFactory(contact=hidden, system="ats")
    *_, stranger = _three(unit)

    for filters in (
        {"q": "hidden"},
        {"email": "hidden@example.org"},
        {"tag": "care"},
        {"external_system": "ats"},
        {"unit": str(unit.uid)},
        {"state": "all"},
    ):
        assert _ids(stranger.get(URL, filters)) == []


def test_an_id_that_an_unseen_contact_has_is_taken(unit: OrgUnit, theirs: Contact) -> None:
    ExternalIdFactory(contact=theirs, system="ats", value="1")
    *_, stranger = _three(unit)

    response = stranger.put(f"{URL}/by-external-id/ats/1", {"given_name": "A"})

    assert_problem(response, 409, "external_id_taken")
    assert b"Theirs" not in response.content
    theirs.refresh_from_db()
    assert theirs.given_name == "Theirs"


def test_one_writes_only_where_one_may(unit: OrgUnit) -> None:
    elsewhere = OrgUnitFactory()
    api = client_for(UserFactory(role="recruiter", unit=unit))
    mine = api.post(URL, {"given_name": "A", "unit": str(unit.uid)})

    for target in (str(elsewhere.uid), None):
        new = api.post(URL, {"given_name": "B", "unit": target})
        put = api.put(f"{URL}/by-external-id/ats/1", {"given_name": "B", "unit": target})
        moved = api.patch(mine["Location"], {"unit": target})
        for response in (new, put, moved):
            assert_problem(response, 403, "permission_denied")

    assert mine.status_code == 201
    assert list(Contact.objects.values_list("given_name", "unit")) == [("A", unit.pk)]


def test_a_reading_token_writes_nothing(unit: OrgUnit, theirs: Contact) -> None:
    api = client_for(UserFactory(role="recruiter"), "contacts:read")

    assert_problem(api.patch(f"{URL}/{theirs.uid}", {"city": "X"}), 403, "insufficient_scope")


# Filters ------------------------------------------------------------------------------------------
