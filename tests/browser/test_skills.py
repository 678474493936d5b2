"""Skills and documents as a recruiter keeps them: by keyboard, and by dropping a file."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import FilePayload, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from contacts.models import Contact, ContactSkill, DocumentVersion
from core.models import User
from tests.contacts.documents import files
from tests.factories import ContactFactory, ContactSkillFactory, SkillFactory, UserFactory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

# A question, or a refusal, is answered with 422, which Chromium logs by itself.
EXPECTED = "status of 422"


@pytest.fixture(autouse=True)
def store(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def contact() -> Contact:
    return ContactFactory(given_name="Anna")


@pytest.fixture
def about(page: Page, live_server: LiveServer, client: Client, contact: Contact) -> Iterator[Page]:
    """Her page; afterwards, nothing that the policy refused or a script threw."""
    user: User = UserFactory(role="recruiter", name="Iris Bakker", language="en", theme="light")
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    client.force_login(user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
    )
    page.set_default_timeout(10_000)
    page.goto(f"{live_server.url}/people/{contact.uid}/?tab=about")
    yield page
    assert [said for said in complaints if EXPECTED not in said] == []


def held() -> list[tuple[str, int | None]]:
    rows = ContactSkill.objects.order_by("pk")
    return list(rows.values_list("skill__name_en", "level"))


def test_skills_are_added_one_after_another_by_keyboard_alone(about: Page) -> None:
    """One by its synonym from the list, with a level behind it; the next at once; no mouse."""
    SkillFactory(name_en="JavaScript", synonyms=["JS"])
    SkillFactory(name_en="Java")
    field = about.locator("#skill-name")

    field.focus()
    about.keyboard.type("js")
    option = about.get_by_role("option", name="JavaScript")
    expect(option).to_be_visible()
    about.keyboard.press("ArrowDown")
    expect(field).to_have_attribute("aria-activedescendant", option.get_attribute("id") or "")
    about.keyboard.press("Enter")
    expect(field).to_have_value("JavaScript ")
    expect(option).not_to_be_visible()
    about.keyboard.type("4")
    about.keyboard.press("Enter")

    expect(about.locator(".skill")).to_have_count(1)
    expect(about.locator("#announcer")).to_have_text("JavaScript was added.")
    expect(field).to_be_focused()
    about.keyboard.type("Welding 2")
    about.keyboard.press("Enter")
    expect(about.locator(".skill")).to_have_count(2)
    assert held() == [("JavaScript", 4), ("Welding", 2)]


def test_a_slip_of_the_pen_is_asked_about_and_answered_by_enter(about: Page) -> None:
    SkillFactory(name_en="Python")
    about.locator("#skill-name").focus()
    about.keyboard.type("Pyhton 3")
    about.keyboard.press("Enter")

    expect(about.get_by_role("button", name="Python", exact=True)).to_be_focused()
    about.keyboard.press("Enter")

    expect(about.locator(".skill")).to_contain_text("Python")
    assert held() == [("Python", 3)]


def test_changing_confirming_and_taking_away_with_undo(about: Page, contact: Contact) -> None:
    row = ContactSkillFactory(contact=contact, level=2, confirmed_on=None)
    about.reload()

    about.get_by_role("button", name=f"Confirm {row.skill.name} today").press("Enter")
    expect(about.locator(".skill-age")).to_contain_text("this month")
    about.locator(".skill-chip").press("Enter")
    expect(about.locator("#dialog")).to_be_visible()
    about.get_by_label("Level").last.select_option("5")
    about.get_by_role("button", name="Save").press("Enter")
    expect(about.locator("#dialog")).not_to_be_visible()
    expect(about.locator(".skill .is-on")).to_have_count(5)
    about.locator(".skill-chip").press("Enter")
    about.get_by_role("button", name="Take away").press("Enter")
    expect(about.locator(".skill")).to_have_count(0)
    about.get_by_role("button", name="Undo").press("Enter")

    expect(about.locator(".skill .is-on")).to_have_count(5)


def test_a_new_cv_keeps_the_old_and_what_is_no_cv_is_refused(about: Page) -> None:
    for number in (1, 2):
        file = FilePayload(name=f"cv-{number}.pdf", mimeType="application/pdf", buffer=files.pdf())
        about.locator("#document-file").set_input_files(file)
        about.locator("#documents form[data-drop] button").press("Enter")
        expect(about.locator("#documents tbody tr")).to_have_count(1)
    expect(about.locator("#documents details").first).to_contain_text("1 earlier version")
    about.locator("#document-file").set_input_files(
        FilePayload(name="cv.pdf", mimeType="application/pdf", buffer=b"MZ\x90\x00")
    )
    about.locator("#documents form[data-drop] button").press("Enter")
    expect(about.locator("#documents")).to_contain_text("This is not a PDF")

    with about.expect_download() as downloaded:
        about.get_by_role("link", name="CV", exact=True).first.click()

    assert downloaded.value.suggested_filename == "cv-2.pdf"
    assert DocumentVersion.objects.count() == 2


def test_a_file_that_is_dropped_is_sent_at_once(about: Page) -> None:
    handle = about.evaluate_handle(
        """() => {
            const files = new DataTransfer();
            files.items.add(new File(["Built bridges."], "cv.txt", { type: "text/plain" }));
            return files;
        }"""
    )
    drop = about.locator("form[data-drop]")

    drop.dispatch_event("dragover", {"dataTransfer": handle})
    expect(drop).to_have_class("drop is-over")
    drop.dispatch_event("drop", {"dataTransfer": handle})

    expect(about.locator("#documents tbody tr")).to_have_count(1)
    assert DocumentVersion.objects.get().file_name == "cv.txt"
