"""What people are called, and when they were born."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contacts import birthdays
from contacts.imports.columns.shape import Column, Reading, headers, plain
from contacts.imports.drafts import Draft
from contacts.imports.notes import note

_WHO = _("Name")


def _birthday(draft: Draft, text: str, reading: Reading) -> None:
    try:
        draft.birthday = birthdays.read(text, today=timezone.localdate())
    except ValueError:
        draft.notes.append(note("bad_birthday", value=text[:100]))


COLUMNS = (
    Column(
        key="given",
        label=_("Given name"),
        group=_WHO,
        take=plain("given"),
        headers=headers("""
            voornaam, voornamen, roepnaam, first name, firstname, given name, forename
        """),
    ),
    Column(
        key="initials",
        label=_("Initials"),
        group=_WHO,
        take=plain("initials"),
        headers=headers("voorletters, voorletter, initialen, initials, given initials"),
    ),
    Column(
        key="middle",
        label=_("Middle name"),
        group=_WHO,
        take=plain("middle"),
        headers=headers("""
            middle name, middle, additional name, middelste naam, tweede naam
        """),
    ),
    Column(
        key="infix",
        label=_("Infix"),
        group=_WHO,
        take=plain("infix"),
        headers=headers("""
            tussenvoegsel, tussenvoegsels, voorvoegsel, voorvoegsels, tv, infix
        """),
    ),
    Column(
        key="family",
        label=_("Family name"),
        group=_WHO,
        take=plain("family"),
        headers=headers("""
            achternaam, familienaam, geslachtsnaam, last name, lastname, family name,
            surname
        """),
    ),
    Column(
        key="full",
        label=_("Full name"),
        group=_WHO,
        take=plain("full"),
        headers=headers("""
            naam, volledige naam, name, full name, fullname, display name, weergavenaam,
            contact, medewerker, kandidaat
        """),
    ),
    Column(
        key="preferred",
        label=_("Preferred name"),
        group=_WHO,
        take=plain("preferred"),
        headers=headers("""
            nickname, bijnaam, preferred name, known as, aanspreeknaam
        """),
    ),
    Column(
        key="native",
        label=_("Name in native script"),
        group=_WHO,
        take=plain("native"),
        headers=headers("name in native script, naam in eigen schrift, native name"),
    ),
    Column(
        key="birth_name",
        label=_("Name at birth"),
        group=_WHO,
        take=plain("birth"),
        headers=headers("""
            geboortenaam, meisjesnaam, naam bij geboorte, birth name, maiden name,
            name at birth, family name at birth
        """),
    ),
    Column(
        key="birthday",
        label=_("Birthday"),
        group=_WHO,
        take=_birthday,
        headers=headers("""
            geboortedatum, verjaardag, birthday, birth date, birthdate, date of birth, bday, dob
        """),
    ),
)
