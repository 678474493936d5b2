"""How people are reached: several of each, none twice, one of them the first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from phonenumber_field.phonenumber import to_python as parse_phone

from contacts.choices import Source
from contacts.freshness import outranks
from contacts.imports.values import phone_alone
from contacts.models import (
    Contact,
    EmailAddress,
    ExternalId,
    Label,
    PhoneNumber,
    PostalAddress,
    SocialProfile,
)
from contacts.models.address import SourcedModel
from contacts.names import fold
from core.errors import DomainError


@dataclass(frozen=True)
class EmailEntry:
    address: str
    label: str = Label.OTHER
    is_primary: bool = False


@dataclass(frozen=True)
class PhoneEntry:
    number: str
    label: str = Label.OTHER
    is_primary: bool = False


@dataclass(frozen=True)
class PostalEntry:
    lines: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""
    label: str = Label.OTHER
    is_primary: bool = False

    @property
    def key(self) -> tuple[str, ...]:
        return place_key(self)


@dataclass(frozen=True)
class ProfileEntry:
    network: str
    url: str


@dataclass(frozen=True)
class ExternalIdEntry:
    system: str
    value: str


def place_key(place: PostalEntry | PostalAddress) -> tuple[str, ...]:
    """By what two postal addresses are one, however they are spelt."""
    return tuple(fold(text) for text in (place.lines, place.postcode, place.city, place.country))


class ExternalIdTaken(DomainError):
    code = "external_id_taken"


Entry = TypeVar("Entry", EmailEntry, PhoneEntry, PostalEntry)


def e164(number: str) -> str:
    """The number as the world writes it ("+31612345678"), read as Dutch where it does not say.

    What has no more than the form of a Dutch one counts, as it does in an import. What is no number
    at all comes back as it was typed, shortened to fit its column.
    """
    typed = " ".join(number.split())[:40].rstrip()
    parsed = parse_phone(typed)
    return str(parsed.as_e164) if parsed and parsed.is_valid() else phone_alone(typed) or typed


def clean_emails(entries: Iterable[EmailEntry | str]) -> list[EmailEntry]:
    given = [EmailEntry(entry) if isinstance(entry, str) else entry for entry in entries]
    unique: dict[str, EmailEntry] = {}
    for entry in given:
        address = entry.address.strip()
        if address:
            unique.setdefault(address.casefold(), replace(entry, address=address))
    return _with_one_primary(list(unique.values()))


def clean_phones(entries: Iterable[PhoneEntry | str]) -> list[PhoneEntry]:
    given = [PhoneEntry(entry) if isinstance(entry, str) else entry for entry in entries]
    unique: dict[str, PhoneEntry] = {}
    for entry in given:
        number = e164(entry.number)
        if number:
            unique.setdefault(number, replace(entry, number=number))
    return _with_one_primary(list(unique.values()))


def clean_postal(entries: Iterable[PostalEntry]) -> list[PostalEntry]:
    unique: dict[tuple[str, ...], PostalEntry] = {}
    for entry in entries:
        tidy = replace(
            entry,
            lines=_one_line(entry.lines)[:200],
            postcode=_one_line(entry.postcode)[:20],
            city=_one_line(entry.city)[:100],
        )
        if any(tidy.key):
            unique.setdefault(tidy.key, tidy)
    return _with_one_primary(list(unique.values()))


def _one_line(text: str) -> str:
    return " ".join(text.replace("\x00", "").replace("\n", ", ").split()).strip(", ")


@dataclass(frozen=True)
class Teller:
    """Who tells how someone is reached. ``yields``: what somebody said whose word weighs more is
    neither taken away nor changed.
    """

    source: str = Source.MANUAL
    on: date | None = None
    yields: bool = False


def replace_emails(
    contact: Contact, entries: Iterable[EmailEntry | str], teller: Teller | None = None
) -> bool:
    """Make these, and only these, the contact's e-mail addresses; say whether that changed any."""
    wanted = {entry.address.casefold(): entry for entry in clean_emails(entries)}
    held = {row.address.casefold(): row for row in contact.email_addresses.all()}
    return _replace(EmailAddress, contact, wanted, held, teller or Teller())


def replace_phones(
    contact: Contact, entries: Iterable[PhoneEntry | str], teller: Teller | None = None
) -> bool:
    wanted = {entry.number: entry for entry in clean_phones(entries)}
    held = {row.number: row for row in contact.phone_numbers.all()}
    return _replace(PhoneNumber, contact, wanted, held, teller or Teller())


def replace_postal(
    contact: Contact, entries: Iterable[PostalEntry], teller: Teller | None = None
) -> bool:
    wanted = {entry.key: entry for entry in clean_postal(entries)}
    held = {place_key(row): row for row in contact.postal_addresses.all()}
    return _replace(PostalAddress, contact, wanted, held, teller or Teller())


def _postal_entry(row: PostalAddress) -> PostalEntry:
    entry: PostalEntry = entries_of([row], PostalEntry)[0]
    return entry


def place_of(entries: Sequence[PostalEntry]) -> dict[str, str]:
    """The city and country of the primary address: what the contact's own become."""
    first = next((entry for entry in entries if entry.is_primary), None)
    if first is None or not (first.city or first.country):
        return {}
    return {"city": first.city, "country": first.country}


def follow_place(contact: Contact, teller: Teller | None = None) -> bool:
    """Where a contact with postal addresses is said to live elsewhere, that place is their primary
    address from now on, as yet without a street; the one before is kept. Say whether that was so.
    """
    first = contact.postal_addresses.filter(is_primary=True).first()
    if first is None or (first.city, first.country) == (contact.city, contact.country):
        return False
    if not first.city or not contact.city or fold(first.city) == fold(contact.city):
        first.city, first.country = contact.city or first.city, contact.country
        told = _tell(first, teller or Teller())
        first.save(update_fields=["city", "country", *told, "updated_at"])
        return True
    held = [_postal_entry(row) for row in contact.postal_addresses.order_by("-is_primary", "pk")]
    here = [one for one in held if fold(one.city) == fold(contact.city)]
    new = here[0] if here else PostalEntry(city=contact.city, country=contact.country)
    others = [replace(one, is_primary=False) for one in held if one is not new]
    return replace_postal(contact, [replace(new, is_primary=True), *others], teller)


def first_place_stands(contact: Contact, source: str) -> bool:
    """Whether who told the first postal address outranks ``source``: no other takes its place."""
    return bool(outranking(contact.postal_addresses.filter(is_primary=True), source))


def replace_profiles(
    contact: Contact, entries: Iterable[ProfileEntry], teller: Teller | None = None
) -> bool:
    wanted = {entry.url.strip(): entry for entry in entries if entry.url.strip()}
    held = {row.url: row for row in contact.social_profiles.all()}
    return _replace(SocialProfile, contact, wanted, held, teller or Teller())


def replace_external_ids(
    contact: Contact, entries: Iterable[ExternalIdEntry], teller: Teller | None = None
) -> bool:
    wanted = {
        (entry.system, entry.value.strip()): entry for entry in entries if entry.value.strip()
    }
    held = {(row.system, row.value): row for row in contact.external_ids.all()}
    for system, value in wanted.keys() - held.keys():
        if ExternalId.objects.filter(system=system, value=value).exists():
            message = _("Somebody else is already known as %(value)s in %(system)s.")
            raise ExternalIdTaken(message % {"value": value, "system": system})
    return _replace(ExternalId, contact, wanted, held, teller or Teller())


def _with_one_primary(entries: list[Entry]) -> list[Entry]:
    if not entries:
        return []
    first = next((entry for entry in entries if entry.is_primary), entries[0])
    return [replace(entry, is_primary=entry is first) for entry in entries]


def _replace(
    model: type[models.Model],
    contact: Contact,
    wanted: dict[Any, Any],
    held: dict[Any, Any],
    teller: Teller,
) -> bool:
    """Delete, change and add by key, in an order that never has two primaries at once."""
    if teller.yields:
        wanted = _yielding(wanted, held, teller.source)
    gone = [row.pk for key, row in held.items() if key not in wanted]
    model._default_manager.filter(pk__in=gone).delete()
    changed = [(held[key], entry) for key, entry in wanted.items() if key in held]
    changed = [(row, entry) for row, entry in changed if _differs(row, entry)]
    for row, entry in sorted(changed, key=lambda pair: getattr(pair[1], "is_primary", False)):
        told = _tell(row, teller) if _says_other(row, entry) else []
        for name, value in vars(entry).items():
            setattr(row, name, value)
        row.save(update_fields=[*vars(entry), *told, "updated_at"])
    new = [
        model(contact=contact, **vars(entry), **_told(model, teller))
        for key, entry in wanted.items()
        if key not in held
    ]
    model._default_manager.bulk_create(new)
    return bool(gone or changed or new)


def _told(model: type[models.Model], teller: Teller) -> dict[str, Any]:
    if not issubclass(model, SourcedModel):
        return {}
    return {"source": teller.source, "confirmed_on": teller.on or timezone.localdate()}


def _tell(row: models.Model, teller: Teller) -> list[str]:
    """Make what ``row`` says the word of ``teller``; answer the columns that hold whose it is."""
    told = _told(type(row), teller)
    for name, value in told.items():
        setattr(row, name, value)
    return list(told)


def _says_other(row: models.Model, entry: object) -> bool:
    """Which address is the first says nothing of whether it is right."""
    said = {name: value for name, value in vars(entry).items() if name != "is_primary"}
    return any(getattr(row, name) != value for name, value in said.items())


def _yielding(wanted: dict[Any, Any], held: dict[Any, Any], source: str) -> dict[Any, Any]:
    """``wanted`` with the rows that outrank ``source`` as they are; theirs stays the first."""
    standing = {key: row for key, row in held.items() if outranks(_source_of(row), source)}
    if not standing:
        return wanted
    has_first = any(getattr(row, "is_primary", False) for row in standing.values())
    yielded = {}
    for key, entry in wanted.items():
        demoted = has_first and getattr(entry, "is_primary", False)
        yielded[key] = replace(entry, is_primary=False) if demoted else entry
    for key, row in standing.items():
        entry_type = _ENTRY_TYPES[type(row)]
        yielded[key] = entries_of([row], entry_type)[0]
    return yielded


def outranking(rows: Iterable[Any], source: str) -> list[Any]:
    """Those of ``rows`` that somebody told whose word weighs more than that of ``source``."""
    return [row for row in rows if outranks(_source_of(row), source)]


def _source_of(row: Any) -> str:
    """A row without a day is as old as the contact: it is nobody's last word."""
    has_word = isinstance(row, SourcedModel) and row.confirmed_on is not None
    return row.source if has_word else ""


def _differs(row: models.Model, entry: object) -> bool:
    return any(getattr(row, name) != value for name, value in vars(entry).items())


def entries_of(rows: Sequence[Any], entry_type: type[Any]) -> list[Any]:
    """Rows as the entries they came from: what a form begins with."""
    names = entry_type.__dataclass_fields__
    return [entry_type(**{name: getattr(row, name) for name in names}) for row in rows]


_ENTRY_TYPES: dict[type[models.Model], type[Any]] = {
    EmailAddress: EmailEntry,
    PhoneNumber: PhoneEntry,
    PostalAddress: PostalEntry,
    SocialProfile: ProfileEntry,
    ExternalId: ExternalIdEntry,
}
