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
from contacts.services.merging import merge_contacts
from core.models import User

NUMBER = 9


def make_doubles(contacts: Sequence[Contact], *, actor: User, rng: Random) -> None:
    """Second records of a few, one of them merged already; the others wait for a decision."""
    match_profiles.mark_due([contact.pk for contact in contacts])
    chosen = [one for one in contacts if one.phone_numbers.exists() and one.headline]
    doubles = [
        _double(number, one) for number, one in enumerate(rng.sample(chosen, NUMBER), start=1)
    ]
    Contact.objects.filter(pk__in=[double.pk for _one, double in doubles]).update(
        created_at=timezone.now() - timedelta(days=3), source=Source.DEMO
    )
    merge_contacts(survivor=doubles[0][0], duplicate=doubles[0][1], actor=actor)
    duplicate_work.look_at_due()


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
