from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns.models import Campaign, Enrolment, EnrolmentRun, Touchpoint
from contacts.models import OrgUnit
from core.models import User
from tests.factories import OrgUnitFactory, UserFactory
from tests.factories.campaigns import (
    CampaignFactory,
    EnrolmentFactory,
    StepFactory,
    TouchpointFactory,
    reachable_contact,
    story,
)

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def unit() -> OrgUnit:
    return OrgUnitFactory()


@pytest.fixture
def recruiter(client: Client, unit: OrgUnit) -> User:
    user = UserFactory(role="recruiter", unit=unit, name="Joris Bakker")
    client.force_login(user)
    return user


def page(name: str, campaign: Campaign, *more: object) -> str:
    return reverse(f"campaigns:{name}", args=[campaign.uid, *more])


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_runs_the_same_queries_however_many(
    client: Client, count: int, django_assert_num_queries: Callable[[int], object]
) -> None:
    client.force_login(UserFactory(role="reader"))
    for _ in range(count):
        TouchpointFactory()

    # Session, user, roles; campaigns, their people, what is due, what went wrong.
    with django_assert_num_queries(7):  # type: ignore[attr-defined]
        response = client.get(reverse("campaigns:campaigns"))

    assert len(response.context["rows"]) == count


def test_the_list_shows_people_next_due_and_problems(client: Client, recruiter: User) -> None:
    campaign = CampaignFactory(
        state="running", owner=recruiter, unit=recruiter.role_grants.get().unit
    )
    step = StepFactory(campaign=campaign)
    waiting = TouchpointFactory(step=step, due_at=timezone.now())
    failed = TouchpointFactory(step=step)
    Touchpoint.objects.filter(pk=failed.pk).update(queue_state="done", result="failed")
    CampaignFactory(name="Of another unit", unit=OrgUnitFactory())
    CampaignFactory(name="Of the whole house")

    response = client.get(reverse("campaigns:campaigns"))

    (row,) = response.context["rows"]
    assert (row.campaign, row.people, row.active, row.problems) == (campaign, 2, 2, 1)
    assert row.next_due == waiting.due_at


@pytest.mark.parametrize(
    "name",
    ["campaign", "edit", "audience", "preview", "people", "problems", "start", "end", "delete"],
)
def test_strangers_are_told_nothing_and_readers_may_not_act(
    client: Client, unit: OrgUnit, name: str
) -> None:
    campaign = story(unit=unit)
    url = page(name, campaign)

    assert client.get(url).status_code == 302
    client.force_login(UserFactory())
    assert client.get(url).status_code == 404
    client.force_login(UserFactory(role="hr-manager", unit=OrgUnitFactory()))
    assert client.get(url).status_code == 404
    client.force_login(UserFactory(role="reader", unit=unit))
    may_look = name in {"campaign", "preview", "people", "problems"}
    assert client.get(url).status_code == (200 if may_look else 403)
    client.force_login(UserFactory(role="recruiter", unit=unit))
    assert client.get(url).status_code == 200


@pytest.mark.parametrize("name", ["start", "pause", "resume", "end", "delete", "problems"])
def test_only_who_runs_campaigns_may_act(client: Client, unit: OrgUnit, name: str) -> None:
    campaign = story(unit=unit)

    client.force_login(UserFactory(role="reader", unit=unit))
    assert client.post(page(name, campaign)).status_code == 403
    client.force_login(UserFactory(role="recruiter", unit=OrgUnitFactory()))
    assert client.post(page(name, campaign)).status_code == 404

    campaign.refresh_from_db()
    assert campaign.state == "draft"


def test_a_campaign_begins_with_the_people_of_a_list(
    client: Client, recruiter: User, unit: OrgUnit
) -> None:
    address = reverse("campaigns:new") + "?city=Leiden&city=Gouda&unknown=1"

    assert "Leiden" in client.get(address).content.decode()
    response = client.post(address, {"name": "Alumni", "purpose": "network", "unit": unit.pk})

    made = Campaign.objects.get()
    assert response.headers["Location"] == page("campaign", made)
    assert made.audience == {"city": ["Leiden", "Gouda"]}
    assert (made.owner, made.unit, made.name) == (recruiter, unit, "Alumni")


def test_nobody_begins_a_campaign_for_a_unit_that_is_not_theirs(
    client: Client, recruiter: User
) -> None:
    for unit in (OrgUnitFactory().pk, ""):
        response = client.post(
            reverse("campaigns:new"), {"name": "Alumni", "purpose": "network", "unit": unit}
        )
        assert response.status_code == 422

    assert Campaign.objects.count() == 0


def test_a_step_is_written_changed_moved_and_removed(
    client: Client, recruiter: User, unit: OrgUnit
) -> None:
    campaign = CampaignFactory(owner=recruiter, unit=unit)
    texts = {
        "subject_en": "Hi",
        "body_en": "Dear {{ given_name }}",
        "subject_nl": "",
        "body_nl": "",
    }

    client.post(page("step-new", campaign, "mail"), {"offset_days": "0", **texts})
    client.post(
        page("step-new", campaign, "follow_up"),
        {"offset_days": "3", **texts, "subject_en": "Call"},
    )
    first, second = campaign.steps.order_by("position")
    client.post(page("step", campaign, first.uid), {"offset_days": "1", **texts})
    client.post(page("step-move", campaign, second.uid), {"to": "up"})

    assert list(campaign.steps.order_by("position").values_list("action", "offset_days")) == [
        ("follow_up", 1),
        ("mail", 3),
    ]
    client.post(page("step-remove", campaign, second.uid))
    assert [step.subject for step in campaign.steps.all()] == [{"en": "Hi"}]


def test_what_was_typed_stays_when_a_step_is_refused(
    client: Client, recruiter: User, unit: OrgUnit
) -> None:
    campaign = CampaignFactory(owner=recruiter, unit=unit)

    response = client.post(
        page("step-new", campaign, "mail"),
        {"offset_days": "0", "subject_en": "Hi {{ nme }}", "body_en": "A long letter"},
    )

    shown = response.content.decode()
    assert response.status_code == 422
    assert "Hi {{ nme }}" in shown
    assert "A long letter" in shown
    assert "no merge tag “nme”" in shown
    assert campaign.steps.count() == 0


def test_the_trial_shows_the_unsaved_mail_as_one_person_gets_it(
    client: Client, recruiter: User, unit: OrgUnit
) -> None:
    campaign = CampaignFactory(owner=recruiter, unit=unit)
    ada = reachable_contact(given_name="Ada <b>", unit=unit)
    bob = reachable_contact(given_name="Bob", unit=unit, organisation_name="Rijnland")
    hidden = reachable_contact(given_name="Hidden", unit=OrgUnitFactory())
    typed = {"subject_en": "At {{ organisation }}", "body_en": "Dear {{ given_name }}"}

    def shown(contact: object) -> str:
        answer = client.post(
            page("step-trial", campaign, "mail"), {**typed, "as": str(contact)}, headers=HTMX
        )
        assert answer.status_code == 200
        return answer.content.decode()

    assert "At Rijnland" in shown(bob.uid)
    assert "Dear Bob" in shown(bob.uid)
    assert "Dear Ada &lt;b&gt;" in shown(ada.uid)
    assert "Their organisation" in shown(ada.uid)
    assert "Hidden" not in shown(hidden.uid)
    assert campaign.steps.count() == 0


def test_the_audience_counts_while_one_chooses_and_is_kept_on_demand(
    client: Client, recruiter: User, unit: OrgUnit
) -> None:
    campaign = CampaignFactory(owner=recruiter, unit=unit)
    reachable_contact(city="Leiden", unit=unit)
    reachable_contact(city="Gouda", unit=unit)
    reachable_contact(city="Leiden", unit=OrgUnitFactory())
    url = page("audience", campaign)

    everyone = client.get(url)
    some = client.get(url, {"city": "Leiden"}, headers=HTMX)

    assert (everyone.context["count"], some.context["count"]) == (2, 1)
    assert some.content.decode().strip().startswith('<div id="found"')
    assert some.headers["HX-Push-Url"] == f"{url}?city=Leiden"
    counted = client.post(url, {"city": "", "count": "1"})
    assert counted.headers["Location"] == f"{url}?everyone=1"
    campaign.refresh_from_db()
    assert campaign.audience == {}
    client.post(url, {"city": "Leiden", "keep": "1"})
    campaign.refresh_from_db()
    assert campaign.audience == {"city": ["Leiden"]}


def test_starting_names_how_many_and_hands_the_work_to_a_worker(
    client: Client, recruiter: User, unit: OrgUnit, celery_eager: None
) -> None:
    campaign = story(owner=recruiter, unit=unit)
    reachable_contact(unit=unit)
    reachable_contact(unit=unit)
    reachable_contact(unit=unit, is_consenting=False)

    asked = client.get(page("start", campaign), headers=HTMX).content.decode()
    assert "Start for 2 people" in asked
    assert "1 person is left out" in asked
    client.post(page("start", campaign))

    campaign.refresh_from_db()
    assert (campaign.state, EnrolmentRun.objects.count()) == ("running", 1)


def test_a_running_campaign_shows_its_figures_and_moves_while_it_works(
    client: Client, recruiter: User, unit: OrgUnit
) -> None:
    campaign = story(owner=recruiter, unit=unit, state="running", started_at=timezone.now())
    step = campaign.steps.get(position=1)
    TouchpointFactory(step=step)
    EnrolmentRun.objects.create(
        campaign=campaign, started_by=recruiter, due_at=timezone.now(), people=10, seen=4
    )

    response = client.get(page("campaign", campaign))
    fragment = client.get(page("campaign", campaign), headers=HTMX).content.decode()

    assert response.context["overview"].steps[0].waiting == 1
    assert response.context["is_moving"] is True
    assert fragment.strip().startswith('<div id="campaign-progress" hx-get=')
    assert 'value="40"' in fragment
    assert 'id="campaign-figures"' in fragment


def test_the_people_of_a_campaign_are_those_one_may_see(
    client: Client, recruiter: User, unit: OrgUnit
) -> None:
    campaign = CampaignFactory(state="running", unit=unit, owner=recruiter)
    mine = EnrolmentFactory(campaign=campaign, contact=reachable_contact(unit=unit))
    theirs = EnrolmentFactory(campaign=campaign, contact=reachable_contact(unit=OrgUnitFactory()))

    shown = client.get(page("people", campaign)).context["page"].rows
    assert [row.enrolment for row in shown] == [mine]
    assert client.get(page("people", campaign), {"state": "stopped"}).context["page"].rows == []

    assert client.post(reverse("campaigns:stop", args=[theirs.uid])).status_code == 404
    assert client.post(reverse("campaigns:stop", args=[mine.uid])).status_code == 302
    assert set(Enrolment.objects.values_list("pk", "state")) == {
        (mine.pk, "stopped"),
        (theirs.pk, "active"),
    }


def test_stopping_never_sends_one_elsewhere(client: Client, recruiter: User, unit: OrgUnit) -> None:
    campaign = CampaignFactory(state="running", unit=unit, owner=recruiter)
    enrolment = EnrolmentFactory(campaign=campaign, contact=reachable_contact(unit=unit))
    url = reverse("campaigns:stop", args=[enrolment.uid])

    assert client.post(url, {"next": "https://evil.example/"}).headers["Location"] == page(
        "people", campaign
    )
    assert client.post(url, {"next": "/people/"}).headers["Location"] == "/people/"


def test_problems_are_decided_by_whoever_ticks_them(
    client: Client, recruiter: User, unit: OrgUnit
) -> None:
    campaign = CampaignFactory(state="running", unit=unit, owner=recruiter)
    step = StepFactory(campaign=campaign)
    again, left, kept = (
        TouchpointFactory(
            step=step,
            enrolment=EnrolmentFactory(campaign=campaign, contact=reachable_contact(unit=unit)),
        )
        for _ in range(3)
    )
    Touchpoint.objects.update(queue_state="done", result="in_doubt", done_at=timezone.now())
    url = page("problems", campaign)

    assert len(client.get(url).context["problems"]) == 3
    client.post(url, {"act": "again", "touchpoint": str(again.uid)})
    client.post(url, {"act": "leave", "touchpoint": str(left.uid)})
    client.post(url, {"act": "else", "touchpoint": str(kept.uid)})

    assert client.get(url).context["problems"] == [kept]
    states = dict(Touchpoint.objects.values_list("pk", "queue_state"))
    assert states == {again.pk: "waiting", left.pk: "done", kept.pk: "done"}


def test_a_persons_page_shows_their_campaigns_and_lets_one_stop_them(
    client: Client, recruiter: User, unit: OrgUnit
) -> None:
    campaign = CampaignFactory(name="Alumni days", state="running", unit=unit, owner=recruiter)
    contact = reachable_contact(unit=unit)
    enrolment = EnrolmentFactory(campaign=campaign, contact=contact)
    EnrolmentFactory(campaign=CampaignFactory(name="Not theirs to see"), contact=contact)

    shown = client.get(reverse("contacts:person", args=[contact.uid])).content.decode()

    assert "Alumni days" in shown
    assert reverse("campaigns:stop", args=[enrolment.uid]) in shown
    assert "Not theirs to see" not in shown


def test_a_crowd_is_sorted_out_after_the_page_is_there(
    client: Client, recruiter: User, unit: OrgUnit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("campaigns.views.audience.CROWD", 1)
    campaign = story(owner=recruiter, unit=unit)
    url = page("preview", campaign)
    reachable_contact(unit=unit)
    assert "preview" in client.get(url).context

    reachable_contact(unit=unit)
    waiting = client.get(url)
    assert "preview" not in waiting.context
    assert f'hx-get="{url}?all=1"' in waiting.content.decode()
    assert client.get(f"{url}?all=1").context["preview"].included == 2
    fragment = client.get(f"{url}?all=1", headers=HTMX).content.decode()
    assert fragment.strip().startswith('<div id="sorted"')


def test_a_preview_without_a_filter_is_refused_rather_than_telling_of_others(
    client: Client, recruiter: User, unit: OrgUnit
) -> None:
    campaign = story(unit=unit, audience={"city": ["Leiden"], "not_theirs": ["1"]})
    other = reachable_contact(city="Leiden", unit=unit)

    answer = client.get(page("preview", campaign))

    assert "Not all of this audience can be shown to you" in answer.content.decode()
    assert other.full_name not in answer.content.decode()
    assert "preview" not in answer.context
    assert client.get(page("start", campaign))["Location"] == page("preview", campaign)
    chosen = client.get(page("audience", campaign)).content.decode()
    assert "A filter of this audience is not shown" in chosen


def test_a_campaign_that_people_come_into_one_by_one_has_no_audience(
    client: Client, recruiter: User, unit: OrgUnit
) -> None:
    client.post(
        reverse("campaigns:new"),
        {"name": "Welcome", "purpose": "network", "intake": "one_by_one", "unit": unit.pk},
    )
    campaign = Campaign.objects.get()
    assert campaign.has_audience is False
    StepFactory(campaign=campaign)
    reachable_contact(unit=unit)

    draft = client.get(page("campaign", campaign))
    for name in ("audience", "preview"):
        assert client.get(page(name, campaign))["Location"] == page("campaign", campaign)
    asked = client.get(page("start", campaign)).content.decode()
    client.post(page("start", campaign))

    assert [one.label for one in draft.context["tabs"]] == ["Story"]
    assert "People come into it one by one" in draft.content.decode()
    assert "Nobody is taken in yet." in asked
    campaign.refresh_from_db()
    assert campaign.state == "running"
    assert not EnrolmentRun.objects.exists()
    running = client.get(page("campaign", campaign))
    assert [one.label for one in running.context["tabs"]] == ["Story", "People", "Problems"]
    assert "People come into it one by one" in running.content.decode()
