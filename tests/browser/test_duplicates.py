"""One person, once: warned while adding, decided in the queue by keyboard, and undone."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from contacts.models import Contact, DuplicateProposal
from contacts.services import duplicate_work
from contacts.services.contacts import create_contact
from core.models import User
from tests.factories import UserFactory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

# What was asked for a moment before the page was left is not waited for.
LEFT_BEHIND = ("htmx:afterRequest", "htmx:sendError", "htmx:sendAbort")


@pytest.fixture
def manager() -> User:
    return UserFactory(role="hr-manager", name="Iris Bakker", language="en", theme="light")


@pytest.fixture
def colleague(page: Page, live_server: LiveServer, client: Client, manager: User) -> Iterator[Page]:
    """The manager's page; afterwards, nothing that the policy refused or a script threw."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    client.force_login(manager)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
    )
    page.set_default_timeout(15_000)
    yield page
    assert [said for said in complaints if not said.startswith(LEFT_BEHIND)] == []


def test_a_duplicate_is_warned_of_merged_by_keyboard_and_parted(
    colleague: Page, live_server: LiveServer
) -> None:
    page = colleague
    known = create_contact(actor=None, given_name="Fleur", family_name="Oosterwegel", city="Gouda")

    # Warned as one types, and once more before saving where it was not seen.
    page.goto(live_server.url + reverse("contacts:new"))
    page.get_by_label("Given name").fill("Fleur")
    page.get_by_label("Family name").fill("Oosterwegel")
    page.get_by_label("City").first.fill("Gouda")
    page.keyboard.press("Tab")
    expect(page.locator("#known .callout-title")).to_have_text("This may be someone we know")
    page.get_by_role("button", name="Add contact").click()
    again = page.get_by_role("button", name="Add all the same")
    expect(page.get_by_role("heading", name="Fleur Oosterwegel").or_(again)).to_be_visible()
    if again.count():
        again.click()
    expect(page.get_by_role("heading", name="Fleur Oosterwegel")).to_be_visible()
    double = Contact.objects.exclude(pk=known.pk).get()

    # In the queue, by keyboard.
    duplicate_work.look_at_due()
    assert DuplicateProposal.objects.count() == 1
    page.goto(live_server.url + reverse("contacts:duplicates"))
    page.keyboard.press("j")
    page.keyboard.press("m")
    expect(page.locator(".toast").first).to_contain_text("now stands here once")
    double.refresh_from_db()
    assert double.merged_into_id == known.pk

    # The old link leads on, and from there the merge is undone.
    page.goto(live_server.url + reverse("contacts:person", args=[double.uid]))
    assert page.url == live_server.url + reverse("contacts:person", args=[known.uid])
    page.get_by_role("link", name="Look or undo").first.click()
    page.get_by_role("button", name="Undo this merge").click()
    expect(page.locator(".toast").first).to_contain_text("stand here apart again")
    double.refresh_from_db()
    assert double.merged_into_id is None
