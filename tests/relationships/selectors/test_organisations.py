from datetime import date
from uuid import uuid4

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from contacts.models import Organisation
from core.models import User
from relationships.models import Tie
from relationships.selectors.organisations import TiesPage, ties_with
from tests.factories import (
    ContactFactory,
    OrganisationFactory,
    OrgUnitFactory,
    TieFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 10)


@pytest.fixture
def school() -> Organisation:
    return OrganisationFactory(name="Technasium")


@pytest.fixture
def reader() -> User:
    return UserFactory(role="recruiter")


def studied(school: Organisation, name: str, **fields: object) -> Tie:
    contact = ContactFactory(given_name="Ada", family_name=name)
    return TieFactory(contact=contact, organisation=school, key="studied-at", **fields)


def names(page: TiesPage) -> list[str]:
    return [line.row.contact.family_name for line in page.lines]


def test_page_after_page_and_back(school: Organisation, reader: User) -> None:
    """What holds by name; then what ended, the latest first, by name within a day."""
    studied(school, "Evers", until=date(2020, 7, 1))
    studied(school, "Dekker", until=date(2024, 7, 1))
    studied(school, "Cornelisse", until=date(2024, 7, 1))
    studied(school, "Bakker")
    studied(school, "Aalders")

    def page(**turn: object) -> TiesPage:
        return ties_with(school, reader, today=TODAY, size=2, **turn)  # type: ignore[arg-type]

    first = page()
    second = page(after=first.next)
    third = page(after=second.next)

    assert [names(one) for one in (first, second, third)] == [
        ["Aalders", "Bakker"],
        ["Cornelisse", "Dekker"],
        ["Evers"],
    ]
    assert (first.previous, third.next) == (None, None)
    assert [one.count for one in (first, second, third)] == [5, 5, 5]
    assert names(page(before=third.previous)) == names(second)
    back = page(before=second.previous)
    assert (names(back), back.previous) == (names(first), None)
    assert names(page(after=uuid4())) == names(first)
    assert [line.is_current for line in first.lines + third.lines] == [True, True, False]


def test_nobody_of_another_unit_is_shown_counted_or_gone_on_from(school: Organisation) -> None:
    unit = OrgUnitFactory()
    user = UserFactory(role="recruiter", unit=unit)
    seen = TieFactory(contact=ContactFactory(unit=unit), organisation=school, key="studied-at")
    hidden = TieFactory(
        contact=ContactFactory(unit=OrgUnitFactory()), organisation=school, key="studied-at"
    )

    page = ties_with(school, user, today=TODAY, after=hidden.uid)

    assert ([line.row for line in page.lines], page.count, page.previous) == ([seen], 1, None)


@pytest.mark.parametrize("number", [1, 3])
def test_a_page_asks_the_same_however_many(
    number: int,
    school: Organisation,
    reader: User,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for at in range(number):
        studied(school, f"Aalders {at}")
    reader.has_perm("relationships.view_relationship")

    with django_assert_num_queries(2):
        page = ties_with(school, reader, today=TODAY)
        shown = [(line.words, line.other and line.other.full_name) for line in page.lines]

    assert len(shown) == number


def test_the_page_leads_on(client: Client, school: Organisation, reader: User) -> None:
    client.force_login(reader)
    for at in range(51):
        studied(school, f"Aalders {at:02}")

    page = client.get(f"/organisations/{school.uid}/")
    more = client.get(f"/organisations/{school.uid}/{page.context['next_url']}")

    assert "51 ties" in page.content.decode()
    assert names(more.context["page"]) == ["Aalders 50"]
    assert more.context["previous_url"].startswith("?before=")
    assert client.get(f"/organisations/{school.uid}/?after=x").status_code == 200
