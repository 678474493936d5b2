from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from contacts import listing
from contacts.models import Contact
from core.models import User
from tests.factories import (
    ContactFactory,
    ContactSkillFactory,
    OrgUnitFactory,
    SkillFactory,
    TagFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def recruiter(client: Client) -> User:
    user = UserFactory(role="recruiter")
    client.force_login(user)
    return user


def shown(client: Client, **asked: object) -> list[Contact]:
    response = client.get(reverse("contacts:people"), asked)
    assert response.status_code == 200
    return list(response.context["page"].people)


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.usefixtures("recruiter")
def test_list_runs_the_same_queries_however_many_people(
    client: Client,
    count: int,
    django_assert_num_queries: Callable[..., object],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    own = {key: listing._columns[key] for key in ("city", "unit", "tags")}
    monkeypatch.setattr(listing, "_columns", own)
    tag = TagFactory()
    for person in ContactFactory.create_batch(count, unit=OrgUnitFactory()):
        person.tags.add(tag)

    # The session, the user, their roles; how they have the list, its views, what runs for them; the
    # page with its units, the count, the tags.
    with django_assert_num_queries(10):
        client.get(reverse("contacts:people"))


@pytest.mark.usefixtures("recruiter")
def test_list_is_in_the_dutch_order_and_leaves_out_who_is_gone(client: Client) -> None:
    vos = ContactFactory(given_name="Saskia", infix="van der", family_name="Vos")
    berg = ContactFactory(given_name="Jan", infix="van den", family_name="Berg")
    ContactFactory(archived_at="2026-01-01T00:00Z")
    ContactFactory(merged_into=vos)
    ContactFactory(erased_at="2026-01-01T00:00Z")

    assert shown(client) == [berg, vos]
    assert shown(client, sort="changed") == [berg, vos]


def test_list_holds_only_people_of_the_branch(client: Client) -> None:
    branch = OrgUnitFactory()
    mine = ContactFactory(unit=OrgUnitFactory(parent=branch))
    ContactFactory(unit=OrgUnitFactory())
    ContactFactory(unit=None)
    client.force_login(UserFactory(role="recruiter", unit=branch))

    assert shown(client) == [mine]


def test_list_is_closed_to_strangers_and_to_who_is_not_signed_in(client: Client) -> None:
    assert client.get(reverse("contacts:people")).status_code == 302
    client.force_login(UserFactory())
    assert client.get(reverse("contacts:people")).status_code == 403


@pytest.mark.usefixtures("recruiter")
def test_list_narrows_by_what_stands_in_the_address(client: Client) -> None:
    java = TagFactory(name="Java")
    unit = OrgUnitFactory()
    fits = ContactFactory(city="Utrecht", language="nl", unit=OrgUnitFactory(parent=unit))
    fits.tags.add(java)
    for others in ({"city": "Gouda", "unit": unit}, {"city": "utrecht"}):
        ContactFactory(**others).tags.add(java)
    ContactFactory(city="Utrecht", unit=unit)

    assert shown(client, city="utrecht", tag="Java", unit=str(unit.uid)) == [fits]
    response = client.get(
        reverse("contacts:people"), {"city": ["utrecht", "Delft"], "tag": "Java", "q": "ada"}
    )
    assert [chip.text for chip, _remove, _edit in response.context["chips"]] == [
        "in utrecht or Delft",
        "tagged Java",
    ]


def test_the_search_box_of_the_list_understands_a_level_of_a_skill(client: Client) -> None:
    python, today = SkillFactory(name_en="Python"), timezone.localdate()
    for name, level, days in (("Ada", 3, 30), ("Bea", 2, 30), ("Cas", 4, 900)):
        person = ContactFactory(given_name=name, family_name="Bos")
        confirmed_on = today - timedelta(days=days)
        ContactSkillFactory(contact=person, skill=python, level=level, confirmed_on=confirmed_on)
    ContactFactory(given_name="Monty", family_name="Python")
    client.force_login(UserFactory(role="hr-manager"))

    def names(words: str) -> list[str]:
        html = client.get("/people/", {"q": words}).content.decode()
        everybody = ("Ada Bos", "Bea Bos", "Cas Bos", "Monty Python")
        return [name for name in everybody if name in html]

    assert names("Python ≥3 confirmed < 24 months") == ["Ada Bos"]
    assert names("python >=3") == ["Ada Bos", "Cas Bos"]
    assert names("python") == ["Ada Bos", "Bea Bos", "Cas Bos", "Monty Python"]
    assert names("cobol >=3") == []


@pytest.mark.usefixtures("recruiter")
def test_list_takes_no_harm_from_an_address_that_makes_no_sense(client: Client) -> None:
    person = ContactFactory()

    assert shown(
        client, unit="x", tag="?", language="xx", added="yesterday", sort="x", after="x", q="\x00"
    ) == [person]


@pytest.mark.usefixtures("recruiter")
def test_list_answers_htmx_with_the_results_alone(client: Client) -> None:
    ContactFactory(given_name="Ada")

    response = client.get(reverse("contacts:people"), {"q": "nobody"}, headers=HTMX)

    content = response.content.decode()
    assert "<html" not in content
    assert "Nobody fits" in content


@pytest.mark.usefixtures("recruiter")
def test_list_teaches_where_there_is_nobody_yet(client: Client) -> None:
    assert b"Nobody here yet" in client.get(reverse("contacts:people")).content


def test_a_reader_is_offered_nothing_they_may_not_do(client: Client) -> None:
    client.force_login(UserFactory(role="reader"))

    content = client.get(reverse("contacts:people")).content.decode()

    assert reverse("contacts:new") not in content
    assert reverse("contacts:imports") not in content


def test_peek_shows_whom_one_may_see(client: Client) -> None:
    branch = OrgUnitFactory()
    mine, other = ContactFactory(unit=branch), ContactFactory()
    client.force_login(UserFactory(role="reader", unit=branch))

    assert mine.full_name in client.get(reverse("contacts:peek", args=[mine.uid])).content.decode()
    assert client.get(reverse("contacts:peek", args=[other.uid])).status_code == 404
    assert client.get(reverse("contacts:people"), {"peek": other.uid}).context["peeked"] is None
    assert client.get(reverse("contacts:people"), {"peek": mine.uid}).context["peeked"] == mine
