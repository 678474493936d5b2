"""The fields that the organisation made itself: which there are, and what may stand in them.

Asked in one query per request, so that a field made a moment ago, by whichever process, is there.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db.models import F, JSONField, Value
from django.db.models.expressions import Func
from django.utils import formats
from django.utils.translation import gettext as _

from contacts.freshness import custom_name
from contacts.models import CustomField
from core.errors import DomainError
from core.once import forget, once
from core.prepared import Prepared
from core.privacy import Erasure

MEMORY = "contacts.custom_fields"
MOST_FIELDS = 100
"""That are in use at once: each is a column, a filter and a field of a form."""
LONGEST = {"text": 300, "long_text": 5000, "link": 500}
LARGEST_NUMBER = Decimal(10) ** 12
DECIMALS = 6

Type = CustomField.Type


class ValuesRefused(DomainError):
    """``errors``: by the key of the field, what is wrong with what was given for it."""

    code = "custom_values_refused"

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(" ".join(errors.values()))
        self.errors = errors


class _Wrong(ValueError):
    """Says what is wrong, in the reader's language."""


_IN_ORDER = Prepared(CustomField.objects.in_order)


def all_fields() -> list[CustomField]:
    """The retired ones too, in their order."""
    return once(MEMORY, _IN_ORDER)


def active_fields() -> list[CustomField]:
    return [field for field in all_fields() if field.retired_at is None]


def changed() -> None:
    forget(MEMORY)


def by_key() -> dict[str, CustomField]:
    return {field.key: field for field in all_fields()}


def names() -> dict[str, str]:
    """What each is called, by its name among the fields of a contact."""
    return {custom_name(field.key): field.label for field in all_fields()}


def cleaned(values: Mapping[str, Any]) -> dict[str, Any]:
    """``values`` as they are kept; None for what is to be empty.

    Raises ``ValuesRefused`` for a key that no field in use has, and for what does not fit the
    type: nothing is guessed, only a whole number may come as a decimal.
    """
    known = {field.key: field for field in active_fields()}
    kept: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for key, value in values.items():
        if key not in known:
            errors[key] = _("There is no such field.")
            continue
        try:
            kept[key] = cleaned_value(known[key], value)
        except _Wrong as wrong:
            errors[key] = str(wrong)
    if errors:
        raise ValuesRefused(errors)
    return kept


def cleaned_value(field: CustomField, value: Any) -> Any:
    """One value as it is kept. Raises ``ValueError`` with words for people."""
    if value is None or value in ("", []):
        return None
    return _CLEAN[field.type](field, value)


def shown(field: CustomField, value: Any) -> str:
    """A value as people read it, in the reader's language."""
    if value is None:
        return ""
    match field.type:
        case Type.YES_NO:
            return _("yes") if value else _("no")
        case Type.DATE:
            return formats.date_format(date.fromisoformat(value), "DATE_FORMAT")
        case Type.NUMBER:
            return str(formats.number_format(value, use_l10n=True))
        case Type.CHOICE:
            return field.choice_labels.get(value, str(value))
        case Type.CHOICES:
            labels = field.choice_labels
            return ", ".join(labels.get(one, one) for one in value)
    return str(value)


def kept_on_erasure() -> Any:
    """What ``custom_values`` become when their person is erased: for ``core.privacy``."""
    kept = [field.key for field in all_fields() if field.on_erasure == Erasure.KEEP]
    if not kept:
        return {}
    return Func(
        F("custom_values"),
        Value(kept),
        template="(SELECT coalesce(jsonb_object_agg(one.key, one.value), '{}')"
        " FROM jsonb_each(%(expressions)s))",
        arg_joiner=") AS one WHERE one.key = ANY(",
        function="",
        output_field=JSONField(),
    )


def personal(values: Mapping[str, Any]) -> dict[str, Any]:
    """Those that say something about the person: all but of fields that say nothing of them."""
    others = {field.key for field in all_fields() if not field.is_personal}
    return {key: value for key, value in values.items() if key not in others}


def _text(field: CustomField, value: Any) -> str | None:
    if not isinstance(value, str):
        raise _Wrong(_("“%(label)s” takes text.") % {"label": field.label})
    text = value.replace("\x00", "").replace("\r\n", "\n").strip()
    if field.type == Type.TEXT:
        text = " ".join(text.split())
    limit = LONGEST[field.type]
    if len(text) > limit:
        words = _("“%(label)s” takes at most %(limit)s characters.")
        raise _Wrong(words % {"label": field.label, "limit": limit})
    return text or None


def _link(field: CustomField, value: Any) -> str | None:
    text = _text(field, value)
    if text is None:
        return None
    try:
        _check_url(text)
    except ValidationError:
        words = _("“%(label)s” takes an address that begins with http:// or https://.")
        raise _Wrong(words % {"label": field.label}) from None
    return text


_check_url = URLValidator(schemes=["http", "https"])


def _number(field: CustomField, value: Any) -> int | float:
    words = _("“%(label)s” takes a number.") % {"label": field.label}
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        raise _Wrong(words)
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise _Wrong(words) from None
    if not number.is_finite() or abs(number) > LARGEST_NUMBER:
        raise _Wrong(words)
    number = round(number, DECIMALS)
    return int(number) if number == number.to_integral_value() else float(number)


def _date(field: CustomField, value: Any) -> str:
    try:
        return (value if isinstance(value, date) else date.fromisoformat(value)).isoformat()
    except (TypeError, ValueError):
        words = _("“%(label)s” takes a day, as 2026-03-31.")
        raise _Wrong(words % {"label": field.label}) from None


def _yes_no(field: CustomField, value: Any) -> bool:
    if not isinstance(value, bool):
        raise _Wrong(_("“%(label)s” takes yes or no.") % {"label": field.label})
    return value


def _choice(field: CustomField, value: Any) -> str:
    if not isinstance(value, str) or value not in field.choice_labels:
        words = _("“%(label)s” takes one of: %(choices)s.")
        raise _Wrong(words % {"label": field.label, "choices": _named(field)})
    return value


def _choices(field: CustomField, value: Any) -> list[str]:
    labels = field.choice_labels
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise _Wrong(_("“%(label)s” takes a list.") % {"label": field.label})
    if not set(value) <= set(labels):
        words = _("“%(label)s” takes some of: %(choices)s.")
        raise _Wrong(words % {"label": field.label, "choices": _named(field)})
    return [key for key in labels if key in value]


def _named(field: CustomField) -> str:
    return ", ".join(key for key, _label in field.offered)


_CLEAN: dict[str, Callable[[CustomField, Any], Any]] = {
    Type.TEXT: _text,
    Type.LONG_TEXT: _text,
    Type.NUMBER: _number,
    Type.DATE: _date,
    Type.YES_NO: _yes_no,
    Type.CHOICE: _choice,
    Type.CHOICES: _choices,
    Type.LINK: _link,
}


def laid_over(held: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """``held`` with what ``cleaned`` gave: None empties, what is not named stays."""
    merged = {**held, **values}
    return {key: value for key, value in merged.items() if value is not None}


def differing(held: Mapping[str, Any], values: Mapping[str, Any]) -> Iterable[str]:
    """The keys of ``values`` (as ``cleaned`` gives them) that ``held`` has otherwise."""
    return (key for key, value in values.items() if held.get(key) != value)
