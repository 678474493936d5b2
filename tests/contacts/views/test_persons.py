import re
from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from contacts import panels
from contacts.models import Consent, Contact
from contacts.panels import Panel
from contacts.services.contacts import create_contact, update_contact
from contacts.services.merging import merge_contacts
from tests.factories import (
    ContactFactory,
    EmailAddressFactory,
    OrgUnitFactory,
    PhoneNumberFactory,
    PostalAddressFactory,
    SocialProfileFactory,
    UserFactory,
)
from tests.support.api import client_for

pytestmark = pytest.mark.django_db

ACTS = ["archive", "restore", "consent", "erase", "edit"]


def page(contact: Contact, name: str = "person") -> str:
    return reverse(f"contacts:{name}", args=[contact.uid])


@pytest.mark.parametrize("count", [1, 3])
def test_page_runs_the_same_queries_however_many_addresses(
    client: Client,
    count: int,
    django_assert_num_queries: Callable[..., object],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    own = {key: panel for key, panel in panels._panels.items() if key[1] in ("about", "privacy")}
    monkeypatch.setattr(panels, "_panels", own)
    contact = ContactFactory()
    EmailAddressFactory.create_batch(count, contact=contact)
    client.force_login(UserFactory(role="hr-manager"))
    client.get(page(contact))

    # The session, the user, their roles; the contact, its tags, five kinds of address, our fields;
    # whether somebody keeps in touch, and who added them.
    with django_assert_num_queries(13):
        client.get(page(contact), {"tab": "about"})


@pytest.mark.parametrize("role", ["", "reader"])
def test_page_is_a_404_for_whoever_may_not_know_of_the_person(client: Client, role: str) -> None:
    contact = ContactFactory(unit=OrgUnitFactory())
    client.force_login(UserFactory(role=role, unit=OrgUnitFactory()))

    for name in ("person", "peek", "export", *ACTS):
        method = client.post if name in ACTS else client.get
        assert method(page(contact, name)).status_code == 404, name


def test_acts_are_a_403_for_whoever_may_only_look(client: Client) -> None:
    contact = ContactFactory()
    client.force_login(UserFactory(role="reader"))

    assert client.get(page(contact)).status_code == 200
    for name in (*ACTS, "export"):
        method = client.get if name == "export" else client.post
        assert method(page(contact, name)).status_code == 403, name
    assert Contact.objects.active().get() == contact


def test_page_of_a_merged_person_moved_to_the_survivor_for_good(client: Client) -> None:
    first, second, third = ContactFactory(), ContactFactory(), ContactFactory()
    merge_contacts(survivor=second, duplicate=third, actor=None)
    merge_contacts(survivor=first, duplicate=second, actor=None)
    client.force_login(UserFactory(role="reader"))

    response = client.get(page(third))

    assert (response.status_code, response["Location"]) == (301, page(first))


def test_page_of_an_erased_person_says_so(client: Client) -> None:
    contact = ContactFactory(erased_at="2026-01-01T00:00Z")
    client.force_login(UserFactory(role="reader"))

    response = client.get(page(contact))

    assert response.status_code == 410
    assert "was erased" in response.content.decode()


def test_panels_stand_in_their_slots_and_only_for_those_who_may_see_them(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(panels, "_panels", {})
    for slot, permission in (("tab", ""), ("aside", "contacts.erase_contact"), ("head", "")):
        panels.register(
            Panel(
                key="probe",
                slot=slot,
                label="Probe",
                position=1,
                template="contacts/consent_line.html",
                context=lambda contact, user: {},
                permission=permission,
            )
        )
    contact = ContactFactory()
    client.force_login(UserFactory(role="reader"))

    context = client.get(page(contact)).context

    assert [tab.key for tab in context["tabs"]] == ["probe"]
    assert [panel.key for panel in context["head_panels"]] == ["probe"]
    assert context["aside_panels"] == []


def test_tab_answers_htmx_with_the_tab_alone(client: Client) -> None:
    contact = ContactFactory(email="ada@example.org")
    client.force_login(UserFactory(role="reader"))
    headers = {"HX-Request": "true", "HX-Target": "person-tab"}

    content = client.get(page(contact), {"tab": "about"}, headers=headers).content.decode()

    assert "<html" not in content
    assert "ada@example.org" in content


def test_archive_can_be_undone_from_its_toast(client: Client) -> None:
    contact = ContactFactory()
    client.force_login(UserFactory(role="recruiter"))

    response = client.post(page(contact, "archive"), follow=True)

    assert not Contact.objects.active().exists()
    (message,) = response.context["messages"]
    assert message.extra_tags == page(contact, "restore")
    undone = client.post(page(contact, "restore"), headers={"HX-Request": "true"})
    assert undone["HX-Refresh"] == "true"
    assert Contact.objects.active().get() == contact
    assert client.post(page(contact, "restore"))["Location"] == page(contact)


def test_consent_is_recorded_for_its_purpose(client: Client) -> None:
    contact, recruiter = ContactFactory(), UserFactory(role="recruiter")
    client.force_login(recruiter)

    response = client.post(
        page(contact, "consent"), {"purpose": "events", "decision": "given"}, follow=True
    )

    assert list(Consent.objects.values_list("purpose", "decision", "recorded_by")) == [
        ("events", "given", recruiter.pk)
    ]
    assert "agreed" in response.content.decode()
    client.post(page(contact, "consent"), {"purpose": "anything", "decision": "given"})
    assert Consent.objects.count() == 1


def test_export_is_a_file_and_leaves_an_entry(client: Client) -> None:
    contact = ContactFactory(family_name="Vos")
    client.force_login(UserFactory(role="hr-manager"))

    response = client.get(page(contact, "export"))

    assert response["Content-Disposition"] == f'attachment; filename="person-{contact.uid}.json"'
    assert response.json()["tables"]["contacts.Contact"][0]["family_name"] == "Vos"


def test_erase_asks_first_and_then_erases(client: Client) -> None:
    contact = ContactFactory(email="ada@example.org")
    client.force_login(UserFactory(role="hr-manager"))

    asked = client.get(page(contact, "erase"))
    assert "e-mail addresses" in asked.content.decode().lower()
    assert Contact.objects.active().get() == contact

    client.post(page(contact, "erase"))
    assert not Contact.objects.active().exists()


def test_about_says_whose_word_each_field_is_and_marks_what_is_old(client: Client) -> None:
    client.force_login(UserFactory(role="recruiter"))
    contact = ContactFactory(
        city="Delft",
        headline="Nurse",
        field_sources={
            "city": ["self", "2020-01-02", ""],
            "headline": ["api", timezone.localdate().isoformat(), "afas"],
        },
    )

    response = client.get(reverse("contacts:person", args=[contact.uid]), {"tab": "about"})

    context = response.context
    said = {fact.name: (fact.said.source_label, fact.said.is_old) for fact in context["all_facts"]}
    assert said["city"] == ("The person", True)
    assert said["headline"] == ("API", False)
    assert said["given_name"] == ("Entered by a colleague", False)
    assert context["old_facts"] == 1
    assert "2 January 2020" in response.content.decode()
    assert "afas" in response.content.decode()


def test_about_names_who_wrote_a_field_down_and_who_added_the_person(client: Client) -> None:
    """Joris added her; Fatma wrote down the city; the headline is a system's word."""
    joris, fatma = (UserFactory(role="recruiter", name=name) for name in ("Joris", "Fatma"))
    contact = create_contact(actor=joris, given_name="Ada", city="Delft", country="NL")
    contact = update_contact(contact=contact, actor=fatma, city="Breda")
    contact = update_contact(contact=contact, actor=joris, source="api", headline="Nurse")
    client.force_login(fatma)

    response = client.get(reverse("contacts:person", args=[contact.uid]), {"tab": "about"})

    said = {fact.name: fact.said.author for fact in response.context["all_facts"]}
    assert [said[name] for name in ("given_name", "country", "city", "headline")] == [
        "Joris",
        "Joris",
        "Fatma",
        "",
    ]
    assert "Entered by a colleague, Fatma," in response.content.decode()
    told = client_for(fatma).get(f"/api/v1/contacts/{contact.uid}").json()["field_sources"]
    assert told["city"]["author"] == {"id": str(fatma.uid), "name": "Fatma"}
    assert (told["headline"]["author"], told["given_name"]["author"]) == (None, None)


def test_one_click_finds_a_field_still_right(client: Client) -> None:
    user = UserFactory(role="recruiter")
    client.force_login(user)
    contact = ContactFactory(city="Delft", field_sources={"city": ["import", "2020-01-02", ""]})
    url = reverse("contacts:confirm", args=[contact.uid])

    response = client.post(url, {"field": "city"})

    assert response["Location"] == reverse("contacts:person", args=[contact.uid]) + "?tab=about"
    contact.refresh_from_db()
    day = timezone.localdate().isoformat()
    assert contact.field_sources == {"city": ["manual", day, "", user.pk]}
    client.post(url, {"all": "1"})
    contact.refresh_from_db()
    assert set(contact.field_sources) == {"city", "given_name", "family_name", "language"}
    assert client.get(url).status_code == 405


def test_a_browser_with_scripts_gets_what_is_looked_at_first_and_the_rest_right_after(
    client: Client,
) -> None:
    contact = ContactFactory()
    client.force_login(UserFactory(role="recruiter"))
    whole = client.get(page(contact)).content.decode()

    client.cookies["scripted"] = "yes"
    first = client.get(page(contact)).content.decode()
    rest = client.get(
        page(contact), {"part": "aside"}, headers={"HX-Request": "true"}
    ).content.decode()

    for part in ("goodwill", "facts"):
        assert f'id="{part}"' in whole
        assert f'id="{part}"' not in first
        assert f'id="{part}"' in rest
    for part in ("tasks", "promises"):
        assert f'id="{part}"' in first
        assert f'id="{part}"' not in rest
    assert 'hx-get="?part=aside"' in first
    assert 'hx-get="?part=aside"' not in whole


def test_every_way_to_reach_somebody_says_whose_word_it_is_and_since_when(client: Client) -> None:
    contact = ContactFactory()
    EmailAddressFactory(contact=contact, source="self", confirmed_on=date(2021, 2, 3))
    PhoneNumberFactory(contact=contact, source="import", confirmed_on=date(2021, 3, 4))
    PostalAddressFactory(contact=contact, source="api", confirmed_on=date(2021, 4, 5))
    SocialProfileFactory(contact=contact, source="manual", confirmed_on=timezone.localdate())
    client.force_login(UserFactory(role="recruiter", language="en"))

    body = client.get(page(contact), {"tab": "about"}).content.decode()

    said = re.findall(r'<dd class="fact( is-old)? *">.*?<span class="fact-said">(.*?)</span>', body)
    told = [(bool(old), re.sub(r"<svg.*?</svg>", "", words)) for old, words in said]
    assert told[:4] == [
        (True, "The person, 3 February 2021"),
        (True, "Import, 4 March 2021"),
        (True, "API, 5 April 2021"),
        (False, told[3][1]),
    ]
    assert told[3][1].startswith("Entered by a colleague, ")
