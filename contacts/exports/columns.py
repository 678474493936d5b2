"""The columns of a table of people that leaves the house, such that our own import takes it back.

The headers stand here in both languages and not in the catalogue: they are words of files, which
``imports.columns`` knows again, and no wording may change that. A test holds the two together.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from html import unescape
from typing import Any

from django.utils.html import strip_tags
from django.utils.translation import get_language

from contacts import custom_fields, listing, table
from contacts.cells import NOTHING
from contacts.custom_fields import Type
from contacts.custom_import import BETWEEN
from contacts.exports.people import first_place
from contacts.freshness import CUSTOM, custom_name
from contacts.imports.columns import COLUMNS as IMPORT_COLUMNS
from contacts.imports.labels import IN_FILES, OTHER
from contacts.imports.layouts import fold_header
from contacts.imports.listed import listed
from contacts.imports.rows import LONGEST_CELL
from contacts.imports.skill_cells import cell_of_skills, shortened_details
from contacts.imports.tables import BETWEEN as BETWEEN_ALL
from contacts.listing import Column
from contacts.models import Contact, CustomField, EmailAddress, PhoneNumber
from core.models import User

Cell = str | int | float | date
Rows = Sequence[Contact]


@dataclass(frozen=True, kw_only=True)
class ExportColumn:
    """``read`` gives the cell of a contact that came with its lists (``people.with_lists``)."""

    key: str
    english: str
    dutch: str
    read: Callable[[Contact], Cell]

    @property
    def header(self) -> str:
        return self.dutch if _is_dutch() else self.english


_PARTS_IN_TEXT = re.compile(r"[;|\n]")
_PARTS_IN_NUMBERS = re.compile(r"[;,|\n/]|\bof\b|\bor\b")


def _joined(values: Sequence[str], parting: re.Pattern[str] = _PARTS_IN_TEXT) -> str:
    """ "a; b"; where one of them would be read as two, "a;b ::: c", of which no more is parted."""
    if not any(parting.search(value) for value in values):
        return BETWEEN.join(values)
    return BETWEEN_ALL.join(values) + (f" {BETWEEN_ALL.strip()}" if len(values) == 1 else "")


def _tags(contact: Contact) -> str:
    """A tag with a comma in it is told from two tags by the sign at the end."""
    names = sorted(tag.name for tag in contact.tags.all())
    cell = _joined(names)
    return f"{cell};" if "," in cell and ";" not in cell and ":::" not in cell else cell


def _numbers(contact: Contact) -> str:
    """With the name of the system before each: "afas:007; ats:A-12"."""
    rows = sorted(contact.external_ids.all(), key=lambda one: (one.system, one.value))
    return _joined([f"{one.system}:{one.value}" for one in rows])


def _labels(rows: Iterable[EmailAddress | PhoneNumber]) -> str:
    """Of each the kind, in their order; nothing where none is known."""
    labels = [row.label for row in rows]
    return _joined([_word(label) for label in labels]) if set(labels) - {OTHER} else ""


def _word(label: str) -> str:
    return IN_FILES["nl" if _is_dutch() else "en"][label]


def _is_dutch() -> bool:
    return (get_language() or "en").startswith("nl")


def _address_label(contact: Contact) -> str:
    place = first_place(contact)
    return _word(place.label) if place else ""


def _other_places(contact: Contact) -> str:
    return listed(
        (row.lines, row.postcode, row.city, row.country, _word(row.label))
        for row in list(contact.postal_addresses.all())[1:]
    )


def _skills(contact: Contact) -> str:
    return cell_of_skills((str(held.skill), held.level) for held in contact.skills.all())


def _skill_details(contact: Contact) -> str:
    """Who says so, and since when: for one who knows more of them than that."""
    rows = [
        (
            *(str(held.skill), held.source),
            held.confirmed_on.isoformat() if held.confirmed_on else "",
            held.evidence,
        )
        for held in contact.skills.all()
    ]
    return shortened_details(rows, LONGEST_CELL)


def _first(contact: Contact, name: str) -> str:
    """Of the primary postal address."""
    place = first_place(contact)
    return str(getattr(place, name)) if place else ""


PLAIN = (
    ExportColumn(
        key="given", english="Given name", dutch="Voornaam", read=lambda one: one.given_name
    ),
    ExportColumn(key="infix", english="Infix", dutch="Tussenvoegsel", read=lambda one: one.infix),
    ExportColumn(
        key="family", english="Family name", dutch="Achternaam", read=lambda one: one.family_name
    ),
    ExportColumn(
        key="preferred",
        english="Preferred name",
        dutch="Aanspreeknaam",
        read=lambda one: one.preferred_name,
    ),
    ExportColumn(
        key="initials",
        english="Initials",
        dutch="Voorletters",
        read=lambda one: one.given_initials,
    ),
    ExportColumn(
        key="birth_name",
        english="Name at birth",
        dutch="Geboortenaam",
        read=lambda one: one.birth_name,
    ),
    ExportColumn(
        key="birthday",
        english="Birthday",
        dutch="Geboortedatum",
        read=lambda one: one.birthday,
    ),
    ExportColumn(
        key="native",
        english="Name in native script",
        dutch="Naam in eigen schrift",
        read=lambda one: one.native_name,
    ),
    ExportColumn(
        key="email",
        english="E-mail",
        dutch="E-mailadres",
        read=lambda one: _joined([row.address for row in one.email_addresses.all()]),
    ),
    ExportColumn(
        key="email_labels",
        english="E-mail labels",
        dutch="Soort e-mailadres",
        read=lambda one: _labels(one.email_addresses.all()),
    ),
    ExportColumn(
        key="phone",
        english="Phone",
        dutch="Telefoon",
        read=lambda one: _joined(
            [row.number for row in one.phone_numbers.all()], _PARTS_IN_NUMBERS
        ),
    ),
    ExportColumn(
        key="phone_labels",
        english="Phone labels",
        dutch="Soort telefoon",
        read=lambda one: _labels(one.phone_numbers.all()),
    ),
    ExportColumn(
        key="profile",
        english="Profile URL",
        dutch="Profiel",
        read=lambda one: " ".join(row.url for row in one.social_profiles.all()),
    ),
    ExportColumn(
        key="position", english="Position", dutch="Functie", read=lambda one: one.headline
    ),
    ExportColumn(
        key="organisation",
        english="Organisation",
        dutch="Organisatie",
        read=lambda one: one.organisation_name,
    ),
    ExportColumn(
        key="street", english="Street", dutch="Straat", read=lambda one: _first(one, "lines")
    ),
    ExportColumn(
        key="postcode",
        english="Postcode",
        dutch="Postcode",
        read=lambda one: _first(one, "postcode"),
    ),
    ExportColumn(key="city", english="City", dutch="Woonplaats", read=lambda one: one.city),
    ExportColumn(key="country", english="Country", dutch="Land", read=lambda one: one.country),
    ExportColumn(
        key="address_label", english="Address label", dutch="Soort adres", read=_address_label
    ),
    ExportColumn(
        key="addresses", english="Other addresses", dutch="Andere adressen", read=_other_places
    ),
    ExportColumn(key="skills", english="Skills", dutch="Vaardigheden", read=_skills),
    ExportColumn(
        key="skill_details",
        english="Skill details",
        dutch="Details van vaardigheden",
        read=_skill_details,
    ),
    ExportColumn(key="language", english="Language", dutch="Taal", read=lambda one: one.language),
    ExportColumn(
        key="form_of_address",
        english="Form of address",
        dutch="Aanspreekvorm",
        read=lambda one: one.form_of_address,
    ),
    ExportColumn(
        key="time_zone", english="Time zone", dutch="Tijdzone", read=lambda one: one.time_zone
    ),
    ExportColumn(
        key="do_not_contact",
        english="Do not contact",
        dutch="Niet benaderen",
        read=lambda one: ("ja" if _is_dutch() else "yes") if one.do_not_contact else "",
    ),
    ExportColumn(key="tags", english="Tags", dutch="Labels", read=_tags),
    ExportColumn(
        key="numbers",
        english="Numbers in other systems",
        dutch="Nummers in andere systemen",
        read=_numbers,
    ),
    ExportColumn(key="note", english="Note", dutch="Notitie", read=lambda one: one.note),
)
LISTED = "list_"


def listed_columns(user: User) -> list[ExportColumn]:
    """What the list shows besides: to be read, and not to be imported again, as its header says."""
    taken = {"city", "country", "language", "form_of_address", "tags", "email", "phone"}
    return [
        _listed(column)
        for column in listing.columns_for(user)
        if column.key not in taken and not column.key.startswith(CUSTOM)
    ]


def _listed(column: Column) -> ExportColumn:
    return ExportColumn(
        key=f"{LISTED}{column.key}",
        english=f"List: {column.label}",
        dutch=f"Lijst: {column.label}",
        read=lambda one: getattr(one, LISTED, {}).get(column.key, ""),
    )


def with_listed(
    sets: Iterable[Sequence[Contact]], columns: Sequence[ExportColumn], user: User
) -> Iterator[Sequence[Contact]]:
    """The people with what their list shows of them, as text; asked for a set at a time."""
    wanted = {column.key.removeprefix(LISTED) for column in columns}
    shown = [column for column in listing.columns_for(user) if column.key in wanted]
    for people in sets:
        values = listing.values_of(shown, people, user) if shown else {}
        for person in people:
            texts = {
                column.key: text_of(table.cell(column, person, values[column.key].get(person.pk)))
                for column in shown
            }
            setattr(person, LISTED, texts)
        yield people


def text_of(html: str) -> str:
    """What a cell says, without how it is drawn."""
    if html == NOTHING:
        return ""
    return " ".join(unescape(strip_tags(html.replace("><", "> <"))).split())


IDENTITY = ExportColumn(
    key="trm_id", english="TRM ID", dutch="TRM ID", read=lambda one: str(one.uid)
)


def all_columns() -> list[ExportColumn]:
    """All there are, in the order of the file. What tells people apart again comes last."""
    return [*PLAIN, *map(_custom, custom_fields.active_fields()), IDENTITY]


def chosen_columns(keys: Sequence[str], user: User) -> list[ExportColumn]:
    """Those of ``keys`` that ``user`` may see, in our order; none named: all that come back."""
    if not keys:
        return all_columns()
    offered = [*all_columns(), *listed_columns(user)]
    return [column for column in offered if column.key in keys]


def _custom(field: CustomField) -> ExportColumn:
    return ExportColumn(
        key=custom_name(field.key),
        english=_header(field, field.label_en or field.label_nl),
        dutch=_header(field, field.label_nl or field.label_en),
        read=lambda one: _cell(field, one.custom_values.get(field.key)),
    )


_TAKEN = frozenset(header for column in IMPORT_COLUMNS for header in column.headers)


def _header(field: CustomField, label: str) -> str:
    """Its label, unless a file would mean something else by that."""
    return custom_name(field.key) if fold_header(label) in _TAKEN else label


def _cell(field: CustomField, value: Any) -> Cell:
    match field.type:
        case _ if value is None:
            return ""
        case Type.DATE:
            return date.fromisoformat(value)
        case Type.NUMBER:
            return float(value) if isinstance(value, float) else int(value)
        case Type.CHOICES:
            labels = field.choice_labels
            return _joined([labels.get(one, one) for one in value])
    return str(custom_fields.shown(field, value))
