"""A recruiter's day, walked by keyboard alone: no mouse, no focus given from outside."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from contacts.services.team import make_account
from core.models import Role, User
from relationships.models import FollowUp, Interaction, Promise, Relationship
from tests.factories import (
    ContactFactory,
    FollowUpFactory,
    InteractionFactory,
    RelationshipFactory,
    UserFactory,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

PASSWORD = "kept-warm-by-people"
# What a page still did when it was left: htmx and the browser call that an error.
BROKEN_OFF = ("htmx:", "Transition was aborted")
# More stops than any of these pages has between two things.
STOPS = 120


@pytest.fixture
def recruiter() -> User:
    return make_account(
        email="iris@trm.example",
        name="Iris Bakker",
        password=PASSWORD,
        language="en",
        role=Role.objects.get(key="recruiter"),
        actor=None,
    )


@pytest.fixture
def page_of_day(page: Page, live_server: LiveServer, recruiter: User) -> Iterator[Page]:
    """The login page; afterwards, nothing that the policy refused or a script threw."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.set_default_timeout(15_000)
    page.goto(f"{live_server.url}/accounts/login/")
    yield page
    assert [said for said in complaints if not said.startswith(BROKEN_OFF)] == []


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until ``target`` has the focus."""
    expect(target).to_be_visible()
    for _ in range(STOPS):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"{target} cannot be reached by Tab")


def press(page: Page, target: Locator, key: str = "Enter") -> None:
    tab_to(page, target)
    page.keyboard.press(key)


def walk_down_to(page: Page, card: Locator) -> None:
    """From the first card of a column down to ``card``: a column is one stop for Tab."""
    for _ in range(3):
        if card.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("ArrowDown")
    expect(card).to_be_focused()


def sign_in(page: Page, user: User) -> None:
    tab_to(page, page.get_by_label("E-mail address"))
    page.keyboard.type(user.email)
    tab_to(page, page.get_by_label("Password"))
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Desk", level=1)).to_be_visible()


def line(page: Page, name: str) -> Locator:
    return page.locator(".desk-item").filter(has_text=name)


def test_a_recruiters_day_by_keyboard_alone(page_of_day: Page, recruiter: User) -> None:
    page, today = page_of_day, timezone.localdate()
    tom = UserFactory(role="recruiter", name="Tom de Wit", language="en")
    due = {"owner": recruiter, "next_touch_on": today - timedelta(days=3)}
    sanne, bram, chris = (
        RelationshipFactory(
            contact=ContactFactory(given_name=name, infix="", family_name="Vos"), **due
        )
        for name in ("Sanne", "Bram", "Chris")
    )
    Relationship.objects.filter(pk=bram.pk).update(next_touch_on=today + timedelta(days=9))
    task = FollowUpFactory(assignee=recruiter, contact=bram.contact, title="Ask about the course")
    wrote = InteractionFactory(contact=chris.contact, direction="inbound", summary="Is there news?")
    reply = FollowUpFactory(
        assignee=recruiter,
        contact=chris.contact,
        kind="reply",
        interaction=wrote,
        occurred_on=today,
    )
    sign_in(page, recruiter)
    expect(page.locator(".desk-item")).to_have_count(3)

    # A due touch is finished by logging a call: two presses and a line.
    press(page, page.get_by_role("link", name="Log contact: Sanne Vos"))
    expect(page.get_by_role("textbox", name="In a line")).to_be_focused()
    page.keyboard.type("Spoke of the summer")
    page.keyboard.press("Enter")
    expect(line(page, "Sanne")).to_have_count(0)
    expect(page.get_by_role("button", name="Done: Ask about the course")).to_be_focused()
    sanne.refresh_from_db()
    assert sanne.last_two_way_at is not None
    assert Interaction.objects.get(contact=sanne.contact).channel == "phone"

    # A message is answered: the line that waited for it is gone by itself.
    press(page, page.get_by_role("link", name="Log contact: Chris Vos"))
    expect(page.get_by_role("textbox", name="In a line")).to_be_focused()
    page.keyboard.type("Told him")
    page.keyboard.press("Enter")
    expect(line(page, "Chris")).to_have_count(0)
    reply.refresh_from_db()
    assert (reply.state, reply.closed_by) == (FollowUp.State.DONE, recruiter)

    # Put off until tomorrow, taken back, handed over with a word.
    press(page, page.get_by_label("More for Ask about the course"))
    press(page, page.get_by_role("button", name="Until tomorrow"))
    expect(page.locator(".desk-item")).to_have_count(0)
    task.refresh_from_db()
    assert task.due_on == today + timedelta(days=1)
    press(page, page.get_by_role("button", name="Undo").last)
    expect(line(page, "Bram")).to_have_count(1)
    press(page, page.get_by_label("More for Ask about the course"))
    press(page, page.get_by_role("link", name="Hand over…"))
    expect(page.get_by_role("combobox", name="To")).to_be_focused()
    page.keyboard.type("Tom")
    tab_to(page, page.get_by_role("textbox", name="A word with it"))
    page.keyboard.type("You know the course")
    press(page, page.get_by_role("button", name="Hand over", exact=True))
    expect(page.locator(".desk-item")).to_have_count(0)
    task.refresh_from_db()
    assert (task.assignee, task.handed_over_note) == (tom, "You know the course")

    # A note with a promise, from anywhere.
    page.keyboard.press("c")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("sanne")
    expect(page.get_by_role("link", name="Bram Vos")).to_have_count(0)
    expect(page.get_by_role("link", name="Sanne Vos")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="In a line")).to_be_focused()
    page.keyboard.type("About the plan")
    tab_to(page, page.get_by_role("textbox", name="Notes"))
    page.keyboard.type("!promise send the plan by Friday")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("textbox", name="In a line")).to_have_count(0)
    promise = Promise.objects.get()
    assert (promise.promiser, promise.contact, promise.text) == (
        recruiter,
        sanne.contact,
        "send the plan",
    )

    # A card goes to another stage.
    page.keyboard.press("g")
    page.keyboard.press("b")
    expect(page).to_have_url(re.compile("/boards/prospect/"))
    moved = page.locator("[data-card]").filter(has_text="Sanne")
    tab_to(page, page.locator("[data-card-link]:focus, [data-card-link][tabindex='0']").first)
    walk_down_to(page, moved.locator("[data-card-link]"))
    page.keyboard.press("m")
    expect(page.get_by_role("radio", name="In contact")).to_be_focused()
    page.keyboard.press("Enter")
    there = page.locator("[data-column=in-contact]")
    expect(there.locator("[data-card]").filter(has_text="Sanne")).to_have_count(1)
    assert Relationship.objects.get(pk=sanne.pk).stage.key == "in-contact"

    # Somebody is found, and the day ends at an empty desk.
    page.keyboard.press("/")
    page.keyboard.type("chris vos")
    expect(page.get_by_role("option", name="Chris Vos Prospect")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/people/{chris.contact.uid}/$"))
    page.keyboard.press("g")
    page.keyboard.press("d")
    expect(page.get_by_text("Nothing is left for today").first).to_be_visible()
