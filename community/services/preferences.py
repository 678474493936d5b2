"""What someone outside decides about being written to. They are the actor: no user is."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from campaigns.choices import Reason
from campaigns.models import DeliveryEvent, Touchpoint
from campaigns.services.sequence import stop_enrolments
from community.selectors.preferences import purposes_on
from contacts.choices import Purpose, Source
from contacts.models import Consent, Contact, Suppression
from contacts.services.consent import lift_suppression, record_consent, suppress

WORDING = "preferences-1"


@transaction.atomic
def unsubscribe(*, touchpoint: Touchpoint, now: datetime | None = None) -> bool:
    """Stop what this mail was about: its campaign, and every other of the same purpose.

    Says whether anything changed; a second time changes nothing.
    """
    now = now or timezone.now()
    purpose = touchpoint.step.campaign.purpose
    if _last_word(touchpoint.contact, purpose) == Consent.Decision.WITHDRAWN:
        return False
    stop_enrolments(
        enrolment_ids=[touchpoint.enrolment_id], reason=Reason.UNSUBSCRIBED, actor=None, now=now
    )
    DeliveryEvent.objects.create(
        touchpoint=touchpoint, kind=DeliveryEvent.Kind.UNSUBSCRIBED, happened_at=now
    )
    _record(touchpoint.contact, purpose, Consent.Decision.WITHDRAWN, now)
    return True


@transaction.atomic
def choose_purposes(
    *, contact: Contact, wanted: Collection[str], now: datetime | None = None
) -> None:
    """Write to me about these and nothing else. Wanting any takes back having stopped all."""
    now = now or timezone.now()
    locked = Contact.objects.select_for_update().get(pk=contact.pk)
    on = purposes_on(locked, now=now)
    for purpose in Purpose.values:
        if purpose in wanted and purpose not in on:
            _record(locked, purpose, Consent.Decision.GIVEN, now)
        elif purpose in on and purpose not in wanted:
            _record(locked, purpose, Consent.Decision.WITHDRAWN, now)
    if wanted:
        for address in _addresses(locked):
            lift_suppression(address=address, actor=None)


@transaction.atomic
def stop_everything(*, contact: Contact, now: datetime | None = None) -> None:
    """No mail at all any more, also not by a record that somebody makes of me anew."""
    choose_purposes(contact=contact, wanted=(), now=now)
    for address in _addresses(contact):
        suppress(address=address, reason=Suppression.Reason.UNSUBSCRIBED, actor=None)


def _record(contact: Contact, purpose: str, decision: str, now: datetime) -> None:
    record_consent(
        contact=contact,
        actor=None,
        purpose=purpose,
        decision=decision,
        source=Source.SELF,
        wording=WORDING,
        decided_at=now,
    )


def _last_word(contact: Contact, purpose: str) -> str | None:
    last = Consent.objects.last_words().filter(contact=contact, purpose=purpose)
    return last.values_list("decision", flat=True).first()


def _addresses(contact: Contact) -> list[str]:
    return list(contact.email_addresses.values_list("address", flat=True))
