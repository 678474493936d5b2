"""Whose values a contact holds that was made of two, and how they are parted again."""

import json
from typing import Any

from django.utils import timezone

from contacts import freshness
from contacts.freshness import custom_name
from contacts.models import Contact, MergeRecord
from contacts.services.contacts import EDITABLE_FIELDS, NAME_FIELDS

# A name is taken whole or not at all: half of each would be nobody's.
CHOSEN_ALONE = tuple(
    name for name in EDITABLE_FIELDS if name not in (*NAME_FIELDS, "do_not_contact", "note")
)


def merged_values(kept: Contact, gone: Contact, choices: dict[str, str]) -> dict[str, Any]:
    own = {custom_name(key) for key in (*kept.custom_values, *gone.custom_values)}
    unknown = choices.keys() - {"name", *CHOSEN_ALONE, "note", *own}
    if unknown or set(choices.values()) - {"survivor", "duplicate"}:
        raise TypeError(f"no such choice: {choices}")
    values: dict[str, Any] = {}
    if choices.get("name") == "duplicate":
        values |= {name: getattr(gone, name) for name in NAME_FIELDS}
    for name in CHOSEN_ALONE:
        mine, theirs = getattr(kept, name), getattr(gone, name)
        is_chosen = choices.get(name) == "duplicate"
        if theirs != mine and (is_chosen or (name not in choices and mine in ("", None))):
            values[name] = theirs
    values["note"] = _note(kept.note, gone.note, choices.get("note", ""))
    values["do_not_contact"] = kept.do_not_contact or gone.do_not_contact
    values["archived_at"] = kept.archived_at if gone.archived_at else None
    values["custom_values"], taken = _custom_values(kept, gone, choices)
    values["field_sources"] = _sources(kept, gone, [*values, *taken])
    return values


def _custom_values(
    kept: Contact, gone: Contact, choices: dict[str, str]
) -> tuple[dict[str, Any], list[str]]:
    """The values of both, and which fields are the duplicate's. Several choices are joined."""
    values, taken = dict(kept.custom_values), []
    for key, theirs in gone.custom_values.items():
        mine, name = values.get(key), custom_name(key)
        if choices.get(name) == "duplicate" or mine is None:
            values[key] = theirs
            taken.append(name)
        elif isinstance(mine, list) and isinstance(theirs, list) and name not in choices:
            values[key] = [*mine, *(one for one in theirs if one not in mine)]
    return values, taken


def _sources(kept: Contact, gone: Contact, taken: list[str]) -> dict[str, Any]:
    """Who said what: of the fields that are the duplicate's, whoever said it there."""
    sources = dict(kept.field_sources)
    came = [gone.source, timezone.localtime(gone.created_at).date().isoformat(), ""]
    for name in taken:
        is_own = name.startswith(freshness.CUSTOM) and name != "custom_values"
        if is_own or name in freshness.FIELDS:
            sources[name] = gone.field_sources.get(name, came)
    return sources


def _note(mine: str, theirs: str, choice: str) -> str:
    if choice:
        return mine if choice == "survivor" else theirs
    return "\n\n".join(dict.fromkeys(note for note in (mine, theirs) if note))


def part_values(record: MergeRecord) -> None:
    """Custom values and their sources, key by key: one that was changed since stays, and holds
    none of the others back.
    """
    survivor = Contact.objects.get(pk=record.survivor_id)
    was, made = _first_and_last(record, ("custom_values", "field_sources"))
    parted = {
        name: _parted(getattr(survivor, name), was[name], made[name])
        for name in was
        if getattr(survivor, name) != made[name]
    }
    if parted:
        Contact.objects.filter(pk=survivor.pk).update(**parted)


def _first_and_last(
    record: MergeRecord, names: tuple[str, ...]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Those columns of the survivor as the merge found and as it left them."""
    was: dict[str, Any] = {}
    made: dict[str, Any] = {}
    for step in record.before:
        rows = zip(json.loads(step["before"]), json.loads(step["after"]), strict=True)
        for before, after in rows:
            if before["id"] == record.survivor_id:
                for name in names:
                    if name in before:
                        was.setdefault(name, before[name])
                        made[name] = after[name]
    return was, made


def _parted(held: dict[str, Any], was: dict[str, Any], made: dict[str, Any]) -> dict[str, Any]:
    parted = dict(held)
    for key in was.keys() | made.keys():
        if held.get(key) == made.get(key):
            parted.pop(key, None)
            if key in was:
                parted[key] = was[key]
    return parted
