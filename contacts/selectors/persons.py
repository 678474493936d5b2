"""What the page of one person shows of the contact itself."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

from contacts.choices import Purpose
from contacts.models import (
    Consent,
    Contact,
    EmailAddress,
    ExternalId,
    PhoneNumber,
    PostalAddress,
    SocialProfile,
    Tag,
)
from contacts.models.access import covers
from core.models import User
from core.once import once
from core.prepared import Given, Prepared

_PERSON = Prepared(
    lambda: Contact.objects.filter(uid=Given("uid")).select_related("unit", "merged_into")
)
_EMAILS = Prepared(
    lambda: EmailAddress.objects.filter(contact=Given("contact")).order_by("-is_primary", "pk")
)
_PHONES = Prepared(
    lambda: PhoneNumber.objects.filter(contact=Given("contact")).order_by("-is_primary", "pk")
)
_PLACES = Prepared(
    lambda: PostalAddress.objects.filter(contact=Given("contact")).order_by("-is_primary", "pk")
)
_PROFILES = Prepared(
    lambda: SocialProfile.objects.filter(contact=Given("contact")).order_by("network", "pk")
)
_EXTERNAL_IDS = Prepared(
    lambda: ExternalId.objects.filter(contact=Given("contact")).order_by("system", "value")
)
_TAGS = Prepared(lambda: Tag.objects.filter(contacts=Given("contact")).order_by("name"))


class Reach:
    """Everything by which a contact is reached and known, the first of each kind ahead; asked for
    when it is shown.
    """

    def __init__(self, contact: Contact) -> None:
        self._contact = contact

    @cached_property
    def emails(self) -> list[EmailAddress]:
        return _EMAILS(contact=self._contact.pk)

    @cached_property
    def phones(self) -> list[PhoneNumber]:
        return _PHONES(contact=self._contact.pk)

    @cached_property
    def places(self) -> list[PostalAddress]:
        return _PLACES(contact=self._contact.pk)

    @cached_property
    def profiles(self) -> list[SocialProfile]:
        return _PROFILES(contact=self._contact.pk)

    @cached_property
    def external_ids(self) -> list[ExternalId]:
        return _EXTERNAL_IDS(contact=self._contact.pk)


@dataclass(frozen=True)
class PurposeLedger:
    """What a contact said of one purpose. ``last`` is None where they were never asked."""

    purpose: Purpose
    last: Consent | None
    earlier: list[Consent]
    is_in_force: bool
    is_run_out: bool


def find_person(user: User, uid: UUID) -> Contact | None:
    """The person of that uid, as far as ``user`` may know of them."""
    found = next(iter(_PERSON(uid=uid)), None)
    may_know = found is not None and covers(user, "contacts.view_contact", found.unit_id)
    return found if may_know else None


def reach_of(contact: Contact) -> Reach:
    return Reach(contact)


def reach_shown(contact: Contact) -> Reach:
    """As ``reach_of``; for the parts of one page, asked once."""
    return once(("contacts.reach", contact.pk), lambda: reach_of(contact))


def tags_of(contact: Contact) -> list[Tag]:
    return _TAGS(contact=contact.pk)


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
