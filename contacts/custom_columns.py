"""What lists of people show of the fields that the organisation made itself, and how these narrow.

Each way to narrow has an index behind it at any size: equality goes by the containment index over
all values, words in a text by the trigram index, ranges by the index that each number and date
has of its own (``services.custom_indexes``).
"""

import json
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, F, Func, Q, TextField, Value
from django.db.models.fields.json import KT, KeyTransform
from django.db.models.functions import Cast, StrIndex, Upper
from django.db.models.lookups import GreaterThan
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from contacts import custom_fields
from contacts.custom_fields import Type
from contacts.freshness import custom_name
from contacts.listing import Column, Filter, register_columns, register_filters
from contacts.models import Contact, CustomField
from contacts.models.contact import ContactQuerySet
from contacts.sorting import Narrow, Sort, register_sorts
from core.models import User

Apply = Callable[[ContactQuerySet, list[str], User], ContactQuerySet]

COLUMN_POSITION = 300
FILTER_POSITION = 300
SINCE, UNTIL = "__from", "__to"

ICONS: dict[str, str] = {
    Type.TEXT: "text-cursor-input",
    Type.LONG_TEXT: "text",
    Type.NUMBER: "hash",
    Type.DATE: "calendar",
    Type.YES_NO: "circle-check",
    Type.CHOICE: "list",
    Type.CHOICES: "list-checks",
    Type.LINK: "link",
}


def columns() -> Iterator[Column]:
    for place, one in enumerate(custom_fields.active_fields()):
        yield Column(
            key=custom_name(one.key),
            label=one.label,
            position=COLUMN_POSITION + place,
            read=_reader(one),
            reads=("custom_values",),
        )


def _reader(one: CustomField) -> Callable[[Contact], str]:
    return lambda contact: custom_fields.shown(one, contact.custom_values.get(one.key))


def sorts() -> Iterator[Sort]:
    """By numbers and days; what else they are has no index that knows an order."""
    for place, one in enumerate(custom_fields.active_fields()):
        if one.type in (Type.NUMBER, Type.DATE):
            yield Sort(
                key=custom_name(one.key),
                label=one.label,
                position=COLUMN_POSITION + place,
                value="held",
                having=_having(one),
                lacking=_lacking(one),
            )


def _having(one: CustomField) -> Narrow:
    return lambda people, user: people.alias(held=_value_of(one)).filter(
        custom_values__has_key=one.key
    )


def _lacking(one: CustomField) -> Narrow:
    return lambda people, user: people.exclude(custom_values__has_key=one.key)


def _value_of(one: CustomField) -> Any:
    """In the words of the field's own index; days are in their order, as ISO has them."""
    return KT(f"custom_values__{one.key}") if one.type == Type.DATE else _NumberOf(one.key)


def filters() -> Iterator[Filter]:
    for place, one in enumerate(custom_fields.active_fields()):
        yield from _filters_of(one, FILTER_POSITION + 2 * place)


def _filters_of(one: CustomField, position: int) -> Iterator[Filter]:
    name = custom_name(one.key)
    common: dict[str, Any] = {"icon": ICONS[one.type], "position": position}
    match one.type:
        case Type.CHOICE | Type.CHOICES:
            labels = one.choice_labels
            offered = [(key, label) for key, label in labels.items()]
            yield Filter(
                key=name,
                label=one.label,
                widget="choice",
                sentence=_with(one, _("%(field)s: %(value)s")),
                choices=lambda user: offered,
                apply=_holding(one),
                **common,
            )
        case Type.YES_NO:
            offered = [("yes", str(_("yes"))), ("no", str(_("no")))]
            yield Filter(
                key=name,
                label=one.label,
                widget="choice",
                sentence=_with(one, _("%(field)s: %(value)s")),
                choices=lambda user: offered,
                apply=_answering(one),
                **common,
            )
        case Type.NUMBER | Type.DATE:
            widget = "number" if one.type == Type.NUMBER else "date"
            is_day = one.type == Type.DATE
            for suffix, label, sentence, lookup in (
                (
                    SINCE,
                    _("from") if is_day else _("at least"),
                    _("%(field)s from %(value)s") if is_day else _("%(field)s at least %(value)s"),
                    "gte",
                ),
                (
                    UNTIL,
                    _("until") if is_day else _("at most"),
                    _("%(field)s until %(value)s") if is_day else _("%(field)s at most %(value)s"),
                    "lte",
                ),
            ):
                yield Filter(
                    key=f"{name}{suffix}",
                    label=format_lazy("{}, {}", one.label, label),
                    widget=widget,  # type: ignore[arg-type]
                    sentence=_with(one, sentence),
                    apply=_ranging(one, lookup),
                    icon=ICONS[one.type],
                    position=position + (suffix == UNTIL),
                )
        case _:
            yield Filter(
                key=name,
                label=one.label,
                widget="text",
                sentence=_with(one, _("“%(value)s” in %(field)s")),
                apply=_saying(one),
                **common,
            )


def _with(one: CustomField, sentence: str | Promise) -> str:
    """The sentence with the name of the field in it, and still open for the value."""
    field = one.label.replace("%", "%%")
    return str(sentence) % {"field": field, "value": "%(value)s"}


def _any_of(people: ContactQuerySet, conditions: Sequence[Q]) -> ContactQuerySet:
    found = Q(pk__in=[])
    for condition in conditions:
        found |= condition
    # Said again, so that the indexes over those who hold anything at all will do.
    return people.exclude(custom_values={}).filter(found)


def _holding(one: CustomField) -> Apply:
    is_list = one.type == Type.CHOICES

    def apply(people: ContactQuerySet, values: list[str], user: User) -> ContactQuerySet:
        held = [{one.key: [value] if is_list else value} for value in values]
        return _any_of(people, [Q(custom_values__contains=value) for value in held])

    return apply


def _answering(one: CustomField) -> Apply:
    def apply(people: ContactQuerySet, values: list[str], user: User) -> ContactQuerySet:
        held = [{one.key: value == "yes"} for value in values]
        return _any_of(people, [Q(custom_values__contains=value) for value in held])

    return apply


def _ranging(one: CustomField, lookup: str) -> Apply:
    """Numbers by size, days in their order."""
    widest = min if lookup == "gte" else max

    def apply(people: ContactQuerySet, values: list[str], user: User) -> ContactQuerySet:
        is_day = one.type == Type.DATE
        bound = Value(widest(values) if is_day else widest(map(Decimal, values)))
        ranged = people.alias(held=_value_of(one)).filter(custom_values__has_key=one.key)
        return ranged.filter(**{f"held__{lookup}": bound})

    return apply


class _NumberOf(Func):
    """The number that stands under a key; nothing where something else does."""

    template = "CASE WHEN jsonb_typeof(%(expressions)s)::numeric END"
    arg_joiner = ") = 'number' THEN ("
    output_field = DecimalField()

    def __init__(self, key: str) -> None:
        held = KeyTransform(key, "custom_values")
        super().__init__(held, held)


def _saying(one: CustomField) -> Apply:
    """The words anywhere in the field, in whichever case.

    The whole object is asked first, for that has the index; JSON writes quotation marks with a
    stroke before them. The field itself is asked by position and not by a second ``contains``:
    the planner would take both together for very rare.
    """

    def apply(people: ContactQuerySet, values: list[str], user: User) -> ContactQuerySet:
        people = people.alias(
            held_json=Upper(Cast(F("custom_values"), TextField())),
            held_text=Upper(KT(f"custom_values__{one.key}")),
        )
        return _any_of(
            people,
            [
                Q(
                    held_json__contains=json.dumps(value, ensure_ascii=False)[1:-1].upper(),
                )
                & Q(GreaterThan(StrIndex("held_text", Value(value.upper())), 0))
                for value in values
            ],
        )

    return apply


register_columns(columns)
register_filters(filters)
register_sorts(sorts)
