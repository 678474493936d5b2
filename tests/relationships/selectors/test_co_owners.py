"""A co-owner keeps the relationship too: it asks both, and one of them is enough."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.models import AccountMail, User
from relationships.models import CoOwner, DigestSetting, FollowUp, Relationship
from relationships.selectors.desk import desk
from relationships.selectors.desk_items import Sort
from relationships.selectors.losing_touch import losing_touch
from relationships.selectors.waiting import waiting_page
from relationships.services.cadence import postpone_touch
from relationships.services.digest import send_due_digests
from relationships.services.follow_ups import create_follow_up, snooze_follow_up
from relationships.services.interactions import log_interaction
from tests.factories import (
    ContactFactory,
    OrgUnitFactory,
    PromiseFactory,
    RelationshipFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def hendrik() -> User:
    return UserFactory(role="recruiter", name="Hendrik Vos", language="en")


@pytest.fixture
def iris() -> User:
    return UserFactory(role="recruiter", name="Iris de Wit", language="en")


def due(owner: User | None, *beside: User, days: int = 3, **fields: object) -> Relationship:
    day = timezone.localdate() - timedelta(days=days)
    row = RelationshipFactory(owner=owner, next_touch_on=day, **fields)
    for user in beside:
        CoOwner.objects.create(relationship=row, user=user)
    return row


def on_desk(user: User) -> list[tuple[Relationship, list[str]]]:
    items = desk(user, today=timezone.localdate()).items
    return [(item.relationship, list(item.beside)) for item in items]


def losing(user: User, **given: bool) -> list[tuple[Relationship, list[str]]]:
    page = losing_touch(user, today=timezone.localdate(), **given)
    return [(line.relationship, list(line.others)) for line in page.lines]


def test_it_stands_on_both_desks_and_names_the_other(hendrik: User, iris: User) -> None:
    both = due(hendrik, iris, days=9)
    alone = due(hendrik, days=3)
    gone = UserFactory(role="recruiter", is_active=False)
    of_gone = due(gone, iris, days=2)
    of_nobody = due(None, iris, days=1)
    due(UserFactory(role="recruiter"), gone)

    of_hendrik = [(both, ["Iris de Wit"]), (alone, [])]
    of_iris = [(both, ["Hendrik Vos"]), (of_gone, []), (of_nobody, [])]
    assert on_desk(hendrik) == losing(hendrik) == of_hendrik
    assert on_desk(iris) == losing(iris) == of_iris
    assert [one for one in losing(iris, is_mine=False) if one[0] == both] == [
        (both, ["Iris de Wit"])
    ]


def test_of_three_the_owner_is_named_first(hendrik: User, iris: User) -> None:
    row = due(hendrik, iris, UserFactory(role="recruiter", name="Aad Bos"))

    assert on_desk(iris) == [(row, ["Hendrik Vos", "Aad Bos"])]
    assert on_desk(hendrik) == [(row, ["Aad Bos", "Iris de Wit"])]


def test_one_touch_by_either_finishes_it_for_both(hendrik: User, iris: User) -> None:
    first, second = due(hendrik, iris), due(hendrik, iris)

    log_interaction(contact=first.contact, actor=iris, channel="phone", direction="two_way")
    postpone_touch(
        relationship=second, actor=hendrik, until=timezone.localdate() + timedelta(days=7)
    )

    assert on_desk(hendrik) == on_desk(iris) == losing(hendrik) == losing(iris) == []


def test_whom_a_co_owner_may_no_longer_see_is_not_asked_for(hendrik: User) -> None:
    unit = OrgUnitFactory()
    reader = UserFactory(role="recruiter", unit=unit)
    here = due(hendrik, reader, contact=ContactFactory(unit=unit))
    due(hendrik, reader, contact=ContactFactory(unit=OrgUnitFactory()))

    assert on_desk(reader) == [(here, ["Hendrik Vos"])]


def test_an_ended_co_ownership_asks_nothing(hendrik: User, iris: User) -> None:
    due(hendrik, iris)
    CoOwner.objects.all().delete()

    assert on_desk(iris) == losing(iris) == []


def test_all_that_waits_counts_and_shows_them(hendrik: User, iris: User) -> None:
    due(hendrik, iris)
    today = timezone.localdate()

    page = waiting_page(iris, today=today, since=today)

    assert dict(page.counts) == {"touch": 1}
    assert [list(item.beside) for item in page.items] == [["Hendrik Vos"]]


def test_both_digests_say_with_whom() -> None:
    now = datetime(2026, 3, 10, 7, 30, tzinfo=UTC)
    with time_machine.travel(now, tick=False):
        hendrik = UserFactory(role="recruiter", name="Hendrik Vos", language="en")
        iris = UserFactory(role="recruiter", name="Iris de Wit", language="en")
        for user in (hendrik, iris):
            DigestSetting.objects.create(user=user, is_on=True)
        due(hendrik, iris)

        assert send_due_digests(now=now) == 2

    texts = dict(AccountMail.objects.values_list("to", "text"))
    assert "with Iris de Wit" in texts[hendrik.email]
    assert "with Hendrik Vos" in texts[iris.email]


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("select", [desk, losing_touch])
def test_co_owners_cost_no_query_each(
    select: Callable[..., object],
    count: int,
    hendrik: User,
    iris: User,
    django_assert_num_queries: Callable[[int], object],
) -> None:
    for _ in range(count):
        due(hendrik, iris)

    with django_assert_num_queries({desk: 9, losing_touch: 5}[select]):
        select(iris, today=timezone.localdate())


def test_a_co_owner_stops_from_the_menu_and_hands_nothing_over(
    client: Client, hendrik: User, iris: User
) -> None:
    row = due(hendrik, iris)
    stop = reverse("relationships:co-owner-remove", args=[row.uid, iris.uid])
    hand_over = reverse("relationships:hand-over", args=[row.uid])
    client.force_login(iris)

    for path in ("/", reverse("relationships:losing-touch")):
        page = client.get(path).content.decode()
        assert ("with Hendrik Vos" in page, stop in page, hand_over in page) == (True, True, False)
    assert client.post(stop, {"next": "/"}).headers["Location"] == "/"
    assert on_desk(iris) == []

    client.force_login(hendrik)
    page = client.get("/").content.decode()
    assert (stop in page, hand_over in page) == (False, True)


def test_who_is_owner_and_co_owner_at_once_is_asked_once(hendrik: User) -> None:
    row = due(hendrik, hendrik)

    assert on_desk(hendrik) == losing(hendrik) == [(row, [])]


def wrote(row: Relationship, days: int) -> FollowUp:
    at = timezone.now() - timedelta(days=days)
    log_interaction(
        contact=row.contact, actor=None, channel="email", direction="inbound", happened_at=at
    )
    return FollowUp.objects.get(contact=row.contact, kind=FollowUp.Kind.REPLY)


def replies(user: User) -> list[FollowUp | None]:
    items = desk(user, today=timezone.localdate()).items
    return [item.follow_up for item in items if item.sort == Sort.REPLY]


@pytest.mark.parametrize(
    ("today", "days", "is_asked"),
    [
        ("2026-03-11", 1, False),  # Wednesday; they wrote on Tuesday
        ("2026-03-11", 2, True),
        ("2026-03-09", 3, False),  # Monday; they wrote on Friday
        ("2026-03-10", 4, True),  # Tuesday; they wrote on Friday
        ("2026-03-08", 2, False),  # Sunday
        ("2026-03-08", 3, True),
    ],
)
def test_a_message_that_waits_for_more_than_a_working_day_asks_co_owners(
    today: str, days: int, is_asked: bool
) -> None:
    with time_machine.travel(f"{today}T12:00:00+00:00", tick=False):
        hendrik = UserFactory(role="recruiter", name="Hendrik Vos")
        iris = UserFactory(role="recruiter", name="Iris de Wit")
        row = due(hendrik, iris)
        task = wrote(row, days)
        other = wrote(due(hendrik), days)

        assert replies(iris) == ([task] if is_asked else [])
        assert replies(hendrik) == [task, other]


def test_a_message_to_who_left_asks_co_owners_at_once(
    client: Client, hendrik: User, iris: User
) -> None:
    row = due(hendrik, iris)
    task = wrote(row, 0)
    assert replies(iris) == []
    User.objects.filter(pk=hendrik.pk).update(is_active=False)
    assert replies(iris) == [task]

    client.force_login(iris)
    assert "stands with Hendrik Vos too" in client.get("/").content.decode()
    page = waiting_page(iris, today=timezone.localdate(), since=timezone.localdate())
    assert page.counts[Sort.REPLY] == 1

    log_interaction(contact=row.contact, actor=iris, channel="phone", direction="two_way")
    assert replies(iris) == replies(hendrik) == []


def test_a_message_of_whom_a_co_owner_may_not_see_stays_hidden(hendrik: User) -> None:
    reader = UserFactory(role="recruiter", unit=OrgUnitFactory())
    wrote(due(hendrik, reader, contact=ContactFactory(unit=OrgUnitFactory())), 5)

    assert replies(reader) == []


def test_what_the_owner_put_off_or_an_ended_relationship_does_not_ask(
    hendrik: User, iris: User
) -> None:
    later = wrote(due(hendrik, iris), 5)
    snooze_follow_up(follow_up=later, actor=hendrik, until=timezone.localdate() + timedelta(days=1))
    wrote(due(hendrik, iris, ended_on=timezone.localdate()), 5)

    assert replies(iris) == []


def test_while_the_owner_has_a_task_it_is_one_line_on_one_desk(hendrik: User, iris: User) -> None:
    row = due(hendrik, iris)
    day = timezone.localdate()
    task = create_follow_up(
        contact=row.contact, actor=hendrik, title="Call", due_on=day, assignee=hendrik
    )
    assert on_desk(iris) == []
    assert [item.follow_up for item in desk(hendrik, today=day).items] == [task]

    User.objects.filter(pk=hendrik.pk).update(is_active=False)
    assert on_desk(iris) == [(row, [])]


def test_while_the_owner_owes_a_promise_it_is_one_line_on_one_desk(
    hendrik: User, iris: User
) -> None:
    row = due(hendrik, iris)
    PromiseFactory(contact=row.contact, promiser=hendrik, due_on=timezone.localdate())

    assert on_desk(iris) == []


def test_all_that_waits_has_one_line_of_each_as_the_desk_does(hendrik: User) -> None:
    row, day = due(hendrik), timezone.localdate()
    create_follow_up(contact=row.contact, actor=hendrik, title="Call", due_on=day, assignee=hendrik)

    assert dict(waiting_page(hendrik, today=day, since=day).counts) == {"task": 1}
    assert waiting_page(hendrik, today=day, since=day, sort=Sort.TOUCH).items == []
