"""Value of the tie times days over the cadence: the order, its pages, the value by hand."""

from collections.abc import Callable
from datetime import timedelta
from random import Random
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from core.models import User
from relationships.models import Relationship
from relationships.selectors.losing_touch import losing_touch
from relationships.services.goodwill import note_goodwill
from relationships.services.health import refresh_marked
from relationships.services.interactions import log_interaction
from relationships.services.tie_values import refresh_tie_values
from relationships.tie_value import tie_value
from tests.factories import (
    ContactFactory,
    GoodwillEntryFactory,
    InteractionFactory,
    OrgUnitFactory,
    PromiseFactory,
    RelationshipFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def recruiter() -> User:
    return UserFactory(role="recruiter")


def over(days: int) -> dict[str, object]:
    return {"next_touch_on": timezone.localdate() - timedelta(days=days)}


def walked(user: User, size: int, **given: object) -> list[Relationship]:
    found: list[Relationship] = []
    after: UUID | None = None
    while True:
        page = losing_touch(user, today=timezone.localdate(), size=size, after=after, **given)
        found += [line.relationship for line in page.lines]
        if page.next is None:
            return found
        after = page.next


@pytest.mark.parametrize("size", [1, 7, 50])
@pytest.mark.parametrize("is_mine", [True, False])
def test_the_order_is_the_product_and_pages_meet_each_once(
    size: int, is_mine: bool, recruiter: User
) -> None:
    rng = Random(4)  # noqa: S311 -- a fixed world
    rows = [
        RelationshipFactory(
            owner=recruiter, tie_value=rng.randint(1, 5), **over(rng.choice([0, 1, 2, 4, 8, 20]))
        )
        for _ in range(60)
    ]
    today = timezone.localdate()

    def place(row: Relationship) -> tuple[int, object, int]:
        return -row.tie_value * (today - row.next_touch_on).days, row.next_touch_on, row.pk

    assert walked(recruiter, size, is_mine=is_mine) == sorted(rows, key=place)


def test_a_line_says_why(recruiter: User) -> None:
    spoken = timezone.now() - timedelta(days=40)
    row = RelationshipFactory(
        owner=recruiter, tie_value=3, last_two_way_at=spoken, cadence_days=30, **over(10)
    )
    InteractionFactory(contact=row.contact, summary="The dykes", happened_at=spoken)
    InteractionFactory(contact=row.contact, summary="A newsletter", is_automated=True)
    InteractionFactory(contact=row.contact, summary="Our own note", channel="note")
    later = PromiseFactory(contact=row.contact, due_on=timezone.localdate())
    first = PromiseFactory(contact=row.contact, due_on=later.due_on - timedelta(days=1))

    line = losing_touch(recruiter, today=timezone.localdate()).lines[0]

    assert (line.score, line.days_over, line.days_since, line.cadence) == (30, 10, 40, 30)
    assert (line.topic, line.promise) == ("The dykes", first)


def test_who_is_not_in_it(recruiter: User) -> None:
    mine = RelationshipFactory(owner=recruiter, **over(1))
    others = RelationshipFactory(owner=UserFactory(), **over(1))
    RelationshipFactory(owner=recruiter, **over(-1))
    RelationshipFactory(owner=recruiter, contact=ContactFactory(do_not_contact=True), **over(1))
    archived = ContactFactory(archived_at=timezone.now())
    RelationshipFactory(owner=recruiter, contact=archived, **over(1))
    ended = {"ended_on": timezone.localdate(), "started_on": timezone.localdate()}
    RelationshipFactory(owner=recruiter, **ended, **over(1))

    assert walked(recruiter, 50) == [mine]
    assert walked(recruiter, 50, is_mine=False) == [mine, others]
    assert walked(recruiter, 50, is_mine=False, kind="alumnus") == []


def test_of_another_unit_nobody_is_shown() -> None:
    unit = OrgUnitFactory()
    reader = UserFactory(role="recruiter", unit=unit)
    here = RelationshipFactory(contact=ContactFactory(unit=unit), **over(1))
    RelationshipFactory(contact=ContactFactory(unit=OrgUnitFactory()), **over(9))

    assert walked(reader, 50, is_mine=False) == [here]


@pytest.mark.parametrize("count", [1, 3])
def test_a_page_is_the_same_queries_however_full(
    count: int, recruiter: User, django_assert_num_queries: Callable[[int], object]
) -> None:
    RelationshipFactory.create_batch(count, owner=recruiter, **over(3))

    # The grants; the ids, the rows, the topics, the promises.
    with django_assert_num_queries(5):
        losing_touch(recruiter, today=timezone.localdate())


@pytest.mark.parametrize(
    ("talks", "given", "value"),
    [(0, 0, 1), (1, 0, 2), (3, 0, 2), (4, 0, 3), (0, 1, 2), (0, 4, 3), (1, 3, 3), (9, 9, 5)],
)
def test_the_value_by_hand_and_in_the_database(talks: int, given: int, value: int) -> None:
    row = RelationshipFactory()
    InteractionFactory.create_batch(talks, contact=row.contact, direction="two_way")
    for _ in range(given):
        GoodwillEntryFactory(contact=row.contact, value=1, kind="advice")
    # None of these counts.
    InteractionFactory(contact=row.contact, direction="outbound")
    InteractionFactory(contact=row.contact, direction="two_way", is_automated=True)
    InteractionFactory(contact=row.contact, direction="two_way", channel="note")
    long_ago = timezone.now() - timedelta(days=731)
    InteractionFactory(contact=row.contact, direction="inbound", happened_at=long_ago)
    GoodwillEntryFactory(contact=row.contact, kind="ghosted", value=3)
    GoodwillEntryFactory(contact=row.contact, kind="advice", happened_on=long_ago.date())

    assert tie_value(talks=talks, given=given) == value
    assert refresh_tie_values(now=timezone.now()) == int(value != 1)
    row.refresh_from_db()
    assert row.tie_value == value
    assert refresh_tie_values(now=timezone.now()) == 0


def test_where_many_begins_is_a_setting(settings: Settings) -> None:
    settings.TIE_MANY = 2
    row = RelationshipFactory()
    InteractionFactory.create_batch(2, contact=row.contact, direction="two_way")

    refresh_tie_values(now=timezone.now())

    row.refresh_from_db()
    assert row.tie_value == tie_value(talks=2, given=0) == 3


def test_a_talk_and_a_gift_are_counted_in_the_next_round(recruiter: User) -> None:
    row, other = RelationshipFactory(), RelationshipFactory(tie_value=5)
    log_interaction(contact=row.contact, actor=recruiter, channel="phone", direction="two_way")
    note_goodwill(
        contact=row.contact,
        actor=recruiter,
        direction="we_gave",
        kind="advice",
        value=2,
        happened_on=timezone.localdate(),
    )

    refresh_marked(now=timezone.now())

    row.refresh_from_db()
    other.refresh_from_db()
    assert (row.tie_value, other.tie_value) == (3, 5)


def test_the_page(client: Client, recruiter: User) -> None:
    rows = RelationshipFactory.create_batch(27, owner=recruiter, **over(3))
    client.force_login(recruiter)
    path = reverse("relationships:losing-touch")

    page = client.get(path)
    second = client.get(f"{path}?{page.context['next_query']}")

    shown = [line.relationship for one in (page, second) for line in one.context["page"].lines]
    assert sorted(row.pk for row in shown) == sorted(row.pk for row in rows)
    assert "3 days over" in page.content.decode()
    everybody = client.get(path, {"whose": "all", "kind": "prospect", "after": "x"})
    assert len(everybody.context["page"].lines) == 25
    assert "Nobody is slipping away" in client.get(path, {"kind": "alumnus"}).content.decode()
