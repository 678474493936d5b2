from datetime import datetime
from typing import Any

import pytest
from django.utils import timezone

from contacts.conditions import rule as rules
from contacts.conditions import shape
from contacts.conditions.shape import RuleRefused
from contacts.models import Contact
from contacts.services.custom_fields import create_field, retire_field
from tests.factories import ContactFactory, UserFactory
from tests.factories.groups import asks, rule_of

pytestmark = pytest.mark.django_db
NOW = timezone.make_aware(datetime(2026, 5, 20, 11, 0))  # noqa: DTZ001


def found(node: dict[str, Any]) -> set[str]:
    rule = rules.parse(rule_of(node), UserFactory(role="reader"))
    people = Contact.objects.filter(rules.condition_of(rule, now=NOW))
    return {one.given_name for one in people}


@pytest.mark.parametrize(
    ("kind", "held", "nodes"),
    [
        (
            "text",
            {"a": "Clogs", "b": "boots"},
            [
                (("is", "clogs"), {"a"}),
                (("is_not", "clogs"), {"b", "none"}),
                (("contains", "OO"), {"b"}),
                (("empty",), {"none"}),
            ],
        ),
        (
            "number",
            {"a": 41, "b": 42.5},
            [
                (("equals", "41"), {"a"}),
                (("at_least", "42.5"), {"b"}),
                (("at_most", "42"), {"a"}),
                (("filled",), {"a", "b"}),
            ],
        ),
        (
            "date",
            {"a": "2026-05-18", "b": "2026-06-01"},
            [
                (("last", "3"), {"a", "b"}),
                (("next", "30"), {"b"}),
                (("before", "2026-06-01"), {"a"}),
                (("not_last", "1"), {"a", "none"}),
                (("on", "2026-06-01"), {"b"}),
            ],
        ),
        (
            "yes_no",
            {"a": True, "b": False},
            [
                (("one_of", "yes"), {"a"}),
                (("one_of", "no"), {"b"}),
                (("none_of", "yes"), {"b", "none"}),
                (("empty",), {"none"}),
            ],
        ),
    ],
)
def test_fields_of_ones_own_are_asked_by_their_type(
    kind: str, held: dict[str, Any], nodes: list[Any]
) -> None:
    field = create_field(actor=None, type=kind, label_en="Shoe")
    for name, value in held.items():
        ContactFactory(given_name=name, custom_values={field.key: value})
    ContactFactory(given_name="none")

    for (op, *values), names in nodes:
        assert found(asks(f"custom_{field.key}", op, *values)) == names, (op, values)


def test_a_field_that_was_retired_fits_nobody_and_is_refused() -> None:
    field = create_field(actor=None, type="text", label_en="Shoe")
    ContactFactory(custom_values={field.key: "x"})
    node = asks(f"custom_{field.key}", "filled")
    rule = shape.stored(rule_of(node))

    retire_field(field=field, actor=None)

    assert not Contact.objects.filter(rules.condition_of(rule, now=NOW)).exists()
    with pytest.raises(RuleRefused):
        found(node)
