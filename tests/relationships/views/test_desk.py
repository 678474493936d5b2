from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.models import User
from relationships.models import FollowUp
from tests.factories import (
    ContactFactory,
    FollowUpFactory,
    OrgUnitFactory,
    RelationshipFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

TO_DESK = {"HX-Request": "true", "HX-Target": "today"}


@pytest.fixture
def recruiter(client: Client) -> User:
    user = UserFactory(role="recruiter")
    client.force_login(user)
    return user


def test_the_desk_says_who_why_and_what_to_do(client: Client, recruiter: User) -> None:
    today = timezone.localdate()
    FollowUpFactory(
        title="Call about the open day", assignee=recruiter, due_on=today - timedelta(days=2)
    )
    RelationshipFactory(
        owner=recruiter, contact=ContactFactory(given_name="Sanne"), next_touch_on=today
    )

    page = client.get(reverse("relationships:desk")).content.decode()

    assert "Call about the open day" in page
    assert "was due 2 days ago" in page
    assert "Speak with Sanne" in page
    assert "no conversation yet" in page


def test_an_empty_desk_says_so(client: Client, recruiter: User) -> None:
    assert "Nothing is left for today" in client.get("/").content.decode()


def test_a_stranger_has_an_empty_desk_and_no_board(client: Client) -> None:
    FollowUpFactory()
    client.force_login(UserFactory())

    response = client.get("/")

    assert response.status_code == 200
    assert list(response.context["desk"].items) == []


@pytest.mark.parametrize("count", [1, 3])
def test_the_desk_runs_the_same_queries_however_full(
    client: Client,
    recruiter: User,
    count: int,
    django_assert_num_queries: Callable[[int], object],
) -> None:
    today = timezone.localdate()
    FollowUpFactory.create_batch(count, assignee=recruiter, due_on=today)
    RelationshipFactory.create_batch(count, owner=recruiter, next_touch_on=today)

    # The session, the user, the grants; then those of the desk.
    with django_assert_num_queries(13):
        client.get(reverse("relationships:desk"))


def test_done_answers_the_desk_with_its_list_and_an_undo(client: Client, recruiter: User) -> None:
    row, other = FollowUpFactory.create_batch(2, assignee=recruiter)

    response = client.post(
        reverse("relationships:task-close", args=[row.uid]),
        {"state": "done", "place": "0"},
        headers=TO_DESK,
    )

    row.refresh_from_db()
    assert row.state == "done"
    assert response.status_code == 200
    page = response.content.decode().strip()
    assert page.startswith('<section id="today"')
    assert page.count("<li ") == 1
    assert other.title in page
    assert reverse("relationships:task-reopen", args=[row.uid]) in response["HX-Trigger"]


def test_undo_opens_it_again_and_tells_the_lists(client: Client, recruiter: User) -> None:
    row = FollowUpFactory(assignee=recruiter, state="done", closed_at=timezone.now())

    response = client.post(
        reverse("relationships:task-reopen", args=[row.uid]), headers={"HX-Request": "true"}
    )

    row.refresh_from_db()
    assert row.state == "open"
    assert "tasks-changed" in response["HX-Trigger"]


def test_without_a_script_done_leads_back_to_the_desk(client: Client, recruiter: User) -> None:
    row = FollowUpFactory(assignee=recruiter)

    response = client.post(
        reverse("relationships:task-close", args=[row.uid]), {"state": "done"}, follow=True
    )

    assert response.redirect_chain == [("/", 302)]
    assert f"Done: {row.title}" in response.content.decode()


def test_done_twice_says_that_it_was_closed(client: Client, recruiter: User) -> None:
    row = FollowUpFactory(assignee=recruiter, state="done", closed_at=timezone.now())

    response = client.post(
        reverse("relationships:task-close", args=[row.uid]), {"state": "done"}, follow=True
    )

    assert "closed already" in response.content.decode()


def test_not_needed_asks_why_and_keeps_the_answer(client: Client, recruiter: User) -> None:
    row = FollowUpFactory(assignee=recruiter)
    asked = client.get(reverse("relationships:task-not-needed", args=[row.uid]))
    assert reverse("relationships:task-close", args=[row.uid]) in asked.content.decode()

    client.post(
        reverse("relationships:task-close", args=[row.uid]),
        {"state": "not_needed", "outcome": "She called herself"},
    )

    row.refresh_from_db()
    assert (row.state, row.outcome) == ("not_needed", "She called herself")


def test_put_off_by_days_and_back(client: Client, recruiter: User) -> None:
    today = timezone.localdate()
    row = FollowUpFactory(assignee=recruiter, due_on=today)

    response = client.post(
        reverse("relationships:task-later", args=[row.uid]), {"days": "3"}, headers=TO_DESK
    )
    row.refresh_from_db()
    assert row.due_on == today + timedelta(days=3)
    assert f"day={today.isoformat()}" in response["HX-Trigger"]

    client.post(f"{reverse('relationships:task-due', args=[row.uid])}?day={today.isoformat()}")
    row.refresh_from_db()
    assert row.due_on == today


@pytest.mark.parametrize("asked", [{}, {"until": "soon"}, {"days": "0"}])
def test_put_off_without_a_day_asks_again(
    client: Client, recruiter: User, asked: dict[str, str]
) -> None:
    row = FollowUpFactory(assignee=recruiter)
    before = row.due_on

    response = client.post(reverse("relationships:task-later", args=[row.uid]), asked or {"x": ""})

    row.refresh_from_db()
    assert response.status_code == 422
    assert row.due_on == before


def test_hand_over_and_back(client: Client, recruiter: User) -> None:
    colleague = UserFactory(role="recruiter", name="Tom de Wit")
    row = FollowUpFactory(assignee=recruiter)

    response = client.post(
        reverse("relationships:task-hand-over", args=[row.uid]),
        {"colleague": str(colleague.uid)},
        headers={"HX-Request": "true", "HX-Target": "dialog-content"},
    )
    row.refresh_from_db()
    assert row.assignee == colleague
    assert "Tom de Wit" in response["HX-Trigger"]
    assert response.content == b""

    client.post(f"{reverse('relationships:task-assignee', args=[row.uid])}?user={recruiter.uid}")
    row.refresh_from_db()
    assert row.assignee == recruiter


def test_hand_over_to_one_who_cannot_see_the_person_is_refused_beside_the_question(
    client: Client, recruiter: User
) -> None:
    elsewhere = UserFactory(role="recruiter", unit=OrgUnitFactory())
    row = FollowUpFactory(assignee=recruiter)

    response = client.post(
        reverse("relationships:task-hand-over", args=[row.uid]), {"colleague": str(elsewhere.uid)}
    )

    assert response.status_code == 422
    assert "cannot see this person" in response.content.decode()
    row.refresh_from_db()
    assert row.assignee == recruiter


@pytest.mark.parametrize(
    "name",
    ["task-close", "task-reopen", "task-later", "task-due", "task-hand-over", "task-assignee"],
)
def test_a_task_with_somebody_of_another_unit_is_not_there(client: Client, name: str) -> None:
    row = FollowUpFactory(contact=ContactFactory(unit=OrgUnitFactory()))
    client.force_login(UserFactory(role="recruiter", unit=OrgUnitFactory()))

    response = client.post(
        reverse(f"relationships:{name}", args=[row.uid]), {"state": "done", "days": "3"}
    )

    assert response.status_code == 404
    assert FollowUp.objects.get() == row
    assert (FollowUp.objects.get().state, FollowUp.objects.get().due_on) == ("open", row.due_on)


def test_a_reader_may_look_and_not_close(client: Client) -> None:
    client.force_login(UserFactory(role="reader"))
    row = FollowUpFactory()

    response = client.post(reverse("relationships:task-close", args=[row.uid]), {"state": "done"})

    assert response.status_code == 403
    row.refresh_from_db()
    assert row.state == "open"
