"""People as vCard 4.0 (RFC 6350), one after another in a file.

What a vCard has no place for stands in ``X-TRM-…`` properties, which other programs pass over: the
parts of a Dutch name as we keep them, the numbers in other systems, the fields of one's own
(``X-TRM-FIELD;KEY=…``), what they can do (``X-TRM-SKILL;LEVEL=4;SOURCE=manager;CONFIRMED=…``). The
family name is written as people read it ("de Vries") and says how it sorts.
"""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import vobject

from contacts import custom_fields
from contacts.models import Contact, Label, PostalAddress

_TYPES = {Label.WORK: "work", Label.PRIVATE: "home"}
_OTHER_PLACE = "other"


def card_of(contact: Contact) -> str:
    """One card, of a contact that came with its lists (``people.with_lists``)."""
    card = vobject.vCard()
    card.add("version").value = "4.0"
    card.add("prodid").value = "-//TRM//vCard//EN"
    card.add("uid").value = f"urn:uuid:{contact.uid}"
    card.add("rev").value = contact.updated_at.strftime("%Y%m%dT%H%M%SZ")
    card.add("fn").value = contact.full_name
    _add_names(card, contact)
    _add_reach(card, contact)
    _add(card, "title", contact.headline)
    if contact.organisation_name:
        card.add("org").value = [contact.organisation_name]
    _add_places(card, contact)
    card.add("lang").value = contact.language
    _add(card, "x-trm-form-of-address", contact.form_of_address)
    card.add("tz").value = contact.time_zone
    if contact.do_not_contact:
        card.add("x-trm-do-not-contact").value = "yes"
    _add(card, "note", contact.note)
    tags = sorted(tag.name for tag in contact.tags.all())
    if tags:
        card.add("categories").value = tags
    _add_skills(card, contact)
    _add_own(card, contact)
    return str(card.serialize())


def write_cards(path: Path, sets: Iterable[Sequence[Contact]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        for people in sets:
            for person in people:
                file.write(card_of(person))


def _add_names(card: Any, contact: Contact) -> None:
    family = " ".join(part for part in (contact.infix, contact.family_name) if part)
    name = card.add("n")
    name.value = vobject.vcard.Name(family=family, given=contact.given_name)
    if contact.infix:
        name.params["SORT-AS"] = [f"{contact.family_name},{contact.given_name}"]
        card.add("x-trm-infix").value = contact.infix
    _add(card, "nickname", contact.preferred_name)
    _add(card, "x-trm-native-name", contact.native_name)
    _add(card, "x-trm-initials", contact.given_initials)
    _add(card, "x-trm-birth-name", contact.birth_name)
    _add(card, "bday", _birthday(contact.birthday))


def _birthday(kept: str) -> str:
    """As vCard 4 has it: ``19840412``, or ``--0412`` without the year."""
    return f"--{kept[2:].replace('-', '')}" if kept.startswith("--") else kept.replace("-", "")


def _add_reach(card: Any, contact: Contact) -> None:
    rows: list[tuple[str, Any, str]] = [
        ("email", row, row.address) for row in contact.email_addresses.all()
    ]
    rows += [("tel", row, row.number) for row in contact.phone_numbers.all()]
    for kind, row, value in rows:
        entry = card.add(kind)
        entry.value = value
        if row.label in _TYPES:
            entry.params["TYPE"] = [_TYPES[row.label]]
        if row.is_primary:
            entry.params["PREF"] = ["1"]
    for profile in contact.social_profiles.all():
        page = card.add("url")
        page.value = profile.url
        page.params["TYPE"] = [profile.network]


def _add_places(card: Any, contact: Contact) -> None:
    """The first is where lists say that they live; a place of no type is no address of its own."""
    rows = list(contact.postal_addresses.all())
    if not rows and (contact.city or contact.country):
        rows = [PostalAddress(city=contact.city, country=contact.country, label="")]
    for row in rows:
        entry = card.add("adr")
        entry.value = vobject.vcard.Address(
            street=row.lines, code=row.postcode, city=row.city, country=row.country
        )
        if row.label:
            entry.params["TYPE"] = [_TYPES.get(Label(row.label), _OTHER_PLACE)]


def _add_skills(card: Any, contact: Contact) -> None:
    """The evidence, a text of any kind, stands beside; ``NO`` tells of which skill it is."""
    for number, held in enumerate(contact.skills.all(), start=1):
        entry = card.add("x-trm-skill")
        entry.value = str(held.skill)
        said = {
            "NO": str(number) if held.evidence else "",
            "LEVEL": str(held.level or ""),
            "SOURCE": held.source,
            "CONFIRMED": held.confirmed_on.isoformat() if held.confirmed_on else "",
        }
        entry.params.update({name: [value] for name, value in said.items() if value})
        if held.evidence:
            evidence = card.add("x-trm-evidence")
            evidence.value = held.evidence
            evidence.params["NO"] = [str(number)]


def _add_own(card: Any, contact: Contact) -> None:
    for number in contact.external_ids.all():
        entry = card.add("x-trm-external-id")
        entry.value = number.value
        entry.params["SYSTEM"] = [number.system]
    for field in custom_fields.active_fields():
        value = contact.custom_values.get(field.key)
        if value is not None:
            entry = card.add("x-trm-field")
            entry.value = plain(value)
            entry.params["KEY"] = [field.key]


def plain(value: Any) -> str:
    """A value of a field of one's own as a text that is the same in every language."""
    if isinstance(value, list):
        return "; ".join(value)
    return value if isinstance(value, str) else json.dumps(value)


def _add(card: Any, name: str, text: str) -> None:
    if text:
        card.add(name).value = text
