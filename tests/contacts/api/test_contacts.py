from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from contacts.models import Contact, OrgUnit
from core.models import AuditEntry, Change
from tests.factories import (
    ContactFactory,
    ContactSkillFactory,
    EmailAddressFactory,
    ExternalIdFactory,
    OrgUnitFactory,
    PhoneNumberFactory,
    PostalAddressFactory,
    SocialProfileFactory,
    TagFactory,
    UserFactory,
)
from tests.support.api import assert_is, assert_problem, client_for

pytestmark = pytest.mark.django_db

URL = "/api/v1/contacts"
FULL = {
    "given_name": "Anna",
    "infix": "van der",
    "family_name": "Vegt",
    "preferred_name": "Anneke",
    "native_name": "Анна",
    "given_initials": "A.C.",
    "birth_name": "de Boer",
    "birthday": "--04-12",
    "headline": "Nurse",
    "organisation_name": "Isala",
    "city": "Zwolle",
    "country": "NL",
    "language": "en",
    "form_of_address": "formal",
    "time_zone": "Europe/Lisbon",
    "note": "Met at the fair.\nCalls on Fridays.",
    "do_not_contact": True,
    "emails": [
        {"address": "anna@example.org", "label": "private", "is_primary": True},
        {"address": "a.vandervegt@isala.example", "label": "work", "is_primary": False},
    ],
    "phones": [{"number": "+31612345678", "label": "private", "is_primary": True}],
    "profiles": [{"network": "linkedin", "url": "https://www.linkedin.com/in/annavdvegt"}],
    "external_ids": [{"system": "ats", "value": "C/1 é"}],
    "tags": ["Zwolle", "care"],
}


@pytest.fixture
def unit() -> OrgUnit:
    return OrgUnitFactory()


@pytest.fixture
def api(unit: OrgUnit) -> APIClient:
    """Of a recruiter for the whole organisation."""
    return client_for(UserFactory(role="recruiter"))


def _ids(response: Any) -> list[str]:
    return [row["id"] for row in response.json()["data"]]


def test_what_is_sent_is_what_is_read(api: APIClient, unit: OrgUnit) -> None:
    sent = {**FULL, "unit": str(unit.uid)}

    created = api.post(URL, sent)
    read = api.get(created["Location"])

    assert created.status_code == 201
    assert read.json() == created.json()
    assert read["ETag"] == created["ETag"]
    body = read.json()
    assert_is("Contact", body)
    today = timezone.localdate().isoformat()
    for email in body["emails"]:
        assert email.pop("bounced_at") is None
    for entry in (*body["emails"], *body["phones"], *body["profiles"]):
        assert (entry.pop("source"), entry.pop("said_on")) == ("api", today)
    assert {name: body[name] for name in sent} == sent
    assert {name: body[name] for name in sorted(set(body) - set(sent))} == {
        "archived_at": None,
        "created_at": body["created_at"],
        "custom_values": {},
        "field_sources": body["field_sources"],
        "full_name": "Anneke van der Vegt",
        "id": created["Location"].rpartition("/")[2],
        "kept_fields": [],
        "possible_duplicates": [],
        "merged_into": None,
        "postal_addresses": [],
        "skills": [],
        "source": "api",
        "updated_at": body["updated_at"],
    }
    assert body["updated_at"].endswith("Z")


def test_what_is_missing_is_null(api: APIClient) -> None:
    body = api.post(URL, {"family_name": "Vegt"}).json()

    assert_is("Contact", body)
    assert [name for name, value in body.items() if value is None] == [
        "given_name",
        "infix",
        "preferred_name",
        "native_name",
        "given_initials",
        "birth_name",
        "birthday",
        "headline",
        "organisation_name",
        "city",
        "country",
        "form_of_address",
        "unit",
        "note",
        "archived_at",
        "merged_into",
    ]
    assert (body["emails"], body["tags"], body["language"]) == ([], [], "nl")


def test_what_was_read_can_be_sent_back(api: APIClient) -> None:
    created = api.post(URL, FULL)

    again = api.patch(created["Location"], created.json())

    assert again.status_code == 200
    assert again.json() == created.json()
    assert Change.objects.count() == 1


def test_a_new_contact_is_audited_as_its_users_act() -> None:
    user = UserFactory(role="recruiter")

    uid = client_for(user).post(URL, FULL).json()["id"]

    entry = AuditEntry.objects.get(action="contacts.created")
    assert (entry.actor, entry.target, entry.details) == (
        user,
        Contact.objects.get(uid=uid),
        {"source": "api"},
    )


def test_a_patch_changes_what_it_names_and_null_empties(api: APIClient) -> None:
    created = api.post(URL, FULL)

    patched = api.patch(
        created["Location"],
        {"city": "Delft", "headline": None, "emails": None, "tags": ["new"]},
        headers={"Content-Type": "application/merge-patch+json"},
    )

    was, now = created.json(), patched.json()
    assert patched.status_code == 200
    assert {name: now[name] for name in now if now[name] != was[name]} == {
        "city": "Delft",
        "headline": None,
        "emails": [],
        "field_sources": now["field_sources"],
        "tags": ["new"],
        "updated_at": now["updated_at"],
    }
    assert patched["ETag"] != created["ETag"]


def test_a_phone_is_kept_as_the_world_writes_it(api: APIClient) -> None:
    body = {"given_name": "A", "phones": [{"number": "06 12345678"}, {"number": "ext. 12"}]}

    phones = api.post(URL, body).json()["phones"]

    assert [(phone["number"], phone["is_primary"]) for phone in phones] == [
        ("+31612345678", True),
        ("ext. 12", False),
    ]


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({}, "", "name_missing"),
        ({"infix": "van"}, "", "name_missing"),
        ({"given_name": "  "}, "", "name_missing"),
        ({"given_name": "x" * 101}, "/given_name", "max_length"),
        ({"country": "XX"}, "/country", "country"),
        ({"language": "tlh"}, "/language", "invalid_choice"),
        ({"language": None}, "/language", "null"),
        ({"time_zone": "Mars/Base"}, "/time_zone", "time_zone"),
        ({"unit": "12"}, "/unit", "invalid"),
        ({"unit": "01900000-0000-7000-8000-000000000000"}, "/unit", "does_not_exist"),
        ({"emails": {}}, "/emails", "not_a_list"),
        ({"emails": [{"address": "no"}]}, "/emails/0/address", "invalid"),
        ({"emails": [{"address": "a@b.nl", "label": "x"}]}, "/emails/0/label", "invalid_choice"),
        (
            {"emails": [{"address": f"{n}@b.nl", "is_primary": True} for n in "ab"]},
            "/emails",
            "primary",
        ),
        ({"emails": [{"address": "a@b.nl"}] * 51}, "/emails", "max_length"),
        ({"profiles": [{"url": "javascript:alert(1)"}]}, "/profiles/0/url", "invalid"),
        ({"profiles": [{"url": "ftp://x.example/"}]}, "/profiles/0/url", "scheme"),
        ({"external_ids": [{"system": "a b", "value": "1"}]}, "/external_ids/0/system", "invalid"),
        ({"external_ids": [{"system": "a", "value": ""}]}, "/external_ids/0/value", "blank"),
        ({"tags": "care"}, "/tags", "not_a_list"),
        ({"do_not_contact": "perhaps"}, "/do_not_contact", "invalid"),
        ({"firstname": "A"}, "/firstname", "unknown_field"),
    ],
)
def test_what_is_not_valid_is_named(
    api: APIClient, body: dict[str, Any], pointer: str, code: str
) -> None:
    name = {} if code == "name_missing" else {"given_name": "A"}

    problem = assert_problem(api.post(URL, {**name, **body}), 422, "invalid")

    assert [(e["pointer"], e["code"]) for e in problem["errors"]] == [(pointer, code)]
    assert not Contact.objects.exists()


def test_the_name_cannot_be_taken_away(api: APIClient) -> None:
    url = api.post(URL, {"given_name": "A"})["Location"]

    problem = assert_problem(api.patch(url, {"given_name": None}), 422, "invalid")

    assert [e["code"] for e in problem["errors"]] == ["name_missing"]
    assert Contact.objects.get().given_name == "A"


def test_an_external_id_belongs_to_one(api: APIClient) -> None:
    ExternalIdFactory(system="ats", value="1")

    response = api.post(URL, {"given_name": "A", "external_ids": [{"system": "ats", "value": "1"}]})

    assert_problem(response, 409, "external_id_taken")
    assert Contact.objects.count() == 1


def test_two_may_share_an_address(api: APIClient) -> None:
    body = {"given_name": "A", "emails": [{"address": "family@example.org"}]}

    assert [api.post(URL, body).status_code for _ in range(2)] == [201, 201]

    assert len(_ids(api.get(URL, {"email": "Family@Example.org"}))) == 2


def test_the_same_twice_in_one_list_is_one(api: APIClient) -> None:
    body = {
        "given_name": "A",
        "emails": [{"address": "a@example.org"}, {"address": "A@example.org"}],
        "phones": [{"number": "0612345678"}, {"number": "+31 6 12345678"}],
        "profiles": [{"url": "https://x.example/"}] * 2,
        "external_ids": [{"system": "ats", "value": "1"}] * 2,
        "tags": ["care", "Care"],
    }

    created = api.post(URL, body).json()

    assert [len(created[n]) for n in ("emails", "phones", "profiles", "external_ids", "tags")] == [
        1,
        1,
        1,
        1,
        1,
    ]


def test_if_match_refuses_to_overwrite_what_was_not_seen(api: APIClient) -> None:
    created = api.post(URL, {"given_name": "A"})
    url, etag = created["Location"], created["ETag"]

    first = api.patch(url, {"city": "Delft"}, headers={"If-Match": etag})
    second = api.patch(url, {"city": "Gouda"}, headers={"If-Match": etag})
    weak = api.patch(url, {"city": "Gouda"}, headers={"If-Match": f"W/{first['ETag']}"})
    any_one = api.patch(url, {"note": "x"}, headers={"If-Match": "*"})
    listed = api.patch(url, {"note": "y"}, headers={"If-Match": f'"1", {any_one["ETag"]}'})

    assert first.status_code == any_one.status_code == listed.status_code == 200
    assert_problem(second, 412, "precondition_failed")
    assert_problem(weak, 412, "precondition_failed")
    assert Contact.objects.get().city == "Delft"


# Who sees whom ------------------------------------------------------------------------------------


def _with_everything(unit: OrgUnit) -> Contact:
    contact = ContactFactory(unit=unit)
    EmailAddressFactory.create_batch(2, contact=contact)
    PhoneNumberFactory(contact=contact)
    SocialProfileFactory(contact=contact)
    ExternalIdFactory(contact=contact)
    contact.tags.add(TagFactory())
    PostalAddressFactory(contact=contact)
    ContactSkillFactory(contact=contact)
    return contact


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_as_many_queries_for_three_as_for_one(
    unit: OrgUnit, count: int, django_assert_num_queries: Callable[..., Any]
) -> None:
    contacts = [_with_everything(unit) for _ in range(count)]
    api = client_for(UserFactory(role="recruiter", unit=unit))

    # The token with its user, the grants, the units below; the page, and its seven kinds of parts.
    with django_assert_num_queries(12):
        response = api.get(URL)

    assert _ids(response) == [str(contact.uid) for contact in contacts]


def test_one_contact_takes_twelve_queries_too(
    unit: OrgUnit, django_assert_num_queries: Callable[..., Any]
) -> None:
    contact = _with_everything(unit)
    api = client_for(UserFactory(role="recruiter", unit=unit))

    with django_assert_num_queries(12):
        assert api.get(f"{URL}/{contact.uid}").json()["id"] == str(contact.uid)
