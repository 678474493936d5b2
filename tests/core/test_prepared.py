from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import Count, F, QuerySet
from django.utils import timezone

from core.models import User
from core.prepared import Given, Prepared
from relationships.models import Promise, Relationship, TimelineEntry
from tests.factories import ContactFactory, PromiseFactory, RelationshipFactory, UserFactory

pytestmark = pytest.mark.django_db


def promises(contact: object) -> QuerySet[Promise]:
    rows = Promise.objects.filter(contact=contact).select_related("promiser")
    return rows.order_by(F("closed_at").desc(nulls_first=True), "due_on", "pk")[:50]


def relationships(contact: object) -> QuerySet[Relationship]:
    rows = Relationship.objects.filter(contact=contact).select_related("stage", "owner", "health")
    return rows.annotate(moves=Count("transitions")).order_by("pk")


@pytest.mark.parametrize("ask", [promises, relationships])
def test_it_answers_what_the_queryset_does(ask: Callable[[object], QuerySet[Any]]) -> None:
    one, other = ContactFactory.create_batch(2)
    for contact in (one, other):
        PromiseFactory.create_batch(2, contact=contact)
        PromiseFactory(contact=contact, promiser=None)
        RelationshipFactory(contact=contact, owner=None)
        RelationshipFactory(contact=contact, kind="employee")
    prepared = Prepared(lambda: ask(Given("contact")))

    for contact in (one, other, one):
        expected, found = list(ask(contact.pk)), prepared(contact=contact.pk)
        assert found == expected
        assert [_told(row) for row in found] == [_told(row) for row in expected]


def _told(row: Any) -> dict[str, object]:
    """All that is known of a row, and of the rows beside it."""
    beside = row._state.fields_cache
    own = {name: value for name, value in vars(row).items() if name != "_state"}
    return own | {
        name: other and _told(other) for name, other in beside.items() if name != "relationship"
    }


def test_the_sql_is_made_once(django_assert_num_queries: Callable[[int], Any]) -> None:
    asked = []

    def ask() -> QuerySet[Promise]:
        asked.append(1)
        return promises(Given("contact"))

    prepared = Prepared(ask)
    contact = ContactFactory()

    with django_assert_num_queries(2):
        assert (prepared(contact=contact.pk), prepared(contact=0)) == ([], [])
    assert asked == [1]


def test_one_owner_of_many_rows_is_one_object_and_of_another_answer_another() -> None:
    contact, owner = ContactFactory(), UserFactory()
    PromiseFactory.create_batch(2, contact=contact, promiser=owner)
    prepared = Prepared(lambda: promises(Given("contact")))

    one, other = prepared(contact=contact.pk)
    again = prepared(contact=contact.pk)[0]

    assert one.promiser is other.promiser
    assert one.promiser == again.promiser
    assert one.promiser is not again.promiser


def test_values_come_as_lists_or_alone() -> None:
    contact = ContactFactory()
    rows = PromiseFactory.create_batch(3, contact=contact)
    few = [row.pk for row in rows[:2]]
    pairs = Prepared(
        lambda: (
            Promise.objects.filter(pk__any=Given("ids")).order_by("pk").values_list("pk", "text")
        )
    )
    alone = Prepared(
        lambda: Promise.objects.filter(due_on__gte=Given("day")).values_list("pk", flat=True)
    )

    assert pairs(ids=few) == [(row.pk, row.text) for row in rows[:2]]
    assert pairs(ids=[]) == []
    assert set(alone(day=min(row.due_on for row in rows))) == {row.pk for row in rows}
    assert alone(day=timezone.localdate() + timedelta(days=10_000)) == []


def test_json_comes_as_what_it_says() -> None:
    contact = ContactFactory()
    entry = TimelineEntry.objects.create(
        contact=contact, at=timezone.now(), verb="note", key="one", data={"title": "é", "n": [1]}
    )
    prepared = Prepared(lambda: TimelineEntry.objects.filter(contact=Given("contact")))

    (found,) = prepared(contact=contact.pk)

    assert found.pk == entry.pk
    assert found.data == {"title": "é", "n": [1]}


def test_dictionaries_are_refused() -> None:
    prepared = Prepared(lambda: User.objects.values("pk"))

    with pytest.raises(TypeError):
        prepared()


def test_a_value_that_is_not_given_is_an_error() -> None:
    prepared = Prepared(lambda: promises(Given("contact")))

    with pytest.raises(KeyError):
        prepared(person=1)
