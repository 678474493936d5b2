"""What else a file says of people, and by what other systems know them."""

import re
from uuid import UUID

from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contacts.imports import values
from contacts.imports.columns.shape import Column, Reading, headers, parts
from contacts.imports.drafts import Draft
from contacts.imports.notes import note

_REST = _("More")
_BETWEEN_TAGS = re.compile(r"\s*(?::::|[;|\n])\s*")
_BETWEEN_SYSTEMS = re.compile(r"\s*(?::::|[;|\n])\s*")
_ALL = re.compile(r"\s*:::\s*")
_COMMA = re.compile(r"\s*,\s*")
_LONGEST_ID = 200


def _external_id(draft: Draft, text: str, reading: Reading) -> None:
    draft.external_ids.append((reading.system or "import", text[:_LONGEST_ID]))


def _numbers(draft: Draft, text: str, reading: Reading) -> None:
    """ "afas:123": each number after the system that gave it."""
    for part in parts(_ALL if ":::" in text else _BETWEEN_SYSTEMS, text):
        system, _colon, value = part.partition(":")
        known = (slugify(system)[:50], value.strip()[:_LONGEST_ID])
        if all(known) and known not in draft.external_ids:
            draft.external_ids.append(known)


def _uid(draft: Draft, text: str, reading: Reading) -> None:
    """Our own id. What is none is passed over: other programs call their columns as they like."""
    try:
        draft.uid = str(UUID(text))
    except ValueError:
        return


def _language(draft: Draft, text: str, reading: Reading) -> None:
    draft.language = values.language(text) or ""
    if not draft.language:
        draft.notes.append(note("bad_language", value=text[:100]))


def _form_of_address(draft: Draft, text: str, reading: Reading) -> None:
    draft.form_of_address = values.form_of_address(text) or ""
    if not draft.form_of_address:
        draft.notes.append(note("bad_form_of_address", value=text[:100]))


def _time_zone(draft: Draft, text: str, reading: Reading) -> None:
    draft.time_zone = values.time_zone(text) or ""
    if not draft.time_zone:
        draft.notes.append(note("bad_time_zone", value=text[:100]))


def _closed(draft: Draft, text: str, reading: Reading) -> None:
    """It can be said, not taken back: who is not to be contacted stays so."""
    draft.is_closed = values.is_yes(text)


def _left_out(draft: Draft, text: str, reading: Reading) -> None:
    """What the reader of cards and resumes met and could not bring along."""
    draft.notes.append(note("left_out", what=text[:300]))


_NOT_TO_BE_MAILED = re.compile(
    r"\b(?:niet|geen)\s+(?:e-?)?mail(?:en|s|ing|ings)?\b|\bniet\s+(?:benaderen|contacteren)\b"
    r"|\b(?:do\s+not|don'?t)\s+(?:e-?mail|contact)\b|\bno\s+(?:e-?mails?|contact)\b",
    re.IGNORECASE,
)


def _note(draft: Draft, text: str, reading: Reading) -> None:
    draft.note = f"{draft.note}\n{text}".strip()
    if reading.heeds_notes and _NOT_TO_BE_MAILED.search(text):
        draft.do_not_contact = True
        draft.notes.append(note("do_not_contact"))


def _tags(draft: Draft, text: str, reading: Reading) -> None:
    """A comma parts them only where nothing else does, nothing else where ":::" does."""
    between = _BETWEEN_TAGS if _BETWEEN_TAGS.search(text) else _COMMA
    for part in parts(_ALL if ":::" in text else between, text):
        bare = " ".join(part.removeprefix("* ").split())  # Google marks its own with a star
        tag = bare[:60].strip()
        if tag and tag != "myContacts" and tag not in draft.tags:
            draft.tags.append(tag)


COLUMNS = (
    Column(
        key="language",
        label=_("Language"),
        group=_REST,
        take=_language,
        headers=headers("""
            taal, voertaal, correspondentietaal, language, locale
        """),
    ),
    Column(
        key="form_of_address",
        label=_("Form of address"),
        group=_REST,
        take=_form_of_address,
        headers=headers("form of address, aanspreekvorm"),
    ),
    Column(
        key="time_zone",
        label=_("Time zone"),
        group=_REST,
        take=_time_zone,
        headers=headers("time zone, timezone, tijdzone"),
    ),
    Column(
        key="do_not_contact",
        label=_("Do not contact"),
        group=_REST,
        take=_closed,
        headers=headers("do not contact, niet benaderen"),
    ),
    Column(
        key="note",
        label=_("Note"),
        group=_REST,
        take=_note,
        headers=headers("""
            opmerking, opmerkingen, notitie, notities, toelichting, note, notes, comment,
            comments, remarks
        """),
    ),
    Column(
        key="tags",
        label=_("Tags"),
        group=_REST,
        take=_tags,
        headers=headers("""
            label, labels, tag, tags, categorie, categorieen, category, categories,
            group membership, trefwoorden
        """),
    ),
    Column(
        key="external_id",
        label=pgettext_lazy("import column", "Number in another system"),
        group=_REST,
        take=_external_id,
        headers=headers("""
            persnr, pers nr, personeelsnr, personeelsnummer, medewerkernummer,
            medewerker nr, medewerkernr, kandidaatnummer, relatienummer, klantnummer,
            employee id, employee number, employee no, staff number, external id,
            candidate id, person id, id, nr, nummer
        """),
        is_key=True,
    ),
    Column(
        key="numbers",
        label=_("Numbers in other systems"),
        group=_REST,
        take=_numbers,
        headers=headers("numbers in other systems, nummers in andere systemen"),
        is_key=True,
    ),
    Column(
        key="left_out",
        label=_("Left out, for there is no place for it"),
        group=_REST,
        take=_left_out,
        headers=headers("left out by trm"),
    ),
    Column(
        key="trm_id",
        label=_("TRM ID"),
        group=_REST,
        take=_uid,
        headers=headers("trm id"),
        is_key=True,
    ),
)
