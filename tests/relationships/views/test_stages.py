"""The editor of lifecycles, as an administrator walks through it without a script."""

import pytest
from django.test import Client
from django.urls import reverse

from core.models import User
from relationships.models import Relationship, Stage
from relationships.services.stage_removal import put_stage_aside
from relationships.services.stages import set_entry_rules
from tests.factories import RelationshipFactory, UserFactory, stage
from tests.support.api import assert_is, assert_problem, client_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(client: Client) -> User:
    user = UserFactory(role="hr-manager")
    client.force_login(user)
    return user


def url(name: str, *args: object) -> str:
    return reverse(f"relationships:{name}", args=args)


@pytest.mark.usefixtures("manager")
def test_a_stage_is_added_by_its_form(client: Client) -> None:
    response = client.post(
        url("stage-new", "prospect"),
        {"name": "Reference checks", "cadence_days": "5", "tone": "warn"},
        follow=True,
    )

    made = stage("prospect", "reference-checks")
    assert (made.cadence_days, made.tone, made.is_closed) == (5, "warn", False)
    assert 'data-tone="warn"' in response.content.decode()


@pytest.mark.usefixtures("manager")
def test_a_name_that_is_taken_is_said_at_the_field_and_what_was_typed_stays(
    client: Client,
) -> None:
    response = client.post(
        url("stage-new", "prospect"), {"name": "Offer", "cadence_days": "9"}, follow=True
    )

    assert response.status_code == 422
    assert response.context["form"].errors == {"name": ["There is a stage “Offer” already."]}
    assert 'value="9"' in response.content.decode()


@pytest.mark.usefixtures("manager")
def test_a_stage_goes_up_by_its_arrow(client: Client) -> None:
    offer = stage("prospect", "offer")

    client.post(url("stage-place", offer.uid), {"to": "up"})

    assert stage("prospect", "offer").position == offer.position - 1


@pytest.mark.usefixtures("manager")
def test_what_a_stage_asks_for_is_ticked_and_stands_on_the_page(client: Client) -> None:
    offer = stage("prospect", "offer")

    response = client.post(
        url("stage-rules", offer.uid),
        {"rules": ["owner:yes", "consent:careers"]},
        follow=True,
    )

    assert stage("prospect", "offer").entry_rules == [
        {"rule": "owner", "value": "yes"},
        {"rule": "consent", "value": "careers"},
    ]
    assert "an owner, consent for “Jobs and assignments”" in response.content.decode()
    assert client.get(url("stage-rules", offer.uid)).context["form"].initial == {
        "rules": ["owner:yes", "consent:careers"]
    }


@pytest.mark.usefixtures("manager")
@pytest.mark.parametrize("sent", ["consent:nonsense", "x", ":", "owner:"])
def test_nonsense_is_not_asked_for(client: Client, sent: str) -> None:
    response = client.post(url("stage-rules", stage("prospect", "offer").uid), {"rules": [sent]})

    assert response.status_code == 422
    assert stage("prospect", "offer").entry_rules == []


@pytest.mark.usefixtures("manager")
def test_putting_aside_asks_where_people_go_and_says_what_became_of_it(client: Client) -> None:
    row = RelationshipFactory(at="offer")
    page = url("stage-put-aside", row.stage.uid)

    shown = client.get(page)
    assert "One person stands here now" in shown.content.decode()
    choices = [one.key for one in shown.context["form"].fields["to_stage"].queryset]
    assert choices == ["identified", "in-contact", "interested", "in-conversation"]
    assert client.post(page, {}).status_code == 422

    response = client.post(page, {"to_stage": stage("prospect", "interested").uid}, follow=True)
    assert "“Offer” was put aside." in response.content.decode()
    assert Relationship.objects.get(pk=row.pk).stage.key == "interested"
    assert client.get(url("stage", "prospect", "offer")).status_code == 404

    client.post(url("stage-back", row.stage.uid))
    assert stage("prospect", "offer").archived_at is None


@pytest.mark.usefixtures("manager")
def test_where_too_many_stand_the_page_leads_to_what_moves_them(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("relationships.views.stages.MOST_AT_ONCE", 1)
    monkeypatch.setattr("relationships.services.stage_removal.MOST_AT_ONCE", 1)
    rows = [RelationshipFactory(kind="prospect", at="offer") for _ in range(2)]
    page = url("stage-put-aside", rows[0].stage.uid)

    shown = client.get(page).content.decode()
    assert "one act holds 1 at most" in shown
    assert f'href="/people/?stage={rows[0].stage.uid}"' in shown

    refused = client.post(page, {"to_stage": stage("prospect", "interested").uid})
    assert refused.status_code == 422
    assert "More than 1 people stand at “Offer”" in refused.content.decode()
    assert Relationship.objects.filter(stage__key="offer").count() == 2


@pytest.mark.usefixtures("manager")
def test_a_stage_with_a_part_to_play_is_not_put_aside_and_the_page_says_why(
    client: Client,
) -> None:
    response = client.post(url("stage-put-aside", stage("prospect", "identified").uid), {})

    assert response.status_code == 422
    assert "Relationships begin at “Identified”" in response.content.decode()


@pytest.mark.usefixtures("manager")
def test_a_slip_is_put_aside_and_deleted(client: Client) -> None:
    client.post(url("stage-new", "prospect"), {"name": "A slip"})
    slip = stage("prospect", "a-slip")
    client.post(url("stage-delete", slip.uid))
    assert Stage.objects.filter(pk=slip.pk).exists()

    client.post(url("stage-put-aside", slip.uid), {})
    client.post(url("stage-delete", slip.uid))
    assert not Stage.objects.filter(pk=slip.pk).exists()


def test_the_form_to_move_says_what_is_lacking_and_refuses_in_words(client: Client) -> None:
    client.force_login(UserFactory(role="recruiter"))
    row = RelationshipFactory(owner=None)
    set_entry_rules(
        stage=stage("prospect", "in-contact"), actor=UserFactory(), rules=[("owner", "yes")]
    )

    page = client.get(url("move", row.uid)).content.decode()
    assert "first: an owner" in " ".join(page.split())
    response = client.post(url("move", row.uid), {"to_stage": "in-contact"})

    assert response.status_code == 422
    assert "Before “In contact” there must be: an owner." in response.content.decode()
    assert Relationship.objects.get(pk=row.pk).stage.key == "identified"


def test_the_api_refuses_the_same_with_a_problem_and_tells_the_rules() -> None:
    api = client_for(UserFactory(role="recruiter"))
    row = RelationshipFactory(owner=None)
    there = stage("prospect", "in-contact")
    set_entry_rules(stage=there, actor=UserFactory(), rules=[("owner", "yes")])
    put_stage_aside(stage=stage("prospect", "offer"), actor=UserFactory())

    answer = api.post(
        f"/api/v1/relationships/{row.uid}/move", {"to_stage": str(there.uid)}, format="json"
    )
    problem = assert_problem(answer, 409, "entry_rule_unmet")
    assert problem["detail"] == "Before “In contact” there must be: an owner."

    body = api.get(f"/api/v1/lifecycles/{there.lifecycle.uid}").json()
    assert_is("Lifecycle", body)
    stages = {one["key"]: one for one in body["stages"]}
    assert stages["in-contact"]["entry_rules"] == [
        {"rule": "owner", "value": "yes", "text": "an owner"}
    ]
    assert [key for key, one in stages.items() if one["is_put_aside"]] == ["offer"]
    assert [key for key, one in stages.items() if one["is_onward"]] == ["joined"]
    led_to = {move["to_stage"] for one in body["stages"] for move in one["moves"]}
    assert stages["offer"]["id"] not in led_to
