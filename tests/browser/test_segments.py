"""Building a segment, deciding who comes in and moving people in a pool: by keyboard, by mouse,
and without a script.
"""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from contacts.models import PoolMember, Segment, SegmentMember, SegmentProposal
from core.models import User
from tests.factories import ContactFactory, RelationshipFactory, UserFactory
from tests.factories.groups import (
    PoolMemberFactory,
    SegmentFactory,
    SegmentProposalFactory,
    TalentPoolFactory,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def recruiter() -> User:
    return UserFactory(role="recruiter", language="en", theme="light")


@pytest.fixture
def session(client: Client, recruiter: User, live_server: LiveServer) -> dict[str, str]:
    client.force_login(recruiter)
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    return {"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}


@pytest.fixture
def colleague(page: Page, session: dict[str, str]) -> Iterator[Page]:
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.context.add_cookies([session])  # type: ignore[list-item]
    page.set_default_timeout(10_000)
    yield page
    # One that was overtaken while somebody typed is called an error by htmx.
    overtaken = ("htmx:afterRequest", "htmx:sendAbort")
    assert [said for said in complaints if not said.startswith(overtaken)] == []


def people() -> None:
    for city, kind in (("Utrecht", "alumnus"), ("Utrecht", "prospect"), ("Gouda", "alumnus")):
        contact = ContactFactory(given_name=kind.title(), family_name=city, city=city)
        RelationshipFactory(contact=contact, kind=kind)


def test_a_nested_rule_is_built_by_keyboard_alone(colleague: Page, live_server: LiveServer) -> None:
    people()
    page = colleague
    page.goto(f"{live_server.url}/segments/new/")
    preview = page.locator("#rule-preview")
    expect(preview).to_contain_text("3")

    first = page.locator('[name="r.0.field"]')
    first.focus()
    first.select_option("city")
    expect(page.locator('[name="r.0.op"]')).to_be_visible()
    expect(page.locator('[name="r.0.field"]')).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("utrecht")
    expect(preview).to_contain_text("City is “utrecht”")
    expect(preview.locator(".rule-count")).to_have_text("2")

    page.locator('[id="r.group"]').focus()
    page.keyboard.press("Enter")
    nested = page.locator('[name="r.1.0.field"]')
    expect(nested).to_be_focused()
    nested.select_option("kind")
    page.locator('[name="r.1.match"]').select_option("none")
    prospect = page.get_by_label("Prospect")
    prospect.focus()
    page.keyboard.press("Space")
    expect(preview).to_contain_text("none of: (Kind is Prospect)")
    expect(preview).to_contain_text("Alumnus Utrecht")
    expect(preview.locator(".rule-count")).to_have_text("1")

    page.locator("#id_name").fill("Near, and left")
    page.get_by_role("button", name="Save").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Near, and left")
    rule = Segment.objects.get().rule
    assert rule["rules"][1] == {
        "match": "none",
        "rules": [{"field": "kind", "op": "one_of", "values": ["prospect"]}],
    }


def test_conditions_are_taken_away_and_enter_loses_nothing(
    colleague: Page, live_server: LiveServer
) -> None:
    people()
    page = colleague
    page.goto(f"{live_server.url}/segments/new/?city=Utrecht&kind=alumnus")
    expect(page.locator("#rule-preview .rule-count")).to_have_text("1")
    page.locator("#id_name").fill("Kept")

    page.locator('[id="r.0"]').get_by_role("button", name="Take this condition away").click()
    expect(page.locator("#rule-preview .rule-count")).to_have_text("2")
    page.locator('[name="r.0.field"]').select_option("headline")
    page.locator('[name="r.0.value"]').fill("engineer")
    page.keyboard.press("Enter")
    expect(page.locator("#rule-preview .rule-count")).to_have_text("0")
    expect(page.locator("#id_name")).to_have_value("Kept")
    expect(page.locator('[name="r.0.value"]')).to_have_value("engineer")


def test_the_builder_works_without_a_script(
    browser: Browser, session: dict[str, str], live_server: LiveServer
) -> None:
    people()
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies([session])  # type: ignore[list-item]
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.goto(f"{live_server.url}/segments/new/")

    page.locator('[name="r.0.field"]').select_option("city")
    page.get_by_role("button", name="Update what is asked").click()
    page.locator('[name="r.0.value"]').fill("Utrecht")
    page.get_by_role("button", name="Condition", exact=True).click()
    page.locator('[name="r.1.field"]').select_option("kind")
    page.get_by_role("button", name="Update what is asked").click()
    page.get_by_label("Alumnus").check()
    page.get_by_role("button", name="Update what is asked").click()
    expect(page.locator("#rule-preview .rule-count")).to_have_text("1")
    page.locator("#id_name").fill("Plain")
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Plain")
    context.close()


def test_the_inbox_is_walked_by_keys(
    colleague: Page, live_server: LiveServer, recruiter: User
) -> None:
    segment = SegmentFactory(is_reviewed=True, owner=recruiter, waiting=2)
    first, second = (SegmentProposalFactory(segment=segment) for _one in range(2))
    page = colleague
    page.goto(f"{live_server.url}/segments/{segment.uid}/review/")

    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("a")
    expect(page.locator("#segment-inbox")).to_contain_text("accepted")
    assert SegmentMember.objects.get().contact == first.contact

    page.keyboard.press("j")
    page.keyboard.press("x")
    page.get_by_label("Why not").fill("Not now")
    page.get_by_role("button", name="Decline").click()
    expect(page.locator("#segment-inbox")).to_contain_text("Nobody waits")
    assert SegmentProposal.objects.get(pk=second.pk).reason == "Not now"


def test_a_card_of_a_pool_is_moved_by_keys_and_undone(
    colleague: Page, live_server: LiveServer, recruiter: User
) -> None:
    pool = TalentPoolFactory(owner=recruiter, steps=["Asked", "Met"])
    member = PoolMemberFactory(pool=pool, step=pool.steps.get(position=1))
    page = colleague
    page.goto(f"{live_server.url}/segments/pools/{pool.uid}/board/")

    page.locator("[data-card-link]").first.focus()
    page.keyboard.press("m")
    expect(page.locator("dialog[open]")).to_contain_text("Met")
    page.keyboard.press("Enter")
    met = page.locator("[data-column]").filter(has_text="Met")
    expect(met.locator("[data-card]")).to_contain_text(member.contact.full_name)
    assert PoolMember.objects.get().step.name == "Met"

    page.get_by_role("button", name="Undo").click()
    asked = page.locator("[data-column]").filter(has_text="Asked")
    expect(asked.locator("[data-card]")).to_contain_text(member.contact.full_name)
