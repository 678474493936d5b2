from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from contacts.models import Contact
from contacts.services.addresses import EmailEntry
from contacts.services.contacts import update_contact
from tests.factories import ContactFactory, OrgUnitFactory, TagFactory, UserFactory

pytestmark = pytest.mark.django_db


def filled(**fields: Any) -> dict[str, Any]:
    """What a browser sends: every field, and one empty row of each kind."""
    data: dict[str, Any] = {"given_name": "Ada", "language": "en", "tags": ""}
    for kind in ("emails", "phones", "postal_addresses", "profiles"):
        data |= {f"{kind}-TOTAL_FORMS": "1", f"{kind}-INITIAL_FORMS": "0"}
    data |= {"postal_addresses-0-label": "private"}
    data |= {"emails-0-label": "work", "phones-0-label": "work", "profiles-0-network": "linkedin"}
    return data | fields


def test_new_adds_a_person_with_several_addresses(client: Client) -> None:
    client.force_login(UserFactory(role="recruiter"))
    data = filled(
        family_name="Vos",
        tags="Java, python ,",
        **{
            "emails-TOTAL_FORMS": "3",
            "emails-0-address": "a@example.org",
            "emails-1-address": "",
            "emails-1-label": "work",
            "emails-2-address": "b@example.org",
            "emails-2-label": "private",
            "emails-primary": "2",
            "phones-0-number": "06 12345678",
            "profiles-0-url": "linkedin.com/in/ada",
        },
    )

    response = client.post(reverse("contacts:new"), data)

    contact = Contact.objects.get()
    assert response["Location"] == reverse("contacts:person", args=[contact.uid])
    assert list(
        contact.email_addresses.order_by("pk").values_list("address", "label", "is_primary")
    ) == [("a@example.org", "work", False), ("b@example.org", "private", True)]
    assert contact.phone_numbers.get().number == "+31612345678"
    assert contact.social_profiles.get().url == "https://linkedin.com/in/ada"
    assert sorted(contact.tags.values_list("name", flat=True)) == ["Java", "python"]


def test_new_keeps_what_was_typed_and_says_what_is_wrong(client: Client) -> None:
    client.force_login(UserFactory(role="recruiter"))

    response = client.post(
        reverse("contacts:new"),
        filled(given_name="", headline="Nurse", **{"emails-0-address": "not an address"}),
    )

    assert response.status_code == 422
    content = response.content.decode()
    assert "Give at least one name." in content
    assert 'value="Nurse"' in content
    assert 'value="not an address"' in content
    assert not Contact.objects.exists()


def test_new_is_for_those_who_may_and_in_their_own_branch(client: Client) -> None:
    branch, elsewhere = OrgUnitFactory(), OrgUnitFactory()
    client.force_login(UserFactory(role="reader"))
    assert client.post(reverse("contacts:new"), filled()).status_code == 403

    client.force_login(UserFactory(role="recruiter", unit=branch))
    for unit in ("", str(elsewhere.pk)):
        assert client.post(reverse("contacts:new"), filled(unit=unit)).status_code == 422
    assert client.post(reverse("contacts:new"), filled(unit=str(branch.pk))).status_code == 302
    assert Contact.objects.get().unit == branch


def test_edit_shows_what_there_is_and_writes_what_is_sent(client: Client) -> None:
    contact = ContactFactory(given_name="Ada", city="Gouda", email="ada@example.org")
    contact.tags.add(TagFactory(name="Java"))
    client.force_login(UserFactory(role="recruiter"))

    content = client.get(reverse("contacts:edit", args=[contact.uid])).content.decode()
    for shown in ('value="Gouda"', 'value="ada@example.org"', 'value="Java"'):
        assert shown in content
    client.post(
        reverse("contacts:edit", args=[contact.uid]),
        filled(city="Utrecht", expected_updated_at=contact.updated_at.isoformat()),
    )

    contact.refresh_from_db()
    assert (contact.city, contact.email_addresses.count(), contact.tags.count()) == (
        "Utrecht",
        0,
        0,
    )


def test_two_who_save_at_once_are_shown_both_and_choose(client: Client) -> None:
    contact = ContactFactory(given_name="Ada", family_name="", city="Gouda", headline="Nurse")
    seen = contact.updated_at.isoformat()
    update_contact(
        contact=contact,
        actor=None,
        city="Utrecht",
        language="en",
        headline="Head nurse",
        emails=[EmailEntry("ada@example.org")],
    )
    client.force_login(UserFactory(role="recruiter"))
    address = reverse("contacts:edit", args=[contact.uid])
    mine = filled(city="Delft", headline="Nurse", expected_updated_at=seen)

    refused = client.post(address, mine)

    assert refused.status_code == 422
    assert [(one.name, one.theirs, one.mine) for one in refused.context["differences"]] == [
        ("headline", "Head nurse", "Nurse"),
        ("city", "Utrecht", "Delft"),
        ("emails", "ada@example.org", ""),
    ]
    assert 'value="Delft"' in refused.content.decode()

    chosen = mine | {
        "expected_updated_at": refused.context["expected_updated_at"],
        "keep-headline": "theirs",
        "keep-city": "mine",
        "keep-emails": "theirs",
    }
    assert client.post(address, chosen).status_code == 302
    contact.refresh_from_db()
    assert (contact.city, contact.headline) == ("Delft", "Head nurse")
    assert contact.email_addresses.get().address == "ada@example.org"
