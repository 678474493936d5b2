from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from contacts.models import Contact, OrgUnit
from contacts.services.merging import merge_contacts
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
