"""The shell as a browser runs it, under the real policy: keys, palette, theme, toasts, charts."""

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from core.models import User
from tests.factories import ContactFactory, UserFactory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture
def user() -> User:
    return UserFactory(role="administrator", name="Iris Bakker", language="en", theme="light")


@pytest.fixture
def shell(page: Page, live_server: LiveServer, client: Client, user: User) -> Iterator[Page]:
    """A signed-in page; afterwards, nothing that the policy refused or a script threw."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    client.force_login(user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
    )
    page.set_default_timeout(5000)
    page.goto(f"{live_server.url}/styleguide/")
    yield page
    assert complaints == []


def test_the_palette_finds_and_opens_by_keyboard_alone(shell: Page) -> None:
    shell.keyboard.press("Control+k")
    box = shell.get_by_role("combobox", name="Find a person, a page, an act")
    expect(box).to_be_focused()
    shell.keyboard.type("prefer")

    option = shell.get_by_role("option", name="Preferences")
    expect(option).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", str(option.get_attribute("id")))
    shell.keyboard.press("Enter")

    expect(shell).to_have_url(re.compile("/settings/preferences/$"))


def test_keys_go_to_pages_and_can_be_switched_off(shell: Page) -> None:
    shell.keyboard.press("?")
    shell.get_by_label("Use single keys in this browser").uncheck()
    shell.keyboard.press("Escape")
    shell.keyboard.press("g")
    shell.keyboard.press("s")
    expect(shell).to_have_url(re.compile("/styleguide/$"))

    shell.locator("#user-menu > summary").click()
    shell.get_by_role("button", name="Keyboard map").click()
    shell.get_by_label("Use single keys in this browser").check()
    shell.keyboard.press("Escape")
    shell.keyboard.press("g")
    shell.keyboard.press("s")
    expect(shell).to_have_url(re.compile("/settings/$"))


def test_lists_are_walked_ticked_and_opened_by_keys(shell: Page) -> None:
    boxes = shell.locator("[data-list] [data-select]")
    shell.keyboard.press("j")
    shell.keyboard.press("j")
    shell.keyboard.press("x")

    expect(boxes.nth(1)).to_be_checked()
    expect(shell.locator("[data-bulk]")).to_contain_text("1 ticked")
    shell.keyboard.press("k")
    shell.keyboard.press("x")
    expect(shell.get_by_label("Tick all")).to_be_checked()


def test_the_theme_changes_at_once_and_stays(shell: Page, user: User) -> None:
    shell.locator("#user-menu > summary").click()
    with shell.expect_response(re.compile("/settings/preferences/")):
        shell.locator(".bar").get_by_role("button", name="Dark").click()

    expect(shell.locator("html")).to_have_attribute("data-theme", "dark")
    user.refresh_from_db()
    assert user.theme == "dark"


def test_the_rail_stays_folded_on_the_next_page(shell: Page) -> None:
    shell.get_by_role("button", name="Fold the menu").click()
    shell.reload()

    expect(shell.locator(".shell")).to_have_class(re.compile("is-narrow"))
    expect(shell.get_by_role("link", name="Settings")).to_be_visible()


def test_a_toast_event_shows_words_and_an_undo(shell: Page) -> None:
    shell.evaluate(
        "htmx.trigger(document.body, 'toast', {value: [{text: 'Moved.', undo_url: '/undo/'}]})"
    )

    toast = shell.locator("#toasts .toast")
    expect(toast).to_contain_text("Moved.")
    expect(toast.locator("form")).to_have_attribute("action", "/undo/")
    toast.get_by_role("button", name="Dismiss").click()
    expect(toast).to_have_count(0)


def test_what_stays_is_said_once(shell: Page) -> None:
    """Two requests that meet the same end, a session over, need one line."""
    for text in ("You were signed out", "No connection", "You were signed out"):
        shell.evaluate(
            "(text) => htmx.trigger(document.body, 'toast', {text, level: 'error'})", text
        )

    expect(shell.locator("#toasts [data-text]")).to_have_text(
        ["No connection", "You were signed out"]
    )


def test_dialogs_give_focus_back_to_what_opened_them(shell: Page) -> None:
    opener = shell.get_by_role("button", name="Erase…")
    opener.click()
    expect(shell.get_by_role("dialog")).to_contain_text("It cannot be undone")
    shell.keyboard.press("Escape")

    expect(opener).to_be_focused()


def test_charts_are_drawn_and_read_as_a_table(shell: Page) -> None:
    figure = shell.locator("figure[data-chart=chart-bars-data]")

    expect(figure.locator(".chart-plot svg")).to_be_visible()
    figure.get_by_text("As a table").click()
    expect(figure.get_by_role("row", name="Alumnus 7.5")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_part_meets_wcag_in_both_themes(
    page: Page, live_server: LiveServer, client: Client, user: User, theme: str
) -> None:
    user.theme = theme
    user.save(update_fields=["theme"])
    client.force_login(user)
    page.context.add_cookies(
        [
            {
                "name": settings.SESSION_COOKIE_NAME,
                "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
                "url": live_server.url,
            }
        ]
    )
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{live_server.url}/styleguide/")
    page.evaluate("document.querySelectorAll('details:not(.menu)').forEach(d => d.open = true)")

    result = Axe().run(page, options={"runOnly": WCAG}).response

    assert [(found["id"], found["nodes"][0]["html"]) for found in result["violations"]] == []


def test_without_scripts_the_search_box_is_a_link_and_menus_open(
    live_server: LiveServer, client: Client, user: User, browser: object
) -> None:
    client.force_login(user)
    context = browser.new_context(java_script_enabled=False)  # type: ignore[attr-defined]
    context.add_cookies(
        [
            {
                "name": settings.SESSION_COOKIE_NAME,
                "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
                "url": live_server.url,
            }
        ]
    )
    page: Page = context.new_page()
    page.goto(f"{live_server.url}/settings/preferences/")
    page.locator("#user-menu > summary").click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")

    page.get_by_role("link", name="Find a person, a page, an act").click()
    page.get_by_role("searchbox").fill("pref")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.locator("main").get_by_role("link", name="Preferences")).to_be_visible()
    context.close()


def test_a_search_is_walked_by_keyboard_as_one_types(shell: Page, user: User) -> None:
    vos = ContactFactory(given_name="Ida", infix="van der", family_name="Vos", headline="Jurist")
    ContactFactory(given_name="Otto", family_name="Voskuil")
    ContactFactory(family_name="Smit", note="Sprak over Vossen.")
    shell.goto(shell.url.replace("/styleguide/", "/search/"))
    box = shell.get_by_role("searchbox", name="Find a person, a page, an act")
    expect(box).to_be_focused()
    expect(shell.get_by_text("What one can type")).to_be_visible()

    shell.keyboard.type("vos")

    expect(shell.get_by_role("heading", name="People", exact=True)).to_be_visible()
    first = shell.get_by_role("link", name="Ida van der Vos")
    expect(first.locator("mark")).to_have_text("Vos")
    expect(shell).to_have_url(re.compile(r"/search/\?q=vos$"))
    # What takes longer comes after what is quick.
    expect(shell.get_by_role("heading", name="Notes and contact moments")).to_be_visible()
    expect(shell.get_by_text("Sprak over Vossen.")).to_be_visible()
    problems = Axe().run(shell, options={"runOnly": WCAG}).response["violations"]
    assert [one["id"] for one in problems] == []

    shell.keyboard.press("ArrowDown")
    expect(first).to_be_focused()
    shell.keyboard.press("ArrowDown")
    expect(shell.get_by_role("link", name="Otto Voskuil")).to_be_focused()
    shell.keyboard.press("ArrowUp")
    shell.keyboard.press("ArrowUp")
    expect(box).to_be_focused()
    shell.keyboard.press("ArrowDown")
    shell.keyboard.press("Enter")
    expect(shell).to_have_url(re.compile(f"/people/{vos.uid}/$"))

    # In the palette: the person, and what was searched for before.
    shell.keyboard.press("Control+k")
    expect(shell.get_by_role("option", name="Ida van der Vos")).to_be_visible()
    expect(shell.get_by_role("group", name="Searched before").get_by_role("option")).to_have_text(
        "vos"
    )
    shell.keyboard.type("vd vos")
    expect(shell.get_by_role("option", name="Ida van der Vos")).to_have_attribute(
        "aria-selected", "true"
    )
    expect(shell.get_by_role("option", name="All results for “vd vos”")).to_be_visible()
