"""The main job, walked through the pages as a recruiter walks it: a file of people becomes
relationships that are kept warm. Against the whole product: workers, Redis, PostgreSQL, SMTP.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.support.product import LiveProduct

pytestmark = pytest.mark.browser

DATA = Path(__file__).resolve().parent.parent / "data"
EMAIL, PASSWORD = "ilse@people.example", "kept-warm-by-people"
ACCOUNT = f"""
from contacts.services.team import make_account
from core.models import Role
make_account(email="{EMAIL}", name="Ilse Vos", password="{PASSWORD}", language="en",
             role=Role.objects.get(key="administrator"), actor=None)
"""
# The days that the campaign waits go by in the rows: nobody can wait fourteen days in a test.
DAYS_GO_BY = """
from datetime import timedelta
from django.utils import timezone
from campaigns.models import Enrolment, Touchpoint
Enrolment.objects.update(enrolled_at=timezone.now() - timedelta(days={days}))
waiting = Touchpoint.objects.filter(queue_state="waiting")
waiting.filter(due_at__lte=timezone.now() + timedelta(days={days})).update(due_at=timezone.now())
"""


@pytest.fixture
def recruiter(empty_product: LiveProduct, browser: Browser) -> Iterator[Page]:
    """A colleague in a browser, signed in."""
    empty_product.manage("shell", "-c", ACCOUNT)
    context = browser.new_context(
        base_url=empty_product.url, locale="en-GB", viewport={"width": 1440, "height": 1000}
    )
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.goto("/accounts/login/")
    page.get_by_label("E-mail address").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Desk", level=1)).to_be_visible()
    yield page
    context.close()


def upload(page: Page, name: str) -> None:
    page.goto("/people/import/")
    page.get_by_label("Files", exact=True).set_input_files(DATA / name)
    page.get_by_role("button", name="Look at the file").click()


def try_it(page: Page) -> dict[str, int]:
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_text("The dry run")).to_be_visible(timeout=60_000)
    return row_counts(page)


def row_counts(page: Page) -> dict[str, int]:
    """What the tabs above the rows say: ``{"Created": 394, …}``."""
    tabs = page.get_by_role("navigation", name="Rows by what becomes of them").get_by_role("link")
    counted = {}
    for text in tabs.all_inner_texts():
        label, _, count = re.sub(r"\s+", " ", text.strip()).rpartition(" ")
        counted[label] = int(count.replace(",", ""))
    return counted


def confirm_import(page: Page) -> None:
    page.get_by_role("button", name=re.compile(r"Import [\d,]+ rows?")).click()
    expect(page.get_by_text(re.compile("Imported by Ilse Vos"))).to_be_visible(timeout=120_000)


def a_linkedin_export_is_recognised_tried_and_imported(page: Page) -> None:
    upload(page, "linkedin_connections_400.csv")
    expect(page.get_by_text("LinkedIn connections")).to_be_visible()
    page.get_by_label("Kind, where the file does not say").select_option(label="Prospect")

    tried = try_it(page)
    assert tried["All rows"] == 400
    assert tried["Created"] + tried.get("Refused", 0) + tried.get("Skipped", 0) == 400
    page.goto("/people/")
    expect(page.get_by_text("Nobody here yet")).to_be_visible()

    page.go_back()
    confirm_import(page)
    assert row_counts(page) == tried


def the_same_file_again_changes_nothing(page: Page) -> None:
    upload(page, "linkedin_connections_400.csv")
    page.get_by_label("Kind, where the file does not say").select_option(label="Prospect")

    tried = try_it(page)

    assert tried.get("Created", 0) == tried.get("Updated", 0) == 0
    expect(page.get_by_text("There is nothing to change")).to_be_visible()


def an_hr_spreadsheet_in_another_alphabet_is_imported_too(page: Page) -> None:
    upload(page, "hr_spreadsheet_cp1252.csv")
    expect(page.get_by_label("Letters (encoding)")).to_have_value("cp1252")
    expect(page.get_by_label("Between columns")).to_have_value(";")
    expect(page.get_by_role("cell", name=re.compile("García"))).to_be_visible()

    tried = try_it(page)
    confirm_import(page)

    assert tried["All rows"] == 1264
    assert row_counts(page) == tried
    assert tried["Created"] > 1000


def first_card(page: Page, stage: str) -> Locator:
    return page.locator(f"[data-column={stage}] [data-card]").first


def name_on(card: Locator) -> str:
    """Not the inner text: of a card that was not painted yet there is none."""
    return (card.locator(".person-name").text_content() or "").strip()


def the_board_moves_a_card_by_keyboard_and_by_drag(page: Page) -> None:
    page.goto("/boards/prospect/")
    card = first_card(page, "identified")
    name = name_on(card)
    card.locator("[data-card-link]").focus()
    page.keyboard.press("m")
    page.get_by_role("dialog").get_by_label("In contact").check()
    page.get_by_role("dialog").get_by_role("button", name="Move", exact=True).click()
    moved = page.locator("[data-column=in-contact]").get_by_text(name)
    expect(moved).to_be_visible()
    page.reload()
    expect(moved).to_be_visible()

    dragged = first_card(page, "identified")
    other = name_on(dragged)
    # The card lies there before the server has answered; who looks at the board again waits for it.
    with page.expect_response(re.compile(r"/relationships/[0-9a-f-]+/move/")) as answer:
        dragged.drag_to(page.locator("[data-column=interested] [data-cards]"))
    assert answer.value.ok
    expect(page.locator("[data-column=interested]").get_by_text(other)).to_be_visible()


def the_board_refuses_a_move_that_is_not_allowed(page: Page) -> None:
    page.goto("/boards/prospect/")
    card = first_card(page, "identified")
    name = name_on(card)

    card.drag_to(page.locator("[data-column=offer] [data-cards]"))

    page.wait_for_timeout(500)
    page.reload()
    expect(page.locator("[data-column=identified]").get_by_text(name)).to_be_visible()


def a_contact_page_shows_the_line_of_life_and_every_move(page: Page) -> None:
    page.goto("/boards/prospect/")
    first_card(page, "in-contact").locator("[data-card-link]").click()

    expect(page.get_by_text("Line of life").first).to_be_visible()
    expect(page.get_by_text("from “Identified” to “In contact”").first).to_be_visible()


YARA, MEES = "yara.mulder1@example.org", "mees.devries6@example.com"


def person_path(page: Page, address: str) -> str:
    page.goto(f"/people/?q={address}")
    link = page.locator("[data-row-link]")
    expect(link).to_have_count(1)
    return str(link.get_attribute("href"))


def consent_is_recorded_for_two(page: Page) -> None:
    for address in (YARA, MEES):
        page.goto(person_path(page, address) + "?tab=privacy")
        page.get_by_role("button", name=re.compile("Record as given ?: Jobs")).click()
        expect(page.get_by_role("button", name=re.compile("as withdrawn ?: Jobs"))).to_be_visible()


def write_step(page: Page, day: int, subject: str, body: str) -> None:
    page.get_by_label("Days after the start").fill(str(day))
    for language in ("en", "nl"):
        page.locator(f"[name=subject_{language}]").fill(subject)
        page.locator(f"[name=body_{language}]").fill(body)
    page.get_by_role("button", name="Save", exact=True).click()


def a_campaign_of_three_steps_is_previewed_and_started(page: Page) -> None:
    page.goto("/campaigns/new/?kind=prospect")
    page.get_by_label("Name", exact=True).fill("Come and see")
    page.get_by_role("radio", name="Jobs and assignments").check()
    page.get_by_role("button", name="Write its story").click()
    page.get_by_role("link", name="Begin with a mail").click()
    write_step(page, 0, "Come and see, {{ given_name }}?", "Hello {{ full_name }},\n\nCoffee?")
    page.get_by_role("link", name="Add a task for a colleague").click()
    write_step(page, 3, "Call {{ full_name }}", "Ask how they are.")
    page.get_by_role("link", name="Add a mail").click()
    write_step(page, 14, "See you, {{ given_name }}", "Until then.")

    page.get_by_role("link", name="Preview", exact=True).click()
    expect(page.get_by_role("row", name=re.compile("Come and see"))).to_contain_text("2")
    expect(page.get_by_role("heading", name="No consent for this purpose")).to_be_visible()
    page.get_by_role("link", name="Start for 2 people").click()
    page.get_by_role("dialog").get_by_role("button", name="Start for 2 people").click()

    expect(page.get_by_text("Running").first).to_be_visible()


def wait_for_mails(page: Page, product: LiveProduct, address: str, count: int) -> None:
    """Beat and workers do it in their own time; looking does not hurry them."""
    for _ in range(120):
        if len(product.mails_to(address)) >= count:
            break
        page.wait_for_timeout(500)
    assert len(product.mails_to(address)) == count


def workers_send_the_first_mail_over_smtp(page: Page, empty_product: LiveProduct) -> None:
    for address in (YARA, MEES):
        wait_for_mails(page, empty_product, address, 1)

    page.goto(f"/outbox/?q={YARA}")
    page.get_by_role("link", name="Come and see, Yara?").click()
    letter = page.frame_locator("iframe").locator("body")
    expect(letter).to_contain_text("Hello Yara Mulder")


def one_click_from_the_mail_stops_the_rest(page: Page) -> None:
    page.goto(f"/outbox/?q={MEES}")
    page.get_by_role("link", name="Come and see, Mees?").click()
    page.get_by_role("button", name="Unsubscribe, as a mail program would").click()
    expect(page.locator(".toast").first).to_be_visible()

    page.goto(person_path(page, MEES))
    expect(page.get_by_text("Consent withdrawn for “Jobs and assignments”")).to_be_visible()
    expect(page.get_by_text("Taken off the campaign “Come and see”")).to_be_visible()


def days_go_by(product: LiveProduct, days: int) -> None:
    product.manage("shell", "-c", DAYS_GO_BY.format(days=days))


def the_task_comes_to_the_desk_and_is_done_in_two_clicks(
    page: Page, empty_product: LiveProduct
) -> None:
    days_go_by(empty_product, 3)
    task = page.get_by_text("Call Yara Mulder")
    for _ in range(60):
        page.goto("/")
        if task.count():
            break
        page.wait_for_timeout(500)
    expect(task.first).to_be_visible()
    expect(page.get_by_text(re.compile("Call Mees"))).to_have_count(0)

    row = page.locator("[data-desk-item], li, article").filter(has=task).last
    row.get_by_role("button", name=re.compile("Done")).click()

    expect(page.get_by_role("button", name="Undo")).to_be_visible()


def the_last_mail_leaves_after_fourteen_days(page: Page, empty_product: LiveProduct) -> None:
    days_go_by(empty_product, 14)

    wait_for_mails(page, empty_product, YARA, 2)
    wait_for_mails(page, empty_product, MEES, 1)
    page.goto(person_path(page, YARA))
    for line in (
        "Mail “Come and see, Yara?” sent by the campaign",
        "Task done: Call Yara Mulder",
        "Reached the end of the campaign “Come and see”",
    ):
        expect(page.get_by_text(line).first).to_be_visible()


def the_dashboard_counts_what_happened(page: Page) -> None:
    page.goto("/insights/")

    expect(page.get_by_role("heading", name="Insights")).to_be_visible()
    expect(page.locator("figure[data-chart] svg").first).to_be_visible()
    page.get_by_text("As a table").first.click()
    expect(page.get_by_role("cell", name=re.compile(r"^\d+$")).first).to_be_visible()


def test_the_main_job(recruiter: Page, empty_product: LiveProduct) -> None:
    """From a file of people to relationships that are kept warm, in one walk."""
    page = recruiter
    a_linkedin_export_is_recognised_tried_and_imported(page)
    the_same_file_again_changes_nothing(page)
    an_hr_spreadsheet_in_another_alphabet_is_imported_too(page)
    the_board_moves_a_card_by_keyboard_and_by_drag(page)
    the_board_refuses_a_move_that_is_not_allowed(page)
    a_contact_page_shows_the_line_of_life_and_every_move(page)
    consent_is_recorded_for_two(page)
    a_campaign_of_three_steps_is_previewed_and_started(page)
    workers_send_the_first_mail_over_smtp(page, empty_product)
    one_click_from_the_mail_stops_the_rest(page)
    the_task_comes_to_the_desk_and_is_done_in_two_clicks(page, empty_product)
    the_last_mail_leaves_after_fourteen_days(page, empty_product)
    the_dashboard_counts_what_happened(page)
