from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from core.models import User
from relationships.selectors.desk import MOST, SEATS, desk, seats_for
from relationships.selectors.desk_items import Sort
from relationships.services.interactions import log_interaction
from relationships.services.lifecycle import move_to_stage
from relationships.services.occasions import bring_up_facts
from tests.factories import (
    ContactFactory,
    FollowUpFactory,
    OrgUnitFactory,
    PersonalFactFactory,
    PromiseFactory,
    RelationshipFactory,
    UserFactory,
    stage,
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


def test_every_sort_has_two_seats_and_the_rest_goes_by_their_order(recruiter: User) -> None:
    FollowUpFactory.create_batch(14, assignee=recruiter, **on(-1))
    RelationshipFactory.create_batch(5, owner=recruiter, **touch(-1))

    found = desk(recruiter, today=timezone.localdate())

    assert len(found.items) == MOST == 12
    assert [item.sort for item in found.items] == ["task"] * 10 + ["touch"] * 2
    assert (found.waiting, found.is_capped) == (7, False)


@pytest.mark.parametrize(
    ("waiting", "seats"),
    [
        ({}, [0, 0, 0, 0, 0, 0]),
        ({Sort.TOUCH: 40}, [0, 0, 0, 0, 0, 12]),
        ({Sort.PROMISE: 1, Sort.TASK: 3, Sort.TOUCH: 2}, [1, 0, 0, 3, 0, 2]),
        (dict.fromkeys(Sort, 9), [2, 2, 2, 2, 2, 2]),
        # Twelve less two for tasks and two for touches: the promises have the other eight.
        ({Sort.PROMISE: 20, Sort.TASK: 20, Sort.TOUCH: 20}, [8, 0, 0, 2, 0, 2]),
    ],
)
def test_seats_by_hand(waiting: dict[Sort, int], seats: list[int]) -> None:
    assert list(seats_for(waiting).values()) == seats


@given(st.dictionaries(st.sampled_from(list(Sort)), st.integers(0, 300)))
def test_seats_are_twelve_or_all_and_drown_nobody(waiting: dict[Sort, int]) -> None:
    seats = seats_for(waiting)

    assert sum(seats.values()) == min(MOST, sum(waiting.values()))
    for sort, n in waiting.items():
        assert min(n, SEATS) <= seats[sort] <= n


def test_the_whole_order(recruiter: User) -> None:
    """A promise, a reply, a closing act, a task, a day, a touch."""
    wrote = log_interaction(
        contact=RelationshipFactory(owner=recruiter).contact,
        actor=None,
        channel="email",
        direction="inbound",
        summary="May I ask something?",
    )
    lost = RelationshipFactory(owner=recruiter)
    move_to_stage(
        relationship=lost, to_stage=stage("prospect", "not-now"), actor=None, reason="Not enough"
    )
    losing = RelationshipFactory(owner=recruiter, **touch(-3))
    task = FollowUpFactory(assignee=recruiter, **on(0))
    promise = PromiseFactory(promiser=recruiter, **on(-1))
    fact = PersonalFactFactory(
        contact=RelationshipFactory(owner=recruiter).contact, shows_on=timezone.localdate()
    )
    bring_up_facts(today=timezone.localdate())

    items = desk(recruiter, today=timezone.localdate()).items

    assert [item.sort for item in items] == list(Sort)
    assert [item.contact for item in items] == [
        promise.contact,
        wrote.contact,
        lost.contact,
        task.contact,
        fact.contact,
        losing.contact,
    ]


def test_of_those_we_lose_touch_with_the_worthiest_tie_first(recruiter: User) -> None:
    """4 x 3 days before 2 x 5, and both before 1 x 9."""
    rows = [
        RelationshipFactory(owner=recruiter, tie_value=value, **touch(-days))
        for value, days in ((1, 9), (2, 5), (4, 3))
    ]

    found = desk(recruiter, today=timezone.localdate())

    assert [item.relationship for item in found.items] == rows[::-1]


def test_what_is_put_off_is_not_there(recruiter: User) -> None:
    today = timezone.localdate()
    PromiseFactory(promiser=recruiter, desk_from=today + timedelta(days=1), **on(-1))
    back = PromiseFactory(promiser=recruiter, desk_from=today, **on(-1))

    assert [item.promise for item in desk(recruiter, today=today).items] == [back]


def test_a_task_that_is_put_off_does_not_come_back_as_a_touch(recruiter: User) -> None:
    row = RelationshipFactory(owner=recruiter, **touch(-3))
    FollowUpFactory(assignee=recruiter, contact=row.contact, **on(7))
    far = RelationshipFactory(owner=recruiter, **touch(-3))
    FollowUpFactory(assignee=recruiter, contact=far.contact, **on(8))

    items = desk(recruiter, today=timezone.localdate()).items

    assert [item.relationship for item in items] == [far]


def test_behind_a_long_desk_nobody_counts_everything(recruiter: User) -> None:
    RelationshipFactory.create_batch(203, owner=recruiter, **touch(-1))

    found = desk(recruiter, today=timezone.localdate())

    assert (found.waiting, found.is_capped) == (188, True)


@pytest.mark.parametrize("count", [1, 3])
def test_a_desk_runs_the_same_queries_however_full(
    recruiter: User, count: int, django_assert_num_queries: Callable[[int], object]
) -> None:
    FollowUpFactory.create_batch(count, assignee=recruiter, **on(0))
    RelationshipFactory.create_batch(count, owner=recruiter, **touch(0))
    for contact in ContactFactory.create_batch(count):
        log_interaction(contact=contact, actor=recruiter, channel="phone", direction="two_way")

    # The grants; promises, tasks, touches; the rows of each, whole, and who they are; the aside.
    with django_assert_num_queries(11):
        found = desk(recruiter, today=timezone.localdate())
        assert [item.contact.full_name for item in found.items]
        assert [entry.contact.full_name for entry in found.recent]
