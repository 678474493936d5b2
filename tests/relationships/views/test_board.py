from collections.abc import Callable
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.test import Client
from django.utils import timezone

from core.models import User
from relationships.selectors.board import CARDS
from tests.factories import ContactFactory, OrgUnitFactory, RelationshipFactory, UserFactory

pytestmark = pytest.mark.django_db

BOARD = "/boards/prospect/"


@pytest.fixture
def recruiter(client: Client) -> User:
    user = UserFactory(role="recruiter")
    client.force_login(user)
    return user


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.usefixtures("recruiter")
def test_board_runs_the_same_queries_however_many_cards(
    client: Client, count: int, django_assert_num_queries: Callable[[int], object]
) -> None:
    client.get(BOARD)  # remembers the board in the session
    for key in ("identified", "offer"):
        RelationshipFactory.create_batch(count, at=key)

    # The session, the user, the grants; colleagues and units to filter by; where the log is; the
    # six of the board.
    with django_assert_num_queries(12):
        response = client.get(BOARD)

    assert [len(column.cards) for column in response.context["columns"]] == [
        count,
        0,
        0,
        0,
        count,
        0,
        0,
    ]


@pytest.mark.usefixtures("recruiter")
def test_a_card_shows_who_how_long_and_when_next(client: Client) -> None:
    contact = ContactFactory(given_name="Sanne", infix="de", family_name="Wit", headline="Nurse")
    RelationshipFactory(
        contact=contact,
        owner=None,
        stage_since=timezone.now() - timedelta(days=12),
        next_touch_on=timezone.localdate() - timedelta(days=3),
    )

    page = client.get(BOARD).content.decode()

    for words in ("Sanne de Wit", "Nurse", "12 days", "3 days late", "no owner", "Identified"):
        assert words in page


def test_board_leaves_out_people_of_other_units(client: Client) -> None:
    unit = OrgUnitFactory()
    mine = RelationshipFactory(contact=ContactFactory(unit=unit))
    other = RelationshipFactory(contact=ContactFactory(unit=OrgUnitFactory()))
    client.force_login(UserFactory(role="recruiter", unit=unit))

    page = client.get(BOARD).content.decode()

    assert mine.contact.full_name in page
    assert other.contact.full_name not in page


def test_a_stranger_may_not_open_a_board(client: Client) -> None:
    client.force_login(UserFactory())

    assert client.get(BOARD).status_code == 403
    assert client.get("/boards/").status_code == 403


@pytest.mark.usefixtures("recruiter")
def test_a_board_of_no_kind_is_not_there(client: Client) -> None:
    assert client.get("/boards/nobody/").status_code == 404


@pytest.mark.usefixtures("recruiter")
def test_boards_opens_the_one_looked_at_last(client: Client) -> None:
    assert client.get("/boards/")["Location"] == BOARD
    client.get("/boards/alumnus/")
    assert client.get("/boards/")["Location"] == "/boards/alumnus/"


def test_filters_stand_in_the_address(client: Client, recruiter: User) -> None:
    mine = RelationshipFactory(owner=recruiter)
    other = RelationshipFactory()

    def cards(query: str) -> list[object]:
        columns = client.get(BOARD + query).context["columns"]
        return [card.relationship for card in columns[0].cards]

    assert cards("?owner=me") == [mine]
    assert cards(f"?q={other.contact.family_name}") == [other]
    assert set(cards("?owner=nobody-we-know&unit=x&order=y")) == {mine, other}


@pytest.mark.usefixtures("recruiter")
def test_more_cards_come_as_a_fragment(client: Client) -> None:
    RelationshipFactory.create_batch(CARDS + 2)
    page = client.get(f"{BOARD}?order=longest")
    column = page.context["columns"][0]
    url = f"{BOARD}identified/?order=longest&after={quote(column.after)}"
    assert url.replace("&", "&amp;") in page.content.decode()

    response = client.get(url, headers={"HX-Request": "true"})

    assert response.content.decode().count("<article") == 2
    assert client.get(url)["Location"] == BOARD
    assert (
        client.get(f"{BOARD}identified/?after=x", headers={"HX-Request": "true"}).status_code == 404
    )


def test_a_reader_cannot_drag(client: Client) -> None:
    client.force_login(UserFactory(role="reader"))
    RelationshipFactory()

    page = client.get(BOARD).content.decode()

    assert "data-card " in page
    assert "data-draggable" not in page
    assert "/move/" not in page
