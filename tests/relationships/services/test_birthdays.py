from datetime import date
from typing import Any

import pytest

from contacts.models import Contact
from core.models import User
from relationships.models import FollowUp
from relationships.services.birthdays import mark_birthdays
from relationships.services.occasions import mark_anniversaries
from tests.factories import (
    ConsentFactory,
    ContactFactory,
    EngagementFactory,
    OrgUnitFactory,
    RelationshipFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
DAY = date(2026, 4, 12)


@pytest.fixture
def owner() -> User:
    return UserFactory(role="recruiter", language="en")


def _person(owner: User | None, *, agrees: bool = True, **fields: Any) -> Contact:
    contact = ContactFactory(**{"birthday": "1984-04-12", **fields})
    RelationshipFactory(contact=contact, owner=owner)
    if agrees:
        ConsentFactory(contact=contact, purpose="network")
    return contact


def _marked(today: date = DAY) -> list[int | None]:
    return [task.contact_id for task in mark_birthdays(today=today)]


def test_who_keeps_in_touch_is_asked_once_to_think_of_it(owner: User) -> None:
    person = _person(owner)
    no_year = _person(owner, birthday="--04-12")
    _person(owner, birthday="1984-04-13")
    _person(owner, birthday="1984-12-04")

    assert _marked() == [person.pk, no_year.pk]
    assert _marked() == []
    task = FollowUp.objects.get(contact=person)
    assert (task.title, task.assignee, task.kind) == ("Their birthday", owner, "anniversary")
    assert (task.due_on, task.occurred_on) == (DAY, DAY)
    # It comes back each year; what nobody took up in a week is let go.
    mark_anniversaries(today=date(2027, 4, 12))
    assert _marked(date(2027, 4, 12)) == [person.pk, no_year.pk]
    assert FollowUp.objects.filter(contact=person).count() == 1


def test_who_works_for_us_or_agreed_is_thought_of_and_nobody_else(owner: User) -> None:
    agreed = _person(owner)
    works = _person(owner, agrees=False)
    EngagementFactory(contact=works, starts_on=date(2025, 1, 1))
    left = _person(owner, agrees=False)
    EngagementFactory(contact=left, starts_on=date(2020, 1, 1), ends_on=date(2026, 4, 11))
    withdrew = _person(owner)
    ConsentFactory(contact=withdrew, purpose="network", decision="withdrawn")
    other = _person(owner, agrees=False)
    ConsentFactory(contact=other, purpose="newsletter")

    assert _marked() == [agreed.pk, works.pk]


def test_not_of_who_is_put_aside_left_alone_or_kept_by_nobody(owner: User) -> None:
    _person(owner, do_not_contact=True)
    _person(owner, archived_at="2026-01-01T00:00:00Z")
    _person(None)
    ConsentFactory(contact=ContactFactory(birthday="1984-04-12"), purpose="network")
    assert _marked() == []


def test_whoever_cannot_open_the_person_is_not_told(owner: User) -> None:
    far = UserFactory(role="recruiter", unit=OrgUnitFactory())
    person = _person(far)
    assert _marked() == [person.pk]
    assert FollowUp.objects.get().assignee is None


@pytest.mark.parametrize(
    ("today", "is_thought_of"),
    [
        (date(2026, 2, 28), True),
        (date(2026, 3, 1), False),
        (date(2028, 2, 28), False),
        (date(2028, 2, 29), True),
    ],
)
def test_born_on_the_29th_of_february(owner: User, today: date, is_thought_of: bool) -> None:
    person = _person(owner, birthday="1984-02-29")
    assert _marked(today) == ([person.pk] if is_thought_of else [])


@pytest.mark.parametrize("count", [1, 3])
def test_as_many_queries_however_many(
    owner: User, django_assert_max_num_queries: Any, count: int
) -> None:
    for _ in range(count):
        _person(owner)
    with django_assert_max_num_queries(12):
        assert len(_marked()) == count
