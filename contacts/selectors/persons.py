"""What the page of one person shows of the contact itself."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from contacts.choices import Purpose
from contacts.models import (
    Consent,
    Contact,
    EmailAddress,
    ExternalId,
    PhoneNumber,
    PostalAddress,
    SocialProfile,
)
from core.once import once


class Reach:
    """Everything by which a contact is reached and known, the first of each kind ahead; asked for
    when it is shown.
    """

    def __init__(self, contact: Contact) -> None:
        self._contact = contact

    @cached_property
    def emails(self) -> list[EmailAddress]:
        return list(self._contact.email_addresses.order_by("-is_primary", "pk"))

    @cached_property
    def phones(self) -> list[PhoneNumber]:
        return list(self._contact.phone_numbers.order_by("-is_primary", "pk"))

    @cached_property
    def places(self) -> list[PostalAddress]:
        return list(self._contact.postal_addresses.order_by("-is_primary", "pk"))

    @cached_property
    def profiles(self) -> list[SocialProfile]:
        return list(self._contact.social_profiles.order_by("network", "pk"))

    @cached_property
    def external_ids(self) -> list[ExternalId]:
        return list(self._contact.external_ids.order_by("system", "value"))


@dataclass(frozen=True)
class PurposeLedger:
    """What a contact said of one purpose. ``last`` is None where they were never asked."""

    purpose: Purpose
    last: Consent | None
    earlier: list[Consent]
    is_in_force: bool
    is_run_out: bool


def reach_of(contact: Contact) -> Reach:
    return Reach(contact)


def reach_shown(contact: Contact) -> Reach:
    """As ``reach_of``; for the parts of one page, asked once."""
    return once(("contacts.reach", contact.pk), lambda: reach_of(contact))


def ledger_of(contact: Contact, *, now: datetime) -> list[PurposeLedger]:
    """The consent ledger, purpose by purpose, the last word first."""
    said: dict[str, list[Consent]] = {}
    for consent in contact.consents.select_related("recorded_by").order_by("-pk"):
        said.setdefault(consent.purpose, []).append(consent)
    return [_ledger(purpose, said.get(purpose, []), now) for purpose in Purpose]


def _ledger(purpose: Purpose, said: list[Consent], now: datetime) -> PurposeLedger:
    last = said[0] if said else None
    is_given = last is not None and last.decision == Consent.Decision.GIVEN
    is_run_out = bool(is_given and last and last.expires_at and last.expires_at <= now)
    return PurposeLedger(purpose, last, said[1:], is_given and not is_run_out, is_run_out)


def survivor_of(contact: Contact) -> Contact:
    """Whom ``contact`` was merged into, however many merges ago; itself if never."""
    while contact.merged_into is not None:
        contact = contact.merged_into
    return contact
