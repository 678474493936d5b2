"""The facts of a contact by name, whether a column of ours or a field made by the organisation."""

from collections.abc import Mapping
from typing import Any

from contacts import custom_fields
from contacts.freshness import CUSTOM, custom_name, may_overwrite
from contacts.models import Contact
from contacts.services.addresses import outranking, place_key

# A list of entries, and the rows behind it that know who told them.
TOLD_LISTS = {
    "emails": "email_addresses",
    "phones": "phone_numbers",
    "postal_addresses": "postal_addresses",
    "profiles": "social_profiles",
}


def custom_by_name(custom_values: Mapping[str, Any] | None) -> dict[str, Any]:
    """What was given for fields of one's own, checked, under their names."""
    cleaned = custom_fields.cleaned(custom_values or {})
    return {custom_name(key): value for key, value in cleaned.items()}


def fact(contact: Contact, name: str) -> Any:
    if name.startswith(CUSTOM) and name != "custom_values":
        return contact.custom_values.get(name.removeprefix(CUSTOM))
    return getattr(contact, name)


def set_fact(contact: Contact, name: str, value: Any) -> None:
    if name.startswith(CUSTOM) and name != "custom_values":
        change = {name.removeprefix(CUSTOM): value}
        contact.custom_values = custom_fields.laid_over(contact.custom_values, change)
    else:
        setattr(contact, name, value)


def kept_from(
    contact: Contact, values: Mapping[str, Any], lists: Mapping[str, Any], source: str
) -> list[str]:
    """What ``source`` would change and may not: the names of fields, and of lists of which some
    entry stays.
    """
    kept = [
        name
        for name, value in values.items()
        if fact(contact, name) != value and not may_overwrite(contact.field_sources, name, source)
    ]
    for name, rows in TOLD_LISTS.items():
        if name in lists:
            given = {_key(entry) for entry in lists[name]}
            standing = outranking(getattr(contact, rows).all(), source)
            if any(_key(row) not in given for row in standing):
                kept.append(name)
    return sorted(kept)


def _key(entry: Any) -> str:
    """By what two entries are one: the address, the number, the page."""
    if hasattr(entry, "lines"):
        return " ".join(place_key(entry))
    for name in ("address", "number", "url"):
        if hasattr(entry, name):
            return str(getattr(entry, name)).casefold()
    return ""
