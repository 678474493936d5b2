from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from contacts import listing
from contacts.models import Contact
from core.models import User
from relationships.list_columns import (
    goodwill_shown,
    healths,
    last_contacts,
    next_touches,
    open_rows,
    owners_shown,
    rows_of,
)
from relationships.models import RelationshipHealth
from tests.factories import (
    ContactFactory,
    GoodwillEntryFactory,
    OrgUnitFactory,
    RelationshipFactory,
    UserFactory,
    stage,
)

pytestmark = pytest.mark.django_db

KEYS = {"stage", "owner", "last_contact", "next_touch", "health", "goodwill"}


@pytest.fixture
def manager() -> User:
    return UserFactory(role="hr-manager")


def found(user: User, **asked: list[str]) -> list[Contact]:
    selection = listing.clean(asked, user)
    assert selection == asked, "the allow-list takes it"
    people = listing.apply(Contact.objects.visible_to(user), selection, user)
    return list(people.order_by("pk"))


def test_by_kind_stage_and_owner(manager: User) -> None:
    mine = RelationshipFactory(owner=manager).contact
    alumnus = RelationshipFactory(kind="alumnus", at="dormant", owner=None).contact
    ended = RelationshipFactory(at="not-now").contact
    ContactFactory()

    assert found(manager, kind=["prospect"]) == [mine]
    assert found(manager, kind=["prospect", "alumnus"]) == [mine, alumnus]
    assert found(manager, stage=[str(stage("alumnus", "dormant").uid)]) == [alumnus]
    assert found(manager, stage=[str(stage("prospect", "not-now").uid)]) == [ended]
    assert found(manager, owner=["me"]) == [mine]
    assert found(manager, owner=["none"]) == [alumnus]
    assert found(manager, owner=["me", "none"]) == [mine, alumnus]


def test_by_another_owner_of_whom_the_list_knows(manager: User) -> None:
    colleague = UserFactory(role="recruiter")
    theirs = RelationshipFactory(owner=colleague).contact
    RelationshipFactory(owner=manager)

    assert found(manager, owner=[str(colleague.uid)]) == [theirs]
    assert listing.clean({"owner": ["made up"]}, manager) == {}


def test_by_last_contact_and_next_touch(manager: User) -> None:
    today = timezone.localdate()
    silent = RelationshipFactory(next_touch_on=today).contact
    long_ago = RelationshipFactory(
        last_two_way_at=timezone.now() - timedelta(days=90), next_touch_on=None
    ).contact
    RelationshipFactory(
        last_two_way_at=timezone.now() - timedelta(days=5),
        next_touch_on=today + timedelta(days=1),
    )
    ContactFactory()
    day = (today - timedelta(days=30)).isoformat()

    assert found(manager, last_contact_before=[day]) == [silent, long_ago]
    assert found(manager, touch_due=["1"]) == [silent]


def test_chips_read_as_words(manager: User) -> None:
    selection = listing.clean({"kind": ["alumnus"], "touch_due": ["1"], "owner": ["me"]}, manager)

    assert [chip.text for chip in listing.chips(selection, manager)] == [
        "Alumnus",
        "owned by me",
        "next touch is due",
    ]


def test_columns_show_what_the_reader_may_see() -> None:
    unit = OrgUnitFactory()
    recruiter = UserFactory(role="recruiter", unit=unit, name="Iris")
    today = timezone.localdate()
    row = RelationshipFactory(
        contact=ContactFactory(unit=unit),
        owner=recruiter,
        next_touch_on=today,
        last_two_way_at=timezone.now(),
    )
    hidden = RelationshipFactory(
        contact=ContactFactory(unit=OrgUnitFactory()),
        next_touch_on=today,
        last_two_way_at=timezone.now(),
    )
    ids = [row.contact_id, hidden.contact_id]

    rows = rows_of(ids, recruiter)
    assert list(rows) == [row.contact_id]
    assert [one.stage_key for one in open_rows(rows)[row.contact_id]] == [row.stage.key]
    assert owners_shown(rows) == {row.contact_id: "Iris"}
    assert last_contacts(rows) == {row.contact_id: today}
    assert next_touches(rows) == {row.contact_id: {"on": today, "is_due": True}}


def test_by_health_and_by_whom_we_owe(manager: User) -> None:
    today = timezone.localdate()
    poor, well, unknown = RelationshipFactory.create_batch(3)
    ended = RelationshipFactory(at="not-now")
    for row, value in ((poor, 39), (well, 40), (ended, 10)):
        RelationshipHealth.objects.create(
            relationship=row, value=value, recency=value, computed_at=timezone.now()
        )
    GoodwillEntryFactory(contact=well.contact, value=3, happened_on=today)
    GoodwillEntryFactory(contact=poor.contact, value=3, direction="we_gave", happened_on=today)

    assert found(manager, health_below=["40"]) == [poor.contact]
    assert found(manager, we_owe=["1"]) == [well.contact]
    selection = listing.clean({"we_owe": ["1"], "health_below": ["40"]}, manager)
    assert [chip.text for chip in listing.chips(selection, manager)] == [
        "health below 40",
        "to whom we owe something",
    ]

    ids = [row.contact_id for row in (poor, well, unknown, ended)]
    assert healths(rows_of(ids, manager)) == {poor.contact_id: 39, well.contact_id: 40}
    shown = goodwill_shown(ids, manager)
    assert {pk: (one.a, one.b) for pk, one in shown.items()} == {
        poor.contact_id: (3.0, 0.0),
        well.contact_id: (0.0, 3.0),
    }


def test_of_two_relationships_the_one_that_fares_worse_is_shown(manager: User) -> None:
    row = RelationshipFactory()
    other = RelationshipFactory(contact=row.contact, kind="alumnus")
    for one, value in ((row, 80), (other, 20)):
        RelationshipHealth.objects.create(
            relationship=one, value=value, recency=value, computed_at=timezone.now()
        )
    assert healths(rows_of([row.contact_id], manager)) == {row.contact_id: 20}


@pytest.mark.parametrize("count", [1, 3])
def test_all_columns_together_are_two_queries(
    manager: User, count: int, django_assert_num_queries: Callable[[int], object]
) -> None:
    rows = RelationshipFactory.create_batch(count)
    ids = [row.contact_id for row in rows]
    manager.has_perm("contacts.view_contact")  # reads the grants

    columns = [column for column in listing.columns_for(manager) if column.key in KEYS]
    people = list(Contact.objects.filter(pk__in=ids))
    assert {column.key for column in columns} == KEYS

    with django_assert_num_queries(2):
        shown = listing.values_of(columns, people, manager)

    assert all(len(shown[key]) == count for key in ("stage", "owner"))
