"""Promises, goodwill, facts, notes and health on the pages: what is shown, sent and refused."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from contacts.models import Contact
from core.models import User
from relationships.models import (
    FollowUp,
    GoodwillEntry,
    Interaction,
    Mention,
    PersonalFact,
    Promise,
    RelationshipHealth,
)
from relationships.services.health import refresh_all
from relationships.services.interactions import log_interaction
from tests.factories import (
    ContactFactory,
    GoodwillEntryFactory,
    OrgUnitFactory,
    PersonalFactFactory,
    PromiseFactory,
    RelationshipFactory,
    TagFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def recruiter(client: Client) -> User:
    user = UserFactory(role="recruiter", name="Anouk Smit", language="en")
    client.force_login(user)
    return user


def url(name: str, row: object) -> str:
    return reverse(f"relationships:{name}", args=[row.uid])  # type: ignore[attr-defined]


def on(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def page_of(client: Client, contact: Contact) -> str:
    return client.get(reverse("contacts:person", args=[contact.uid])).content.decode()


def test_a_promise_from_form_to_kept_without_a_script(client: Client, recruiter: User) -> None:
    contact = ContactFactory()
    given = {
        "side": "us",
        "text": "Send the plan",
        "due_on": on(3).isoformat(),
        "promiser": recruiter.uid,
    }
    answer = client.post(url("promise-new", contact), given)
    assert answer.status_code == 302
    promise = Promise.objects.get()
    assert (promise.text, promise.due_on, promise.promiser) == ("Send the plan", on(3), recruiter)
    assert "Send the plan" in page_of(client, contact)

    assert client.post(url("promise-keep", promise)).status_code == 302
    promise.refresh_from_db()
    assert promise.state == "kept"
    client.post(url("promise-reopen", promise))
    promise.refresh_from_db()
    assert promise.state == "open"


@pytest.mark.parametrize(
    "wrong", [{"text": ""}, {"due_on": "Friday"}, {"due_on": "9999999-01-01"}, {"side": "x"}]
)
def test_a_wrong_promise_keeps_what_was_typed(
    client: Client, recruiter: User, wrong: dict[str, str]
) -> None:
    given = {"side": "us", "text": "Send the plan", "due_on": on(3).isoformat(), "promiser": ""}
    answer = client.post(url("promise-new", ContactFactory()), given | wrong, headers=HTMX)
    assert answer.status_code == 422
    assert not Promise.objects.exists()


def test_agreed_anew_broken_and_withdrawn_ask_what_they_need(
    client: Client, recruiter: User
) -> None:
    promise, other, third = PromiseFactory.create_batch(3)
    assert "Agree anew" in client.get(url("promise-anew", promise)).content.decode()
    answer = client.post(
        url("promise-anew", promise), {"due_on": on(9).isoformat(), "text": "Later", "reason": ""}
    )
    assert answer.status_code == 302
    promise.refresh_from_db()
    assert (promise.state, promise.replaced_by.text) == ("renegotiated", "Later")

    assert client.post(url("promise-withdraw", other), {"reason": ""}).status_code == 422
    client.post(url("promise-withdraw", other), {"reason": "She left"})
    client.post(url("promise-broken", third), {"reason": ""})
    other.refresh_from_db()
    third.refresh_from_db()
    assert (other.state, other.reason, third.state) == ("withdrawn", "She left", "broken")

    again = client.post(url("promise-keep", third), headers=HTMX)
    assert "settled already" in again.headers["HX-Trigger"]


def test_our_overdue_promise_tops_the_desk_and_is_kept_there(
    client: Client, recruiter: User
) -> None:
    mine = PromiseFactory(promiser=recruiter, due_on=on(-2), text="Send the plan")
    PromiseFactory(promiser=recruiter, side="them", due_on=on(-2), text="Theirs")
    PromiseFactory(promiser=UserFactory(), due_on=on(-2), text="Not mine")

    desk = client.get("/").content.decode()
    assert "Send the plan" in desk
    assert "automated mail to them waits" in desk
    assert "Theirs" not in desk
    assert "Not mine" not in desk

    headers = HTMX | {"HX-Target": "today"}
    answer = client.post(url("promise-keep", mine), {"place": "0"}, headers=headers)
    assert "Nothing is left for today" in answer.content.decode()


def test_that_mail_waits_is_said_on_the_page(client: Client, recruiter: User) -> None:
    promise = PromiseFactory(due_on=on(-1))
    assert "Automated mail to them waits" in page_of(client, promise.contact)
    theirs = PromiseFactory(due_on=on(-1), side="them")
    assert "Automated mail to them waits" not in page_of(client, theirs.contact)


def test_the_ledger_shows_its_parts_and_who_owes_whom(client: Client, recruiter: User) -> None:
    contact = ContactFactory()
    given = {
        "direction": "they_gave",
        "kind": "introduction",
        "value": "3",
        "note": "To the head of IT",
        "happened_on": on(0).isoformat(),
    }
    assert client.post(url("goodwill-new", contact), given).status_code == 302
    shown = page_of(client, contact)
    assert "We owe them" in shown
    assert "To the head of IT" in shown

    entry = GoodwillEntry.objects.get()
    assert (entry.author, entry.value) == (recruiter, 3)
    client.post(url("goodwill-remove", entry))
    assert not GoodwillEntry.objects.exists()


@pytest.mark.parametrize(
    "wrong", [{"value": "4"}, {"kind": "bribe"}, {"happened_on": "2999-01-01"}, {"direction": ""}]
)
def test_a_wrong_entry_is_refused(client: Client, recruiter: User, wrong: dict[str, str]) -> None:
    given = {
        "direction": "they_gave",
        "kind": "advice",
        "value": "1",
        "happened_on": on(0).isoformat(),
    }
    answer = client.post(url("goodwill-new", ContactFactory()), given | wrong)
    assert answer.status_code == 422
    assert not GoodwillEntry.objects.exists()


def test_an_entry_rests_on_a_moment_with_this_person_only(client: Client, recruiter: User) -> None:
    contact = ContactFactory()
    elsewhere = log_interaction(
        contact=ContactFactory(), actor=recruiter, channel="phone", direction="two_way"
    )
    given = {
        "direction": "they_gave",
        "kind": "advice",
        "value": "1",
        "happened_on": on(0).isoformat(),
        "interaction": elsewhere.uid,
    }
    assert client.post(url("goodwill-new", contact), given).status_code == 422


def desk_of(client: Client) -> str:
    """The list of today, without what was said of it beside."""
    return client.get("/", headers=HTMX).content.decode()


def test_a_fact_with_purpose_and_end(client: Client, recruiter: User) -> None:
    row = RelationshipFactory(owner=recruiter)
    given = {
        "text": "Shares vest",
        "purpose": "To ask after their plans",
        "shows_on": on(0).isoformat(),
        "source": "themselves",
        "kept_until": on(100).isoformat(),
    }
    assert client.post(url("fact-new", row.contact), given | {"purpose": ""}).status_code == 422
    assert client.post(url("fact-new", row.contact), given).status_code == 302
    fact = PersonalFact.objects.get()
    assert "Shares vest" in page_of(client, row.contact)
    assert "Shares vest" in desk_of(client)

    task = FollowUp.objects.get()
    client.post(url("task-close", task), {"state": "done"})
    assert "Shares vest" not in desk_of(client)
    client.post(url("task-reopen", task))
    assert "Shares vest" in desk_of(client)
    client.post(url("fact-remove", fact))
    assert not PersonalFact.objects.exists()


def test_a_fact_that_has_expired_is_shown_to_nobody(client: Client, recruiter: User) -> None:
    fact = PersonalFactFactory(kept_until=on(-1), text="Over and done")
    assert "Over and done" not in page_of(client, fact.contact)
    assert client.post(url("fact-remove", fact)).status_code == 404


def test_what_is_understood_is_shown_before_it_is_saved(client: Client, recruiter: User) -> None:
    UserFactory(role="recruiter", name="Iris de Wit")
    contact = ContactFactory()
    text = "@iris and @nobody, #java\n!promise send <b>it</b> by 12 May 2031"
    answer = client.post(url("understood", contact), {"body": text}, headers=HTMX)
    shown = answer.content.decode()
    assert "Iris de Wit sees it on the desk" in shown
    assert "@nobody: no colleague is called so" in shown
    assert "Tag “java”" in shown
    assert "send &lt;b&gt;it&lt;/b&gt;" in shown
    assert not Promise.objects.exists()
    assert not contact.tags.exists()


def test_logging_makes_of_the_note_what_it_says(client: Client, recruiter: User) -> None:
    iris = UserFactory(role="recruiter", name="Iris de Wit")
    contact = ContactFactory()
    client.post(
        url("log", contact),
        {
            "channel": "phone",
            "direction": "two_way",
            "initiated_by": "us",
            "summary": "Spoke of #java",
            "body": "@iris knows more. !promise send the plan by Friday",
            "happened_at": timezone.localtime().strftime("%Y-%m-%dT%H:%M"),
        },
    )
    assert Promise.objects.get().text == "send the plan"
    assert Mention.objects.get().user == iris
    assert list(contact.tags.values_list("name", flat=True)) == ["java"]
    shown = page_of(client, contact)
    assert '<span class="mark mark-mention">@iris</span>' in shown


def test_choices_behind_an_at_and_a_hash(client: Client, recruiter: User) -> None:
    contact = ContactFactory()
    UserFactory(role="recruiter", name="Iris de Wit")
    TagFactory(name="java")
    found = client.get(url("marks", contact), {"kind": "mention", "q": "ir"}).json()
    assert found == {"choices": [{"value": "@iris.de.wit", "label": "Iris de Wit"}]}
    found = client.get(url("marks", contact), {"kind": "topic", "q": "ja\x00"}).json()
    assert found == {"choices": [{"value": "#java", "label": "java"}]}


def test_a_note_is_put_right_by_who_wrote_it(client: Client, recruiter: User) -> None:
    row = log_interaction(
        contact=ContactFactory(), actor=recruiter, channel="note", direction="internal", body="x"
    )
    assert client.get(url("note-edit", row)).status_code == 200
    client.post(url("note-edit", row), {"summary": "Lunch", "body": "!promise call by Friday"})
    assert Promise.objects.get().text == "call"
    client.force_login(UserFactory(role="recruiter"))
    answer = client.post(url("note-edit", row), {"summary": "Mine now", "body": ""})
    assert answer.status_code == 422
    assert Interaction.objects.get().summary == "Lunch"


def test_a_mention_stands_on_the_desk_until_it_is_read(client: Client, recruiter: User) -> None:
    row = log_interaction(
        contact=ContactFactory(),
        actor=UserFactory(),
        channel="note",
        direction="internal",
        summary="Ask Anouk",
    )
    mention = Mention.objects.create(interaction=row, user=recruiter)
    assert "Ask Anouk" in client.get("/").content.decode()
    assert client.post(url("mention-read", mention), headers=HTMX).content == b""
    assert "You were mentioned" not in client.get("/").content.decode()
    client.post(url("mention-unread", mention))
    assert "You were mentioned" in client.get("/").content.decode()


def test_health_opens_to_its_parts_in_words(client: Client, recruiter: User) -> None:
    row = RelationshipFactory(cadence_days=30)
    log_interaction(
        contact=row.contact,
        actor=recruiter,
        channel="phone",
        direction="two_way",
        happened_at=timezone.now() - timedelta(days=60),
    )
    PromiseFactory(contact=row.contact, state="kept", due_on=on(-3))
    refresh_all(now=timezone.now())

    assert url("health", row) in page_of(client, row.contact)
    shown = client.get(url("health", row)).content.decode()
    assert "Last spoke 60 days ago; beyond 30 days it halves" in shown
    assert "One colleague spoke with them in the last 365 days" in shown
    assert "1 from us, 1 from them" in shown
    assert "1 of 1 promises that fell due were kept" in shown
    assert "not known, does not count" in shown
    # (40*50 + 20*100 + 15*33 + 15*100) / 90 = 66.6
    assert RelationshipHealth.objects.get().value == 67


def test_before_the_first_round_it_says_so(client: Client, recruiter: User) -> None:
    assert "Not worked out yet" in client.get(url("health", RelationshipFactory())).content.decode()


@pytest.mark.parametrize("name", ["promises", "goodwill", "facts"])
def test_the_panels_renew_themselves(client: Client, recruiter: User, name: str) -> None:
    contact = ContactFactory()
    answer = client.get(url(name, contact), headers=HTMX)
    assert f'id="{name}"' in answer.content.decode()
    assert client.get(url(name, contact)).status_code == 302


@pytest.mark.parametrize("name", ["promises", "goodwill", "facts"])
def test_each_line_says_who_wrote_it_down(client: Client, recruiter: User, name: str) -> None:
    """Also where another colleague gave the word, and where it is settled."""
    contact, writer = ContactFactory(), UserFactory(name="Fatma Kaya")
    PromiseFactory(contact=contact, created_by=writer, promiser=recruiter)
    PromiseFactory(contact=contact, created_by=writer, state="kept", closed_at=timezone.now())
    GoodwillEntryFactory.create_batch(2, contact=contact, author=writer)
    PersonalFactFactory.create_batch(2, contact=contact, author=writer)

    panel = client.get(url(name, contact), headers=HTMX).content.decode()

    assert panel.count("noted by Fatma Kaya") == 2


@pytest.mark.parametrize("name", ["promise-new", "goodwill-new", "fact-new"])
def test_a_reader_may_not_write(client: Client, name: str) -> None:
    client.force_login(UserFactory(role="reader"))
    assert client.post(url(name, ContactFactory()), {}).status_code == 403


def test_what_is_of_another_unit_is_not_there(client: Client) -> None:
    contact = ContactFactory(unit=OrgUnitFactory())
    client.force_login(UserFactory(role="recruiter", unit=OrgUnitFactory()))
    for name, row in (
        ("promise-keep", PromiseFactory(contact=contact)),
        ("goodwill-remove", GoodwillEntryFactory(contact=contact)),
        ("fact-remove", PersonalFactFactory(contact=contact)),
    ):
        assert client.post(url(name, row)).status_code == 404
    assert client.get(url("promises", contact)).status_code == 404
    assert Promise.objects.get().is_open
