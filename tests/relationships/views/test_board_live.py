"""What a board is told of that colleagues do. The change log shows what was committed, so that
these commit.
"""

import re
from threading import Event, Thread
from urllib.parse import quote, unquote

import pytest
from django.db import connection, transaction
from django.test import Client

from core.models import User
from relationships.models import Relationship
from relationships.selectors import board_changes
from relationships.selectors.board_changes import seen_now
from relationships.services.lifecycle import begin_relationship, move_to_stage
from tests.factories import (
    ContactFactory,
    OrgUnitFactory,
    RelationshipFactory,
    UserFactory,
    stage,
)

pytestmark = pytest.mark.django_db(transaction=True)

HTMX = {"HX-Request": "true"}


@pytest.fixture
def recruiter(client: Client) -> User:
    user = UserFactory(role="recruiter")
    client.force_login(user)
    return user


def looked(client: Client, seen: str, query: str = "") -> str:
    url = f"/boards/prospect/changes/since/?{query}seen={quote(seen)}"
    return client.get(url, headers=HTMX).content.decode()


def seen_by(page: str) -> str:
    found = re.search(r"seen=([^\"]+)\"", page)
    assert found
    return unquote(found[1])


def cards(page: str) -> list[str]:
    return re.findall(r'id="card-([\w-]+)"', page)


def move(row: Relationship, key: str, actor: User | None = None) -> None:
    move_to_stage(relationship=row, to_stage=stage(row.kind, key), actor=actor)


def test_what_a_colleague_moved_comes_once(client: Client, recruiter: User) -> None:
    row = RelationshipFactory(contact=ContactFactory(given_name="Anna", family_name="Vos"))
    RelationshipFactory(at="interested")
    page = client.get("/boards/prospect/").content.decode()
    here = seen_by(page)

    assert cards(looked(client, here)) == []
    move(row, "interested", UserFactory())
    page = looked(client, here)

    assert cards(page) == [str(row.uid)]
    assert "afterbegin:#cards-interested" in page
    assert re.findall(r'id="head-([\w-]+)".*?class="count">(\d+)', page, re.DOTALL) == [
        ("identified", "0"),
        ("interested", "2"),
    ]
    assert "Anna Vos is now at “Interested”." in page
    assert cards(looked(client, seen_by(page))) == []


def test_ones_own_move_is_not_announced_again(client: Client, recruiter: User) -> None:
    row = RelationshipFactory()
    here = seen_now()

    move(row, "interested", recruiter)

    page = looked(client, here)
    assert cards(page) == [str(row.uid)]
    assert "data-announce" not in page


def test_who_no_longer_fits_goes_and_who_begins_comes(client: Client, recruiter: User) -> None:
    mine = RelationshipFactory(owner=recruiter)
    here = seen_now()

    begun = begin_relationship(
        contact=ContactFactory(), kind="prospect", owner=recruiter, actor=None
    )
    Relationship.objects.filter(pk=mine.pk).update(owner=None)
    move(mine, "interested")

    page = looked(client, here, "owner=me&")
    assert cards(page) == [str(begun.uid)]
    assert f'data-gone="{mine.uid} "' in page


def test_of_people_out_of_sight_nothing_is_told(client: Client) -> None:
    unit = OrgUnitFactory()
    client.force_login(UserFactory(role="recruiter", unit=unit))
    row = RelationshipFactory(contact=ContactFactory(unit=OrgUnitFactory()))
    mine = RelationshipFactory(contact=ContactFactory(unit=unit))
    here = seen_now()

    move(row, "interested")
    assert str(row.uid) not in looked(client, here)
    move(mine, "interested")

    assert cards(looked(client, here)) == [str(mine.uid)]


def test_another_kind_is_another_board(client: Client, recruiter: User) -> None:
    row = RelationshipFactory(kind="alumnus", at="just-left")
    here = seen_now()

    move(row, "in-touch")

    assert cards(looked(client, here)) == []


def test_too_much_is_told_in_a_word(
    client: Client, recruiter: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = RelationshipFactory.create_batch(3)
    here = seen_now()
    for row in rows:
        move(row, "interested")

    monkeypatch.setattr(board_changes, "MOST_CARDS", 2)
    page = looked(client, here, "owner=none&")

    assert cards(page) == []
    assert "Much has changed on this board." in page
    assert 'href="/boards/prospect/?owner=none"' in page


@pytest.mark.parametrize(
    "seen",
    ["", "x", "1", "1:2", "2:1:", "1:9:5,3", "1:9:9", "1:9:5,5", f"1:{2**63}:", "0:1:", "1:2:\x00"],
)
def test_what_no_board_ever_gave_is_not_there(client: Client, recruiter: User, seen: str) -> None:
    url = f"/boards/prospect/changes/since/?seen={quote(seen)}"
    assert client.get(url, headers=HTMX).status_code == 404


def test_without_a_script_there_is_the_board(client: Client, recruiter: User) -> None:
    assert client.get("/boards/prospect/changes/since/")["Location"] == "/boards/prospect/"
    assert client.get("/boards/nobody/changes/since/", headers=HTMX).status_code == 404


def test_a_change_that_commits_late_is_seen_once(client: Client, recruiter: User) -> None:
    """A colleague's move is under way while this one looks: it comes with the next look."""
    row = RelationshipFactory()
    here = seen_now()
    begun, may_end = Event(), Event()

    def slowly() -> None:
        with transaction.atomic():
            move(row, "interested")
            begun.set()
            may_end.wait(10)
        connection.close()

    colleague = Thread(target=slowly)
    colleague.start()
    assert begun.wait(10)
    page = looked(client, here)
    assert cards(page) == []
    may_end.set()
    colleague.join()
    page = looked(client, seen_by(page))
    assert cards(page) == [str(row.uid)]
    assert cards(looked(client, seen_by(page))) == []
