"""What rules may ask of the fields that the organisation made itself, at once when one is made."""

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import JSONField, Q, TextField, Value
from django.db.models.fields.json import KT, KeyTransform
from django.db.models.functions import Coalesce, Lower
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from contacts import custom_fields
from contacts.conditions import building
from contacts.conditions.registry import Ask, Choices, Condition, leave_out, register_source
from contacts.custom_fields import Type
from contacts.freshness import custom_name
from contacts.models import CustomField

POSITION = 400


def conditions() -> Iterator[Condition]:
    for place, one in enumerate(custom_fields.active_fields()):
        yield Condition(
            key=custom_name(one.key),
            label=one.label,
            group=_("Own fields"),
            position=POSITION + place,
            **_KINDS.get(one.type, _text)(one),
        )


def _text(one: CustomField) -> dict[str, Any]:
    text = Coalesce(KT(f"custom_values__{one.key}"), Value(""), output_field=TextField())
    said = Lower(text)
    return {"type": "text", "build": building.text_of(said)}


def _choice(one: CustomField) -> dict[str, Any]:
    is_list = one.type == Type.CHOICES
    offered: Choices = list(one.choice_labels.items())

    def held(value: str) -> Any:
        return [value] if is_list else value

    return {"type": "choice", "choices": lambda user: offered, "build": _holding(one, held)}


def _answer(one: CustomField) -> dict[str, Any]:
    offered: Choices = [("yes", _("yes")), ("no", _("no"))]
    return {
        "type": "choice",
        "choices": lambda user: offered,
        "build": _holding(one, lambda value: value == "yes"),
    }


def _holding(one: CustomField, held: Callable[[str], Any]) -> Callable[[Ask], Q]:
    filled = Q(custom_values__has_key=one.key)

    def build(ask: Ask) -> Q:
        if ask.op in ("empty", "filled"):
            return filled if ask.op == "filled" else ~filled
        some = Q()
        for value in ask.values:
            some |= Q(custom_values__contains={one.key: held(value)})
        return ~some if ask.op == "none_of" else some

    return build


def _number(one: CustomField) -> dict[str, Any]:
    filled = Q(custom_values__has_key=one.key)

    def build(ask: Ask) -> Q:
        if ask.op in ("empty", "filled"):
            return filled if ask.op == "filled" else ~filled
        bound = _plain(ask.decimal)
        if ask.op == "equals":
            return Q(custom_values__contains={one.key: bound})
        side = GreaterThanOrEqual if ask.op == "at_least" else LessThanOrEqual
        return filled & Q(side(_value_of(one), Value(bound, output_field=JSONField())))

    return {"type": "number", "build": build}


def _day(one: CustomField) -> dict[str, Any]:
    """Days are kept as ISO text, whose order is theirs."""
    filled = Q(custom_values__has_key=one.key)

    def since(day: date) -> Q:
        bound = Value(day.isoformat(), output_field=JSONField())
        return filled & Q(GreaterThanOrEqual(_value_of(one), bound))

    return {"type": "day", "build": lambda ask: building.of_days(ask, filled, since)}


def _value_of(one: CustomField) -> KeyTransform:
    return KeyTransform(one.key, "custom_values")


def _plain(number: Decimal) -> int | float:
    return int(number) if number == number.to_integral_value() else float(number)


_KINDS: dict[str, Callable[[CustomField], dict[str, Any]]] = {
    Type.CHOICE: _choice,
    Type.CHOICES: _choice,
    Type.YES_NO: _answer,
    Type.NUMBER: _number,
    Type.DATE: _day,
}


def _range_filters() -> Iterator[str]:
    for one in custom_fields.active_fields():
        if one.type in (Type.NUMBER, Type.DATE):
            yield from (f"{custom_name(one.key)}__from", f"{custom_name(one.key)}__to")


register_source(conditions)
leave_out(_range_filters)
