"""Each line of the desk put off, handed over, found not needed, and each of these undone."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.models import User
from relationships.models import FollowUp, Promise
from relationships.selectors.desk import todays
from tests.factories import (
    ContactFactory,
    FollowUpFactory,
    OrgUnitFactory,
    PromiseFactory,
    RelationshipFactory,
    UserFactory,
)
from tests.support.toasts import undo_of

pytestmark = pytest.mark.django_db

TO_DESK = {"HX-Request": "true", "HX-Target": "today"}


@pytest.fixture
def recruiter(client: Client) -> User:
    user = UserFactory(role="recruiter", name="Iris de Wit")
    client.force_login(user)
    return user


def url(name: str, row: object) -> str:
    return reverse(f"relationships:{name}", args=[row.uid])  # type: ignore[attr-defined]


def keys_of(user: User) -> list[str]:
    return [item.key for item in todays(user, today=timezone.localdate()).items]


def test_a_promise_is_put_off_the_desk_and_stands(client: Client, recruiter: User) -> None:
    today = timezone.localdate()
    promise = PromiseFactory(promiser=recruiter, due_on=today - timedelta(days=1))

    answer = client.post(url("promise-later", promise), {"days": "7"}, headers=TO_DESK)

    promise.refresh_from_db()
    assert (promise.desk_from, promise.due_on) == (
        today + timedelta(days=7),
        today - timedelta(days=1),
    )
    assert keys_of(recruiter) == []
    assert url("promise-back", promise) in answer["HX-Trigger"]
    client.post(url("promise-back", promise))
    assert keys_of(recruiter) == [f"promise-{promise.uid}"]


def test_a_promise_is_handed_over_with_a_word_and_back(client: Client, recruiter: User) -> None:
    colleague = UserFactory(role="recruiter", name="Tom Bos")
    promise = PromiseFactory(promiser=recruiter, due_on=timezone.localdate())

    client.post(
        url("promise-hand-over", promise),
        {"colleague": str(colleague.uid), "note": "You know the figures"},
    )

    assert keys_of(recruiter) == []
    client.force_login(colleague)
    page = client.get("/").content.decode()
    assert "Iris de Wit handed it over: You know the figures" in page
    client.force_login(recruiter)
    client.post(f"{url('promise-promiser', promise)}?user={recruiter.uid}")
    promise.refresh_from_db()
    assert (promise.promiser, promise.handed_over_note) == (recruiter, "")


@pytest.mark.parametrize("given", ["nobody", "0197d6c8-0000-7000-8000-000000000000"])
def test_an_undo_that_names_nobody_is_not_there(
    client: Client, recruiter: User, given: str
) -> None:
    promise = PromiseFactory(promiser=recruiter)

    assert client.post(f"{url('promise-promiser', promise)}?user={given}").status_code == 404
    assert Promise.objects.get().promiser == recruiter

    task = FollowUpFactory(assignee=recruiter)
    assert client.post(f"{url('task-assignee', task)}?user={given}").status_code == 404
    row = RelationshipFactory(owner=recruiter)
    client.post(f"{url('restore-owner', row)}?user={given}")
    task.refresh_from_db()
    row.refresh_from_db()
    assert (task.assignee, row.owner) == (recruiter, recruiter)


def test_a_task_is_handed_over_with_a_word(client: Client, recruiter: User) -> None:
    colleague = UserFactory(role="recruiter")
    task = FollowUpFactory(assignee=recruiter)

    client.post(url("task-hand-over", task), {"colleague": str(colleague.uid), "note": "I am away"})

    task.refresh_from_db()
    assert (task.assignee, task.handed_over_by, task.handed_over_note) == (
        colleague,
        recruiter,
        "I am away",
    )


def test_a_person_is_handed_over_with_a_word_and_taken_back(
    client: Client, recruiter: User
) -> None:
    colleague = UserFactory(role="recruiter", language="en")
    row = RelationshipFactory(owner=recruiter, next_touch_on=timezone.localdate())

    given = client.post(
        url("hand-over", row), {"colleague": str(colleague.uid), "note": "She likes to walk"}
    )

    row.refresh_from_db()
    task = FollowUp.objects.get()
    assert (row.owner, task.assignee, task.kind) == (colleague, colleague, "handed_over")
    assert keys_of(colleague) == [f"task-{task.uid}"]
    client.force_login(colleague)
    assert "She likes to walk" in client.get("/").content.decode()

    client.force_login(recruiter)
    client.post(undo_of(given))
    assert not FollowUp.objects.exists()
    assert keys_of(recruiter) == [f"touch-{row.uid}"]


def test_a_touch_is_not_needed_because(client: Client, recruiter: User) -> None:
    today = timezone.localdate()
    due = today - timedelta(days=3)
    row = RelationshipFactory(owner=recruiter, next_touch_on=due, cadence_days=20)

    refused = client.post(url("not-needed", row), {"reason": "  "})
    assert refused.status_code == 422
    client.post(url("not-needed", row), {"reason": "On holiday together"}, headers=TO_DESK)

    row.refresh_from_db()
    answer = FollowUp.objects.get()
    assert row.next_touch_on == today + timedelta(days=20)
    assert (answer.state, answer.kind, answer.outcome, answer.closed_by) == (
        "not_needed",
        "touch",
        "On holiday together",
        recruiter,
    )
    page = client.get(reverse("relationships:waiting"))
    assert page.context["page"].set_aside == {"Contact moment": 1}

    client.post(url("needed-after-all", row))
    row.refresh_from_db()
    assert row.next_touch_on == due
    assert not FollowUp.objects.exists()


def test_undoing_twice_changes_nothing(client: Client, recruiter: User) -> None:
    row = RelationshipFactory(owner=recruiter, next_touch_on=timezone.localdate())

    client.post(url("needed-after-all", row))

    before = row.next_touch_on
    row.refresh_from_db()
    assert row.next_touch_on == before


def test_a_colleague_is_asked_for_an_introduction(client: Client, recruiter: User) -> None:
    colleague = UserFactory(role="recruiter", language="en")
    contact = ContactFactory(given_name="Sanne", infix="", family_name="Vos")
    day = timezone.localdate()

    client.post(
        url("introduction", contact),
        {"colleague": str(colleague.uid), "note": "About dykes", "due_on": day.isoformat()},
    )

    task = FollowUp.objects.get()
    assert (task.kind, task.assignee, task.title) == (
        "introduction",
        colleague,
        "Introduce Iris de Wit to Sanne Vos",
    )
    assert keys_of(colleague) == [f"task-{task.uid}"]


def test_who_cannot_see_the_person_is_not_asked(client: Client, recruiter: User) -> None:
    elsewhere = UserFactory(role="recruiter", unit=OrgUnitFactory())

    answer = client.post(
        url("introduction", ContactFactory()),
        {
            "colleague": str(elsewhere.uid),
            "note": "About dykes",
            "due_on": timezone.localdate().isoformat(),
        },
    )

    assert answer.status_code == 422
    assert not FollowUp.objects.exists()


def test_a_line_named_in_the_address_has_the_focus(client: Client, recruiter: User) -> None:
    first, second = FollowUpFactory.create_batch(2, assignee=recruiter)

    page = client.get(f"/?item=task-{second.uid}")

    assert page.context["focus"] == 1
    assert client.get(f"/?item={first.title}").context["focus"] is None


@pytest.mark.parametrize(
    "sort", ["", "promise", "reply", "closing", "task", "moment", "touch", "x"]
)
def test_all_that_waits_a_sort_at_a_time(client: Client, recruiter: User, sort: str) -> None:
    today = timezone.localdate()
    tasks = FollowUpFactory.create_batch(2, assignee=recruiter, due_on=today)
    FollowUpFactory(assignee=recruiter, kind="reply", due_on=today)
    PromiseFactory(promiser=recruiter, due_on=today)
    RelationshipFactory(owner=recruiter, next_touch_on=today)
    FollowUpFactory(due_on=today)

    answer = client.get(reverse("relationships:waiting"), {"sort": sort})
    page = answer.context["page"]

    assert answer.content.decode().count('aria-current="page"') == int(len(page.items) > 0)
    assert dict(page.counts) == {"promise": 1, "reply": 1, "task": 2, "touch": 1}
    shown = (
        sort if sort in ("promise", "reply", "closing", "task", "moment", "touch") else "promise"
    )
    assert page.sort == shown
    assert len(page.items) == page.counts.get(shown, 0)
    if shown == "task":
        assert [item.follow_up for item in page.items] == tasks


def test_pages_of_what_waits_meet_each_once(client: Client, recruiter: User) -> None:
    today = timezone.localdate()
    tasks = FollowUpFactory.create_batch(60, assignee=recruiter, due_on=today)
    path = reverse("relationships:waiting")

    first = client.get(path, {"sort": "task"}).context["page"]
    second = client.get(path, {"sort": "task", "after": str(first.next)}).context["page"]

    found = [item.follow_up for page in (first, second) for item in page.items]
    assert (found, second.next) == (tasks, None)
    assert client.get(path, {"after": "no-uid"}).status_code == 200
