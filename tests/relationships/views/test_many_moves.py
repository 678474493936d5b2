import json
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from core.models import AuditEntry, User
from relationships.models import Relationship, StageTransition
from relationships.services.lifecycle import (
    TransitionRefused,
    begin_relationship,
    move_to_stage,
)
from relationships.services.taking_back import take_back_together
from relationships.views.many_moves import FEW
from tests.factories import (
    ContactFactory,
    OrgUnitFactory,
    RelationshipFactory,
    UserFactory,
    stage,
)

pytestmark = pytest.mark.django_db

URL = "/boards/prospect/moves/new/"
ON_BOARD = {"HX-Request": "true", "HX-Current-URL": "http://testserver/boards/prospect/"}


@pytest.fixture
def recruiter(client: Client) -> User:
    user = UserFactory(role="recruiter")
    client.force_login(user)
    return user


def uids(rows: list[Relationship]) -> list[str]:
    return [str(row.uid) for row in rows]


def stages(rows: list[Relationship]) -> list[str]:
    found = Relationship.objects.in_bulk([row.pk for row in rows])
    return [found[row.pk].stage.key for row in rows]


@pytest.mark.usefixtures("recruiter")
def test_asking_tells_how_many_may_go_where(client: Client) -> None:
    rows = [RelationshipFactory(), RelationshipFactory(), RelationshipFactory(at="offer")]

    response = client.post(URL, {"only": uids(rows)})
    page = client.post(URL, {"only": uids(rows)}, headers=ON_BOARD).content.decode()

    ways = [(way.stage.key, way.count, way.needs_reason) for way in response.context["ways"]]
    assert ways == [
        ("in-contact", 2, False),
        ("interested", 2, False),
        ("in-conversation", 1, False),
        ("joined", 3, False),
        ("not-now", 3, True),
    ]
    assert "<html" not in page
    assert "Move 3 people" in page
    assert "2 of 3 may" in page
    assert set(re.findall(r'name="only" value="([^"]+)"', page)) == set(uids(rows))
    assert stages(rows) == ["identified", "identified", "offer"]


@pytest.mark.usefixtures("recruiter")
def test_those_who_may_go_and_the_others_say_why_in_themselves(client: Client) -> None:
    rows = [RelationshipFactory(), RelationshipFactory(), RelationshipFactory(at="offer")]

    response = client.post(URL, {"only": uids(rows), "to_stage": "interested"}, headers=ON_BOARD)

    assert stages(rows) == ["interested", "interested", "offer"]
    page = response.content.decode()
    assert re.findall(r'id="head-([\w-]+)".*?class="count">(\d+)', page, re.DOTALL) == [
        ("identified", "0"),
        ("interested", "2"),
    ]
    stayed = page[page.index("afterbegin:#cards-offer") :]
    assert f'id="card-{rows[2].uid}"' in stayed
    assert "does not allow a move from “Offer” to “Interested”" in stayed
    said = json.loads(response["HX-Trigger"])["toast"]["value"]
    assert [toast["text"] for toast in said] == [
        "2 people are now at “Interested”.",
        "1 stayed: The lifecycle does not allow a move from “Offer” to “Interested”.",
    ]


@pytest.mark.usefixtures("recruiter")
def test_one_click_takes_all_of_them_back(client: Client) -> None:
    people = ContactFactory.create_batch(3)
    rows = [begin_relationship(contact=one, kind="prospect", actor=None) for one in people]
    since = [row.stage_since for row in rows]
    response = client.post(URL, {"only": uids(rows), "to_stage": "interested"}, headers=ON_BOARD)
    undo = json.loads(response["HX-Trigger"])["toast"]["value"][0]["undo_url"]
    rows[2].refresh_from_db()
    move_to_stage(relationship=rows[2], to_stage=stage("prospect", "in-conversation"), actor=None)

    page = client.post(undo, follow=True).content.decode()

    assert stages(rows) == ["identified", "identified", "in-conversation"]
    assert [row.stage_since for row in Relationship.objects.order_by("pk")][:2] == since[:2]
    assert "2 moves were taken back. 1 was moved again since and stays." in page
    taken = AuditEntry.objects.filter(details__taken_back=True)
    assert set(taken.values_list("target_id", flat=True)) == {rows[0].pk, rows[1].pk}


def test_only_ones_own_move_of_late_is_taken_back(recruiter: User) -> None:
    row = RelationshipFactory()
    done = move_to_stage(
        relationship=row, to_stage=stage("prospect", "interested"), actor=recruiter
    )

    with pytest.raises(TransitionRefused):
        take_back_together(move=done, actor=UserFactory(role="administrator"))
    with pytest.raises(TransitionRefused):
        take_back_together(move=done, actor=recruiter, now=done.moved_at + timedelta(minutes=16))
    assert stages([row]) == ["interested"]


@pytest.mark.usefixtures("recruiter")
def test_a_reason_is_asked_and_given_once_for_all(client: Client) -> None:
    rows = RelationshipFactory.create_batch(2)

    refused = client.post(URL, {"only": uids(rows), "to_stage": "not-now"}, headers=ON_BOARD)
    assert "Say why" in refused.content.decode()
    assert stages(rows) == ["identified", "identified"]

    client.post(
        URL, {"only": uids(rows), "to_stage": "not-now", "reason": "Spring"}, headers=ON_BOARD
    )
    assert stages(rows) == ["not-now", "not-now"]
    assert set(StageTransition.objects.values_list("reason", flat=True)) == {"Spring"}


def test_whom_one_may_not_see_stays_out_of_it(client: Client) -> None:
    unit = OrgUnitFactory()
    client.force_login(UserFactory(role="recruiter", unit=unit))
    mine = RelationshipFactory(contact=ContactFactory(unit=unit))
    other = RelationshipFactory(contact=ContactFactory(unit=OrgUnitFactory()))

    response = client.post(URL, {"only": uids([mine, other]), "to_stage": "interested"})

    assert response["Location"] == "/boards/prospect/"
    assert stages([mine, other]) == ["interested", "identified"]


def test_a_reader_moves_nobody(client: Client) -> None:
    client.force_login(UserFactory(role="reader"))
    row = RelationshipFactory()

    assert client.post(URL, {"only": uids([row]), "to_stage": "interested"}).status_code == 403
    assert stages([row]) == ["identified"]


@pytest.mark.usefixtures("recruiter")
def test_without_a_script_the_question_is_a_page(client: Client) -> None:
    row = RelationshipFactory()

    assert "Nobody is ticked" in client.post(URL).content.decode()
    assert "Nobody is ticked" in client.get(URL).content.decode()
    page = client.post(URL, {"only": uids([row])}).content.decode()
    assert "<html" in page
    assert "Move 1 person" in page
    assert client.get(f"{URL}?only={row.uid}").status_code == 200


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"only": ["x"]}, 404),
        ({"only": ["\x00"], "to_stage": "interested"}, 404),
        ({"only": [str(uuid4())], "to_stage": "interested"}, 200),
    ],
)
@pytest.mark.usefixtures("recruiter")
def test_what_makes_no_sense_moves_nobody(
    client: Client, data: dict[str, object], status: int
) -> None:
    row = RelationshipFactory()

    assert client.post(URL, data).status_code == status
    unknown = client.post(URL, {"only": uids([row]), "to_stage": "made-up"})
    assert unknown.status_code == 422
    assert client.post("/boards/nobody/moves/new/").status_code == 404
    assert stages([row]) == ["identified"]


@pytest.mark.usefixtures("recruiter")
def test_more_than_a_few_come_with_the_page_anew(client: Client) -> None:
    rows = RelationshipFactory.create_batch(FEW + 1)

    response = client.post(URL, {"only": uids(rows), "to_stage": "interested"}, headers=ON_BOARD)

    assert response["HX-Refresh"] == "true"
    assert set(stages(rows)) == {"interested"}
    assert f"{FEW + 1} people are now at" in client.get("/boards/prospect/").content.decode()


def test_taking_back_leads_to_the_board(client: Client, recruiter: User) -> None:
    row = RelationshipFactory()
    done = move_to_stage(relationship=row, to_stage=stage("prospect", "interested"), actor=None)
    url = reverse("relationships:take-back-all", args=[done.uid])

    page = client.post(url, follow=True)

    assert page.redirect_chain == [("/boards/prospect/", 302)]
    assert "can no longer be taken back" in page.content.decode()
