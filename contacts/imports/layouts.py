"""The layouts in which files of people come, and what their headers mean."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contacts.imports import columns, targets
from contacts.imports.labels import label_of_header, number_of_header


@dataclass(frozen=True, kw_only=True)
class Layout:
    """``signs`` are headers that, all together, tell this layout. ``meanings`` go before ours."""

    key: str
    label: str | Promise
    signs: frozenset[str]
    meanings: dict[str, str] = field(default_factory=dict)
    system: str = ""


def fold_header(header: str) -> str:
    """A header as it is compared: "E-mail 1 - Value" and "e_mail 1 value" are one."""
    bare = unicodedata.normalize("NFKD", header.casefold())
    letters = "".join(c for c in bare if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^\w]+|_", " ", letters).split())


_GOOGLE = {
    "given name": "given",
    "additional name": "middle",
    "middle name": "middle",
    "organization 1 name": "organisation",
    "organization 1 title": "position",
    **{f"e mail {n} value": "email" for n in range(1, 6)},
    **{f"phone {n} value": "phone" for n in range(1, 6)},
    **{f"e mail {n} {word}": "email_labels" for n in range(1, 6) for word in ("label", "type")},
    **{f"phone {n} {word}": "phone_labels" for n in range(1, 6) for word in ("label", "type")},
    **{
        f"address {n} {word}": key
        for n in range(1, 6)
        for word, key in (
            *(("street", "street"), ("postal code", "postcode"), ("city", "city")),
            *(("country", "country"), ("label", "address_label"), ("type", "address_label")),
        )
    },
    **{f"website {n} value": "profile" for n in range(1, 6)},
    "custom field 1 value": "",
    "name prefix": "",
    "name suffix": "",
    "birthday": "birthday",
    "photo": "",
}
_OUTLOOK = {
    "title": "",
    "suffix": "",
    "e mail 2 address": "email",
    "e mail 3 address": "email",
    "e mailadres 2": "email",
    "e mailadres 3": "email",
    "e mail type": "",
    "location": "",
    "language": "language",
    "titel": "",
    "achtervoegsel": "",
}
LAYOUTS = (
    Layout(
        key="linkedin",
        label=_("LinkedIn connections"),
        signs=frozenset({"first name", "last name", "url", "connected on"}),
        meanings={"url": "profile"},
    ),
    Layout(
        key="google",
        label=_("Google Contacts"),
        signs=frozenset({"e mail 1 value", "phone 1 value"}),
        meanings=_GOOGLE,
    ),
    Layout(
        key="google",
        label=_("Google Contacts"),
        signs=frozenset({"given name", "family name", "e mail 1 value"}),
        meanings=_GOOGLE,
    ),
    Layout(
        key="outlook",
        label=_("Outlook contacts"),
        signs=frozenset({"first name", "last name", "e mail address", "business phone"}),
        meanings=_OUTLOOK,
    ),
    Layout(
        key="outlook",
        label=_("Outlook contacts"),
        signs=frozenset({"voornaam", "achternaam", "e mailadres", "telefoon op werk"}),
        meanings=_OUTLOOK,
    ),
    Layout(
        key="hr",
        label=_("HR spreadsheet"),
        signs=frozenset({"voornaam", "achternaam", "in dienst"}),
        system="hr",
    ),
    Layout(
        key="hr",
        label=_("HR spreadsheet"),
        signs=frozenset({"first name", "last name", "start date"}),
        system="hr",
    ),
)
LABELS: dict[str, str | Promise] = {
    **{layout.key: layout.label for layout in LAYOUTS},
    "vcard": _("vCards"),
    "resume": _("JSON Resume"),
}


def layout_of(headers: Sequence[str]) -> Layout | None:
    folded = {fold_header(header) for header in headers}
    return next((layout for layout in LAYOUTS if layout.signs <= folded), None)


def known_headers() -> dict[str, str]:
    """What each header means where no layout says otherwise: folded header to target key."""
    meanings = {header: one.key for one in targets.fields().values() for header in one.headers}
    meanings.update({header: one.key for one in columns.COLUMNS for header in one.headers})
    return meanings


def meanings_of(headers: Sequence[str]) -> list[str]:
    """For each column the key of its target, or "" to leave it out.

    A target that can hold one value is given to the first column that fits it; a part of a postal
    address to the first of each address.
    """
    layout = layout_of(headers)
    known = {**known_headers(), **(layout.meanings if layout else {})}
    taken: set[tuple[str, str]] = set()
    meanings = []
    for header in headers:
        folded = fold_header(header)
        meaning = known.get(folded, "")
        what = (meaning, place_of_header(folded)) if meaning in OF_PLACES else (meaning, "")
        if what in taken and meaning not in REPEATABLE:
            meaning = ""
        taken.add(what)
        meanings.append(meaning)
    return meanings


def place_of_header(header: str) -> str:
    """Which of several postal addresses a header is of: "home street" and "home city" of one,
    "address 2 city" of another."""
    return f"{label_of_header(header)} {number_of_header(header)}"


# Targets that several columns may feed.
REPEATABLE = frozenset(
    {"email", "phone", "profile", "note", "tags", "house", "email_labels", "phone_labels"}
)
# The parts of a postal address: together they may come again.
OF_PLACES = frozenset({"street", "house", "postcode", "city", "country", "address_label"})


def count_known(cells: Sequence[str]) -> int:
    """How many cells of a row are headers that we know: how much it looks like a header row."""
    known = known_headers()
    extra = {header for layout in LAYOUTS for header in (*layout.signs, *layout.meanings)}
    return sum(
        1
        for cell in cells
        if (folded := fold_header(cell)) and (folded in known or folded in extra)
    )
