"""Desk, board and logging as a colleague uses them: by keyboard alone, and by drag."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from core.models import User
from relationships.models import FollowUp, Interaction, Mention, Promise, Relationship
from relationships.services.interactions import log_interaction
from relationships.services.lifecycle import move_to_stage
from tests.factories import (
    ContactFactory,
    FollowUpFactory,
    PromiseFactory,
    RelationshipFactory,
    UserFactory,
    stage,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

# A refused move is answered with 422, which Chromium logs by itself.
EXPECTED = "status of 422"


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
    page.set_default_timeout(10_000)
    page.goto(live_server.url)
    yield page
    assert [said for said in complaints if EXPECTED not in said] == []


def card(page: Page, name: str) -> Locator:
    return page.locator("[data-card]").filter(has_text=name)


def column(page: Page, key: str) -> Locator:
    return page.locator(f"[data-column={key}]")


def test_the_board_by_keyboard_alone(colleague: Page) -> None:
    """Walk to a card, move it, take it back, and give the reason that is asked for."""
    for name in ("Anna", "Bram"):
        RelationshipFactory(contact=ContactFactory(given_name=name))
    RelationshipFactory(contact=ContactFactory(given_name="Chris"), at="interested")
    colleague.keyboard.press("g")
    colleague.keyboard.press("b")
    expect(colleague).to_have_url(re.compile("/boards/prospect/$"))
    link = colleague.locator("[data-card-link]")

    link.first.focus()
    colleague.keyboard.press("ArrowDown")
    expect(link.nth(1)).to_be_focused()
    colleague.keyboard.press("ArrowRight")
    expect(card(colleague, "Chris").locator("[data-card-link]")).to_be_focused()
    colleague.keyboard.press("ArrowLeft")
    colleague.keyboard.press("m")
    expect(colleague.get_by_role("radio", name="In contact")).to_be_focused()
    colleague.keyboard.press("Enter")

    moved = column(colleague, "in-contact").locator("[data-card-link]")
    expect(moved).to_be_focused()
    expect(column(colleague, "in-contact").locator(".count")).to_contain_text("1")
    name = (moved.text_content() or "").strip()
    expect(colleague.locator("#toasts")).to_contain_text(f"{name} is now at “In contact”")
    colleague.get_by_role("button", name="Undo").press("Enter")
    expect(column(colleague, "identified").locator("[data-card]")).to_have_count(2)

    expect(card(colleague, name).locator("[data-card-link]")).to_be_focused()
    colleague.keyboard.press("m")
    expect(colleague.get_by_role("radio", name="In contact")).to_be_focused()
    colleague.keyboard.press("ArrowUp")
    colleague.keyboard.press("Enter")
    expect(colleague.get_by_role("textbox", name="Why")).to_be_focused()
    colleague.keyboard.type("After the summer")
    colleague.keyboard.press("Enter")
    expect(column(colleague, "not-now").locator("[data-card-link]")).to_be_focused()


def drag(page: Page, moved: Locator, to: Locator) -> None:
    here, there = moved.bounding_box(), to.bounding_box()
    assert here
    assert there
    x, y = here["x"] + here["width"] / 2, here["y"] + here["height"] - 12
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 12, y + 6, steps=4)
    page.mouse.move(there["x"] + 80, there["y"] + 90, steps=12)
    page.mouse.move(there["x"] + 84, there["y"] + 94, steps=3)
    page.mouse.up()


def test_a_card_is_dragged_and_one_that_may_not_comes_back_and_says_why(
    colleague: Page, live_server: LiveServer
) -> None:
    row = RelationshipFactory(contact=ContactFactory(given_name="Anna"))
    colleague.goto(f"{live_server.url}/boards/prospect/")

    drag(colleague, card(colleague, "Anna"), column(colleague, "interested"))
    expect(column(colleague, "interested").locator("[data-card]")).to_have_count(1)
    expect(colleague.locator("#toasts")).to_contain_text("is now at “Interested”")
    row.refresh_from_db()
    assert row.stage.key == "interested"

    # Meanwhile somebody else moves it, so that what this page still offers is no longer allowed.
    other = Relationship.objects.get(pk=row.pk)
    move_to_stage(relationship=other, to_stage=stage("prospect", "in-contact"), actor=None)
    drag(colleague, card(colleague, "Anna"), column(colleague, "offer"))
    expect(card(colleague, "Anna")).to_contain_text("does not allow a move from “In contact”")
    expect(column(colleague, "offer").locator("[data-card]")).to_have_count(0)
    row.refresh_from_db()
    assert row.stage.key == "in-contact"


def test_two_clicks_finish_a_task_and_one_takes_it_back(
    colleague: Page, live_server: LiveServer, recruiter: User
) -> None:
    row = FollowUpFactory(assignee=recruiter, title="Call about the open day")
    colleague.goto(live_server.url)

    colleague.get_by_role("button", name="Done: Call about the open day").click()
    expect(colleague.get_by_text("Nothing is left for today").first).to_be_visible()
    row.refresh_from_db()
    assert row.state == FollowUp.State.DONE

    colleague.get_by_role("button", name="Undo").click()
    expect(colleague.locator(".desk-what")).to_have_text("Call about the open day")
    row.refresh_from_db()
    assert row.state == FollowUp.State.OPEN


def test_logging_from_anywhere_by_keyboard(colleague: Page) -> None:
    """Over the page on which one is, in under twenty seconds, and undone from there."""
    ContactFactory(given_name="Sanne", infix="de", family_name="Wit")
    began = timezone.now()
    here = colleague.url

    colleague.keyboard.press("c")
    dialog = colleague.get_by_role("dialog")
    expect(dialog.get_by_role("searchbox")).to_be_focused()
    colleague.keyboard.type("sanne")
    expect(dialog.get_by_role("link", name="Sanne de Wit")).to_be_visible()
    colleague.keyboard.press("Enter")
    expect(dialog.get_by_role("textbox", name="In a line")).to_be_focused()
    colleague.keyboard.type("Would like to come back")
    colleague.keyboard.press("Enter")

    expect(colleague.get_by_text("Logged with Sanne de Wit.")).to_be_visible()
    expect(dialog).to_be_hidden()
    assert colleague.url == here
    assert Interaction.objects.get().summary == "Would like to come back"
    assert (timezone.now() - began).total_seconds() < 20

    colleague.get_by_role("button", name="Undo").click()
    expect(colleague.get_by_text("Taken back.")).to_be_visible()
    assert not Interaction.objects.exists()


def test_a_draft_outlives_the_session_and_a_closed_dialog(
    colleague: Page, live_server: LiveServer
) -> None:
    contact = ContactFactory(given_name="Sanne", family_name="Wit")
    colleague.goto(f"{live_server.url}/people/{contact.uid}/")
    colleague.keyboard.press("c")
    colleague.get_by_role("textbox", name="In a line").fill("A long talk")
    cookies = colleague.context.cookies()
    colleague.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    colleague.keyboard.press("Enter")
    expect(colleague.get_by_text("You were signed out")).to_have_count(1)
    assert not Interaction.objects.exists()

    colleague.context.add_cookies(list(cookies))  # type: ignore[arg-type]
    colleague.reload()
    colleague.keyboard.press("c")
    expect(colleague.get_by_role("textbox", name="In a line")).to_have_value("A long talk")
    colleague.keyboard.press("Enter")
    expect(colleague.locator("#timeline")).to_contain_text("A long talk")

    colleague.keyboard.press("c")
    expect(colleague.get_by_role("textbox", name="In a line")).to_have_value("")


def test_the_timeline_is_narrowed_and_keeps_it_in_the_address(
    colleague: Page, live_server: LiveServer
) -> None:
    contact = ContactFactory(given_name="Sanne", family_name="Wit")
    author = UserFactory(role="recruiter", name="Grace Ofori")
    for summary in ("Coffee", "Lunch"):
        log_interaction(
            contact=contact, actor=author, channel="phone", direction="two_way", summary=summary
        )
    colleague.goto(f"{live_server.url}/people/{contact.uid}/")
    line = colleague.locator("#timeline")

    line.get_by_role("searchbox", name="Words in it").fill("lunch")
    expect(line).not_to_contain_text("Coffee")
    expect(colleague).to_have_url(re.compile(r"\?tab=timeline&q=lunch"))
    expect(line.get_by_role("searchbox", name="Words in it")).to_be_focused()
    colleague.reload()
    expect(line).to_contain_text("Lunch")
    expect(line).not_to_contain_text("Coffee")

    line.get_by_role("link", name="More").click()
    line.get_by_label("Colleague").select_option("Iris Bakker")
    expect(line).to_contain_text("Nothing of this kind")
    line.get_by_role("link", name="Show everything").first.click()
    expect(line).to_contain_text("Coffee")

    line.get_by_role("link", name="Over the years").click()
    dialog = colleague.get_by_role("dialog")
    dialog.locator(".month a").first.click()
    expect(colleague).to_have_url(re.compile(r"at=\d{4}-\d{2}#timeline"))


def test_a_note_that_means_something_by_keyboard(
    colleague: Page, live_server: LiveServer, recruiter: User
) -> None:
    """Choose a colleague behind an @, see what is understood, save: in less than twenty seconds."""
    grace = UserFactory(role="recruiter", name="Grace Ofori")
    contact = ContactFactory(given_name="Sanne", family_name="Wit")
    colleague.goto(f"{live_server.url}/people/{contact.uid}/")
    began = timezone.now()

    colleague.keyboard.press("c")
    expect(colleague.get_by_role("textbox", name="In a line")).to_be_focused()
    colleague.keyboard.type("Lunch about #return")
    notes = colleague.get_by_role("textbox", name="Notes")
    notes.focus()
    colleague.keyboard.type("@gra")
    expect(colleague.get_by_role("option", name="Grace Ofori")).to_be_visible()
    colleague.keyboard.press("Enter")
    expect(notes).to_have_value("@grace.ofori ")
    colleague.keyboard.type("knows more !promise send the plan by Friday")
    understood = colleague.get_by_role("list", name="Understood")
    expect(understood).to_contain_text("Promise “send the plan” by Fri")
    expect(understood).to_contain_text("Grace Ofori sees it on the desk")
    expect(understood).to_contain_text("Tag “return”")
    colleague.get_by_role("button", name="Log", exact=True).press("Enter")

    expect(colleague.locator("#promises")).to_contain_text("send the plan")
    assert (timezone.now() - began).total_seconds() < 20
    assert Mention.objects.get().user == grace
    assert Promise.objects.get().promiser == recruiter
    assert list(contact.tags.values_list("name", flat=True)) == ["return"]


def test_a_promise_is_added_kept_and_agreed_anew_by_keyboard(
    colleague: Page, live_server: LiveServer, recruiter: User
) -> None:
    contact = ContactFactory(given_name="Sanne")
    colleague.goto(f"{live_server.url}/people/{contact.uid}/")

    colleague.keyboard.press("p")
    colleague.get_by_role("textbox", name="What was promised").fill("Send the plan")
    colleague.keyboard.press("Enter")
    panel = colleague.locator("#promises")
    expect(panel).to_contain_text("Send the plan")

    panel.get_by_role("button", name="Kept: Send the plan").press("Enter")
    expect(panel).to_contain_text("Nothing is promised, either way.")
    colleague.get_by_role("button", name="Undo").last.press("Enter")
    expect(panel.get_by_role("button", name="Kept: Send the plan")).to_be_visible()

    panel.locator("summary[aria-label='More for “Send the plan”']").press("Enter")
    panel.get_by_role("link", name="Agree anew").press("Enter")
    colleague.get_by_role("textbox", name="What is promised now").fill("Send half the plan")
    colleague.keyboard.press("Enter")
    expect(panel).to_contain_text("Send half the plan")
    assert Promise.objects.get(state="open").text == "Send half the plan"
    assert Promise.objects.count() == 2


def test_an_overdue_promise_is_kept_from_the_desk(
    colleague: Page, live_server: LiveServer, recruiter: User
) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    row = PromiseFactory(promiser=recruiter, text="Send the plan", due_on=yesterday)
    FollowUpFactory(assignee=recruiter, title="Call about the open day")
    colleague.goto(live_server.url)

    expect(colleague.locator(".desk-what").first).to_contain_text("Send the plan")
    colleague.get_by_role("button", name="Kept: Send the plan").press("Enter")
    expect(colleague.locator(".desk-what").first).to_have_text("Call about the open day")
    row.refresh_from_db()
    assert row.state == Promise.State.KEPT
