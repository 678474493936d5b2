"""Why somebody was found, beside their name, unless a column tells it."""

import pytest
from django.test import Client

from core.models import User
from tests.factories import ContactFactory, TagFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def recruiter(client: Client) -> User:
    user = UserFactory(role="recruiter")
    client.force_login(user)
    return user


def page(client: Client, words: str, columns: str = "birthday") -> str:
    return client.get("/people/", {"q": words, "columns": columns}).content.decode()


def test_it_is_told_why_somebody_is_in_the_list(client: Client) -> None:
    ContactFactory(given_name="Ida", family_name="Bos", birth_name="Kwa<st", city="Gouda")

    html = page(client, "kwa")

    assert "Name at birth: </span><mark>Kwa</mark>&lt;st</span></span></span></span></th>" in html
    assert "person-why" not in page(client, "ida")
    assert "person-why" not in client.get("/people/").content.decode()


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ("birthday", '<span class="person-why ">'),
        ("city", ""),
        ("birthday,city", '<span class="person-why md:hidden">'),
        ("birthday,country,city", '<span class="person-why lg:hidden">'),
    ],
)
def test_a_column_tells_it_where_it_is_wide_enough(
    client: Client, columns: str, expected: str
) -> None:
    ContactFactory(given_name="Ida", family_name="Bos", city="Gouda")

    html = page(client, "goud", columns)

    assert html.count("person-why") == (1 if expected else 0)
    assert expected in html


def test_a_tag_behind_a_number_is_told(client: Client) -> None:
    person = ContactFactory(given_name="Ida", family_name="Bos")
    person.tags.add(*(TagFactory(name=name) for name in ("Alpha", "Beta", "Mentor")))

    assert "Tag: </span><mark>Ment</mark>or</span>" in page(client, "ment", "tags")
    assert "person-why" not in page(client, "beta", "tags")


def test_two_reasons_at_most(client: Client) -> None:
    person = ContactFactory(
        given_name="Ida", family_name="Bos", birth_name="Vos", email="ida@vos.example"
    )
    person.tags.add(TagFactory(name="Vos"))

    assert page(client, "vos").count("person-why") == 2


def test_where_nobody_fits_the_search_that_forgives_is_offered(client: Client) -> None:
    assert 'href="/search/?q=jasnen+x"' in page(client, "jasnen x")
    assert "/search/?q=" not in client.get("/people/", {"city": "Gouda"}).content.decode()
