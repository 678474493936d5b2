"""What a column of a file may be: the fields of a person that an import can fill.

Each reads one cell into a draft and says what it could not read. What higher apps accept is
in ``targets``; both are named by a key in the mapping of a run.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contacts import birthdays
from contacts.imports import values
from contacts.imports.drafts import Draft
from contacts.imports.notes import note


@dataclass(frozen=True)
class Reading:
    """What holds for the whole file. ``system`` names whose numbers its external ids are."""

    system: str = ""
    region: str = "NL"
    heeds_notes: bool = True


Take = Callable[[Draft, str, Reading], None]


@dataclass(frozen=True, kw_only=True)
class Column:
    """``headers`` are the names by which files call it, folded: lower case, signs as one blank.

    ``is_key``: by it a person is found again, so the first pass over a file reads it.
    """

    key: str
    label: str | Promise
    group: str | Promise
    take: Take
    headers: tuple[str, ...] = ()
    is_key: bool = False


def _text(name: str) -> Take:
    def take(draft: Draft, text: str, reading: Reading) -> None:
        if not getattr(draft, name):
            setattr(draft, name, " ".join(text.split()))

    return take


def _house(draft: Draft, text: str, reading: Reading) -> None:
    """The number and what comes behind it ("12", "A") often stand in columns of their own."""
    draft.house = f"{draft.house} {text}".strip()[:30]


_BETWEEN_ADDRESSES = re.compile(r"\s*(?::::|[;,|\n]|\s/\s)\s*|\s+(?=\S+@)")
_BETWEEN_NUMBERS = re.compile(r"\s*(?::::|[;,|\n]|\s/\s|\bof\b|\bor\b)\s*")
_BETWEEN_TAGS = re.compile(r"\s*(?::::|[;|\n])\s*")
_BETWEEN_SYSTEMS = re.compile(r"\s*(?::::|[;|\n])\s*")
_COMMA = re.compile(r"\s*,\s*")
_LONGEST_NUMBER = 40
_LONGEST_ID = 200


def _email(draft: Draft, text: str, reading: Reading) -> None:
    for part in _parts(_BETWEEN_ADDRESSES, text):
        address = values.email(part)
        if address is None:
            draft.notes.append(note("bad_email", value=part[:100]))
        elif address not in draft.emails:
            draft.emails.append(address)


def _phone(draft: Draft, text: str, reading: Reading) -> None:
    for part in _parts(_BETWEEN_NUMBERS, text):
        number = values.phone(part, reading.region)
        if number is None:
            number = part[:_LONGEST_NUMBER]
            draft.notes.append(note("bad_phone", value=number))
        if number not in draft.phones:
            draft.phones.append(number)


def _birthday(draft: Draft, text: str, reading: Reading) -> None:
    try:
        draft.birthday = birthdays.read(text, today=timezone.localdate())
    except ValueError:
        draft.notes.append(note("bad_birthday", value=text[:100]))


def _profile(draft: Draft, text: str, reading: Reading) -> None:
    for part in text.split():
        profile = values.profile(part)
        if profile is None:
            draft.notes.append(note("bad_url", value=part[:100]))
        elif profile not in draft.profiles:
            draft.profiles.append(profile)


def _external_id(draft: Draft, text: str, reading: Reading) -> None:
    draft.external_ids.append((reading.system or "import", text[:_LONGEST_ID]))


def _numbers(draft: Draft, text: str, reading: Reading) -> None:
    """ "afas:123": each number after the system that gave it."""
    for part in _parts(_BETWEEN_SYSTEMS, text):
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


def _country(draft: Draft, text: str, reading: Reading) -> None:
    draft.country = values.country(text) or ""
    if not draft.country:
        draft.notes.append(note("bad_country", value=text[:100]))


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
    """A comma parts them only where nothing else does."""
    between = _BETWEEN_TAGS if _BETWEEN_TAGS.search(text) else _COMMA
    for part in _parts(between, text):
        bare = " ".join(part.lstrip("* ").split())  # Google marks its own labels with a star
        tag = bare[:60].strip()
        if tag and tag != "myContacts" and tag not in draft.tags:
            draft.tags.append(tag)


def _parts(between: re.Pattern[str], text: str) -> Iterable[str]:
    return (part for part in between.split(text) if part)


def _headers(text: str) -> tuple[str, ...]:
    return tuple(" ".join(part.split()) for part in text.split(","))


_WHO = _("Name")
_REACH = _("How to reach")
_WORK = _("Work and place")
_REST = _("More")

COLUMNS = (
    Column(
        key="given",
        label=_("Given name"),
        group=_WHO,
        take=_text("given"),
        headers=_headers("""
            voornaam, voornamen, roepnaam, first name, firstname, given name, forename
        """),
    ),
    Column(
        key="initials",
        label=_("Initials"),
        group=_WHO,
        take=_text("initials"),
        headers=_headers("voorletters, voorletter, initialen, initials, given initials"),
    ),
    Column(
        key="middle",
        label=_("Middle name"),
        group=_WHO,
        take=_text("middle"),
        headers=_headers("""
            middle name, middle, additional name, middelste naam, tweede naam
        """),
    ),
    Column(
        key="infix",
        label=_("Infix"),
        group=_WHO,
        take=_text("infix"),
        headers=_headers("""
            tussenvoegsel, tussenvoegsels, voorvoegsel, voorvoegsels, tv, infix
        """),
    ),
    Column(
        key="family",
        label=_("Family name"),
        group=_WHO,
        take=_text("family"),
        headers=_headers("""
            achternaam, familienaam, geslachtsnaam, last name, lastname, family name,
            surname
        """),
    ),
    Column(
        key="full",
        label=_("Full name"),
        group=_WHO,
        take=_text("full"),
        headers=_headers("""
            naam, volledige naam, name, full name, fullname, display name, weergavenaam,
            contact, medewerker, kandidaat
        """),
    ),
    Column(
        key="preferred",
        label=_("Preferred name"),
        group=_WHO,
        take=_text("preferred"),
        headers=_headers("""
            nickname, bijnaam, preferred name, known as, aanspreeknaam
        """),
    ),
    Column(
        key="native",
        label=_("Name in native script"),
        group=_WHO,
        take=_text("native"),
        headers=_headers("name in native script, naam in eigen schrift, native name"),
    ),
    Column(
        key="birth_name",
        label=_("Name at birth"),
        group=_WHO,
        take=_text("birth"),
        headers=_headers("""
            geboortenaam, meisjesnaam, naam bij geboorte, birth name, maiden name,
            name at birth, family name at birth
        """),
    ),
    Column(
        key="birthday",
        label=_("Birthday"),
        group=_WHO,
        take=_birthday,
        headers=_headers("""
            geboortedatum, verjaardag, birthday, birth date, birthdate, date of birth, bday, dob
        """),
    ),
    Column(
        key="email",
        label=_("E-mail address"),
        group=_REACH,
        take=_email,
        headers=_headers("""
            e mail, email, e mailadres, emailadres, mail, mailadres, e mail address,
            email address, e mailadressen, e mail zakelijk, e mail prive, prive e mail,
            zakelijk e mail, work email, personal email, private email, e mail werk,
            email 1, email 2, e mail 1, e mail 2
        """),
        is_key=True,
    ),
    Column(
        key="phone",
        label=_("Phone number"),
        group=_REACH,
        take=_phone,
        headers=_headers("""
            telefoon, telefoonnummer, tel, tel nr, telefoonnr, mobiel, mobiel nummer,
            mobiele telefoon, mobiele nummer, gsm, phone, phone number, telephone,
            mobile, mobile phone, mobile number, cell phone, telefoon werk,
            telefoon prive, telefoon thuis, telefoon mobiel, telefoon zakelijk,
            telefoon op werk, vast nummer, business phone, home phone, work phone,
            primary phone, telefoon op werk 2, telefoon thuis 2, business phone 2,
            home phone 2, other phone, andere telefoon
        """),
        is_key=True,
    ),
    Column(
        key="profile",
        label=_("Profile page"),
        group=_REACH,
        take=_profile,
        headers=_headers("""
            url, profile url, linkedin, linkedin url, linkedin profile, linkedin profiel,
            profiel, website, web page, webpagina, homepage, github, personal web page,
            website 1 value
        """),
        is_key=True,
    ),
    Column(
        key="organisation",
        label=_("Organisation"),
        group=_WORK,
        take=_text("organisation"),
        headers=_headers("""
            bedrijf, bedrijfsnaam, organisatie, werkgever, huidige werkgever, company,
            company name, organization, organisation, employer, organization name,
            current company
        """),
    ),
    Column(
        key="position",
        label=_("Position"),
        group=_WORK,
        take=_text("headline"),
        headers=_headers("""
            functie, functietitel, functienaam, functieomschrijving, beroep, rol,
            position, job title, title, role, occupation, headline, organization title,
            current position, job
        """),
    ),
    Column(
        key="street",
        label=_("Street and number"),
        group=_WORK,
        take=_text("street"),
        headers=_headers("""
            straat, straatnaam, adres, straat en huisnummer, straat huisnummer, street,
            street address, address, home street, business street, straat thuis,
            straat werk, straat werkadres, straat huisadres, address 1 street
        """),
    ),
    Column(
        key="house",
        label=_("House number, on its own"),
        group=_WORK,
        take=_house,
        headers=_headers("""
            huisnummer, huisnr, huis nr, nr huis, house number, house no,
            toevoeging, huisnummer toevoeging, huisnummertoevoeging, huisletter
        """),
    ),
    Column(
        key="postcode",
        label=_("Postcode"),
        group=_WORK,
        take=_text("postcode"),
        headers=_headers("""
            postcode, post code, pc, zip, zip code, postal code, home postal code,
            business postal code, postcode thuis, postcode werk, postcode werkadres,
            postcode huisadres, address 1 postal code
        """),
    ),
    Column(
        key="city",
        label=_("City"),
        group=_WORK,
        take=_text("city"),
        headers=_headers("""
            woonplaats, plaats, stad, standplaats, city, town, location, locatie,
            home city, business city, plaats thuis, plaats werk, plaats werkadres,
            plaats huisadres, address 1 city
        """),
    ),
    Column(
        key="country",
        label=_("Country"),
        group=_WORK,
        take=_country,
        headers=_headers("""
            land, country, country code, landcode, home country, business country,
            address 1 country, land werkadres, land huisadres, home country region,
            business country region
        """),
    ),
    Column(
        key="language",
        label=_("Language"),
        group=_REST,
        take=_language,
        headers=_headers("""
            taal, voertaal, correspondentietaal, language, locale
        """),
    ),
    Column(
        key="note",
        label=_("Note"),
        group=_REST,
        take=_note,
        headers=_headers("""
            opmerking, opmerkingen, notitie, notities, toelichting, note, notes, comment,
            comments, remarks
        """),
    ),
    Column(
        key="tags",
        label=_("Tags"),
        group=_REST,
        take=_tags,
        headers=_headers("""
            label, labels, tag, tags, categorie, categorieen, category, categories,
            group membership, trefwoorden
        """),
    ),
    Column(
        key="external_id",
        label=pgettext_lazy("import column", "Number in another system"),
        group=_REST,
        take=_external_id,
        headers=_headers("""
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
        headers=_headers("numbers in other systems, nummers in andere systemen"),
        is_key=True,
    ),
    Column(
        key="trm_id",
        label=_("TRM ID"),
        group=_REST,
        take=_uid,
        headers=_headers("trm id"),
        is_key=True,
    ),
)
BY_KEY = {column.key: column for column in COLUMNS}
