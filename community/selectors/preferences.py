"""What the page of preferences shows to the person themself."""

from dataclasses import dataclass
from datetime import datetime

from contacts.choices import Purpose
from contacts.models import Consent, Contact, Suppression
from contacts.suppression import digests_of


@dataclass(frozen=True)
class Topic:
    purpose: Purpose
    is_on: bool


def topics(contact: Contact, *, now: datetime) -> list[Topic]:
    """Every purpose, and whether ``contact`` is written to for it."""
    on = purposes_on(contact, now=now)
    return [Topic(purpose, purpose.value in on) for purpose in Purpose]


def purposes_on(contact: Contact, *, now: datetime) -> set[str]:
    consents = Consent.objects.in_force(now).filter(contact=contact)
    return set(consents.values_list("purpose", flat=True))


def has_stopped_everything(contact: Contact) -> bool:
    """Whether one of their addresses may not be written to at all, by their own word."""
    addresses = contact.email_addresses.values_list("address", flat=True)
    digests = [digest for address in addresses for digest in digests_of(address)]
    return Suppression.objects.filter(
        digest__in=digests, reason=Suppression.Reason.UNSUBSCRIBED
    ).exists()
