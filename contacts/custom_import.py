"""What a file may say in the fields that the organisation made itself."""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _
from psycopg2.extras import Json, execute_values

from contacts import custom_fields, freshness
from contacts.choices import Source
from contacts.custom_fields import Type
from contacts.events import ContactUpdated
from contacts.freshness import CUSTOM, custom_name
from contacts.imports import notes, values
from contacts.imports.layouts import fold_header
from contacts.imports.notes import Note, Weight, note
from contacts.imports.policies import may_write, policy_for
from contacts.imports.targets import (
    ImportTarget,
    TargetField,
    TargetOutcome,
    TargetRow,
    register,
)
from contacts.imports.undoing import Brought
from contacts.models import Contact, CustomField
from core import events
from core.bulk import update_all
from core.models import User

notes.register(
    "bad_custom_value",
    Weight.WARNING,
    _("Does not fit its field"),
    _("%(column)s: “%(value)s” does not fit this field and was left out."),
)

BETWEEN = "; "
"""What parts several choices in one cell, on the way out as on the way in."""
_YES = frozenset(["ja", "yes", "true", "waar", "1", "j", "y", "x"])
_NO = frozenset(["nee", "no", "false", "onwaar", "0", "n"])
_PARTS = re.compile(r"\s*[;|\n]\s*")


def target_fields() -> list[TargetField]:
    return [_target_field(one) for one in custom_fields.active_fields()]


def _target_field(one: CustomField) -> TargetField:
    names = (one.label_en, one.label_nl, one.key, custom_name(one.key))
    return TargetField(
        key=custom_name(one.key),
        label=one.label,
        headers=tuple(dict.fromkeys(fold_header(name) for name in names if name)),
        read=lambda text: _read(one, text),
        show=lambda text: custom_fields.shown(one, unpacked(one, text)),
        version=one.updated_at.isoformat(),
    )


def _read(one: CustomField, text: str) -> tuple[Any, list[Note]]:
    try:
        return custom_fields.cleaned_value(one, _READ[one.type](one, text)), []
    except ValueError:
        return None, [note("bad_custom_value", column=one.label, value=text[:100])]


def _plain(one: CustomField, text: str) -> str:
    return text


def _number(one: CustomField, text: str) -> str:
    """ "1.234,50" and "1,234.50" are one; of a single sign we take it that decimals follow."""
    bare = re.sub(r"[\s\u00a0']", "", text).removeprefix("€")
    comma, dot = bare.rfind(","), bare.rfind(".")
    if comma >= 0 and dot >= 0:
        thousands, decimal = (".", ",") if comma > dot else (",", ".")
        return bare.replace(thousands, "").replace(decimal, ".")
    for sign in (",", "."):
        if bare.count(sign) > 1:
            return bare.replace(sign, "")
    return bare.replace(",", ".")


def _date(one: CustomField, text: str) -> Any:
    found = values.day(text)
    if found is None:
        raise ValueError(text)
    return found


def _yes_no(one: CustomField, text: str) -> bool:
    word = text.casefold()
    if word not in _YES and word not in _NO:
        raise ValueError(text)
    return word in _YES


def _choice(one: CustomField, text: str) -> str:
    found = _choice_keys(one).get(" ".join(text.casefold().split()))
    if found is None:
        raise ValueError(text)
    return found


def _choices(one: CustomField, text: str) -> list[str]:
    known = _choice_keys(one)
    parts = [part for part in _PARTS.split(text) if part]
    if any(part.casefold() not in known for part in parts):
        parts = [part.strip() for part in re.split(r"[;|\n,]", text) if part.strip()]
    return [_choice(one, part) for part in parts]


def _choice_keys(one: CustomField) -> dict[str, str]:
    """Each choice by its labels in both languages, and by its key; a live one goes before."""
    live_last = sorted(one.choices, key=lambda choice: choice["retired"], reverse=True)
    return {
        " ".join(name.casefold().split()): choice["key"]
        for choice in live_last
        for name in (choice["key"], choice["en"], choice["nl"])
        if name
    }


def _link(one: CustomField, text: str) -> str:
    return text if "://" in text else f"https://{text}"


_READ: dict[str, Callable[[CustomField, str], Any]] = {
    Type.TEXT: _plain,
    Type.LONG_TEXT: _plain,
    Type.NUMBER: _number,
    Type.DATE: _date,
    Type.YES_NO: _yes_no,
    Type.CHOICE: _choice,
    Type.CHOICES: _choices,
    Type.LINK: _link,
}


def packed(value: Any) -> str:
    """A value as the report of an import keeps it; ``unpacked`` turns it back."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def unpacked(one: CustomField, text: str) -> Any:
    is_text = one.type in (Type.TEXT, Type.LONG_TEXT, Type.DATE, Type.CHOICE, Type.LINK)
    return text if is_text else json.loads(text)


@dataclass
class _Held:
    """What one person holds, and what the rows about them bring."""

    values: dict[str, Any]
    sources: dict[str, Any]
    written: dict[str, Any] = field(default_factory=dict)
    met: set[str] = field(default_factory=set)
    before: dict[str, list[Any]] = field(default_factory=dict)


class CustomPlan:
    """What the rows of a batch bring in fields of one's own. Nothing is emptied by a file."""

    def __init__(self, rows: Sequence[TargetRow], options: dict[str, str]) -> None:
        self._options = options
        self._people: dict[int, _Held] = {}
        self._known: dict[int, int | None] = {}
        self._held = self._load(rows)
        self.made: dict[int, dict[str, list[Any]]] = {}
        self.outcomes = [self._plan(row) for row in rows]

    def _load(self, rows: Sequence[TargetRow]) -> dict[int, tuple[Any, Any]]:
        ids = {row.contact_id for row in rows if row.contact_id is not None and _said(row)}
        if not ids:
            return {}
        held = Contact.objects.filter(pk__in=ids)
        return {
            pk: (kept, sources)
            for pk, kept, sources in held.values_list("pk", "custom_values", "field_sources")
        }

    def _plan(self, row: TargetRow) -> TargetOutcome:
        outcome = TargetOutcome()
        said = _said(row)
        if not said:
            return outcome
        if row.person not in self._people:
            kept, sources = self._held.get(row.contact_id or 0, ({}, {}))
            self._people[row.person] = _Held(dict(kept), dict(sources))
            self._known[row.person] = row.contact_id
        person = self._people[row.person]
        for name, value in said.items():
            before = person.values.get(name.removeprefix(CUSTOM))
            if name in person.met:
                continue
            person.met.add(name)
            if before == value or not self._may_write(row, name, before):
                continue
            person.before[name] = [before, value, person.sources.get(name)]
            person.values[name.removeprefix(CUSTOM)] = value
            person.written[name.removeprefix(CUSTOM)] = value
            shown = "" if before is None else packed(before)
            outcome.changes.append((name, shown, packed(value)))
        return outcome

    def _may_write(self, row: TargetRow, name: str, before: Any) -> bool:
        """A “no” and a nought are something: only what is not there is open to be filled."""
        sources = self._people[row.person].sources
        return may_write(policy_for(self._options, name), before is not None, sources, name)

    def carry_out(self, contact_ids: dict[int, int], actor: User) -> None:
        written = {
            contact_ids[number]: (held.written, self._known[number] is None)
            for number, held in self._people.items()
            if held.written and number in contact_ids
        }
        if not written:
            return
        self.made = {
            number: held.before
            for number, held in self._people.items()
            if held.written and self._known[number] is not None
        }
        _lay_over(written)
        events.publish(
            *(
                ContactUpdated(
                    contact_id=pk,
                    actor_id=actor.pk,
                    fields=sorted(custom_name(key) for key in brought),
                    source=str(Source.IMPORT),
                )
                for pk, (brought, is_new) in written.items()
                if not is_new
            )
        )


def undo(made: Sequence[tuple[Brought, Any]], actor: User) -> None:
    """Put back what stood there, and who had said it; what was said since stays."""
    changed: dict[int, Contact] = {}
    for brought, before in made:
        contact = brought.contact
        for name, (old, new, source) in before.items():
            key = name.removeprefix(CUSTOM)
            if contact.custom_values.get(key) != new:
                brought.keep(name)
                continue
            contact.custom_values = _with(contact.custom_values, key, old)
            contact.field_sources = _with(contact.field_sources, name, source)
            brought.restored.add(name)
            changed[contact.pk] = contact
    update_all(list(changed.values()), ["custom_values", "field_sources"])


def _with(held: dict[str, Any], name: str, value: Any) -> dict[str, Any]:
    """``held`` with that value; without it where there was none."""
    rest = {key: kept for key, kept in held.items() if key != name}
    return rest if value is None else {**rest, name: value}


def _said(row: TargetRow) -> dict[str, Any]:
    return {key: value for key, value in row.draft.extras.items() if key.startswith(CUSTOM)}


def _lay_over(written: dict[int, tuple[dict[str, Any], bool]]) -> None:
    """In one statement each thousand people, laid over what is there now."""
    rows = [
        (
            pk,
            Json(brought),
            Json({} if is_new else freshness.said({}, map(custom_name, brought), source="import")),
        )
        for pk, (brought, is_new) in written.items()
    ]
    with connection.cursor() as cursor, connection.wrap_database_errors:
        execute_values(
            cursor.cursor,
            _LAY_OVER,
            rows,
            template="(%s, %s::jsonb, %s::jsonb)",
            page_size=1000,
        )


_LAY_OVER = """
UPDATE contacts_contact AS t
SET custom_values = t.custom_values || v.brought,
    field_sources = t.field_sources || v.said,
    updated_at = now()
FROM (VALUES %s) AS v(id, brought, said)
WHERE t.id = v.id
"""


register(
    ImportTarget(
        key="custom",
        label=_("Fields of your own"),
        fields=(),
        options=(),
        plan=CustomPlan,
        more_fields=target_fields,
        undo=undo,
    )
)
