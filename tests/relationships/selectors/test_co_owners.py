"""A co-owner keeps the relationship too: it asks both, and one of them is enough."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.models import AccountMail, User
from relationships.models import CoOwner, DigestSetting, Relationship
from relationships.selectors.desk import desk
from relationships.selectors.losing_touch import losing_touch
from relationships.selectors.waiting import waiting_page
from relationships.services.cadence import postpone_touch
from relationships.services.digest import send_due_digests
from relationships.services.interactions import log_interaction
from tests.factories import ContactFactory, OrgUnitFactory, RelationshipFactory, UserFactory

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
