import pytest
from django.test import Client
from django.urls import reverse

from core.models import User
from relationships.models import AllowedMove
from tests.factories import RelationshipFactory, UserFactory, stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(client: Client) -> User:
    user = UserFactory(role="hr-manager")
    client.force_login(user)
    return user


@pytest.mark.usefixtures("manager")
def test_the_matrix_shows_stages_moves_and_how_many(client: Client) -> None:
    RelationshipFactory.create_batch(2, at="offer")

    response = client.get(reverse("relationships:lifecycle", args=["prospect"]))

    rows = response.context["matrix"]
    assert [(row.stage.key, row.count) for row in rows if row.count] == [("offer", 2)]
    allowed = [
        (row.stage.key, cell.there.key, cell.move.needs_reason)
        for row in rows
        for cell in row.cells
        if cell.move and row.stage.key == "offer"
    ]
    assert allowed == [
        ("offer", "in-conversation", False),
        ("offer", "joined", False),
        ("offer", "not-now", True),
    ]


@pytest.mark.usefixtures("manager")
def test_a_stage_gets_a_name_and_a_cadence(client: Client) -> None:
    response = client.post(
        reverse("relationships:stage", args=["prospect", "offer"]),
        {"name": "Proposal", "cadence_days": "4"},
        follow=True,
    )

    assert (stage("prospect", "offer").label, stage("prospect", "offer").cadence_days) == (
        "Proposal",
        4,
    )
    assert "Proposal" in response.content.decode()


def sent_moves(kind: str) -> dict[str, str]:
    """The form as it stands on the page."""
    sent = {}
    moves = AllowedMove.objects.filter(from_stage__lifecycle__kind=kind)
    for move in moves.select_related("from_stage", "to_stage"):
        pair = f"{move.from_stage.uid}:{move.to_stage.uid}"
        sent[f"move:{pair}"] = "on"
        if move.needs_reason:
            sent[f"reason:{pair}"] = "on"
    return sent


@pytest.mark.usefixtures("manager")
def test_saving_the_matrix_as_it_stands_changes_nothing(client: Client) -> None:
    before = sorted(AllowedMove.objects.values_list("pk", "needs_reason"))

    client.post(reverse("relationships:lifecycle-moves", args=["prospect"]), sent_moves("prospect"))

    assert sorted(AllowedMove.objects.values_list("pk", "needs_reason")) == before


@pytest.mark.usefixtures("manager")
def test_a_move_is_taken_out_and_another_asks_why(client: Client) -> None:
    offer, joined, not_now = (stage("prospect", key) for key in ("offer", "joined", "not-now"))
    sent = sent_moves("prospect")
    del sent[f"move:{offer.uid}:{joined.uid}"]
    del sent[f"reason:{offer.uid}:{not_now.uid}"]
    sent["move:not-a-uid:x"] = "on"

    client.post(reverse("relationships:lifecycle-moves", args=["prospect"]), sent)

    out = AllowedMove.objects.filter(from_stage=offer).order_by("to_stage__position")
    assert list(out.values_list("to_stage__key", "needs_reason")) == [
        ("in-conversation", False),
        ("not-now", False),
    ]


@pytest.mark.usefixtures("manager")
def test_an_empty_matrix_is_refused_in_words(client: Client) -> None:
    response = client.post(
        reverse("relationships:lifecycle-moves", args=["prospect"]), {}, follow=True
    )

    assert "one could go nowhere" in response.content.decode()
    assert AllowedMove.objects.filter(from_stage__lifecycle__kind="prospect").exists()


def test_only_who_manages_lifecycles_may(client: Client) -> None:
    client.force_login(UserFactory(role="recruiter"))
    before = AllowedMove.objects.count()

    for name, args in (("lifecycles", []), ("lifecycle", ["prospect"])):
        assert client.get(reverse(f"relationships:{name}", args=args)).status_code == 403
    for name, args in (("lifecycle-moves", ["prospect"]), ("stage", ["prospect", "offer"])):
        assert client.post(reverse(f"relationships:{name}", args=args)).status_code == 403
    assert AllowedMove.objects.count() == before
