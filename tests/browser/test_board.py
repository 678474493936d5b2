"""A board as colleagues use it together: many at once, live, and with a thousand cards."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from contacts.models import Contact
from core.models import User
from relationships.models import Relationship
from relationships.services.lifecycle import move_to_stage
from tests.factories import ContactFactory, RelationshipFactory, UserFactory, stage

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


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
    yield page
    assert complaints == []


def card(page: Page, name: str) -> Locator:
    return page.locator("[data-card]").filter(has_text=name)


def column(page: Page, key: str) -> Locator:
    return page.locator(f"[data-column={key}]")


def named(*names: str, at: str = "identified") -> list[Relationship]:
    """The first stands on top."""
    now = timezone.now()
    return [
        RelationshipFactory(
            contact=ContactFactory(given_name=name),
            at=at,
            stage_since=now - timedelta(days=1 + number),
        )
        for number, name in enumerate(names)
    ]


def test_many_are_ticked_and_moved_by_keyboard_and_taken_back(
    colleague: Page, live_server: LiveServer
) -> None:
    rows = named("Anna", "Bram", "Chris")
    offered = named("Dewi", at="offer")[0]
    colleague.goto(f"{live_server.url}/boards/prospect/")

    card(colleague, "Anna").locator("[data-card-link]").focus()
    colleague.keyboard.press("x")
    colleague.keyboard.press("ArrowDown")
    colleague.keyboard.press("x")
    card(colleague, "Dewi").locator("[data-card-link]").focus()
    colleague.keyboard.press("x")
    bar = colleague.get_by_role("region", name="With those who are ticked")
    expect(bar).to_contain_text("3 ticked")
    colleague.keyboard.press("m")
    expect(colleague.get_by_role("heading", name="Move 3 people")).to_be_visible()
    colleague.get_by_role("radio", name="Interested").check()
    colleague.keyboard.press("Enter")

    expect(column(colleague, "interested").locator("[data-card]")).to_have_count(2)
    expect(card(colleague, "Dewi")).to_contain_text("does not allow a move from “Offer”")
    expect(colleague.locator("#toasts")).to_contain_text("2 people are now at “Interested”.")
    expect(column(colleague, "interested").locator(".count")).to_contain_text("2")
    colleague.get_by_role("button", name="Undo").press("Enter")
    expect(column(colleague, "identified").locator("[data-card]")).to_have_count(3)
    found = Relationship.objects.select_related("stage").in_bulk(
        [*(r.pk for r in rows), offered.pk]
    )
    assert {row.stage.key for row in found.values()} == {"identified", "offer"}


def test_shift_and_an_arrow_move_a_card_and_say_so(
    colleague: Page, live_server: LiveServer
) -> None:
    row = named("Anna")[0]
    colleague.goto(f"{live_server.url}/boards/prospect/")
    link = card(colleague, "Anna").locator("[data-card-link]")

    link.focus()
    colleague.keyboard.press("Shift+ArrowLeft")
    expect(colleague.locator("#announcer")).to_have_text(
        "The lifecycle allows no move that way from here."
    )
    colleague.keyboard.press("Shift+ArrowRight")

    moved = column(colleague, "in-contact").locator("[data-card-link]")
    expect(moved).to_be_focused()
    expect(colleague.locator("#toasts")).to_contain_text("is now at “In contact”")
    row.refresh_from_db()
    assert row.stage.key == "in-contact"


@pytest.mark.parametrize(
    ("order", "names"),
    [
        ("", ["Anna", "Chris", "Dewi"]),
        ("longest", ["Dewi", "Chris", "Anna"]),
        ("touch", ["Dewi", "Anna", "Chris"]),
    ],
)
def test_a_card_that_a_colleague_moves_comes_where_the_order_puts_it(
    colleague: Page, live_server: LiveServer, order: str, names: list[str]
) -> None:
    """Anna is moved now; her day lies between those of the others."""
    (anna,) = named("Anna")
    others = named("Chris", "Dewi", at="interested")
    today = timezone.localdate()
    for row, days in zip((anna, *others), (5, 9, 2), strict=True):
        touch = today + timedelta(days=days)
        Relationship.objects.filter(pk=row.pk).update(next_touch_on=touch)
    colleague.goto(f"{live_server.url}/boards/prospect/?order={order}")
    expect(card(colleague, "Anna")).to_be_visible()

    moved = move_to_stage(relationship=anna, to_stage=stage("prospect", "interested"), actor=None)
    Relationship.objects.filter(pk=moved.relationship_id).update(
        next_touch_on=today + timedelta(days=5)
    )
    colleague.evaluate("htmx.trigger('#board-live', 'look')")

    arrived = column(colleague, "interested").locator("[data-card]")
    expect(arrived).to_have_count(3)
    shown = [text.split()[0] for text in arrived.locator("[data-card-link]").all_text_contents()]
    assert shown == names


def test_what_a_colleague_moves_is_seen_and_keeps_focus_and_ticks(
    colleague: Page, live_server: LiveServer
) -> None:
    rows = named("Anna", "Bram", "Chris")
    colleague.goto(f"{live_server.url}/boards/prospect/")
    card(colleague, "Bram").locator("[data-card-link]").focus()
    colleague.keyboard.press("x")

    for row in rows[:2]:
        move_to_stage(relationship=row, to_stage=stage("prospect", "interested"), actor=None)
    colleague.evaluate("htmx.trigger('#board-live', 'look')")

    expect(column(colleague, "interested").locator("[data-card]")).to_have_count(2)
    expect(column(colleague, "identified").locator("[data-card]")).to_have_count(1)
    expect(column(colleague, "identified").locator(".count")).to_contain_text("1")
    expect(card(colleague, "Bram").locator("[data-card-link]")).to_be_focused()
    expect(card(colleague, "Bram").locator("[data-select]")).to_be_checked()
    expect(colleague.locator("#announcer")).to_contain_text("is now at “Interested”.")

    # Who stands where they stood stays in their place.
    Relationship.objects.filter(pk=rows[2].pk).update(next_touch_on=timezone.localdate())
    move_to_stage(relationship=rows[0], to_stage=stage("prospect", "in-conversation"), actor=None)
    colleague.evaluate("htmx.trigger('#board-live', 'look')")
    expect(column(colleague, "in-conversation").locator("[data-card]")).to_have_count(1)
    expect(colleague.locator("[data-card]")).to_have_count(3)


def test_a_thousand_cards_come_as_one_scrolls(colleague: Page, live_server: LiveServer) -> None:
    people = Contact.objects.bulk_create(
        ContactFactory.build(given_name=f"Person{n}", unit=None) for n in range(1000)
    )
    entry, now = stage("prospect", "identified"), timezone.now()
    Relationship.objects.bulk_create(
        RelationshipFactory.build(
            contact=person, stage=entry, owner=None, stage_since=now - timedelta(minutes=n)
        )
        for n, person in enumerate(people)
    )
    colleague.goto(f"{live_server.url}/boards/prospect/")
    cards = column(colleague, "identified").locator("[data-card]")
    expect(cards.first).to_be_visible()

    # End goes to the last that is there, which brings the next.
    link = cards.first.locator("[data-card-link]")
    link.focus()
    for _ in range(30):
        if cards.count() == 1000:
            break
        before = cards.count()
        colleague.keyboard.press("End")
        colleague.wait_for_function(
            "n => document.querySelectorAll('[data-column=identified] [data-card]').length > n"
            " || !document.querySelector('[data-column=identified] .board-more')",
            arg=before,
        )

    expect(cards).to_have_count(1000)
    colleague.keyboard.press("End")
    last = cards.last.locator("[data-card-link]")
    expect(last).to_be_focused()
    expect(last).to_be_in_viewport()
    names = cards.locator("[data-card-link]").all_text_contents()
    assert [re.findall(r"\d+", name)[0] for name in names] == [str(n) for n in range(1000)]
    colleague.keyboard.press("Shift+ArrowRight")
    # Waited for first: an expectation not met at once describes the whole page, a thousand cards.
    moved = column(colleague, "in-contact").locator("[data-card-link]")
    moved.wait_for()
    colleague.wait_for_function("document.activeElement.closest('[data-column=in-contact]')")
    expect(column(colleague, "identified").locator(".count")).to_contain_text("999")


def test_filters_stand_in_the_address_and_stay_when_cards_move(
    colleague: Page, live_server: LiveServer, recruiter: User
) -> None:
    mine = RelationshipFactory(owner=recruiter, contact=ContactFactory(given_name="Anna"))
    RelationshipFactory(contact=ContactFactory(given_name="Bram"))
    colleague.goto(f"{live_server.url}/boards/prospect/")

    colleague.get_by_label("Owner").select_option("me")
    expect(colleague).to_have_url(re.compile(r"owner=me"))
    expect(colleague.locator("[data-card]")).to_have_count(1)
    move_to_stage(relationship=mine, to_stage=stage("prospect", "interested"), actor=None)
    colleague.evaluate("htmx.trigger('#board-live', 'look')")

    expect(column(colleague, "interested").locator("[data-card]")).to_have_count(1)
    expect(colleague.locator("[data-card]")).to_have_count(1)
    colleague.reload()
    expect(colleague.get_by_label("Owner")).to_have_value("me")
    colleague.get_by_role("searchbox").fill("nobody at all")
    colleague.keyboard.press("Enter")
    expect(colleague.get_by_role("heading", name="Nobody fits")).to_be_visible()
