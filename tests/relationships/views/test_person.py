"""What hangs on a person's page: logging, tasks, relationships, engagements, the timeline."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from contacts.models import Contact
from core.models import User
from relationships.models import Engagement, FollowUp, Interaction, Relationship
from relationships.services.interactions import log_interaction
from tests.factories import (
    ContactFactory,
    EngagementFactory,
    FollowUpFactory,
    GoodwillEntryFactory,
    OrgUnitFactory,
    PersonalFactFactory,
    PromiseFactory,
    RelationshipFactory,
    TimelineEntryFactory,
    UserFactory,
    stage,
)
from tests.support.toasts import undo_of

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def recruiter(client: Client) -> User:
    user = UserFactory(role="recruiter")
    client.force_login(user)
    return user


def url(name: str, of: Contact | Relationship | Engagement) -> str:
    return reverse(f"relationships:{name}", args=[of.uid])


def moment(**fields: str) -> dict[str, str]:
    return {
        "channel": "phone",
        "direction": "two_way",
        "initiated_by": "us",
        "summary": "About the summer",
        "happened_at": timezone.localtime().strftime("%Y-%m-%dT%H:%M"),
        **fields,
    }


def test_logging_with_a_next_step_makes_a_task(client: Client, recruiter: User) -> None:
    contact = ContactFactory()
    day = timezone.localdate() + timedelta(days=5)

    response = client.post(
        url("log", contact), moment(next_step="Send the plan", next_on=day.isoformat())
    )

    assert response["Location"] == reverse("contacts:person", args=[contact.uid])
    (logged,) = Interaction.objects.all()
    assert (logged.contact, logged.author, logged.summary) == (
        contact,
        recruiter,
        "About the summer",
    )
    (task,) = FollowUp.objects.all()
    assert (task.title, task.due_on, task.assignee) == ("Send the plan", day, recruiter)


@pytest.mark.usefixtures("recruiter")
def test_what_was_typed_wrongly_stays_and_is_said(client: Client) -> None:
    contact = ContactFactory()
    ahead = (timezone.localtime() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")

    for fields in ({"summary": ""}, {"happened_at": ahead}, {"next_step": "x", "next_on": ""}):
        response = client.post(
            url("log", contact), moment(body="Typed with care", **fields), headers=HTMX
        )
        assert response.status_code == 422
        assert "Typed with care" in response.content.decode()

    assert not Interaction.objects.exists()


@pytest.mark.parametrize(
    ("page", "header"),
    [("/", "HX-Trigger"), ("/people/{uid}/", "HX-Refresh"), ("/log/", "HX-Redirect")],
)
@pytest.mark.usefixtures("recruiter")
def test_after_logging_one_is_where_one_was(client: Client, page: str, header: str) -> None:
    contact = ContactFactory()
    current = "http://testserver" + page.format(uid=contact.uid)

    response = client.post(
        url("log", contact), moment(), headers={**HTMX, "HX-Current-URL": current}
    )

    assert header in response.headers
    assert Interaction.objects.count() == 1


def test_with_whom_offers_ones_own_people_and_finds_others(client: Client, recruiter: User) -> None:
    mine = RelationshipFactory(owner=recruiter).contact
    other = ContactFactory(family_name="Okafor")
    asked = reverse("relationships:log-whom")

    assert list(client.get(asked).context["found"]) == [mine]
    assert list(client.get(asked, {"q": "okaf"}).context["found"]) == [other]
    found = client.get(asked, {"q": "okaf"}, headers=HTMX).content.decode()
    assert f'formaction="{url("log", other)}"' in found
    assert "Nobody by that name" in client.get(asked, {"q": "zz"}).content.decode()


def test_with_whom_finds_nobody_of_another_unit(client: Client) -> None:
    unit = OrgUnitFactory()
    client.force_login(UserFactory(role="recruiter", unit=unit))
    ContactFactory(family_name="Okafor", unit=OrgUnitFactory())
    here = ContactFactory(family_name="Okafor", unit=unit)

    found = client.get(reverse("relationships:log-whom"), {"q": "okafor"})

    assert list(found.context["found"]) == [here]


def test_a_task_is_added_and_ticked_off_in_the_panel(client: Client, recruiter: User) -> None:
    contact = ContactFactory()
    day = timezone.localdate().isoformat()

    added = client.post(
        url("task-new", contact),
        {"title": "Send the plan", "due_on": day, "assignee": str(recruiter.uid)},
        headers=HTMX,
    )
    assert "tasks-changed" in added["HX-Trigger"]
    (task,) = FollowUp.objects.all()
    assert "Send the plan" in client.get(url("tasks", contact), headers=HTMX).content.decode()

    client.post(reverse("relationships:task-close", args=[task.uid]), {"state": "done"})

    assert "Send the plan" not in client.get(url("tasks", contact), headers=HTMX).content.decode()
    assert client.get(url("tasks", contact)).status_code == 302


def test_a_relationship_begins_at_the_chosen_stage(client: Client, recruiter: User) -> None:
    contact = RelationshipFactory(kind="employee").contact
    asked = client.get(url("begin", contact))
    kinds = [group for group, _stages in asked.context["form"].fields["stage"].choices]
    assert [group for group in kinds if group] == ["Prospect", "Freelancer", "Alumnus"]

    client.post(
        url("begin", contact),
        {
            "stage": str(stage("freelancer", "available").uid),
            "owner": str(recruiter.uid),
            "started_on": timezone.localdate().isoformat(),
        },
    )

    row = Relationship.objects.get(kind="freelancer")
    assert (row.contact, row.stage.key, row.owner) == (contact, "available", recruiter)


@pytest.mark.usefixtures("recruiter")
def test_a_cadence_of_its_own(client: Client) -> None:
    row = RelationshipFactory()

    client.post(url("cadence", row), {"days": "10"})
    row.refresh_from_db()
    assert row.cadence_days == 10
    client.post(url("cadence", row), {"days": ""})
    row.refresh_from_db()
    assert row.cadence_days is None


def test_a_relationship_is_handed_over_and_back(client: Client, recruiter: User) -> None:
    colleague = UserFactory(role="recruiter")
    row = RelationshipFactory(owner=recruiter)

    response = client.post(url("hand-over", row), {"colleague": str(colleague.uid)}, headers=HTMX)
    row.refresh_from_db()
    assert row.owner == colleague

    client.post(undo_of(response))
    row.refresh_from_db()
    assert row.owner == recruiter


@pytest.mark.usefixtures("recruiter")
def test_the_next_touch_is_put_off_and_back(client: Client) -> None:
    today = timezone.localdate()
    row = RelationshipFactory(next_touch_on=today)

    client.post(url("postpone", row), {"days": "7", "reason": "On leave"})
    row.refresh_from_db()
    assert row.next_touch_on == today + timedelta(days=7)

    client.post(f"{url('restore-touch', row)}?day={today.isoformat()}")
    row.refresh_from_db()
    assert row.next_touch_on == today
    assert client.post(f"{url('restore-touch', row)}?day=soon").status_code == 404


@pytest.mark.usefixtures("recruiter")
def test_an_engagement_is_recorded_and_ended(client: Client) -> None:
    contact = ContactFactory()
    today = timezone.localdate()

    client.post(
        url("engagement-new", contact),
        {"form": "internship", "role": "Student", "starts_on": today.isoformat()},
    )
    (row,) = Engagement.objects.all()
    assert (row.contact, row.form, row.role) == (contact, "internship", "Student")

    before = (today - timedelta(days=1)).isoformat()
    assert client.post(url("engagement-end", row), {"ends_on": before}).status_code == 422
    client.post(url("engagement-end", row), {"ends_on": today.isoformat()})
    row.refresh_from_db()
    assert row.ends_on == today


@pytest.mark.usefixtures("recruiter")
def test_the_timeline_narrows_in_place_and_on_a_page_of_its_own(client: Client) -> None:
    contact = ContactFactory()
    log_interaction(
        contact=contact, actor=None, channel="phone", direction="two_way", summary="Coffee"
    )
    TimelineEntryFactory(contact=contact, data={"source": "import"})

    everything = client.get(url("timeline", contact)).content.decode()
    assert "Coffee" in everything
    assert "Became known to us" in everything
    narrowed = client.get(url("timeline", contact), {"what": "record"}, headers=HTMX)
    assert narrowed.content.decode().strip().startswith('<section id="timeline"')
    assert "Coffee" not in narrowed.content.decode()
    nonsense = client.get(url("timeline", contact), {"what": "x", "by": "y"})
    assert "Coffee" in nonsense.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_a_persons_page_runs_the_same_queries_however_much_happened(
    client: Client,
    recruiter: User,
    count: int,
    django_assert_max_num_queries: Callable[..., object],
) -> None:
    contact = ContactFactory()
    kinds = ["prospect", "employee", "alumnus"][:count]
    for kind in kinds:
        RelationshipFactory(contact=contact, kind=kind)
        EngagementFactory(contact=contact)
        FollowUpFactory(contact=contact)
        PromiseFactory(contact=contact)
        PromiseFactory(contact=contact, state="kept")
        GoodwillEntryFactory(contact=contact)
        PersonalFactFactory(contact=contact)
        log_interaction(contact=contact, actor=recruiter, channel="phone", direction="two_way")
    page = reverse("contacts:person", args=[contact.uid])
    client.get(page)

    with django_assert_max_num_queries(30) as queries:
        response = client.get(page)

    assert response.status_code == 200
    # The session, the user, the grants; the person and their parts, and whether they may stand here
    # twice; ours: eight panels, and whether the colleague who keeps in touch holds them.
    assert len(queries) == 26


@pytest.mark.parametrize(
    "name", ["log", "task-new", "tasks", "begin", "engagement-new", "timeline"]
)
def test_a_person_of_another_unit_is_not_there(client: Client, name: str) -> None:
    contact = ContactFactory(unit=OrgUnitFactory())
    client.force_login(UserFactory(role="recruiter", unit=OrgUnitFactory()))

    assert client.get(url(name, contact)).status_code == 404


@pytest.mark.parametrize("name", ["cadence", "hand-over", "postpone"])
def test_a_relationship_of_another_unit_is_not_there(client: Client, name: str) -> None:
    row = RelationshipFactory(contact=ContactFactory(unit=OrgUnitFactory()))
    client.force_login(UserFactory(role="recruiter", unit=OrgUnitFactory()))

    assert client.post(url(name, row), {"days": "3"}).status_code == 404


def test_an_engagement_of_another_unit_is_not_there(client: Client) -> None:
    row = EngagementFactory(contact=ContactFactory(unit=OrgUnitFactory()))
    client.force_login(UserFactory(role="recruiter", unit=OrgUnitFactory()))

    day = timezone.localdate().isoformat()
    assert client.post(url("engagement-end", row), {"ends_on": day}).status_code == 404
    row.refresh_from_db()
    assert row.ends_on is None


@pytest.mark.parametrize("name", ["log", "task-new", "begin", "engagement-new"])
def test_a_reader_may_not_write(client: Client, name: str) -> None:
    client.force_login(UserFactory(role="reader"))

    assert client.post(url(name, ContactFactory()), moment()).status_code == 403
    assert not Interaction.objects.exists()
