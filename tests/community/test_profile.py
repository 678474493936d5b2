"""What we hold of someone, in their own hands."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from campaigns import links
from campaigns.channels import SmtpChannel
from campaigns.models import Touchpoint
from campaigns.services.delivery import deliver_due
from contacts.models import Contact
from contacts.services.contacts import update_contact
from contacts.services.merging import merge_contacts
from contacts.services.privacy import erase_person
from core.models import AuditEntry, Change
from relationships.models import TimelineEntry
from relationships.timeline import find_verb
from tests.factories import ContactFactory, PhoneNumberFactory, UserFactory
from tests.factories.campaigns import StepFactory, TouchpointFactory, reachable_contact
from tests.support.smtp import SmtpSink

pytestmark = pytest.mark.django_db

TYPED = {
    "act": "correct",
    "given_name": "Sanne",
    "family_name": "Bos",
    "phone": "06 12345678",
    "headline": "Surveyor",
    "city": "Delft",
    "country": "NL",
    "language": "en",
    "form_of_address": "formal",
}


@pytest.fixture
def contact() -> Contact:
    contact = reachable_contact(
        email="sanne@example.org",
        given_name="Sanne",
        family_name="Vos",
        language="en",
        city="Delft",
    )
    PhoneNumberFactory(contact=contact, number="+31201234567", is_primary=True, label="work")
    PhoneNumberFactory(contact=contact, number="+31307654321")
    return contact


@pytest.fixture
def touchpoint(contact: Contact) -> Touchpoint:
    return TouchpointFactory(contact=contact)


@pytest.fixture
def url(touchpoint: Touchpoint) -> str:
    last = timezone.localdate() + timedelta(days=30)
    return f"/u/{links.profile_token(touchpoint.uid, last_day=last)}/profile/"


@pytest.fixture
def visitor() -> Client:
    return Client(enforce_csrf_checks=True)


def state() -> list[Any]:
    return [
        list(Contact.objects.values()),
        AuditEntry.objects.count(),
        Change.objects.count(),
        TimelineEntry.objects.count(),
    ]


def test_looking_changes_nothing_and_shows_no_whole_address(visitor: Client, url: str) -> None:
    before = state()
    for method in (visitor.get, visitor.head):
        response = method(url)
        assert response.status_code == 200
    page = visitor.get(url).content.decode()
    assert ("s…@example.org" in page, "sanne@example.org" in page) == (True, False)
    assert 'value="020 123 4567"' in page
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["X-Robots-Tag"] == "noindex"
    assert "no-store" in response["Cache-Control"]
    assert state() == before


def test_one_click_finds_all_of_it_right(visitor: Client, url: str, contact: Contact) -> None:
    response = visitor.post(url, {"act": "confirm"})

    assert response.status_code == 200
    contact.refresh_from_db()
    day = timezone.localdate().isoformat()
    names = {"given_name", "family_name", "city", "language"}
    assert contact.field_sources == {name: ["self", day, ""] for name in names}
    told = contact.phone_numbers.values_list("source", "confirmed_on")
    assert set(told) == {("self", timezone.localdate())}
    entry = AuditEntry.objects.latest("pk")
    assert (entry.action, entry.actor) == ("contacts.confirmed", None)
    line = TimelineEntry.objects.get(contact=contact)
    assert find_verb(line.verb).render(line).startswith("The person found still right: ")


def test_what_is_changed_is_theirs(visitor: Client, url: str, contact: Contact) -> None:
    response = visitor.post(url, TYPED)

    assert response.status_code == 200
    assert "Your changes are kept" in response.content.decode()
    contact.refresh_from_db()
    assert (contact.family_name, contact.headline) == ("Bos", "Surveyor")
    assert contact.form_of_address == "formal"
    numbers = contact.phone_numbers.order_by("-is_primary", "pk")
    assert list(numbers.values_list("number", "label", "source")) == [
        ("+31612345678", "work", "self"),
        ("+31307654321", "other", "self"),
    ]
    assert {source for source, _day, _detail in contact.field_sources.values()} == {"self"}
    events = list(Change.objects.order_by("pk").values_list("event", flat=True))
    assert events == ["contacts.ContactUpdated", "contacts.FieldsConfirmed"]
    line = TimelineEntry.objects.get(contact=contact, verb="contact.updated")
    assert find_verb(line.verb).render(line).startswith("The person changed: ")
    # A sync may not undo it.
    kept = update_contact(contact=contact, actor=None, source="api", yields=True, headline="Nurse")
    assert (kept.headline, kept.kept_fields) == ("Surveyor", ("headline",))


def test_what_is_wrong_is_said_and_nothing_is_kept(
    visitor: Client, url: str, contact: Contact
) -> None:
    for data in (
        {**TYPED, "given_name": "", "family_name": ""},
        {**TYPED, "country": "XX"},
        {**TYPED, "language": "fr"},
        {**TYPED, "form_of_address": "rude"},
        {**TYPED, "city": "x" * 101},
        {"act": "correct"},
        {},
    ):
        assert visitor.post(url, data).status_code == 422
    contact.refresh_from_db()
    assert (contact.family_name, contact.field_sources) == ("Vos", {})


def test_the_page_speaks_the_persons_language(visitor: Client, url: str) -> None:
    Contact.objects.update(language="nl")
    assert '<html lang="nl"' in visitor.get(url).content.decode()


def test_the_link_runs_out(visitor: Client, touchpoint: Touchpoint) -> None:
    today = timezone.localdate()
    last = links.profile_token(touchpoint.uid, last_day=today)
    over = links.profile_token(touchpoint.uid, last_day=today - timedelta(days=1))
    assert visitor.get(f"/u/{last}/profile/").status_code == 200
    before = state()
    for answer in (visitor.get(f"/u/{over}/profile/"), visitor.post(f"/u/{over}/profile/", TYPED)):
        assert answer.status_code == 410
        assert "Sanne" not in answer.content.decode()
    assert state() == before


def test_a_link_is_not_to_be_made_up_and_the_other_one_does_not_open_it(
    visitor: Client, touchpoint: Touchpoint
) -> None:
    token = links.profile_token(touchpoint.uid, last_day=date(2099, 1, 1))
    longer = token[:-1] + ("A" if token[-1] != "A" else "B")
    for wrong in (longer, token[:-2], links.token_of(touchpoint.uid), "x", "é", "="):
        assert visitor.get(f"/u/{wrong}/profile/").status_code == 404
    # Nor does this one open the preferences.
    assert visitor.get(f"/u/{token}/").status_code == 404


def test_one_link_makes_so_many_changes_a_day(visitor: Client, url: str, contact: Contact) -> None:
    for _ in range(20):
        assert visitor.post(url, {"act": "confirm"}).status_code == 200
    assert visitor.post(url, TYPED).status_code == 429
    contact.refresh_from_db()
    assert contact.family_name == "Vos"


def test_who_was_merged_sees_who_they_are_and_who_was_erased_nobody(
    visitor: Client, url: str, contact: Contact
) -> None:
    survivor = ContactFactory(given_name="Susanne", language="en")
    merge_contacts(survivor=survivor, duplicate=contact, actor=UserFactory())
    assert 'value="Susanne"' in visitor.get(url).content.decode()
    erase_person(contact=survivor, actor=None)
    assert visitor.get(url).status_code == 404


def test_the_link_goes_along_in_a_mail(smtp_sink: SmtpSink, visitor: Client) -> None:
    step = StepFactory(
        body={"en": "Still right?\n{{ profile_url }}", "nl": "Klopt dit?\n{{ profile_url }}"}
    )
    touchpoint = TouchpointFactory(step=step)
    with time_machine.travel(timezone.now(), tick=False), SmtpChannel() as channel:
        deliver_due(channel=channel)
    message = smtp_sink.mails[0].message
    text = message.get_body(("plain",)).get_content()
    expected = links.profile_url(touchpoint.uid)
    assert expected in text
    assert f'<a href="{expected}"' in message.get_body(("html",)).get_content()
    assert visitor.get(expected.removeprefix("http://testserver")).status_code == 200
