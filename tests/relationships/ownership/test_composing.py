"""To write to somebody whom a colleague holds, or to log it."""

from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from contacts.models import Contact
from core.models import User
from relationships.models import (
    CoOwner,
    FollowUp,
    Interaction,
    OwnershipOverride,
)
from tests.factories import (
    EmailAddressFactory,
    PhoneNumberFactory,
    SocialProfileFactory,
    UserFactory,
)
from tests.relationships.ownership.held import owned
from tests.support.api import assert_problem, client_for

pytestmark = pytest.mark.django_db


def test_logging_what_is_from_us_alone(client: Client, owner: User, second: User) -> None:
    row = owned(owner)
    client.force_login(second)
    url = f"/people/{row.contact.uid}/log/"
    body = {
        "channel": "email",
        "direction": "outbound",
        "initiated_by": "us",
        "summary": "Asked about spring",
        "happened_at": "2026-03-10T11:00",
    }
    shown = client.get(url).content.decode()
    refused = client.post(url, body)
    assert refused.status_code == 422
    assert not Interaction.objects.exists()
    client.post(url, {**body, "direction": "inbound", "initiated_by": "them"})
    assert not OwnershipOverride.objects.exists()
    client.post(url, {**body, "override_reason": "He asked me to"})
    assert "Joris Prins keeps in touch" in shown
    assert "22 days left" in shown
    assert Interaction.objects.count() == 2
    assert OwnershipOverride.objects.get().reason == "He asked me to"


def test_composing_and_logging_in_one_press(client: Client, owner: User, second: User) -> None:
    row = owned(owner)
    client.force_login(second)
    page = client.get(f"/people/{row.contact.uid}/message/").content.decode()
    url = f"/people/{row.contact.uid}/log/quick/"
    asked = client.post(url, {"channel": "email", "body": "Hello"})
    assert asked.status_code == 422
    form = asked.context["form"]
    assert [form[name].value() for name in ("channel", "direction", "summary", "body")] == [
        "email",
        "outbound",
        "Mailed",
        "Hello",
    ]
    assert 'name="override_reason"' in asked.content.decode()
    in_place = client.post(url, {"channel": "whatsapp"}, headers={"HX-Request": "true"})
    assert (in_place.status_code, in_place["HX-Retarget"]) == (422, "#dialog-content")
    assert not Interaction.objects.exists()
    client.post(url, {"channel": "email", "body": "Hello", "override_reason": "She asked"})
    assert "Joris Prins keeps in touch" in page
    assert Interaction.objects.get().direction == "outbound"
    assert OwnershipOverride.objects.get().reason == "She asked"


def test_forms_that_ask_why_say_who_and_for_how_long(
    client: Client, owner: User, second: User
) -> None:
    owner.name = "Joris <b>Prins</b>"
    owner.save()
    row = owned(owner)
    client.force_login(second)
    for path in (
        f"/relationships/{row.uid}/co-owners/new/",
        f"/relationships/{row.uid}/hand-over/",
        f"/relationships/{row.uid}/becomes/employee/",
        f"/people/{row.contact.uid}/relationships/new/",
    ):
        page = client.get(path).content.decode()
        said = "Joris &lt;b&gt;Prins&lt;/b&gt; keeps in touch, until 31 March 2026: 22 days left."
        assert said in page, path
        assert "<b>Prins" not in page


def reachable(owner: User) -> Contact:
    contact = owned(owner, contact__language="en").contact
    EmailAddressFactory(contact=contact, address="sanne@example.org")
    PhoneNumberFactory(contact=contact, number="+31612345678")
    SocialProfileFactory(contact=contact, url="https://linkedin.com/in/sanne")
    return contact


WAYS_OUT = ("ready-text", "data-copy", "wa.me", "mailto:", "linkedin.com", "Hi ", "log/quick")


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_the_text_and_its_links_come_after_the_word_of_why(
    client: Client, owner: User, second: User, headers: dict[str, str]
) -> None:
    contact = reachable(owner)
    client.force_login(second)
    url = f"/people/{contact.uid}/message/"

    notice = client.get(url, headers=headers).content.decode()
    refused = client.post(url, {"override_reason": "  "}, headers=headers)
    for page in (notice, refused.content.decode()):
        assert "Joris Prins keeps in touch" in page
        assert "22 days left" in page
        assert not [way for way in WAYS_OUT if way in page]
    assert refused.status_code == 422
    assert not OwnershipOverride.objects.exists()

    said = client.post(url, {"override_reason": "She asked"}, headers=headers, follow=True)
    for page in (said.content.decode(), client.get(url, headers=headers).content.decode()):
        assert not [way for way in WAYS_OUT if way not in page]
        assert "You said why: She asked" in page
    made = OwnershipOverride.objects.get()
    assert (made.owner, made.made_by, made.act, made.reason) == (owner, second, "mail", "She asked")
    assert FollowUp.objects.get().assignee == owner


def test_the_word_of_why_is_asked_once_a_day(client: Client, owner: User, second: User) -> None:
    contact = reachable(owner)
    client.force_login(second)
    client.post(f"/people/{contact.uid}/message/", {"override_reason": "She asked"})

    logged = client.post(
        f"/people/{contact.uid}/log/quick/", {"channel": "whatsapp", "body": "Hello"}
    )

    assert logged.status_code == 302
    assert Interaction.objects.get().body == "Hello"
    assert OwnershipOverride.objects.count() == 1
    assert "keeps in touch" not in client.get(f"/people/{contact.uid}/log/").content.decode()
    api = client_for(second)
    sent = {"contact": str(contact.uid), "channel": "email", "direction": "outbound"}
    assert api.post("/api/v1/interactions", sent).status_code == 201
    third = UserFactory(role="recruiter")
    assert_problem(
        client_for(third).post("/api/v1/interactions", sent), 409, code="held_by_colleague"
    )
    client.force_login(third)
    assert "wa.me" not in client.get(f"/people/{contact.uid}/message/").content.decode()
    with time_machine.travel("2026-03-11T08:00:00+01:00", tick=False):
        client.force_login(second)
        assert "wa.me" not in client.get(f"/people/{contact.uid}/message/").content.decode()


def test_an_address_on_the_page_of_who_is_held_leads_to_the_word_of_why(
    client: Client, owner: User, second: User
) -> None:
    contact = reachable(owner)
    first = f'href="/people/{contact.uid}/message/"'
    for tab in ("timeline", "about"):
        url = f"/people/{contact.uid}/?tab={tab}"
        client.force_login(second)
        page = client.get(url).content.decode()
        assert "mailto:" not in page
        assert "22 days more" in page
        assert page.count(first) == (2 if tab == "timeline" else 3)
        client.force_login(owner)
        assert "mailto:sanne@example.org" in client.get(url).content.decode()
    CoOwner.objects.create(relationship=contact.relationships.get(), user=second)
    client.force_login(second)
    assert "mailto:sanne@example.org" in client.get(url).content.decode()


def test_an_address_in_a_list_leads_to_the_word_of_why_too(
    client: Client, owner: User, second: User
) -> None:
    contact = reachable(owner)
    first = f'href="/people/{contact.uid}/message/" hx-get="/people/{contact.uid}/message/"'
    url = "/people/?columns=email"
    client.force_login(second)
    page = client.get(url).content.decode()
    assert (first in page, "mailto:" in page) == (True, False)
    CoOwner.objects.create(relationship=contact.relationships.get(), user=second)
    assert "mailto:sanne@example.org" in client.get(url).content.decode()
    for colleague in (owner, UserFactory(role="reader", language="en")):
        client.force_login(colleague)
        assert "mailto:sanne@example.org" in client.get(url).content.decode()


def test_a_list_asks_for_three_held_people_what_it_asks_for_one(
    client: Client, owner: User, second: User, django_assert_num_queries: Any
) -> None:
    reachable(owner)
    client.force_login(second)
    url = "/people/?columns=email"
    client.get(url)
    with CaptureQueriesContext(connection) as one:
        client.get(url)
    for address in ("eva@example.org", "iris@example.org"):
        EmailAddressFactory(contact=owned(owner).contact, address=address)
    with django_assert_num_queries(len(one)):
        assert "mailto:" not in client.get(url).content.decode()
