from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from core.models import User
from relationships.selectors.desk import MOST, desk
from relationships.services.interactions import log_interaction
from tests.factories import (
    ContactFactory,
    FollowUpFactory,
    OrgUnitFactory,
    RelationshipFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def recruiter() -> User:
    return UserFactory(role="recruiter")


def on(days: int) -> dict[str, object]:
    return {"due_on": timezone.localdate() + timedelta(days=days)}


def touch(days: int) -> dict[str, object]:
    return {"next_touch_on": timezone.localdate() + timedelta(days=days)}


def test_what_is_due_stands_on_the_desk_tasks_before_touches(recruiter: User) -> None:
    today = timezone.localdate()
    late = FollowUpFactory(assignee=recruiter, **on(-2))
    due = FollowUpFactory(assignee=recruiter, **on(0))
    FollowUpFactory(assignee=recruiter, **on(1))
    FollowUpFactory(assignee=recruiter, state="done", **on(0))
    spoken = timezone.now() - timedelta(days=45)
    losing = RelationshipFactory(owner=recruiter, last_two_way_at=spoken, **touch(-15))
    RelationshipFactory(owner=recruiter, **touch(1))

    found = desk(recruiter, today=today)

    assert [item.follow_up for item in found.items] == [late, due, None]
    assert [item.relationship for item in found.items] == [None, None, losing]
    assert [(item.days_late, item.days_since, item.cadence) for item in found.items] == [
        (2, None, None),
        (0, None, None),
        (15, 45, 30),
    ]
    assert found.waiting == 0
    assert [task.due_on for task in found.this_week] == [today + timedelta(days=1)]


def test_the_desk_is_ones_own(recruiter: User) -> None:
    other = UserFactory(role="recruiter")
    FollowUpFactory(assignee=other, **on(0))
    FollowUpFactory(assignee=None, **on(0))
    RelationshipFactory(owner=other, **touch(0))
    RelationshipFactory(owner=None, **touch(0))
    log_interaction(contact=ContactFactory(), actor=other, channel="phone", direction="two_way")

    found = desk(recruiter, today=timezone.localdate())

    assert (list(found.items), found.waiting, list(found.recent)) == ([], 0, [])
    assert len(desk(other, today=timezone.localdate()).items) == 2


def test_people_one_may_no_longer_see_are_not_asked_for() -> None:
    unit = OrgUnitFactory()
    recruiter = UserFactory(role="recruiter", unit=unit)
    here = RelationshipFactory(owner=recruiter, contact=ContactFactory(unit=unit), **touch(0))
    RelationshipFactory(owner=recruiter, contact=ContactFactory(unit=None), **touch(0))

    found = desk(recruiter, today=timezone.localdate())

    assert [item.relationship for item in found.items] == [here]


def test_nobody_is_asked_for_twice_nor_when_not_to_be_contacted(recruiter: User) -> None:
    tasked = RelationshipFactory(owner=recruiter, **touch(-5))
    FollowUpFactory(assignee=recruiter, contact=tasked.contact, **on(0))
    both = RelationshipFactory(owner=recruiter, kind="alumnus", **touch(-9))
    RelationshipFactory(owner=recruiter, contact=both.contact, **touch(-3))
    RelationshipFactory(owner=recruiter, contact=ContactFactory(do_not_contact=True), **touch(0))
    RelationshipFactory(
        owner=recruiter, contact=ContactFactory(archived_at=timezone.now()), **touch(0)
    )

    found = desk(recruiter, today=timezone.localdate())

    assert [item.contact for item in found.items] == [tasked.contact, both.contact]
    assert [item.relationship for item in found.items] == [tasked, both]


def test_at_most_twelve_of_which_three_are_people_we_lose(recruiter: User) -> None:
    FollowUpFactory.create_batch(14, assignee=recruiter, **on(-1))
    RelationshipFactory.create_batch(5, owner=recruiter, **touch(-1))

    found = desk(recruiter, today=timezone.localdate())

    assert len(found.items) == MOST == 12
    assert [item.follow_up is None for item in found.items] == [False] * 9 + [True] * 3
    assert found.waiting == 7


@pytest.mark.parametrize("count", [1, 3])
def test_a_desk_is_ten_queries_however_full(
    recruiter: User, count: int, django_assert_num_queries: Callable[[int], object]
) -> None:
    FollowUpFactory.create_batch(count, assignee=recruiter, **on(0))
    RelationshipFactory.create_batch(count, owner=recruiter, **touch(0))
    for contact in ContactFactory.create_batch(count):
        log_interaction(contact=contact, actor=recruiter, channel="phone", direction="two_way")

    # The grants; tasks, touches, what the people of tasks are; this week, lately.
    with django_assert_num_queries(10):
        found = desk(recruiter, today=timezone.localdate())
        assert [item.contact.full_name for item in found.items]
        assert [entry.contact.full_name for entry in found.recent]
