"""Finding contacts through the API: by filters, by an old id, as somebody known already."""

from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from contacts.models import Contact, OrgUnit
from contacts.services.merging import merge_contacts
from tests.factories import (
    ContactFactory,
    EmailAddressFactory,
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


@pytest.fixture
def api(unit: OrgUnit) -> APIClient:
    """Of a recruiter for the whole organisation."""
    return client_for(UserFactory(role="recruiter"))


def _ids(response: Any) -> list[str]:
    return [row["id"] for row in response.json()["data"]]


def test_filters(api: APIClient, unit: OrgUnit) -> None:
    below = OrgUnitFactory(parent=unit)
    anna = ContactFactory(given_name="Anna", family_name="Vegt", email="anna@example.org")
    EmailAddressFactory(contact=anna, address="second@example.org")
    bram = ContactFactory(given_name="Bram", family_name="Vegt", unit=below)
    bram.tags.add(TagFactory(name="care"), TagFactory(name="night"))
    ExternalIdFactory(contact=bram, system="ats", value="1")
    ExternalIdFactory(contact=bram, system="ats", value="2")
    ExternalIdFactory(contact=anna, system="hris", value="1")
    gone = ContactFactory(family_name="Archived", archived_at=timezone.now())
    merged = ContactFactory(family_name="Merged", merged_into=anna)
    ContactFactory(family_name="Erased", erased_at=timezone.now())
    found = {
        "none": _ids(api.get(URL)),
        "q": _ids(api.get(URL, {"q": "veg anna"})),
        "email": _ids(api.get(URL, {"email": "SECOND@example.org "})),
        "tag": _ids(api.get(URL, {"tag": "care"})),
        "external_system": _ids(api.get(URL, {"external_system": "ats"})),
        "unit": _ids(api.get(URL, {"unit": str(unit.uid)})),
        "archived": _ids(api.get(URL, {"state": "archived"})),
        "merged": _ids(api.get(URL, {"state": "merged"})),
        "all": _ids(api.get(URL, {"state": "all"})),
    }

    assert found == {
        "none": [str(anna.uid), str(bram.uid)],
        "q": [str(anna.uid)],
        "email": [str(anna.uid)],
        "tag": [str(bram.uid)],
        "external_system": [str(bram.uid)],
        "unit": [str(bram.uid)],
        "archived": [str(gone.uid)],
        "merged": [str(merged.uid)],
        "all": [str(anna.uid), str(bram.uid), str(gone.uid), str(merged.uid)],
    }


def test_an_old_id_stands_for_the_contact_it_was_merged_into(api: APIClient) -> None:
    survivor = ContactFactory(city="Gouda")
    between = ContactFactory(merged_into=survivor)
    merged = ContactFactory(merged_into=between, city="Old")
    url = f"{URL}/{merged.uid}"

    read = api.get(url)
    stale = api.patch(url, {"city": "X"}, headers={"if-match": '"other"'})
    written = api.patch(url, {"city": "Delft"}, headers={"if-match": read["ETag"]})

    assert (read.json()["id"], read.json()["city"]) == (str(survivor.uid), "Gouda")
    assert read.json()["merged_into"] is None
    assert_problem(stale, 412, "precondition_failed")
    assert (written.json()["id"], written.json()["city"]) == (str(survivor.uid), "Delft")
    assert Contact.objects.get(pk=merged.pk).city == "Old"


def test_an_old_id_tells_nothing_of_a_survivor_out_of_sight() -> None:
    unit, elsewhere = OrgUnitFactory(), OrgUnitFactory()
    merged = ContactFactory(unit=unit, merged_into=ContactFactory(unit=elsewhere))
    client = client_for(UserFactory(role="recruiter", unit=unit))

    assert_problem(client.get(f"{URL}/{merged.uid}"), 404, "not_found")


def test_external_ids_move_to_the_survivor(api: APIClient) -> None:
    survivor, duplicate = ContactFactory(), ContactFactory()
    ExternalIdFactory(contact=duplicate, system="ats", value="7")
    merge_contacts(survivor=survivor, duplicate=duplicate, actor=None)

    found = api.get(f"{URL}/by-external-id/ats/7").json()
    listed = {
        one["id"]: one["merged_into"] for one in api.get(URL, {"state": "all"}).json()["data"]
    }

    assert found["id"] == str(survivor.uid)
    assert listed == {str(survivor.uid): None, str(duplicate.uid): str(survivor.uid)}


def test_a_new_contact_that_may_be_known_is_told_and_not_merged(api: APIClient) -> None:
    first = api.post(URL, {"given_name": "Fleur", "family_name": "Oosterwegel", "city": "Gouda"})

    second = api.post(
        URL, {"given_name": "Fleur", "family_name": "Oosterwegel", "city": "Gouda", "headline": "X"}
    )

    (hint,) = second.json()["possible_duplicates"]
    assert (first.json()["possible_duplicates"], second.status_code) == ([], 201)
    assert (hint["id"], hint["full_name"]) == (first.json()["id"], "Fleur Oosterwegel")
    assert hint["reasons"] == ["same family name", "same given name", "same city"]
    assert Contact.objects.active().count() == 2


def test_a_hint_tells_nothing_of_people_out_of_sight(api: APIClient) -> None:
    unit = OrgUnitFactory()
    fields = {"given_name": "Fleur", "family_name": "Oosterwegel", "city": "Gouda"}
    api.post(URL, fields)

    answer = client_for(UserFactory(role="recruiter", unit=unit)).post(
        URL, {**fields, "unit": str(unit.uid)}
    )

    assert (answer.status_code, answer.json()["possible_duplicates"]) == (201, [])


def test_an_erased_contact_is_not_there(api: APIClient) -> None:
    erased = ContactFactory(erased_at=timezone.now())

    assert_problem(api.get(f"{URL}/{erased.uid}"), 404, "not_found")
    assert_problem(api.patch(f"{URL}/{erased.uid}", {"city": "X"}), 404, "not_found")


# Queries ------------------------------------------------------------------------------------------
