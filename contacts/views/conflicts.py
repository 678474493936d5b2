"""How a form shows that two people saved at once."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from contacts.custom_fields import by_key, shown
from contacts.forms import ContactForm
from contacts.freshness import CUSTOM
from contacts.models import Contact
from contacts.services.addresses import PostalEntry
from contacts.services.contacts import EditConflict


@dataclass(frozen=True)
class Difference:
    """One field that both wrote: what each of them has there, as people read it."""

    name: str
    label: str
    theirs: str
    mine: str


def differences_of(conflict: EditConflict, form: ContactForm) -> list[Difference]:
    return [
        Difference(name, _label(name, form), _shown(name, theirs), _shown(name, mine))
        for name, (theirs, mine) in conflict.differences.items()
    ]


def _label(name: str, form: ContactForm) -> str:
    lists = {
        "emails": _("E-mail addresses"),
        "phones": _("Phone numbers"),
        "postal_addresses": _("Postal addresses"),
        "profiles": _("Profiles"),
    }
    return lists.get(name) or str(form.fields[name].label)


def _shown(name: str, value: Any) -> str:
    if name.startswith(CUSTOM):
        return shown(by_key()[name.removeprefix(CUSTOM)], value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(str(_text(entry)) for entry in value)
    choices = dict(getattr(Contact._meta.get_field(name), "flatchoices", ()))
    return str(choices.get(value, value or ""))


def _text(entry: Any) -> Any:
    """Of an entry, the part that is not its sort."""
    if isinstance(entry, PostalEntry):
        parts = (entry.lines, f"{entry.postcode} {entry.city}".strip(), entry.country)
        return ", ".join(part for part in parts if part)
    return next(
        (getattr(entry, name) for name in ("address", "number", "url") if hasattr(entry, name)),
        entry,
    )
