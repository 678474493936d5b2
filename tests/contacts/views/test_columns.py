from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from contacts import listing
from core.models import User
from tests.factories import (
    ContactFactory,
    CustomFieldFactory,
    OrgUnitFactory,
    RelationshipFactory,
    TagFactory,
    UserFactory,
)
from tests.factories.groups import PoolMemberFactory, TalentPoolFactory

pytestmark = pytest.mark.django_db

COLUMNS = "/people/columns/"


@pytest.fixture
def recruiter(client: Client) -> User:
    user = UserFactory(role="recruiter")
    client.force_login(user)
    return user


def shown(client: Client, **asked: str) -> list[str]:
    keys: list[str] = client.get("/people/", asked).context["state"].keys
    return keys


@pytest.mark.usefixtures("recruiter")
def test_each_press_of_a_button_gives_the_form_as_it_then_is(client: Client) -> None:
    def pressed(**button: str) -> list[str]:
        data = {"column": ["city", "email", "tags"], **button}
        if "column" in button:
            data["column"] = ["city", "email", "tags", button["column"]]
        page = client.post(COLUMNS, data)
        return [column.key for column in page.context["chosen"]]

    assert pressed(up="email") == ["email", "city", "tags"]
    assert pressed(up="city") == ["city", "email", "tags"]
    assert pressed(down="city") == ["email", "city", "tags"]
    assert pressed(drop="email") == ["city", "tags"]
    assert pressed(column="phone") == ["city", "email", "tags", "phone"]
    assert pressed(column="made up") == ["city", "email", "tags"]


@pytest.mark.usefixtures("recruiter")
def test_what_is_applied_is_remembered_until_the_usual_is_asked_for(client: Client) -> None:
    usual = shown(client)

    answer = client.post(
        COLUMNS, {"column": ["email", "city"], "apply": "1", "city": "Delft", "sort": "city"}
    )

    assert answer["Location"] == "/people/?city=Delft&sort=city"
    assert shown(client) == ["email", "city"]
    assert shown(client, columns="tags") == ["tags"]
    client.post(COLUMNS, {"usual": "1"})
    assert shown(client) == usual


@pytest.mark.usefixtures("recruiter")
def test_taking_all_away_gives_those_of_everybody(client: Client) -> None:
    usual = shown(client)

    client.post(COLUMNS, {"column": ["email"], "drop": "email"})
    client.post(COLUMNS, {"apply": "1"})

    assert shown(client) == usual


def test_columns_are_ones_own_and_only_those_one_may_see(client: Client, recruiter: User) -> None:
    client.post(COLUMNS, {"column": ["email"], "apply": "1"})
    client.force_login(UserFactory(role="recruiter"))
    assert shown(client) != ["email"]
    client.force_login(UserFactory())
    assert client.get(COLUMNS).status_code == 403


@pytest.mark.usefixtures("recruiter")
def test_heads_say_how_the_list_is_ordered_and_turn_it(client: Client) -> None:
    ContactFactory()

    page = client.get("/people/", {"columns": "city,tags,changed", "sort": "-city"})

    heads = [(head.sorted, head.url) for head in page.context["heads"]]
    kept = "columns=city%2Ctags%2Cchanged"
    assert heads == [
        ("none", f"/people/?{kept}"),
        ("descending", f"/people/?sort=city&{kept}"),
        ("", ""),
        ("none", f"/people/?sort=changed&{kept}"),
    ]
    content = page.content.decode()
    assert content.count('aria-sort="descending"') == 1
    assert content.count("aria-sort=") == 3


@pytest.mark.usefixtures("recruiter")
def test_cells_are_escaped_whatever_people_are_called(client: Client) -> None:
    evil = '<script>alert("x")</script>{x}'
    person = ContactFactory(
        given_name=evil,
        headline=evil,
        city=evil,
        organisation_name=evil,
        email='"<b>x</b>"@example.org',
    )
    person.tags.create(name=evil[:60])
    page = client.get("/people/", {"columns": "city,organisation,headline,email,tags,phone"})
    content = page.content.decode()
    assert "<script>alert" not in content
    assert "<b>x</b>" not in content
    assert content.count("&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;{x}") >= 6
    assert reverse("contacts:person", args=[person.uid]) in content


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries_however_many_people(
    client: Client, recruiter: User, count: int, django_assert_num_queries: Callable[..., object]
) -> None:
    """Whatever a column reads of a person was fetched with them."""
    CustomFieldFactory(key="shoes")
    pool = TalentPoolFactory(owner=recruiter)
    for _ in range(count):
        person = ContactFactory(
            unit=OrgUnitFactory(), do_not_contact=True, custom_values={"shoes": "44"}
        )
        person.tags.add(TagFactory())
        PoolMemberFactory(pool=pool, contact=person)
        RelationshipFactory(contact=person)
    keys = ",".join(column.key for column in listing.columns_for(recruiter))
    client.get("/people/", {"columns": keys})

    with django_assert_num_queries(17):
        page = client.get("/people/", {"columns": keys})

    assert page.content.decode().count("data-row-link") == count
    assert pool.name in page.content.decode()
