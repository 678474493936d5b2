import re

import pytest
from django.test import Client
from django.urls import reverse

from core.models import User
from relationships.models import Relationship, StageTransition
from tests.factories import (
    ContactFactory,
    OrgUnitFactory,
    RelationshipFactory,
    UserFactory,
    stage,
)

pytestmark = pytest.mark.django_db

ON_BOARD = {"HX-Request": "true", "HX-Current-URL": "http://testserver/boards/prospect/"}
IN_DIALOG = {**ON_BOARD, "HX-Target": "dialog-content"}


@pytest.fixture
def recruiter(client: Client) -> User:
    user = UserFactory(role="recruiter")
    client.force_login(user)
    return user


def url_of(row: Relationship) -> str:
    return reverse("relationships:move", args=[row.uid])


def heads(page: str) -> list[tuple[str, str]]:
    """The stages whose heads are in a fragment, and how many they count."""
    return re.findall(r'id="head-([\w-]+)".*?class="count">(\d+)', page, re.DOTALL)


@pytest.mark.usefixtures("recruiter")
def test_asking_offers_the_allowed_stages_and_the_next_one_first(client: Client) -> None:
    row = RelationshipFactory(at="in-contact")

    whole = client.get(url_of(row))
    page = client.get(url_of(row), headers=IN_DIALOG).content.decode()

    assert [move.to_stage.key for move in whole.context["form"].moves] == [
        "identified",
        "interested",
        "in-conversation",
        "joined",
        "not-now",
    ]
    assert page.count("checked") == 1
    assert 'value="interested" required' in page
    assert "<html" not in page
    assert "<html" in whole.content.decode()


@pytest.mark.usefixtures("recruiter")
def test_move_on_the_board_answers_with_the_card_and_both_heads(client: Client) -> None:
    row = RelationshipFactory()
    RelationshipFactory(at="interested")

    response = client.post(url_of(row), {"to_stage": "interested"}, headers=ON_BOARD)

    row.refresh_from_db()
    assert row.stage.key == "interested"
    page = response.content.decode()
    assert heads(page) == [("identified", "0"), ("interested", "2")]
    assert 'hx-swap-oob="afterbegin:#cards-interested"' in page
    assert page.count("<article") == 1
    undo = reverse("relationships:take-back", args=[StageTransition.objects.get().uid])
    assert undo in response["HX-Trigger"]


@pytest.mark.usefixtures("recruiter")
def test_the_heads_count_what_the_board_was_narrowed_to(client: Client) -> None:
    row = RelationshipFactory(owner=None)
    RelationshipFactory(at="interested")
    headers = {**ON_BOARD, "HX-Current-URL": "http://testserver/boards/prospect/?owner=none"}

    response = client.post(url_of(row), {"to_stage": "interested"}, headers=headers)

    assert heads(response.content.decode()) == [("identified", "0"), ("interested", "1")]


@pytest.mark.usefixtures("recruiter")
def test_a_dragged_card_comes_back_and_says_why(client: Client) -> None:
    row = RelationshipFactory()

    response = client.post(url_of(row), {"to_stage": "offer"}, headers=ON_BOARD)

    page = response.content.decode()
    assert response.status_code == 422
    assert f'id="card-{row.uid}"' in page
    assert "does not allow a move from “Identified” to “Offer”" in page
    row.refresh_from_db()
    assert row.stage.key == "identified"


@pytest.mark.usefixtures("recruiter")
def test_the_dialog_asks_for_the_reason_beside_it(client: Client) -> None:
    row = RelationshipFactory()

    response = client.post(url_of(row), {"to_stage": "not-now"}, headers=IN_DIALOG)

    page = response.content.decode()
    assert response.status_code == 422
    assert "Say why" in page
    assert "<article" not in page
    assert 'aria-invalid="true"' in page

    client.post(url_of(row), {"to_stage": "not-now", "reason": "Later"}, headers=IN_DIALOG)
    row.refresh_from_db()
    assert row.stage.key == "not-now"


@pytest.mark.usefixtures("recruiter")
def test_without_a_script_a_move_leads_to_the_board(client: Client) -> None:
    row = RelationshipFactory()

    response = client.post(url_of(row), {"to_stage": "in-contact"}, follow=True)

    assert response.redirect_chain == [("/boards/prospect/", 302)]
    assert "is now at “In contact”" in response.content.decode()
    refused = client.post(url_of(row), {"to_stage": "made-up"})
    assert refused.status_code == 422


@pytest.mark.usefixtures("recruiter")
def test_elsewhere_a_move_shows_the_page_anew(client: Client) -> None:
    row = RelationshipFactory()
    headers = {**IN_DIALOG, "HX-Current-URL": f"http://testserver/people/{row.contact.uid}/"}

    response = client.post(url_of(row), {"to_stage": "in-contact"}, headers=headers)

    assert response["HX-Refresh"] == "true"


def test_take_back_puts_the_card_where_it_was(client: Client, recruiter: User) -> None:
    row = RelationshipFactory()
    client.post(url_of(row), {"to_stage": "interested"})
    undo = reverse("relationships:take-back", args=[StageTransition.objects.get().uid])

    response = client.post(undo, headers=ON_BOARD)

    row.refresh_from_db()
    assert row.stage.key == "identified"
    assert 'hx-swap-oob="afterbegin:#cards-identified"' in response.content.decode()
    refused = client.post(undo, follow=True)
    assert "Somebody moved this relationship since" in refused.content.decode()
    row.refresh_from_db()
    assert row.stage.key == "identified"


def test_relationships_of_other_units_are_not_there(client: Client) -> None:
    row = RelationshipFactory(contact=ContactFactory(unit=OrgUnitFactory()))
    move = StageTransition.objects.create(
        relationship=row,
        from_stage=stage("prospect", "in-contact"),
        to_stage=row.stage,
        moved_at=row.stage_since,
    )
    client.force_login(UserFactory(role="recruiter", unit=OrgUnitFactory()))

    assert client.get(url_of(row)).status_code == 404
    assert client.post(url_of(row), {"to_stage": "interested"}).status_code == 404
    assert client.post(reverse("relationships:take-back", args=[move.uid])).status_code == 404
    row.refresh_from_db()
    assert row.stage.key == "identified"


def test_a_reader_sees_it_and_may_not_move_it(client: Client) -> None:
    row = RelationshipFactory()
    client.force_login(UserFactory(role="reader"))

    assert client.post(url_of(row), {"to_stage": "interested"}).status_code == 403
    row.refresh_from_db()
    assert row.stage.key == "identified"


def test_the_signed_out_are_sent_to_sign_in(client: Client) -> None:
    row = RelationshipFactory()

    response = client.post(url_of(row), {"to_stage": "interested"})

    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")
