"""Work with only an expected end: the colleague who keeps in touch says what it will be."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from contacts.models import Contact
from core.models import HandlerFailure, User
from relationships.models import Engagement, FollowUp
from relationships.services.engagements import (
    end_engagement,
    resume_engagement,
    update_engagement,
)
from relationships.services.expected_ends import ask_what_it_will_be, settle_expected
from relationships.services.follow_ups import close_follow_up
from relationships.tasks import tend_engagements
from tests.factories import (
    ContactFactory,
    EngagementFactory,
    OrgUnitFactory,
    RelationshipFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 16)


@pytest.fixture
def owner() -> User:
    return UserFactory(role="recruiter", language="en")


@pytest.fixture
def person(owner: User) -> Contact:
    return RelationshipFactory(owner=owner).contact  # type: ignore[no-any-return]


def work(person: Contact, **fields: Any) -> Engagement:
    fields = {"form": "volunteer", "starts_on": date(2025, 1, 1), **fields}
    row: Engagement = EngagementFactory(contact=person, **fields)
    return row


def asked() -> list[tuple[str, str]]:
    rows = FollowUp.objects.filter(key__startswith="expected-end:").order_by("pk")
    return [(str(row.key).rpartition(":")[2], row.state) for row in rows]


@pytest.mark.parametrize(
    ("expected_on", "due_on"),
    [
        (date(2026, 4, 16), None),  # 31 days ahead
        (date(2026, 4, 15), date(2026, 4, 15)),  # 30 days
        (date(2026, 3, 16), date(2026, 3, 16)),
        (date(2026, 1, 2), date(2026, 3, 16)),  # long past: today
    ],
)
def test_the_owner_is_asked_from_a_month_ahead_and_once(
    person: Contact, owner: User, expected_on: date, due_on: date | None
) -> None:
    work(person, expected_end_on=expected_on)

    found = [ask_what_it_will_be(today=TODAY) for _ in range(2)]

    rows = list(FollowUp.objects.values_list("contact", "assignee", "due_on"))
    assert (found, rows) == (([1, 0], [(person.pk, owner.pk, due_on)]) if due_on else ([0, 0], []))


def test_the_task_says_what_is_asked(person: Contact) -> None:
    work(person, expected_end_on=date(2026, 3, 20), role="Guide")

    ask_what_it_will_be(today=TODAY)

    task = FollowUp.objects.get()
    assert task.title == "Say whether it ends or goes on: expected to end on 20 March 2026"
    assert task.body == "Guide"


@pytest.mark.parametrize(
    "fields",
    [
        {"ends_on": date(2026, 3, 18)},
        {"expected_end_on": None},
        {"form": "assignment", "phase": "closed"},
        {"form": "assignment", "phase": "brief"},
    ],
)
def test_nothing_is_asked_of_other_work(person: Contact, fields: dict[str, Any]) -> None:
    work(person, **{"expected_end_on": date(2026, 3, 20), **fields})

    assert ask_what_it_will_be(today=TODAY) == 0


def test_not_of_people_who_were_erased(person: Contact) -> None:
    work(person, expected_end_on=date(2026, 3, 20))
    Contact.objects.filter(pk=person.pk).update(erased_at=timezone.now())

    assert ask_what_it_will_be(today=TODAY) == 0


def test_an_owner_who_cannot_see_the_person_is_not_told() -> None:
    elsewhere = UserFactory(role="recruiter", unit=OrgUnitFactory())
    contact = ContactFactory(unit=OrgUnitFactory())
    RelationshipFactory(contact=contact, owner=elsewhere)
    work(contact, expected_end_on=date(2026, 3, 20))

    ask_what_it_will_be(today=TODAY)

    assert FollowUp.objects.get().assignee is None


def test_an_end_that_is_said_answers_it_and_taken_back_it_is_asked_again(
    person: Contact,
) -> None:
    row = work(person, expected_end_on=date(2026, 3, 20))
    ask_what_it_will_be(today=TODAY)

    ended = end_engagement(engagement=row, actor=None, ends_on=date(2026, 3, 20))
    assert asked() == [("2026-03-20", "done")]

    resume_engagement(engagement=ended, actor=None)
    ask_what_it_will_be(today=TODAY)
    assert asked() == [("2026-03-20", "open")]
    assert not HandlerFailure.objects.exists()


def test_another_expected_day_answers_it_and_is_asked_of_in_its_time(person: Contact) -> None:
    row = work(person, expected_end_on=date(2026, 3, 20))
    other = work(person, expected_end_on=date(2026, 3, 21))
    ask_what_it_will_be(today=TODAY)

    update_engagement(engagement=row, actor=None, expected_end_on=date(2026, 6, 1))
    ask_what_it_will_be(today=TODAY)
    assert asked() == [("2026-03-20", "done"), ("2026-03-21", "open")]

    ask_what_it_will_be(today=date(2026, 5, 2))
    assert asked() == [("2026-03-20", "done"), ("2026-03-21", "open"), ("2026-06-01", "open")]
    assert other.ends_on is None


def test_what_a_colleague_closed_is_not_asked_again(person: Contact, owner: User) -> None:
    work(person, expected_end_on=date(2026, 3, 20))
    ask_what_it_will_be(today=TODAY)
    close_follow_up(follow_up=FollowUp.objects.get(), actor=owner)

    assert ask_what_it_will_be(today=date(2026, 4, 1)) == 0
    assert asked() == [("2026-03-20", "done")]


def test_what_changed_behind_our_back_is_settled(person: Contact) -> None:
    row = work(person, expected_end_on=date(2026, 3, 20))
    ask_what_it_will_be(today=TODAY)
    settle_expected()
    assert asked() == [("2026-03-20", "open")]

    Engagement.objects.filter(pk=row.pk).update(ends_on=date(2026, 3, 20))
    settle_expected()

    assert asked() == [("2026-03-20", "done")]


def test_every_round_asks(person: Contact) -> None:
    expected_on = timezone.localdate() + timedelta(days=3)
    work(person, expected_end_on=expected_on)

    for _ in range(2):
        tend_engagements()

    assert asked() == [(expected_on.isoformat(), "open")]


def test_the_desk_and_the_person_lead_to_the_work(
    client: Client, owner: User, person: Contact
) -> None:
    row = work(person, expected_end_on=timezone.localdate())
    ask_what_it_will_be(today=timezone.localdate())
    client.force_login(owner)

    link = f'href="{reverse("relationships:engagement", args=[row.uid])}"'
    assert link in client.get("/").content.decode()
    assert (
        link
        in client.get(
            reverse("relationships:tasks", args=[person.uid]), headers={"HX-Request": "true"}
        ).content.decode()
    )

    Engagement.objects.filter(pk=row.pk).delete()
    assert link not in client.get("/").content.decode()
