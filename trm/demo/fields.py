"""Fields of the organisation's own, and the different ages of what is known."""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

from contacts.freshness import FIELDS, custom_name
from contacts.models import Contact, EmailAddress, PhoneNumber
from contacts.services.custom_fields import ChoiceEntry, create_field
from core.models import User

SHIRTS = ("s", "m", "l", "xl")
HOBBIES = (
    "zeilen",
    "kantklossen",
    "koorzang",
    "schaatsen",
    "moestuin",
    "imker",
    "orgel",
    "vogels tellen",
)


def make_fields() -> None:
    create_field(
        actor=None,
        type="choice",
        label_nl="Maat werkkleding",
        label_en="Workwear size",
        help_nl="Voor laarzen en jas bij veldwerk.",
        help_en="For boots and coat in the field.",
        choices=[ChoiceEntry(en=size.upper(), nl=size.upper()) for size in SHIRTS],
    )
    create_field(
        actor=None,
        type="date",
        label_nl="VCA geldig tot",
        label_en="Safety certificate until",
        basis="legal_obligation",
    )
    create_field(
        actor=None,
        type="choices",
        label_nl="Rijbewijzen",
        label_en="Driving licences",
        choices=[ChoiceEntry(en=name, nl=name) for name in ("B", "BE", "C", "Vaarbewijs")],
    )
    create_field(actor=None, type="yes_no", label_nl="Wil mentor zijn", label_en="Would mentor")
    create_field(
        actor=None,
        type="text",
        label_nl="Waar je het over kunt hebben",
        label_en="To talk about",
        help_nl="Een liefhebberij, de kinderen, een reis.",
        help_en="A pastime, the children, a journey.",
    )


def fill_fields(
    contacts: list[Contact], *, writers: Sequence[User], rng: Random, today: date
) -> None:
    """Some hold some of it. Of some every field was confirmed of late, of others nothing was."""
    for at, contact in enumerate(contacts):
        contact.custom_values = _values(rng, today)
        contact.field_sources = _sources(contact, rng, today, writers[at % len(writers)])
    Contact.objects.bulk_update(contacts, ["custom_values", "field_sources"], batch_size=500)
    said = [contact.pk for contact in contacts if _is_own_word(contact)]
    for model in (EmailAddress, PhoneNumber):
        model._default_manager.filter(contact__in=said).update(
            source="self", confirmed_on=today - timedelta(days=20)
        )


def _values(rng: Random, today: date) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if rng.random() < 0.5:
        values["workwear_size"] = rng.choice(SHIRTS)
    if rng.random() < 0.4:
        until = today + timedelta(days=rng.randint(-200, 1200))
        values["safety_certificate_until"] = until.isoformat()
    if rng.random() < 0.35:
        values["driving_licences"] = [key for key in ("b", "be") if rng.random() < 0.7] or ["b"]
    if rng.random() < 0.25:
        values["would_mentor"] = rng.random() < 0.6
    if rng.random() < 0.3:
        values["to_talk_about"] = rng.choice(HOBBIES)
    return values


def _sources(contact: Contact, rng: Random, today: date, writer: User) -> dict[str, Any]:
    held = [name for name in FIELDS if getattr(contact, name)]
    names = [*held, *map(custom_name, contact.custom_values)]
    dice = rng.random()
    if dice < 0.3:  # they answered the yearly ask
        day = (today - timedelta(days=20)).isoformat()
        return {name: ["self", day, ""] for name in names}
    if dice < 0.6:
        day = (today - timedelta(days=rng.randint(5, 300))).isoformat()
        return {name: ["manual", day, "", writer.pk] for name in names}
    if dice < 0.8:
        old = (today - timedelta(days=rng.randint(380, 900))).isoformat()
        return {"headline": ["api", old, "AFAS"], "city": ["import", old, "adressen.xlsx"]}
    return {}


def _is_own_word(contact: Contact) -> bool:
    said = contact.field_sources.get("given_name")
    return bool(said) and said[0] == "self"
