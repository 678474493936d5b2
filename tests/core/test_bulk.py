from decimal import Decimal
from typing import Any, NamedTuple

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from contacts.models import Contact, EmailAddress, Tag
from core.bulk import MANY, copy_in, copy_rows, insert, next_ids, update_all, update_rows
from core.models import Change
from tests.factories import ContactFactory, TagFactory

pytestmark = pytest.mark.django_db

FORMS = ["formal", "", "informal"]
AWKWARD = ["\\", "\\N", "a\tb", "a\nb", "a\r\nb", "", "é“€", "'\"", "%s", "{}", "\\."]


def test_rows_that_are_copied_in_are_what_was_given() -> None:
    people = [Contact(given_name=f"x{n}", family_name=text) for n, text in enumerate(AWKWARD)]
    for person in people:
        person.refresh_derived()

    copy_in(people)

    kept = Contact.objects.order_by("pk")
    assert [one.family_name for one in kept] == AWKWARD
    assert [one.pk for one in kept] == [one.pk for one in people]
    assert [one.uid for one in kept] == [one.uid for one in people]
    assert all(one.created_at == one.updated_at for one in kept)


def test_json_and_defaults_of_the_database_are_kept() -> None:
    copy_in([Change(event="x", payload={"name": 'Zoë "\\" \t', "list": [1, None]})])

    change = Change.objects.get()
    assert change.payload == {"name": 'Zoë "\\" \t', "list": [1, None]}
    assert change.transaction > 0


def test_a_row_that_breaks_a_constraint_undoes_them_all() -> None:
    contact = ContactFactory()
    rows = [EmailAddress(contact=contact, address="a@example.nl") for _ in range(2)]

    with pytest.raises(IntegrityError), transaction.atomic():
        copy_in(rows)

    assert EmailAddress.objects.count() == 0


def test_many_rows_are_updated_at_once_and_no_others() -> None:
    people = ContactFactory.create_batch(len(AWKWARD))
    other = ContactFactory()
    stamps = {one.pk: one.updated_at for one in people}
    for person, text in zip(people, AWKWARD, strict=True):
        person.city, person.do_not_contact = text, True

    with CaptureQueriesContext(connection) as captured:
        update_all(people, ["city", "do_not_contact"])

    kept = Contact.objects.exclude(pk=other.pk).order_by("pk")
    assert [(one.city, one.do_not_contact) for one in kept] == [(text, True) for text in AWKWARD]
    assert all(one.updated_at > stamps[one.pk] for one in kept)
    assert Contact.objects.get(pk=other.pk).city == ""
    assert len(captured) == 1


def test_nothing_to_write_writes_nothing() -> None:
    assert copy_in([]) == []
    update_all([], ["name"])
    assert next_ids(Tag, 0) == []


def test_ids_are_drawn_from_the_sequence_of_the_table() -> None:
    drawn = next_ids(Tag, 3)
    assert TagFactory().pk not in drawn


@pytest.mark.parametrize("count", [2, MANY])
def test_what_is_there_already_is_skipped_if_asked(count: int) -> None:
    kept = TagFactory(name="n1")

    for _ in range(2):
        insert((Tag(name=f"n{n}") for n in range(count)), skips_conflicts=True)

    assert Tag.objects.count() == count
    assert Tag.objects.get(name="n1") == kept


@pytest.mark.parametrize("count", [0, 2, MANY])
def test_few_and_many_rows_are_inserted_alike(count: int) -> None:
    made = insert(Tag(name=f"n{n}") for n in range(count))

    assert [tag.pk for tag in made] == list(Tag.objects.order_by("pk").values_list("pk", flat=True))
    assert Tag.objects.count() == count


class Pair(NamedTuple):
    name: str
    number: Decimal | int


PAYLOADS: list[dict[str, Any]] = [
    {"text": sign, "pair": Pair(sign, 1), "day": "2026-01-02", "by": {7: [True, None, 0.5]}}
    for sign in AWKWARD
] + [{"pair": Pair("x", Decimal("1.50"))}]


def test_json_arrives_as_it_was_whatever_signs_and_kinds_are_in_it() -> None:
    """Also where each row holds something else, and where one has another type than the rest."""
    copy_rows(Change, ["event", "payload"], [("x", payload) for payload in PAYLOADS])

    kept = list(Change.objects.order_by("pk").values_list("payload", flat=True))
    assert kept[:-1] == [
        {"text": sign, "pair": [sign, 1], "day": "2026-01-02", "by": {"7": [True, None, 0.5]}}
        for sign in AWKWARD
    ]
    assert kept[-1] == {"pair": ["x", "1.50"]}


def test_json_is_updated_as_it_is_inserted() -> None:
    copy_rows(Change, ["event", "payload"], [("x", {"n": n}) for n in range(len(PAYLOADS))])
    ids = list(Change.objects.order_by("pk").values_list("pk", flat=True))
    update_rows(Change, ["payload"], ids, [PAYLOADS])

    copy_rows(Change, ["event", "payload"], [("y", payload) for payload in PAYLOADS])

    updated, inserted = (
        list(Change.objects.filter(event=name).order_by("pk").values_list("payload", flat=True))
        for name in ("x", "y")
    )
    assert updated == inserted


def test_a_value_is_kept_where_the_database_has_a_default_too() -> None:
    people = [Contact(given_name=f"x{n}", form_of_address=form) for n, form in enumerate(FORMS)]
    for person in people:
        person.refresh_derived()

    copy_in(people)

    assert list(Contact.objects.order_by("pk").values_list("form_of_address", flat=True)) == FORMS
