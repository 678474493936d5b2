"""Making fields, and changing what they are called and offer."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from contacts import custom_fields
from contacts.freshness import custom_name
from contacts.models import CustomField, Segment
from core import audit
from core.errors import DomainError
from core.models import User

MOST_CHOICES = 200
LONGEST_CHOICE = 60
WORDS = ("label_en", "label_nl", "help_en", "help_nl")
_ONE_AT_A_TIME = 5_233_002
PRIVACY = ("is_personal", "basis", "on_erasure")


class FieldRefused(DomainError):
    code = "custom_field_refused"


@dataclass(frozen=True)
class ChoiceEntry:
    """One choice of a list. ``key`` is empty for a new one: it gets one that stays."""

    en: str = ""
    nl: str = ""
    key: str = ""
    is_retired: bool = False


@transaction.atomic
def create_field(
    *,
    actor: User | None,
    type: str,
    choices: Sequence[ChoiceEntry] = (),
    **words: Any,
) -> CustomField:
    """Make a field. Its key is made from its label and never changes again."""
    fields = _cleaned(words)
    if not fields.get("label_en") and not fields.get("label_nl"):
        raise FieldRefused(_("A field needs a label, in one language at least."))
    _lock()
    if CustomField.objects.active().count() >= custom_fields.MOST_FIELDS:
        raise FieldRefused(_("There are a hundred fields in use. Retire one first."))
    last = CustomField.objects.aggregate(last=Max("position"))["last"] or 0
    _check_labels(fields.get("label_en", ""), fields.get("label_nl", ""))
    label = fields.get("label_en") or fields.get("label_nl") or ""
    field = CustomField(key=_free_key(label), type=type, position=last + 1, **fields)
    field.choices = _choices(field, choices)
    field.save()
    custom_fields.changed()
    audit.record(
        actor=actor, action="contacts.field_made", target=field, name=field.label, type=type
    )
    return field


@transaction.atomic
def change_field(
    *,
    field: CustomField,
    actor: User | None,
    choices: Sequence[ChoiceEntry] | None = None,
    **words: Any,
) -> CustomField:
    """Change labels, help, privacy and choices; the key and the type stay.

    A choice that is left out of ``choices`` is retired: whoever holds it keeps it.
    """
    _lock()
    current = CustomField.objects.select_for_update().get(pk=field.pk)
    changed = []
    for name, value in _cleaned(words).items():
        if getattr(current, name) != value:
            setattr(current, name, value)
            changed.append(name)
    if not current.label_en and not current.label_nl:
        raise FieldRefused(_("A field needs a label, in one language at least."))
    _check_labels(current.label_en, current.label_nl, but=current.pk)
    if choices is not None:
        wanted = _choices(current, choices)
        if wanted != current.choices:
            current.choices = wanted
            changed.append("choices")
    if changed:
        current.save()
        custom_fields.changed()
        audit.record(
            actor=actor,
            action="contacts.field_changed",
            target=current,
            name=current.label,
            fields=sorted(changed),
        )
    return current


@transaction.atomic
def retire_field(*, field: CustomField, actor: User | None) -> CustomField:
    """Take a field out of use. What people hold in it stays, and comes back with it."""
    return _set_retired(field, actor, is_retired=True)


@transaction.atomic
def restore_field(*, field: CustomField, actor: User | None) -> CustomField:
    _lock()
    if CustomField.objects.active().count() >= custom_fields.MOST_FIELDS:
        raise FieldRefused(_("There are a hundred fields in use. Retire one first."))
    return _set_retired(field, actor, is_retired=False)


@transaction.atomic
def move_field(*, field: CustomField, by: int, actor: User | None) -> None:
    """Up (``by=-1``) or down (``by=1``) among the fields in use; at the end nothing happens."""
    _lock()
    fields = list(CustomField.objects.active().in_order())
    at = next((place for place, one in enumerate(fields) if one.pk == field.pk), None)
    if at is None or not 0 <= at + by < len(fields):
        return
    fields[at], fields[at + by] = fields[at + by], fields[at]
    for position, one in enumerate(fields, start=1):
        one.position = position
    CustomField.objects.bulk_update(fields, ["position"])
    custom_fields.changed()
    audit.record(actor=actor, action="contacts.field_moved", target=field, name=field.label)


def _check_labels(*labels: str, but: int = 0) -> None:
    """Files and people go by the label: no two fields in use have one."""
    taken = {
        label.casefold()
        for field in CustomField.objects.active().exclude(pk=but)
        for label in (field.label_en, field.label_nl)
        if label
    }
    for label in labels:
        if label and label.casefold() in taken:
            raise FieldRefused(_("There is already a field “%(label)s”.") % {"label": label})


def _set_retired(field: CustomField, actor: User | None, *, is_retired: bool) -> CustomField:
    current = CustomField.objects.select_for_update().get(pk=field.pk)
    if (current.retired_at is not None) == is_retired:
        return current
    current.retired_at = timezone.now() if is_retired else None
    current.save(update_fields=["retired_at", "updated_at"])
    custom_fields.changed()
    Segment.objects.ask_anew(custom_name(current.key))
    action = "contacts.field_retired" if is_retired else "contacts.field_restored"
    audit.record(actor=actor, action=action, target=current, name=current.label)
    return current


def _lock() -> None:
    """Of two who make a field at once, one waits: keys and places are given out one by one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])


def _cleaned(words: Mapping[str, Any]) -> dict[str, Any]:
    unknown = words.keys() - {*WORDS, *PRIVACY}
    if unknown:
        raise TypeError(f"fields have no {', '.join(sorted(unknown))}")
    return {
        name: " ".join(value.replace("\x00", "").split()) if name in WORDS else value
        for name, value in words.items()
    }


def _slug(text: str, fallback: str) -> str:
    return slugify(text).replace("-", "_").strip("_")[:40] or fallback


def _free_key(label: str) -> str:
    """ "Shirt size" gives ``shirt_size``, and ``shirt_size_2`` if that is taken."""
    wanted = "_".join(part for part in _slug(label, "field").split("_") if part)
    taken = set(CustomField.objects.values_list("key", flat=True))
    return next(key for key in _numbered(wanted) if key not in taken)


def _numbered(key: str) -> Iterator[str]:
    yield key
    number = 2
    while True:
        yield f"{key}_{number}"
        number += 1


def _choices(field: CustomField, entries: Sequence[ChoiceEntry]) -> list[dict[str, Any]]:
    """The choices in the order given, those that were left out retired behind them."""
    if not field.has_choices:
        return []
    held = {one["key"]: one for one in field.choices}
    wanted: dict[str, dict[str, Any]] = {}
    for entry in entries:
        english = " ".join(entry.en.replace("\x00", "").split())[:LONGEST_CHOICE]
        dutch = " ".join(entry.nl.replace("\x00", "").split())[:LONGEST_CHOICE]
        if not english and not dutch:
            continue
        key = entry.key if entry.key in held else ""
        if not key:
            taken = {*held, *wanted}
            key = next(
                one for one in _numbered(_slug(english or dutch, "choice")) if one not in taken
            )
        wanted[key] = {"key": key, "en": english, "nl": dutch, "retired": entry.is_retired}
    left_out = [{**one, "retired": True} for key, one in held.items() if key not in wanted]
    chosen = [*wanted.values(), *left_out]
    if not any(not one["retired"] for one in chosen):
        raise FieldRefused(_("A list needs something to choose from."))
    if len(chosen) > MOST_CHOICES:
        raise FieldRefused(_("A list takes at most %(n)s choices.") % {"n": MOST_CHOICES})
    labels = [label for one in wanted.values() for label in {one["en"], one["nl"]} - {""}]
    if len(labels) != len({label.casefold() for label in labels}):
        raise FieldRefused(_("Two choices have the same name."))
    return chosen
