"""Some people who stand in the demo twice, as it comes about: a form, a fair, another phone."""

from collections.abc import Sequence
from datetime import timedelta
from random import Random
from typing import Any

from django.utils import timezone

from contacts.choices import Source
from contacts.models import Contact
from contacts.services import duplicate_work, match_profiles
from contacts.services.contacts import create_contact
from contacts.services.duplicate_flags import flag_pair
from contacts.services.merging import merge_contacts
from core.models import User

NUMBER = 9


def make_doubles(
    contacts: Sequence[Contact], *, merger: User, recruiter: User, rng: Random
) -> None:
    """Second records of a few, one of them merged already; the others wait for a decision. Of two
    people who have nothing in common ``recruiter`` knows better.
    """
    match_profiles.mark_due([contact.pk for contact in contacts])
    chosen = [one for one in contacts if one.phone_numbers.exists() and one.headline]
    doubles = [
        _double(number, one) for number, one in enumerate(rng.sample(chosen, NUMBER), start=1)
    ]
    Contact.objects.filter(pk__in=[double.pk for _one, double in doubles]).update(
        created_at=timezone.now() - timedelta(days=3), source=Source.DEMO
    )
    merge_contacts(survivor=doubles[0][0], duplicate=doubles[0][1], actor=merger)
    duplicate_work.look_at_due()
    flag_pair(
        one=doubles[1][0],
        other=doubles[1][1],
        actor=recruiter,
        why="Beide adressen stonden op het lijstje van de banenbeurs.",
    )
    _flag_one_who_married(chosen, recruiter)


def _flag_one_who_married(contacts: Sequence[Contact], recruiter: User) -> None:
    """Another family name, another address, another number: only she herself could tell."""
    known: dict[str, Contact] = {}
    for one in contacts:
        other = known.setdefault(one.given_name, one)
        if other.family_name != one.family_name and other.unit_id == one.unit_id:
            why = "Trouwde in mei en schreef zich opnieuw in, onder een andere naam."
            flag_pair(one=one, other=other, actor=recruiter, why=why)
            return


def _double(number: int, one: Contact) -> tuple[Contact, Contact]:
    address = one.email_addresses.order_by("pk").values_list("address", flat=True).first()
    phone = one.phone_numbers.values_list("number", flat=True)[0]
    local, _at, domain = (address or "x@mail.example").partition("@")
    written: list[dict[str, Any]] = [
        {"infix": one.infix, "family_name": one.family_name, "emails": [f"{local}+beurs@{domain}"]},
        {"infix": "", "family_name": f"{one.infix} {one.family_name}".strip(), "phones": [phone]},
        {
            "infix": one.infix,
            "family_name": f"{one.family_name}-Hartog",
            "emails": [address] if address else [],
            "organisation_name": one.organisation_name,
        },
    ]
    given = f"{one.given_name[0]}." if number % 4 == 0 else one.given_name
    double = create_contact(
        actor=None,
        source=Source.DEMO,
        given_name=given,
        city=one.city if number % 2 else "",
        unit=one.unit,
        **{"phones": [phone], **written[number % 3]},
    )
    return one, double
