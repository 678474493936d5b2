"""People who are hard to write in a table, and the files that they leave in."""

import csv
import io
from datetime import date
from typing import Any

from contacts.models import Contact, ExportRun, PostalAddress
from contacts.services import exports
from core.models import User
from tests.factories import (
    ContactFactory,
    ContactSkillFactory,
    CustomFieldFactory,
    EmailAddressFactory,
    ExternalIdFactory,
    PhoneNumberFactory,
    PostalAddressFactory,
    SkillFactory,
    SocialProfileFactory,
    TagFactory,
)

VALUES = {
    "text": "=1+1",
    "long_text": "-a;\n\tb",
    "number": 2.5,
    "date": "2026-03-31",
    "yes_no": False,
    "choice": "large",
    "choices": ["small", "large"],
    "link": "https://example.org/a",
}
SKILLS: dict[str, dict[str, Any]] = {
    "Python": {
        "level": 4,
        "source": "manager",
        "evidence": 'https://example.org/a|b; "c", d',
        "confirmed_on": date(2026, 3, 31),
    },
    "Reading, writing": {"level": None, "source": "self", "confirmed_on": None},
    "Level (3)": {"level": None, "source": "import", "confirmed_on": None},
    "C++ (lang)": {"level": 1, "source": "cv", "confirmed_on": None},
}


def full() -> Contact:
    """Somebody with everything that a table can hold, and much that a table can spoil."""
    contact = ContactFactory(
        given_name="José",
        infix="van der",
        family_name="Vos-d'Ancona",
        preferred_name="Pepe",
        native_name="Хосе",  # noqa: RUF001
        given_initials="J.M.",
        birth_name="de la =Cruz",
        birthday="--04-12",
        headline="=cmd|' /C calc'!A0",
        organisation_name="@Bureau; x, y",
        city="'s-Hertogenbosch",
        country="NL",
        language="en",
        form_of_address="formal",
        note='+ first\n\'=2\n"quoted"; a,b',
        email="jose@example.org",
        custom_values={**VALUES, "city": "'=own"},
        time_zone="America/Curacao",
        do_not_contact=True,
    )
    contact.email_addresses.update(label="private")
    EmailAddressFactory(contact=contact, address="j.vos@work.example", label="work")
    EmailAddressFactory(contact=contact, address="pepe@example.org")
    PhoneNumberFactory(contact=contact, number="+31612345678", is_primary=True)
    PhoneNumberFactory(contact=contact, number="0900 2", label="work")
    PostalAddress.objects.create(
        contact=contact,
        lines="-Plein 1 A",
        postcode="5211 AB",
        city="'s-Hertogenbosch",
        country="NL",
        label="private",
        is_primary=True,
    )
    PostalAddressFactory(
        contact=contact,
        lines="c/o A|B \\, Kade 1; 2e",
        postcode="2801 AA",
        city="Gouda",
        country="BE",
        label="work",
    )
    PostalAddressFactory(contact=contact, lines="", city="=Ede", label="other")
    PostalAddressFactory(contact=contact, lines="", city="", postcode="", country="FR")
    for name, details in SKILLS.items():
        ContactSkillFactory(contact=contact, skill=SkillFactory(name_en=name), **details)
    SocialProfileFactory(contact=contact, url="https://www.linkedin.com/in/jose")
    ExternalIdFactory(contact=contact, system="afas", value="007")
    contact.tags.set([TagFactory(name="care"), TagFactory(name="a, b")])
    return contact


def others() -> list[Contact]:
    """Who is hard to know again: by a name alone, by one script alone, one name twice."""
    return [
        ContactFactory(given_name="Jan", family_name="Bakker"),
        ContactFactory(given_name="Jan", family_name="Bakker", custom_values={"text": "b"}),
        ContactFactory(given_name="", family_name="", native_name="王小明"),
        ContactFactory(given_name="Sukarno", family_name="", city="-Ede"),
        ContactFactory(given_name="Piet", family_name="De Vries", email="piet@example.org"),
        ContactFactory(given_name="=Jan+1", family_name="-Bos", email="formula@example.org"),
    ]


def exported(actor: User, format: str, **selection: list[str]) -> bytes:
    run = exports.request_export(actor=actor, format=format, selection=selection)
    assert exports.work_on_next()
    run.refresh_from_db()
    assert run.state == ExportRun.State.READY, run.outcome
    with run.file.open("rb") as made:
        content: bytes = made.read()
    return content


def table(content: bytes, delimiter: str = ",") -> list[dict[str, str]]:
    text = content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))


def make_fields() -> None:
    """One of the organisation's own of each type, and one that is called as ours is."""
    for kind in VALUES:
        CustomFieldFactory(key=kind, type=kind, label_en=f"Our {kind}", label_nl=f"Ons {kind}")
    CustomFieldFactory(key="city", label_en="City", label_nl="Plaats")
