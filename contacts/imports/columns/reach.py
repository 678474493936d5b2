"""By what people are reached: addresses, numbers, pages."""

import re

from django.utils.translation import gettext_lazy as _

from contacts.imports import values
from contacts.imports.columns.shape import Column, Reading, headers, parts
from contacts.imports.drafts import Draft
from contacts.imports.labels import label_of, labels_in
from contacts.imports.notes import note

_REACH = _("How to reach")
_BETWEEN = re.compile(r"\s*:::\s*")
_BETWEEN_ADDRESSES = re.compile(r"\s*(?::::|[;,|\n]|\s/\s)\s*|\s+(?=\S+@)")
_BETWEEN_NUMBERS = re.compile(r"\s*(?::::|[;,|\n]|\s/\s|\bof\b|\bor\b)\s*")
_LONGEST_NUMBER = 40


def _email(draft: Draft, text: str, reading: Reading) -> None:
    if values.is_email(text) and not draft.label:  # as most cells are
        if text not in draft.emails:
            draft.emails.append(text)
        return
    between = _BETWEEN if ":::" in text else _BETWEEN_ADDRESSES
    for place, part in enumerate(parts(between, text)):
        address = values.email(part)
        if address is None:
            draft.notes.append(note("bad_email", value=part[:100]))
        elif address not in draft.emails:
            draft.emails.append(address)
            if draft.label:
                _label(draft, address, place)


def _phone(draft: Draft, text: str, reading: Reading) -> None:
    if not draft.label and (number := values.phone_alone(text, reading.region)):
        if number not in draft.phones:
            draft.phones.append(number)
        return
    between = _BETWEEN if ":::" in text else _BETWEEN_NUMBERS
    for place, part in enumerate(parts(between, text)):
        number = values.phone(part, reading.region)
        if number is None:
            number = part[:_LONGEST_NUMBER].rstrip()
            draft.notes.append(note("bad_phone", value=number))
        if number not in draft.phones:
            draft.phones.append(number)
            if draft.label:
                _label(draft, number, place)


def _label(draft: Draft, value: str, place: int) -> None:
    """One word is of all values of a cell; several are of one each."""
    words = labels_in(draft.label)
    word = words[0] if len(words) == 1 else words[place] if place < len(words) else ""
    label = label_of(word)
    if label is None:
        draft.notes.append(note("label_unknown", label=word[:60], value=value))
    elif label:
        draft.labels[value] = label


def _labels(draft: Draft, text: str, reading: Reading) -> None:
    """Read with the column that it goes with (``rows.RowReader``)."""


def _profile(draft: Draft, text: str, reading: Reading) -> None:
    for part in text.split():
        profile = values.profile(part)
        if profile is None:
            draft.notes.append(note("bad_url", value=part[:100]))
        elif profile not in draft.profiles:
            draft.profiles.append(profile)


COLUMNS = (
    Column(
        key="email",
        label=_("E-mail address"),
        group=_REACH,
        take=_email,
        headers=headers("""
            e mail, email, e mailadres, emailadres, mail, mailadres, e mail address,
            email address, e mailadressen, e mail zakelijk, e mail prive, prive e mail,
            zakelijk e mail, work email, personal email, private email, e mail werk,
            email 1, email 2, e mail 1, e mail 2
        """),
        is_key=True,
    ),
    Column(
        key="email_labels",
        label=_("Kind of e-mail address"),
        group=_REACH,
        take=_labels,
        headers=headers("""
            e mail labels, e mail label, soort e mailadres, soort e mailadressen
        """),
        labels="email",
    ),
    Column(
        key="phone",
        label=_("Phone number"),
        group=_REACH,
        take=_phone,
        headers=headers("""
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
        key="phone_labels",
        label=_("Kind of phone number"),
        group=_REACH,
        take=_labels,
        headers=headers("phone labels, phone label, soort telefoon, soort telefoonnummer"),
        labels="phone",
    ),
    Column(
        key="profile",
        label=_("Profile page"),
        group=_REACH,
        take=_profile,
        headers=headers("""
            url, profile url, linkedin, linkedin url, linkedin profile, linkedin profiel,
            profiel, website, web page, webpagina, homepage, github, personal web page,
            website 1 value
        """),
        is_key=True,
    ),
)
