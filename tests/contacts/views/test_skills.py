from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from contacts.models import Contact, ContactSkill, Skill
from core.models import User
from tests.factories import ContactFactory, ContactSkillFactory, SkillFactory, UserFactory

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def recruiter(client: Client) -> User:
    user = UserFactory(role="recruiter", language="en")
    client.force_login(user)
    return user


@pytest.fixture
def contact() -> Contact:
    return ContactFactory()


def url(contact: Contact) -> str:
    return f"/people/{contact.uid}/skills/"


def add(client: Client, contact: Contact, **fields: str) -> object:
    return client.post(url(contact), {"source": "colleague", **fields}, headers=HTMX)


def test_a_line_with_a_number_is_a_skill_at_a_level(
    client: Client, recruiter: User, contact: Contact
) -> None:
    python = SkillFactory(name_en="Python")

    answer = client.post(url(contact), {"name": "python 4", "source": "self"}, headers=HTMX)

    assert answer.status_code == 200
    row = ContactSkill.objects.get()
    assert (row.skill, row.level, row.source, row.confirmed_on, row.recorded_by) == (
        python,
        4,
        "self",
        timezone.localdate(),
        recruiter,
    )
    page = answer.content.decode()
    assert 'data-announce="Python was added."' in page
    assert "this month" in page


def test_without_a_script_one_comes_back_to_the_person(
    client: Client, recruiter: User, contact: Contact
) -> None:
    answer = client.post(url(contact), {"name": "Welding", "source": "cv", "level": "2"})

    assert answer["Location"] == f"/people/{contact.uid}/?tab=about#skills"
    assert ContactSkill.objects.get().skill == Skill.objects.get(name_en="Welding")


def test_a_name_that_is_nearly_known_is_asked_about_once(
    client: Client, recruiter: User, contact: Contact
) -> None:
    SkillFactory(name_en="Python")

    asked = add(client, contact, name="Pyhton 3")
    again = add(client, contact, name="Pyhton 3", is_new="on")

    assert asked.status_code == 422
    assert 'value="Python 3"' in asked.content.decode()
    assert again.status_code == 200
    assert list(ContactSkill.objects.values_list("skill__name_en", "level")) == [("Pyhton", 3)]


def test_naming_it_again_confirms_it_and_keeps_what_is_not_said(
    client: Client, recruiter: User, contact: Contact
) -> None:
    skill = SkillFactory(name_en="JavaScript", synonyms=["JS"])
    ContactSkillFactory(
        contact=contact, skill=skill, level=4, evidence="A site", confirmed_on=date(2020, 1, 1)
    )

    add(client, contact, name="js", level="", source="manager")

    row = ContactSkill.objects.get()
    assert (row.level, row.evidence, row.source) == (4, "A site", "manager")
    assert row.confirmed_on == timezone.localdate()


def test_what_makes_no_sense_is_said_and_nothing_written(
    client: Client, recruiter: User, contact: Contact
) -> None:
    for fields in (
        {"name": ""},
        {"name": "\x00"},
        {"name": "x" * 400},
        {"name": "Go", "level": "9"},
        {"name": "Go", "source": "nobody"},
    ):
        assert add(client, contact, **fields).status_code == 422
    assert not ContactSkill.objects.exists()
    assert not Skill.objects.exists()


def test_editing_in_the_dialog(client: Client, recruiter: User) -> None:
    row = ContactSkillFactory(level=2)
    address = f"/skills/{row.uid}/"

    shown = client.get(address, headers=HTMX)
    wrong = client.post(address, {"source": "cv", "confirmed_on": "2999-01-01"}, headers=HTMX)
    saved = client.post(
        address,
        {"level": "5", "source": "cv", "confirmed_on": "2026-02-03", "evidence": "https://x.nl/"},
        headers=HTMX,
    )

    assert 'value="2" selected' in shown.content.decode()
    assert wrong.status_code == 422
    assert (saved.status_code, saved.content) == (200, b"")
    assert "skills-changed" in saved["HX-Trigger"]
    row.refresh_from_db()
    assert (row.level, row.source, row.confirmed_on, row.evidence, row.is_link) == (
        5,
        "cv",
        date(2026, 2, 3),
        "https://x.nl/",
        True,
    )


def test_confirming_by_one_press(client: Client, recruiter: User) -> None:
    row = ContactSkillFactory(confirmed_on=date(2020, 1, 1))

    client.post(f"/skills/{row.uid}/confirm/")

    row.refresh_from_db()
    assert row.confirmed_on == timezone.localdate()


def test_taking_away_can_be_undone_whole(client: Client, recruiter: User) -> None:
    row = ContactSkillFactory(
        level=4, source="manager", evidence="Seen", confirmed_on=date(2026, 1, 5)
    )
    undo = f"/people/{row.contact.uid}/skills/{row.skill.uid}/restore/"

    client.post(f"/skills/{row.uid}/remove/", headers=HTMX)
    gone = ContactSkill.objects.count()
    client.post(undo)
    client.post(undo)

    assert gone == 0
    back = ContactSkill.objects.get()
    assert (back.level, back.source, back.evidence, back.confirmed_on) == (
        4,
        "manager",
        "Seen",
        date(2026, 1, 5),
    )


def test_nobody_gives_back_what_another_took(client: Client, recruiter: User) -> None:
    row = ContactSkillFactory()
    client.post(f"/skills/{row.uid}/remove/")
    client.force_login(UserFactory(role="recruiter"))

    client.post(f"/people/{row.contact.uid}/skills/{row.skill.uid}/restore/")

    assert not ContactSkill.objects.exists()


def test_a_reader_sees_skills_and_no_way_to_change_them(client: Client, contact: Contact) -> None:
    row = ContactSkillFactory(contact=contact, skill__name_en="Sailing", confirmed_on=None)
    client.force_login(UserFactory(role="reader", language="en"))

    page = client.get(f"/people/{contact.uid}/?tab=about").content.decode()

    assert "Sailing" in page
    assert "not confirmed" in page
    assert f"/skills/{row.uid}/" not in page
    assert add(client, contact, name="Go").status_code == 403


def test_suggestions_are_options(client: Client, recruiter: User) -> None:
    SkillFactory(name_en="JavaScript", synonyms=["JS"])

    answer = client.get("/skills/names/?q=js")

    assert 'data-value="JavaScript"' in answer.content.decode()
    assert ">JS<" in answer.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_panel_costs_the_same_for_one_and_three(
    client: Client,
    recruiter: User,
    contact: Contact,
    count: int,
    django_assert_num_queries: Callable[..., Any],
) -> None:
    for _number in range(count):
        ContactSkillFactory(contact=contact)
    client.get(url(contact), headers=HTMX)

    with django_assert_num_queries(5):
        client.get(url(contact), headers=HTMX)


def test_who_says_so_and_by_what_it_shows_are_read_not_hovered(
    client: Client, contact: Contact
) -> None:
    ContactSkillFactory(contact=contact, source="manager", evidence="Led <b>the rewrite")
    linked = ContactSkillFactory(contact=contact, source="cv", evidence="https://e.example/x")
    client.force_login(UserFactory(role="reader", language="en"))

    page = client.get(f"/people/{contact.uid}/?tab=about").content.decode()

    assert '<span class="sr-only">, Said by: </span><span aria-hidden="true"> · </span>' in page
    assert " · </span>Their manager</span>" in page
    assert " · </span>CV</span>" in page
    assert '<span class="sr-only">Evidence: </span>Led &lt;b&gt;the rewrite</span>' in page
    assert page.count("skill-evidence") == 1
    assert f'href="{linked.evidence}"' in page
