"""A field of one's own, from its making to its use: form, list, filter, import and export."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import FilePayload, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from contacts.models import Contact, CustomField
from contacts.services import exports, import_work
from tests.factories import ContactFactory, UserFactory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def manager(
    page: Page, live_server: LiveServer, client: Client, tmp_path: Path, settings: Settings
) -> Iterator[Page]:
    settings.MEDIA_ROOT = tmp_path / "media"
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    client.force_login(UserFactory(role="hr-manager", language="en", theme="light"))
    _take_session(page, live_server, client)
    page.set_default_timeout(15_000)
    yield page
    assert complaints == []


def _take_session(page: Page, live_server: LiveServer, client: Client) -> None:
    name = settings.SESSION_COOKIE_NAME
    cookie = {"name": name, "value": client.cookies[name].value, "url": live_server.url}
    page.context.add_cookies([cookie])


def a_list_is_made(page: Page, url: str) -> None:
    page.goto(f"{url}/settings/fields/")
    page.get_by_role("link", name="New field").click()
    expect(page.get_by_role("group", name="Choices")).to_be_hidden()
    page.get_by_label("Label in English").fill("Shirt size")
    page.get_by_label("Type").select_option("One of a list")
    page.locator("[name=choices-0-en]").fill("Small")
    page.get_by_role("button", name="Another choice").click()
    page.locator("[name=choices-1-en]").fill("Large")
    page.get_by_role("button", name="Make field").click()
    expect(page.get_by_role("link", name="Shirt size")).to_be_visible()


def it_is_filled_in(page: Page, url: str, contact: Contact) -> None:
    page.goto(f"{url}/people/{contact.uid}/edit/")
    page.get_by_label("Shirt size").select_option("Large")
    page.get_by_role("button", name="Save", exact=True).click()
    page.goto(f"{url}/people/{contact.uid}/?tab=about")
    expect(page.locator("dl.facts").get_by_text("Large")).to_be_visible()


def the_list_is_narrowed_by_it(page: Page, url: str) -> None:
    page.goto(f"{url}/people/?add=custom_shirt_size")
    page.get_by_label("Large").check()
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_text("Shirt size: Large")).to_be_visible()
    expect(page.get_by_role("link", name="Ada Vos", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="Eva Bos", exact=True)).to_have_count(0)


def a_file_fills_it(page: Page, url: str) -> None:
    page.goto(f"{url}/people/import/")
    rows = b"Given name,Family name,E-mail,Shirt size\nEva,Bos,eva@example.org,small\n"
    file = FilePayload(name="shirts.csv", mimeType="text/csv", buffer=rows)
    page.locator("main input[type=file]").set_input_files(file)
    page.locator("main form:has(input[type=file]) button").first.click()
    expect(page.locator("select[name=column_3]")).to_have_value("custom_shirt_size")
    page.locator("form[action$='/check/'] .btn-primary").click()
    page.locator(".progress, form[action$='/start/']").first.wait_for()
    assert import_work.work_on_next()
    start = page.locator("form[action$='/start/'] button")
    start.first.wait_for()
    start.first.click()
    page.locator(".progress").first.wait_for()
    assert import_work.work_on_next()
    expect(page.get_by_text("Imported by")).to_be_visible()


def it_leaves_with_the_people(page: Page, url: str) -> None:
    page.goto(f"{url}/people/export/?custom_shirt_size=small")
    page.get_by_label("CSV, for any program").check()
    page.get_by_role("button", name="Make the file").click()
    page.locator("#export-progress").wait_for()
    assert exports.work_on_next()
    link = page.get_by_role("link", name="Fetch the file")
    link.wait_for()
    with page.expect_download() as download:
        link.click()
    text = download.value.path().read_text("utf-8-sig")
    head, row = text.splitlines()
    assert dict(zip(head.split(","), row.split(","), strict=True))["Shirt size"] == "Small"


def test_a_field_from_its_making_to_its_use(manager: Page, live_server: LiveServer) -> None:
    ada = ContactFactory(given_name="Ada", family_name="Vos", language="en")
    ContactFactory(given_name="Eva", family_name="Bos", language="en", email="eva@example.org")

    a_list_is_made(manager, live_server.url)
    it_is_filled_in(manager, live_server.url, ada)
    the_list_is_narrowed_by_it(manager, live_server.url)
    a_file_fills_it(manager, live_server.url)
    it_leaves_with_the_people(manager, live_server.url)

    assert CustomField.objects.get().key == "shirt_size"
    held = Contact.objects.order_by("given_name").values_list("given_name", "custom_values")
    assert list(held) == [("Ada", {"shirt_size": "large"}), ("Eva", {"shirt_size": "small"})]
