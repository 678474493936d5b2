from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from unittest.mock import patch

import pytest

from contacts.models import Contact
from contacts.models.contact import ContactQuerySet
from contacts.selectors.paging import Page
from contacts.selectors.paging import page_of as page_in
from contacts.sorting import order_for, sorts_for
from core.models import User
from tests.factories import (
    ContactFactory,
    CustomFieldFactory,
    OrgUnitFactory,
    RelationshipFactory,
    UserFactory,
)
from tests.factories.core import grant_role

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.fixture
def reader() -> User:
    return UserFactory(role="reader")


def page_of(people: ContactQuerySet, sort: str = "name", **turn: object) -> Page:
    user = UserFactory(role="reader")
    return page_in(people, order=order_for(sort, user), user=user, **turn)  # type: ignore[arg-type]


def walk(sort: str, user: User) -> list[list[Contact]]:
    """Every page forward, checked against every page back."""
    people, order = Contact.objects.visible_to(user), order_for(sort, user)
    assert order.name == sort
    pages, turn = [], None
    while True:
        page = page_in(people, order=order, user=user, after=turn, size=3)
        pages.append(page.people)
        if page.next is None:
            break
        turn = page.next
    back = [page.people]
    while page.previous is not None:
        page = page_in(people, order=order, user=user, before=page.previous, size=3)
        back.insert(0, page.people)
    assert back == pages
    return pages


def walked(sort: str, user: User) -> list[Contact]:
    return [contact for page in walk(sort, user) for contact in page]


@pytest.mark.parametrize(
    ("sort", "fields"),
    [
        ("name", ("sort_key", "pk")),
        ("-name", ("-sort_key", "-pk")),
        ("changed", ("-updated_at", "-pk")),
        ("-changed", ("updated_at", "pk")),
        ("created", ("-created_at", "-pk")),
    ],
)
def test_pages_hold_everybody_once_also_where_values_are_the_same(
    reader: User, sort: str, fields: tuple[str, str]
) -> None:
    names = ["Bakker", "Vos", "Bakker", "Bakker", "Aalders", "Bakker", "Vos"]
    made = [ContactFactory(family_name=name) for name in names]
    for at, contact in enumerate(made):
        moment = NOON + timedelta(days=at // 3)
        Contact.objects.filter(pk=contact.pk).update(updated_at=moment, created_at=moment)

    pages = walk(sort, reader)

    assert [len(page) for page in pages] == [3, 3, 1]
    assert [one for page in pages for one in page] == list(Contact.objects.order_by(*fields))


@pytest.mark.parametrize(
    ("sort", "field"), [("city", "city"), ("organisation", "organisation_name")]
)
def test_who_has_no_such_value_comes_last_by_name_either_way_round(
    reader: User, sort: str, field: str
) -> None:
    made = {
        name: ContactFactory(family_name=name, **{field: value})
        for name, value in [("A", ""), ("B", "delft"), ("C", "Assen"), ("D", ""), ("E", "Delft")]
    }

    assert walked(sort, reader) == [made[name] for name in "CBEAD"]
    assert walked(f"-{sort}", reader) == [made[name] for name in "EBCAD"]


@pytest.mark.parametrize(
    ("type_", "values"),
    [("number", (10, 9, None, 9.5, 9)), ("date", ("2026-02-01", "2025-12-31", None, "2026-01-10"))],
)
def test_by_a_field_of_ones_own(reader: User, type_: str, values: tuple[object, ...]) -> None:
    CustomFieldFactory(key="badge", type=type_)
    CustomFieldFactory(key="song", type="text")
    made = [
        ContactFactory(custom_values={} if value is None else {"badge": value}) for value in values
    ]
    none = ContactFactory(family_name="Aa", custom_values={"song": "x"})
    held = [(value, one) for value, one in zip(values, made, strict=True) if value is not None]

    up = [one for _value, one in sorted(held, key=lambda pair: (pair[0], pair[1].pk))]
    assert walked("custom_badge", reader) == [*up, none, made[2]]
    assert walked("-custom_badge", reader) == [*reversed(up), none, made[2]]
    assert order_for("custom_song", reader).name == "name"


def test_by_the_last_contact_of_several_relationships(reader: User) -> None:
    never, none = ContactFactory(family_name="B"), ContactFactory(family_name="A")
    RelationshipFactory(contact=never)
    often = ContactFactory()
    for kind, days in (("alumnus", 9), ("prospect", 1), ("freelancer", 1)):
        RelationshipFactory(contact=often, kind=kind, last_two_way_at=NOON - timedelta(days=days))
    long_ago = RelationshipFactory(last_two_way_at=NOON - timedelta(days=5)).contact
    left = RelationshipFactory(
        kind="employee", at="left", last_two_way_at=NOON - timedelta(days=3)
    ).contact

    assert walked("last_contact", reader) == [often, left, long_ago, none, never]
    assert walked("-last_contact", reader) == [long_ago, left, often, none, never]


def test_by_the_next_touch_of_what_is_open(reader: User) -> None:
    none = ContactFactory()
    soon = ContactFactory()
    RelationshipFactory(contact=soon, next_touch_on=date(2026, 6, 9))
    RelationshipFactory(contact=soon, kind="alumnus", next_touch_on=date(2026, 6, 1))
    later = RelationshipFactory(next_touch_on=date(2026, 6, 5)).contact
    RelationshipFactory(contact=later, kind="employee", at="left", next_touch_on=date(2026, 1, 1))

    assert walked("next_touch", reader) == [soon, later, none]
    assert walked("-next_touch", reader) == [later, soon, none]


def test_the_order_tells_nothing_of_relationships_one_may_not_see() -> None:
    mine, other = OrgUnitFactory(), OrgUnitFactory()
    user = UserFactory(role="reader", unit=mine)
    role = grant_role(user, "reader", other).role
    grant = user.role_grants.get(unit=other)
    grant.role = type(role).objects.create(
        key="names", name="Names", permissions=["contacts.view_contact"]
    )
    grant.save()
    heard, unseen, silent = (
        ContactFactory(family_name=name, unit=unit)
        for name, unit in (("C", mine), ("B", other), ("A", mine))
    )
    RelationshipFactory(contact=heard, last_two_way_at=NOON - timedelta(days=9))
    RelationshipFactory(contact=unseen, last_two_way_at=NOON)
    user = User.objects.get(pk=user.pk)

    assert walked("last_contact", user) == [heard, silent, unseen]


def test_who_may_not_see_relationships_cannot_order_by_them() -> None:
    keys = [sort.key for sort in sorts_for(UserFactory())]

    assert keys == ["name", "organisation", "city", "created", "changed"]
    assert order_for("-last_contact", UserFactory()).name == "name"


def test_a_page_goes_on_from_someone_who_left_the_list() -> None:
    first, second, third = (ContactFactory(family_name=name) for name in "ABC")
    Contact.objects.filter(pk=second.pk).update(archived_at=datetime(2026, 5, 1, tzinfo=UTC))

    page = page_of(Contact.objects.active(), after=second.uid)

    assert (page.people, page.previous, page.next) == ([third], third.uid, None)
    assert page_of(Contact.objects.active(), before=second.uid).people == [first]


def test_a_turn_that_does_not_exist_is_the_first_page() -> None:
    only = ContactFactory()
    for page in (page_of(Contact.objects.all(), before=None), page_of(Contact.objects.none())):
        assert page.previous is None
    unknown = ContactFactory().uid
    Contact.objects.filter(uid=unknown).delete()
    assert page_of(Contact.objects.all(), before=unknown).people == [only]


@pytest.mark.parametrize("sort", ["name", "-name", "created", "changed"])
def test_a_page_deep_in_the_list_asks_one_thing_more_and_never_makes_its_sql(
    sort: str, reader: User, django_assert_num_queries: Callable[[int], object]
) -> None:
    turn = ContactFactory.create_batch(3)[1].uid
    order = order_for(sort, reader)
    people = Contact.objects.visible_to(reader)
    page_in(people, order=order, user=reader, after=turn)

    with django_assert_num_queries(1):
        page_in(people, order=order, user=reader)
    with django_assert_num_queries(2), patch.object(Contact.objects, "filter") as made:
        page_in(people, order=order, user=reader, after=turn)
    assert not made.called
