import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from contacts import custom_fields
from contacts.custom_fields import ValuesRefused
from contacts.models import Contact
from core.once import remembering
from tests.factories import ContactFactory, CustomFieldFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("kind", "given", "kept"),
    [
        ("text", "  a\x00  b\n c ", "a b c"),
        ("text", " ", None),
        ("long_text", "a\nb ", "a\nb"),
        ("number", 3, 3),
        ("number", 3.0, 3),
        ("number", "-2.50", -2.5),
        ("number", Decimal("0.1234567"), 0.123457),
        ("number", 0, 0),
        ("date", "2026-03-31", "2026-03-31"),
        ("date", datetime.date(2026, 3, 31), "2026-03-31"),
        ("yes_no", False, False),
        ("choice", "large", "large"),
        ("choices", ["large", "small", "large"], ["small", "large"]),
        ("choices", [], None),
        ("link", "https://example.org/a", "https://example.org/a"),
        ("text", None, None),
    ],
)
def test_a_value_is_kept_in_the_form_of_its_type(kind: str, given: Any, kept: Any) -> None:
    CustomFieldFactory(key="one", type=kind)
    assert custom_fields.cleaned({"one": given}) == {"one": kept}


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("text", 3),
        ("text", "x" * 301),
        ("long_text", ["a"]),
        ("number", "many"),
        ("number", True),
        ("number", "NaN"),
        ("number", 10**13),
        ("number", {}),
        ("date", "31-03-2026"),
        ("date", "2026-02-30"),
        ("date", 20260331),
        ("yes_no", "yes"),
        ("yes_no", 1),
        ("choice", "huge"),
        ("choice", ["large"]),
        ("choices", "large"),
        ("choices", ["large", "huge"]),
        ("choices", [["large"]]),
        ("link", "javascript:alert(1)"),
        ("link", "ftp://example.org"),
        ("link", "example"),
    ],
)
def test_what_does_not_fit_is_refused(kind: str, given: Any) -> None:
    CustomFieldFactory(key="one", type=kind)
    with pytest.raises(ValuesRefused) as refused:
        custom_fields.cleaned({"one": given})
    assert list(refused.value.errors) == ["one"]


def test_keys_that_nobody_has_and_retired_ones_are_refused() -> None:
    CustomFieldFactory(key="old", retired_at=datetime.datetime.now(datetime.UTC))
    with pytest.raises(ValuesRefused) as refused:
        custom_fields.cleaned({"old": "x", "nowhere": "x"})
    assert set(refused.value.errors) == {"old", "nowhere"}


def test_values_read_in_the_readers_language() -> None:
    lists = CustomFieldFactory(type="choices")
    flag = CustomFieldFactory(type="yes_no")
    day = CustomFieldFactory(type="date")
    number = CustomFieldFactory(type="number")
    with translation.override("nl"):
        assert custom_fields.shown(lists, ["small", "gone"]) == "Klein, gone"
        assert custom_fields.shown(number, 1234.5) == "1.234,5"
        assert custom_fields.shown(day, "2026-03-31") == "31 maart 2026"
    with translation.override("en"):
        assert custom_fields.shown(flag, False) == "no"
        assert custom_fields.shown(number, 1234) == "1,234"


def test_a_request_asks_once_and_the_next_one_anew(django_assert_num_queries: Any) -> None:
    CustomFieldFactory(key="one")
    with remembering():
        with django_assert_num_queries(1):
            assert len(custom_fields.active_fields()) == 1
            assert "one" in custom_fields.by_key()
        CustomFieldFactory(key="two")  # as another process would
        assert len(custom_fields.active_fields()) == 1
        custom_fields.changed()
        assert len(custom_fields.active_fields()) == 2
    with remembering():
        assert len(custom_fields.active_fields()) == 2


def test_nothing_is_kept_outside_a_request(client: Client) -> None:
    custom_fields.active_fields()
    CustomFieldFactory()
    assert len(custom_fields.active_fields()) == 1


def test_what_is_to_be_kept_outlives_an_erasure() -> None:
    CustomFieldFactory(key="badge", is_personal=False, on_erasure="keep")
    CustomFieldFactory(key="shirt")
    contact = ContactFactory(custom_values={"badge": 7, "shirt": "L", "unknown": "x"})
    empty = ContactFactory()

    Contact.objects.update(custom_values=custom_fields.kept_on_erasure())

    contact.refresh_from_db()
    empty.refresh_from_db()
    assert (contact.custom_values, empty.custom_values) == ({"badge": 7}, {})
