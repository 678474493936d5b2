"""Unknown mail by keyboard: whose it is, somebody new, not for here, and back."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from contacts.models import Contact
from contacts.services.contacts import create_contact
from core.models import User
from integrations.models import Correspondent
from integrations.services.filing import file_waiting
from relationships.models import Interaction
from tests.factories import UserFactory
from tests.integrations.mails import capture, mail

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

# What was asked for a moment before the page was left is not waited for.
LEFT_BEHIND = ("htmx:afterRequest", "htmx:sendError", "htmx:sendAbort")


@pytest.fixture
def recruiter() -> User:
    return UserFactory(role="recruiter", name="Iris Bakker", language="en", theme="light")


@pytest.fixture
def colleague(
    page: Page, live_server: LiveServer, client: Client, recruiter: User
) -> Iterator[Page]:
    """The recruiter's page; afterwards, nothing that the policy refused or a script threw."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    client.force_login(recruiter)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
    )
    page.set_default_timeout(15_000)
    yield page
    assert [said for said in complaints if not said.startswith(LEFT_BEHIND)] == []


def test_unknown_mail_is_dealt_with_by_keyboard(
    colleague: Page, live_server: LiveServer, recruiter: User
) -> None:
    page = colleague
    eva = create_contact(actor=None, given_name="Eva", family_name="Vos", city="Gouda")
    senders = ["E. Vos <eva@home.example>", "Bas de Boer <bas@x.example>", "shop@x.example"]
    for number, sender in enumerate(senders):
        capture(recruiter, mail(sender=sender, message_id=f"<{number}@x>", subject=sender))
    page.goto(live_server.url + reverse("integrations:mail"))
    expect(page.locator("article")).to_have_count(3)

    # The latest is the first: not for here, undone, and once more.
    page.keyboard.press("j")
    page.keyboard.press("h")
    expect(page.locator("article")).to_have_count(2)
    expect(page.locator("[data-waiting-count]")).to_have_text("2")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("article")).to_have_count(3)
    page.keyboard.press("j")
    page.keyboard.press("h")
    expect(page.locator("article")).to_have_count(2)

    # The next has the focus: somebody new, with what is known.
    expect(page.locator("article:focus-within")).to_have_count(1)
    page.keyboard.press("n")
    expect(page.get_by_label("Given name")).to_have_value("Bas")
    expect(page.get_by_label("Infix")).to_have_value("de")
    expect(page.locator("[name=emails-0-address]")).to_have_value("bas@x.example")
    page.get_by_role("button", name="Add contact").click()
    expect(page.get_by_role("heading", name="Bas de Boer")).to_be_visible()
    file_waiting()
    bas = Contact.objects.get(given_name="Bas")
    assert Interaction.objects.get().contact == bas

    # The last goes, the page says so, and it is undone.
    page.goto(live_server.url + reverse("integrations:mail"))
    page.keyboard.press("j")
    page.keyboard.press("h")
    expect(page.get_by_role("heading", name="Everybody in your mail is known")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("article")).to_have_count(1)

    # It is of somebody we know, by another address.
    page.keyboard.press("j")
    page.keyboard.press("t")
    expect(page.get_by_role("heading", name="Who is E. Vos?")).to_be_visible()
    page.get_by_label("Search people").fill("eva vo")
    choice = page.get_by_role("button", name="This is Eva Vos")
    expect(choice).to_be_visible()
    choice.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 mail now stands with Eva Vos.")).to_be_visible()
    expect(page.get_by_role("heading", name="You file no mail yet")).to_be_visible()
    assert list(eva.email_addresses.values_list("address", flat=True)) == ["eva@home.example"]
    states = Correspondent.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["filed", "filed", "set_aside"]
