"""What we hold of one person, field by field, with whose word it is and how old."""

from dataclasses import dataclass, replace
from datetime import date

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from django.utils.translation import gettext as _

from contacts import birthdays, custom_fields
from contacts.choices import Source
from contacts.freshness import FIELDS, Provenance, custom_name, provenance
from contacts.models import Contact, CustomField
from contacts.models.address import SourcedModel
from contacts.selectors.persons import Reach
from contacts.wording import field_word
from core.models import AuditEntry, User
from core.once import once


@dataclass(frozen=True)
class Fact:
    """``name`` is what the field is called in the code, ``value`` how people read it."""

    name: str
    label: str
    value: str
    said: Provenance
    url: str = ""
    is_long: bool = False


def facts_of(contact: Contact, *, today: date) -> list[Fact]:
    """The person's own fields that hold something, in the order in which people read them, with
    the name of who wrote each down.
    """
    return [
        Fact(name, _capital(field_word(name)), value, _signed(contact, name, today))
        for name in FIELDS
        if (value := _shown(contact, name))
    ]


def custom_facts_of(contact: Contact, *, today: date) -> list[Fact]:
    """The same of the fields that the organisation made itself and uses."""
    facts = []
    for field in custom_fields.active_fields():
        value = contact.custom_values.get(field.key)
        if value is None:
            continue
        name = custom_name(field.key)
        facts.append(
            Fact(
                name,
                field.label,
                custom_fields.shown(field, value),
                _signed(contact, name, today),
                url=value if field.type == CustomField.Type.LINK else "",
                is_long=field.type == CustomField.Type.LONG_TEXT,
            )
        )
    return facts


def reach_facts_of(reach: Reach) -> list[Fact]:
    """How they are reached, a line for each kind: as old as the oldest of it."""
    kinds: list[tuple[str, str, list[tuple[SourcedModel, str]]]] = [
        ("emails", _("E-mail"), [(row, row.address) for row in reach.emails]),
        ("phones", _("Phone"), [(row, row.display) for row in reach.phones]),
        ("postal_addresses", _("Post"), [(row, row.words) for row in reach.places]),
        ("profiles", _("Profiles"), [(row, row.url) for row in reach.profiles]),
    ]
    facts = []
    for name, label, rows in kinds:
        if rows:
            oldest = min((row for row, _shown in rows), key=lambda row: row.said_on)
            facts.append(Fact(name, label, ", ".join(shown for _row, shown in rows), oldest.said))
    return facts


def sources_of(contact: Contact, *, today: date) -> dict[str, Provenance]:
    """Whose word each field is that holds something, or that somebody emptied, by its name."""
    custom = {custom_name(field.key): field.key for field in custom_fields.active_fields()}
    held = [name for name in FIELDS if getattr(contact, name)]
    held += [name for name, key in custom.items() if key in contact.custom_values]
    emptied = [name for name in (*FIELDS, *custom) if name in contact.field_sources]
    return {name: _said(contact, name, today) for name in dict.fromkeys([*held, *emptied])}


def writers() -> dict[int, User]:
    """Every colleague, asked once: whoever wrote a field down is one of them."""
    return once("contacts.writers", lambda: User.objects.only("uid", "name").in_bulk())


def creator_of(contact: Contact) -> User | None:
    """Who added the person by hand: what came with the row is their word."""
    if contact.source != Source.MANUAL:
        return None
    return once(("contacts.creator", contact.pk), lambda: _creator(contact))


def _creator(contact: Contact) -> User | None:
    made = AuditEntry.objects.filter(
        target_type=ContentType.objects.get_for_model(Contact),
        target_id=contact.pk,
        action="contacts.created",
    )
    first = made.select_related("actor").order_by("pk").first()
    return first.actor if first else None


def _said(contact: Contact, name: str, today: date) -> Provenance:
    return provenance(
        contact.field_sources,
        name,
        source=contact.source,
        created_on=timezone.localdate(contact.created_at),
        today=today,
    )


def _signed(contact: Contact, name: str, today: date) -> Provenance:
    """With the name of who wrote it down."""
    said = _said(contact, name, today)
    author: User | None
    if said.author_id is not None:
        author = writers().get(said.author_id)
    else:
        author = None if name in contact.field_sources else creator_of(contact)
    return replace(said, author=author.name) if author else said


def _shown(contact: Contact, name: str) -> str:
    if name == "country":
        return contact.country_name
    if name == "birthday":
        return birthdays.shown(contact.birthday)
    if name == "language":
        return str(contact.get_language_display())
    if name == "form_of_address":
        return str(contact.get_form_of_address_display())
    return str(getattr(contact, name))


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]
