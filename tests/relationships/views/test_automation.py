"""What is done by itself at a stage, set up and read by an administrator without a script."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns.models import Campaign
from core.models import User
from relationships.models import StageAutomation
from relationships.selectors.automation import PAGE, history
from relationships.services.automation import add_automation
from relationships.services.automation_work import run_due
from relationships.services.lifecycle import move_all_to_stage
from tests.factories import OrgUnitFactory, RelationshipFactory, UserFactory, stage
from tests.factories.campaigns import CampaignFactory

pytestmark = pytest.mark.django_db

SENT = {"moment": "enters", "title": "Call", "days": "14", "who": "owner"}


@pytest.fixture
def manager(client: Client) -> User:
    user = UserFactory(role="hr-manager")
    client.force_login(user)
    return user


def page(name: str = "automation", uid: object = None, query: str = "") -> str:
    return reverse(f"relationships:{name}", args=[uid or stage("prospect", "offer").uid]) + query


def automate(**options: object) -> StageAutomation:
    given = {"who": "owner", "name": "", "title": "Call", "days": 7, "body": "", **options}
    return add_automation(
        stage=stage("prospect", "offer"),
        actor=UserFactory(),
        moment="enters",
        act="task",
        options=given,
    )


@pytest.mark.usefixtures("manager")
def test_a_task_is_set_up_changed_switched_off_and_taken_out(client: Client) -> None:
    response = client.post(page("automation-new", query="?act=task"), SENT, follow=True)
    assert "a task for the owner in 14 days: “Call”" in response.content.decode()
    made = StageAutomation.objects.get()
    assert (made.stage.key, made.moment, made.act) == ("offer", "enters", "task")

    client.post(page("automation-edit", made.uid), {**SENT, "moment": "leaves", "days": "1"})
    made.refresh_from_db()
    assert (made.moment, made.options["days"]) == ("leaves", 1)

    response = client.post(page("automation-switch", made.uid), {"to": "off"}, follow=True)
    assert "switched off" in response.content.decode()
    made.refresh_from_db()
    assert not made.is_on

    response = client.post(page("automation-remove", made.uid), follow=True)
    assert response.context["automations"] == []
    client.post(page("automation-restore", made.uid))
    made.refresh_from_db()
    assert made.archived_at is None


@pytest.mark.usefixtures("manager")
@pytest.mark.parametrize(
    "wrong", [{"days": "-1"}, {"days": "99999"}, {"who": "x"}, {"title": ""}, {"moment": "x"}]
)
def test_what_makes_no_sense_is_asked_again(client: Client, wrong: dict[str, str]) -> None:
    response = client.post(page("automation-new", query="?act=task"), {**SENT, **wrong})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == list(wrong)
    assert not StageAutomation.objects.exists()


@pytest.mark.usefixtures("manager")
@pytest.mark.parametrize("act", ["", "gone"])
def test_an_act_that_nobody_knows_is_not_found(client: Client, act: str) -> None:
    assert client.get(page("automation-new", query=f"?act={act}")).status_code == 404


def test_only_a_campaign_that_runs_and_that_one_may_run_is_offered(
    client: Client, manager: User
) -> None:
    running = CampaignFactory(state=Campaign.State.RUNNING, name="Runs")
    CampaignFactory(name="A draft")

    response = client.get(page("automation-new", query="?act=campaign"))
    assert response.context["form"].fields["campaign"].choices == [(str(running.uid), "Runs")]
    client.post(
        page("automation-new", query="?act=campaign"),
        {"moment": "enters", "campaign": str(running.uid)},
    )
    Campaign.objects.update(state=Campaign.State.PAUSED)

    shown = client.get(page()).content.decode()
    assert "taken into the campaign “Runs”" in shown
    assert "The campaign is paused" in shown


@pytest.mark.usefixtures("manager")
def test_the_history_tells_of_each_what_became_of_it_page_by_page(client: Client) -> None:
    automate()
    owner = UserFactory(role="recruiter")
    rows = [RelationshipFactory(owner=owner, at="in-conversation") for _ in range(PAGE + 2)]
    move_all_to_stage(relationships=rows, to_stage=stage("prospect", "offer"), actor=None)
    later = timezone.now() + timedelta(hours=1)
    run_due(clock=lambda: later)

    first = client.get(page())
    assert len(first.context["deeds"]) == PAGE
    assert "Done" in first.content.decode()
    rest = client.get(page(query=f"?before={first.context['after']}"))
    assert (len(rest.context["deeds"]), rest.context["after"]) == (2, None)
    for nonsense in ("x", "9" * 40, "²", "-1"):
        assert client.get(page(query=f"?before={nonsense}")).status_code == 200


def test_whom_one_may_not_see_has_no_name_there() -> None:
    """Whoever manages lifecycles for a part of the organisation sees the people of that part."""
    automate()
    hidden = RelationshipFactory(at="in-conversation")
    north = OrgUnitFactory()
    shown = RelationshipFactory(at="in-conversation", contact__unit=north)
    offer = stage("prospect", "offer")
    move_all_to_stage(relationships=[hidden, shown], to_stage=offer, actor=None)

    deeds = history(offer, UserFactory(role="hr-manager", unit=north))

    assert [deed.contact for deed in deeds] == [shown.contact, None]
