"""The list of people as a recruiter lives in it: ticks, acts on many, columns, views, cells."""

import re
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from contacts import listing
from contacts.models import BulkRun, Contact, SavedView
from contacts.selectors.paging import page_of
from contacts.services import bulk_work
from contacts.services.contacts import update_contact
from contacts.views import bulk as bulk_views
from core.models import User
from tests.factories import ContactFactory, UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# A refused form is answered with 422, which Chromium logs by itself.
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
    page.set_default_timeout(20_000)
    expect.set_options(timeout=20_000)
    yield page
    expect.set_options(timeout=5_000)
    assert [said for said in complaints if EXPECTED not in said] == []


def people(*names: str, **fields: str) -> list[Contact]:
    return [ContactFactory(family_name=name, **fields) for name in names]


def row(page: Page, name: str) -> Locator:
    return page.locator("tbody tr").filter(has_text=name)


def test_ticks_by_click_range_and_key_and_a_tag_for_them_undone(
    colleague: Page, live_server: LiveServer
) -> None:
    people("Aalders", "Bakker", "Cornelisse", "Dekker")
    colleague.goto(f"{live_server.url}/people/")
    bar = colleague.locator(".bulk-bar")
    expect(bar).to_be_hidden()

    row(colleague, "Aalders").locator("[data-select]").click()
    row(colleague, "Cornelisse").locator("[data-select]").click(modifiers=["Shift"])
    expect(bar.locator("[data-count]")).to_have_text("3")
    expect(colleague.locator("#announcer")).to_have_text("3 ticked")
    row(colleague, "Bakker").locator("[data-row-link]").focus()
    colleague.keyboard.press("x")
    expect(bar.locator("[data-count]")).to_have_text("2")
    bar.get_by_role("button", name="Tag", exact=True).click()
    dialog = colleague.locator("#dialog")
    expect(dialog).to_contain_text("2 people")
    dialog.get_by_label("Tags").fill("Java")
    dialog.get_by_role("button", name="Tag", exact=True).click()
    toast = colleague.locator(".toast").filter(has_text="2 people: tag with “Java”")
    expect(toast).to_be_visible()

    tagged = Contact.objects.filter(tags__name="Java").in_name_order()
    assert [one.family_name for one in tagged] == ["Aalders", "Cornelisse"]
    toast.get_by_role("button", name="Undo").click()
    expect(colleague.locator(".toast").filter(has_text="Undone")).to_be_visible()
    assert not tagged.all().exists()


def test_who_is_chosen_stays_chosen_on_other_pages_and_under_filters(
    colleague: Page, live_server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(page_of.__kwdefaults__, "size", 2)
    people("Aalders", "Bakker", "Cornelisse", "Dekker", "Evers")
    colleague.goto(f"{live_server.url}/people/")
    bar = colleague.locator(".bulk-bar")
    count, elsewhere = bar.locator("[data-count]"), bar.locator("[data-elsewhere-count]")

    row(colleague, "Aalders").locator("[data-select]").click()
    colleague.get_by_role("link", name="Next", exact=True).click()
    expect(row(colleague, "Dekker")).to_be_visible()
    expect(count).to_have_text("1")
    colleague.locator("[data-select-all]").click()
    expect(count).to_have_text("3")
    expect(elsewhere).to_have_text("1")
    row(colleague, "Dekker").locator("[data-select]").click()
    colleague.locator("#people-q").fill("nobody")
    expect(colleague.get_by_text("Nobody fits")).to_be_visible()
    expect(count).to_have_text("2")
    expect(elsewhere).to_have_text("2")
    bar.get_by_role("link", name="not on this page").click()
    expect(row(colleague, "Cornelisse").locator("[data-select]")).to_be_checked()
    expect(bar.locator("[data-elsewhere]")).to_be_hidden()

    colleague.goto(f"{live_server.url}/people/?q=evers")
    expect(count).to_have_text("2")
    bar.get_by_role("button", name="Tag", exact=True).click()
    dialog = colleague.locator("#dialog")
    expect(dialog).to_contain_text("2 people")
    dialog.get_by_label("Tags").fill("Java")
    dialog.get_by_role("button", name="Tag", exact=True).click()
    expect(colleague.locator(".toast").filter(has_text="2 people: tag with")).to_be_visible()
    expect(bar).to_be_hidden()
    tagged = Contact.objects.filter(tags__name="Java").in_name_order()
    assert [one.family_name for one in tagged] == ["Aalders", "Cornelisse"]

    row(colleague, "Evers").locator("[data-select]").click()
    colleague.goto(f"{live_server.url}/people/")
    expect(count).to_have_text("1")
    bar.get_by_role("button", name="Clear").click()
    expect(bar).to_be_hidden()
    colleague.reload()
    expect(row(colleague, "Aalders")).to_be_visible()
    expect(bar).to_be_hidden()


def test_no_more_are_chosen_than_can_be_named(
    colleague: Page, live_server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "MOST_PICKED", 2)
    people("Aalders", "Bakker", "Cornelisse")
    colleague.goto(f"{live_server.url}/people/")

    colleague.locator("[data-select-all]").click()

    told = colleague.locator(".toast").filter(has_text="2 people can be chosen by hand")
    expect(told).to_be_visible()
    expect(colleague.locator(".bulk-bar [data-count]")).to_have_text("2")
    expect(row(colleague, "Cornelisse").locator("[data-select]")).not_to_be_checked()


def test_ticks_without_a_script_are_of_their_page(colleague: Page, live_server: LiveServer) -> None:
    people("Aalders", "Bakker")
    browser = colleague.context.browser
    assert browser is not None
    plain = browser.new_context(java_script_enabled=False)
    plain.add_cookies(colleague.context.cookies())  # type: ignore[arg-type]
    bare = plain.new_page()

    bare.goto(f"{live_server.url}/people/")
    expect(bare.locator("[data-elsewhere]")).to_be_hidden()
    row(bare, "Bakker").locator("[data-select]").check()
    bare.locator(".bulk-bar").get_by_role("button", name="Tag", exact=True).click()
    expect(bare.get_by_text("1 person")).to_be_visible()
    bare.get_by_label("Tags").fill("Java")
    bare.get_by_role("button", name="Tag", exact=True).click()

    expect(row(bare, "Bakker")).to_be_visible()
    assert [one.family_name for one in Contact.objects.filter(tags__name="Java")] == ["Bakker"]
    plain.close()


def test_no_press_is_lost_while_columns_are_chosen(
    colleague: Page, live_server: LiveServer
) -> None:
    """Pressed as fast as a machine can, with the server slow to answer."""
    people("Aalders", city="Delft", headline="Adviser")
    colleague.goto(f"{live_server.url}/people/")
    colleague.keyboard.press("v")
    dialog = colleague.locator("#dialog")
    expect(dialog.get_by_role("button", name="Take City away")).to_be_visible()
    asked: list[str] = []
    colleague.on("request", lambda request: asked.append(request.method))

    colleague.evaluate(
        """() => {
            const press = (name, key) =>
                document.querySelector(`#dialog button[name=${name}][value=${key}]`).click();
            for (const row of [...document.querySelectorAll("#dialog [data-column]")])
                press("drop", row.dataset.column);
            for (const key of ["email", "phone", "city"]) press("column", key);
            press("up", "city");
            press("up", "city");
            press("drop", "phone");
        }"""
    )
    assert asked == []
    rows = dialog.locator("[data-columns] [data-column]")
    expect(rows).to_have_count(2)
    assert [one.get_attribute("data-column") for one in rows.all()] == ["city", "email"]
    expect(dialog.get_by_role("button", name="City further to the front")).to_be_disabled()
    dialog.get_by_role("button", name="Apply").last.click()

    expect(colleague.get_by_role("columnheader", name="E-mail")).to_be_visible()
    assert colleague.locator("thead th").all_text_contents()[1:4] == ["Name", "City", "E-mail"]


def test_all_who_match_are_followed_while_a_worker_is_at_it(
    colleague: Page, live_server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_views, "FEW", 1)
    monkeypatch.setattr(bulk_views, "hurry_bulk_acts", lambda: None)
    people("Aalders", "Bakker", city="Delft")
    people("Elsewhere", city="Gouda")
    colleague.goto(f"{live_server.url}/people/?city=Delft")

    colleague.locator("[data-select-all]").click()
    offer = colleague.locator("[data-all-offer]")
    expect(offer).to_contain_text("(2)")
    offer.locator("[data-all]").check()
    colleague.locator(".bulk-bar").get_by_role("button", name="Put aside").click()
    dialog = colleague.locator("#dialog")
    expect(dialog).to_contain_text("2 people: in Delft")
    dialog.get_by_role("button", name="Put aside").click()
    waiting = colleague.locator(".bulk-one").filter(has_text="waiting for a worker")
    expect(waiting).to_be_visible()

    # Elsewhere, and back: it is still told of.
    colleague.goto(f"{live_server.url}/people/bulk/")
    expect(colleague.get_by_role("link", name="Put aside")).to_be_visible()
    colleague.goto(f"{live_server.url}/people/")
    expect(waiting).to_be_visible()
    while bulk_work.work_on_next():
        pass
    ended = colleague.locator(".bulk-one").filter(has_text="2 done")
    expect(ended).to_be_visible()
    ended.get_by_role("button", name="Undo").click()
    expect(waiting).to_be_visible()
    while bulk_work.work_on_next():
        pass
    expect(colleague.locator(".bulk-one").filter(has_text="2 given back")).to_be_visible()
    assert (BulkRun.objects.get().state, Contact.objects.active().count()) == ("undone", 3)


def test_columns_by_keyboard_and_without_a_script(colleague: Page, live_server: LiveServer) -> None:
    people("Aalders", city="Delft", headline="Adviser")
    colleague.goto(f"{live_server.url}/people/")
    expect(colleague.get_by_role("columnheader", name="Position")).to_have_count(0)

    colleague.keyboard.press("v")
    dialog = colleague.locator("#dialog")
    dialog.get_by_role("button", name="Position").press("Enter")
    taken = dialog.get_by_role("button", name="Take Position away")
    expect(taken).to_be_visible()
    dialog.get_by_role("button", name="Position further to the front").press("Enter")
    expect(dialog.locator("[data-column]").nth(-2)).to_contain_text("Position")
    expect(dialog.get_by_role("button", name="Position further to the front")).to_be_focused()
    dialog.get_by_role("button", name="Apply").last.press("Enter")
    expect(colleague.get_by_role("columnheader", name="Position")).to_be_visible()

    browser = colleague.context.browser
    assert browser is not None
    plain = browser.new_context(java_script_enabled=False)
    plain.add_cookies(colleague.context.cookies())  # type: ignore[arg-type]
    bare = plain.new_page()
    bare.goto(f"{live_server.url}/people/")
    bare.get_by_role("button", name="Columns").click()
    bare.get_by_role("button", name="Take Position away").click()
    bare.get_by_role("button", name="Apply").last.click()
    expect(bare.get_by_role("columnheader", name="Position")).to_have_count(0)
    expect(bare.get_by_role("columnheader", name="City")).to_be_visible()
    plain.close()


def test_a_view_is_kept_changed_and_discarded(colleague: Page, live_server: LiveServer) -> None:
    people("Aalders", city="Delft")
    people("Bakker", city="Gouda")
    colleague.goto(f"{live_server.url}/people/?city=Delft")

    colleague.get_by_role("button", name="Save as a view").click()
    dialog = colleague.locator("#dialog")
    dialog.get_by_label("Name").fill("In Delft")
    dialog.get_by_role("button", name="Save").click()
    tab = colleague.locator(".view-tabs").get_by_role("link", name="In Delft")
    expect(tab).to_have_attribute("aria-current", "page")
    expect(row(colleague, "Bakker")).to_have_count(0)

    colleague.locator("#people-q").fill("nobody")
    expect(colleague.get_by_text("Nobody fits")).to_be_visible()
    expect(colleague.locator("#view-changed")).to_contain_text("Changed")
    colleague.locator("#view-changed").get_by_role("button", name="Discard").click()
    expect(row(colleague, "Aalders")).to_be_visible()
    expect(colleague.locator("#view-changed")).not_to_contain_text("Changed")
    colleague.get_by_role("link", name="All people").click()
    expect(row(colleague, "Bakker")).to_be_visible()

    view = SavedView.objects.get()
    colleague.goto(f"{live_server.url}/people/views/")
    colleague.get_by_role("button", name="Delete").click()
    colleague.locator(".toast").get_by_role("button", name="Undo").click()
    expect(colleague.get_by_role("link", name="In Delft")).to_be_visible()
    view.refresh_from_db()
    assert view.deleted_at is None


def test_a_cell_is_changed_by_keyboard_and_shows_what_somebody_else_wrote(
    colleague: Page, live_server: LiveServer
) -> None:
    (person,) = people("Aalders", city="Delft")
    colleague.goto(f"{live_server.url}/people/?columns=city")
    cell = row(colleague, "Aalders").locator("td[data-cell=city]")

    row(colleague, "Aalders").locator("[data-row-link]").focus()
    colleague.keyboard.press("ArrowRight")
    expect(cell).to_be_focused()
    colleague.keyboard.press("Enter")
    field = cell.get_by_label("City", exact=True)
    expect(field).to_be_focused()
    colleague.keyboard.type("Nowhere")
    colleague.keyboard.press("Escape")
    expect(cell).to_have_text("Delft")
    expect(cell).to_be_focused()

    colleague.keyboard.press("F2")
    expect(field).to_be_focused()
    colleague.keyboard.type("Gouda")
    update_contact(contact=person, actor=None, city="Leiden")
    colleague.keyboard.press("Enter")
    expect(cell).to_contain_text("Saved meanwhile: Leiden")
    expect(field).to_have_value("Gouda")
    cell.get_by_role("button", name="Keep mine").click()
    expect(cell).to_have_text("Gouda")
    person.refresh_from_db()
    assert person.city == "Gouda"

    cell.dblclick()
    expect(field).to_be_focused()
    field.evaluate("field => field.removeAttribute('maxlength')")
    field.fill("x" * 101)
    cell.get_by_role("button", name="Save").click()
    expect(cell.get_by_role("alert")).to_contain_text(re.compile("at most 100"))
    cell.get_by_role("button", name="Cancel").click()
    expect(cell).to_have_text("Gouda")


def test_keys_walk_the_rows_and_the_panel_still_opens(
    colleague: Page, live_server: LiveServer
) -> None:
    people("Aalders", "Bakker")
    colleague.goto(f"{live_server.url}/people/")

    colleague.keyboard.press("j")
    colleague.keyboard.press("j")
    expect(row(colleague, "Bakker").locator("[data-row-link]")).to_be_focused()
    row(colleague, "Bakker").get_by_role("link", name="A closer look: Ada Bakker").click()
    expect(colleague.locator("#panel-content")).to_contain_text("Ada Bakker")
    colleague.keyboard.press("Escape")
    row(colleague, "Bakker").locator("[data-row-link]").press("Enter")
    expect(colleague.locator("h1")).to_have_text("Ada Bakker")
