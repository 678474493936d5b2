"""The organisation's own fields in the API, and who may write over whom there."""

from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from contacts.models import Contact
from contacts.services.contacts import update_contact
from core.models import Change
from tests.factories import ContactFactory, CustomFieldFactory, EmailAddressFactory, UserFactory
from tests.support.api import assert_is, assert_problem, client_for

pytestmark = pytest.mark.django_db

URL = "/api/v1/contacts"
VALUES = {
    "text": "tea",
    "long_text": "a\nb",
    "number": 2.5,
    "date": "2026-03-31",
    "yes_no": False,
    "choice": "large",
    "choices": ["small", "large"],
    "link": "https://example.org/a",
}


@pytest.fixture
def api() -> APIClient:
    return client_for(UserFactory(role="recruiter"))


@pytest.fixture
def fields() -> None:
    for kind in VALUES:
        CustomFieldFactory(key=kind, type=kind)


def url(contact: Contact) -> str:
    return f"{URL}/{contact.uid}"


@pytest.mark.usefixtures("fields")
def test_what_is_sent_is_what_is_read(api: APIClient) -> None:
    created = api.post(URL, {"given_name": "Ada", "custom_values": VALUES})

    assert created.status_code == 201
    body = api.get(created["Location"]).json()
    assert_is("Contact", body)
    assert body["custom_values"] == VALUES
    again = api.patch(created["Location"], body)
    assert (again.status_code, again.json()) == (200, body)


@pytest.mark.usefixtures("fields")
def test_a_patch_changes_the_keys_that_are_sent(api: APIClient) -> None:
    contact = ContactFactory(custom_values={"text": "tea", "number": 3})

    body = api.patch(url(contact), {"custom_values": {"number": None, "yes_no": True}}).json()

    assert {key: value for key, value in body["custom_values"].items() if value is not None} == {
        "text": "tea",
        "yes_no": True,
    }
    assert len(body["custom_values"]) == len(VALUES)
    emptied = api.patch(url(contact), {"custom_values": None}).json()
    assert set(emptied["custom_values"].values()) == {None}


@pytest.mark.usefixtures("fields")
@pytest.mark.parametrize(
    ("values", "pointer", "code"),
    [
        ({"nowhere": 1}, "/custom_values/nowhere", "unknown_field"),
        ({"number": "3 or so"}, "/custom_values/number", "invalid"),
        ({"number": {"a": 1}}, "/custom_values/number", "invalid"),
        ({"date": "31-03-2026"}, "/custom_values/date", "invalid"),
        ({"choice": "huge"}, "/custom_values/choice", "invalid"),
        ({"choices": "large"}, "/custom_values/choices", "invalid"),
        ({"link": "javascript:alert(1)"}, "/custom_values/link", "invalid"),
        ({"text": ["a"]}, "/custom_values/text", "invalid"),
        ({"a/b~": 1}, "/custom_values/a~1b~0", "unknown_field"),
        (["text"], "/custom_values", "not_an_object"),
        ("text", "/custom_values", "not_an_object"),
    ],
)
def test_what_does_not_fit_is_a_problem_that_says_where(
    api: APIClient, values: Any, pointer: str, code: str
) -> None:
    contact = ContactFactory(city="Delft")
    refused = api.patch(url(contact), {"city": "Breda", "custom_values": values})
    body = assert_problem(refused, 422, "invalid")
    assert [(one["pointer"], one["code"]) for one in body["errors"]] == [(pointer, code)]
    contact.refresh_from_db()
    assert (contact.city, contact.custom_values) == ("Delft", {})


def test_a_sync_is_told_what_was_kept(api: APIClient) -> None:
    contact = ContactFactory(
        city="Delft", headline="Nurse", field_sources={"city": ["self", "2026-01-02", ""]}
    )
    EmailAddressFactory(
        contact=contact, address="own@example.org", source="self", confirmed_on="2026-01-02"
    )

    body = api.patch(
        url(contact),
        {"city": "Breda", "headline": "Doctor", "emails": [{"address": "new@example.org"}]},
    ).json()

    assert_is("Contact", body)
    assert body["kept_fields"] == ["city", "emails"]
    assert (body["city"], body["headline"]) == ("Delft", "Doctor")
    assert sorted(one["address"] for one in body["emails"]) == [
        "new@example.org",
        "own@example.org",
    ]
    assert body["field_sources"]["city"]["source"] == "self"
    assert body["field_sources"]["headline"] == {
        "source": "api",
        "said_on": timezone.localdate().isoformat(),
        "detail": "Test",
        "author": None,
        "is_old": False,
    }
    assert api.get(url(contact)).json()["kept_fields"] == []


def test_a_patch_of_nothing_but_what_is_kept_leaves_no_trace(api: APIClient) -> None:
    contact = ContactFactory(city="Delft")
    update_contact(contact=contact, actor=UserFactory(), city="Gouda")
    before = Change.objects.count()

    body = api.patch(url(contact), {"city": "Breda"}).json()

    assert (body["city"], body["kept_fields"]) == ("Gouda", ["city"])
    assert Change.objects.count() == before


def test_the_fields_themselves_can_be_read(api: APIClient) -> None:
    CustomFieldFactory(key="size", type="choice", label_en="Size", label_nl="Maat")
    CustomFieldFactory(key="old", retired_at=timezone.now())

    answer = api.get("/api/v1/custom-fields").json()

    assert {one["key"] for one in answer["data"]} == {"size", "old"}
    size = next(one for one in answer["data"] if one["key"] == "size")
    assert_is("CustomField", size)
    assert (size["type"], size["label_nl"]) == ("choice", "Maat")
    assert size["choices"][0] == {
        "key": "small",
        "label_en": "Small",
        "label_nl": "Klein",
        "is_retired": False,
    }
    assert api.get(f"/api/v1/custom-fields/{size['id']}").json() == size


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.usefixtures("fields")
def test_a_list_asks_for_the_fields_once(
    api: APIClient, count: int, django_assert_num_queries: Any
) -> None:
    for _ in range(count):
        ContactFactory(custom_values={"text": "tea"})
    api.get(URL)
    with django_assert_num_queries(11):
        api.get(URL)


def test_a_contact_leaves_as_a_resume_and_as_a_card(api: APIClient) -> None:
    contact = ContactFactory(given_name="Ada", family_name="Vos", city="Delft")
    resume = api.get(f"{url(contact)}/resume")
    assert resume.json()["basics"]["location"] == {"city": "Delft"}
    card = api.get(f"{url(contact)}/vcard")
    assert card["Content-Type"].startswith("text/vcard")
    assert card["Content-Disposition"].startswith("attachment; ")
    assert card["X-Content-Type-Options"] == "nosniff"
    assert b"\r\nFN:Ada Vos\r\n" in card.content
    assert_problem(api.get(f"{URL}/{ContactFactory.build().uid}/vcard"), 404, "not_found")
    asked = api.get(f"{url(contact)}/vcard", headers={"Accept": "text/vcard"})
    assert asked.content == card.content
