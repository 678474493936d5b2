"""The consent ledger, and the addresses that must never be written to again."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from contacts.choices import Basis, Source
from contacts.events import ConsentChanged
from contacts.models import Consent, Contact, Suppression
from contacts.suppression import digest_of, digests_of
from core import audit, events
from core.models import User


@transaction.atomic
def record_consent(
    *,
    contact: Contact,
    actor: User | None,
    purpose: str,
    decision: str,
    basis: str = Basis.CONSENT,
    language: str = "",
    source: str = Source.MANUAL,
    wording: str = "",
    decided_at: datetime | None = None,
    expires_at: datetime | None = None,
) -> Consent:
    """Add what ``contact`` said of ``purpose`` to the ledger; the last word counts.

    ``actor`` is None when the person said it themself. ``language`` is the one of the wording
    they were shown; theirs, when it is not given.
    """
    consent = Consent.objects.create(
        contact=contact,
        purpose=purpose,
        decision=decision,
        basis=basis,
        language=language or contact.language,
        source=source,
        wording=wording,
        decided_at=decided_at or timezone.now(),
        expires_at=expires_at,
        recorded_by=actor,
    )
    audit.record(
        actor=actor,
        action="contacts.consent_recorded",
        target=contact,
        purpose=str(purpose),
        decision=str(decision),
        source=str(source),
    )
    events.publish(
        ConsentChanged(
            contact_id=contact.pk,
            actor_id=actor.pk if actor else None,
            consent_id=consent.pk,
            purpose=str(purpose),
            decision=str(decision),
        )
    )
    return consent


def suppress(*, address: str, reason: str, actor: User | None) -> Suppression:
    """Never write to ``address`` again. A later reason does not take the place of the first."""
    with transaction.atomic():
        suppression, is_new = Suppression.objects.get_or_create(
            digest=digest_of(address), defaults={"reason": reason}
        )
        if is_new:
            audit.record(
                actor=actor,
                action="contacts.suppressed",
                target=suppression,
                reason=str(suppression.reason),
            )
    return suppression


def lift_suppression(*, address: str, actor: User | None) -> bool:
    """Who unsubscribed from everything thought better of it; say whether that was so. What was
    suppressed for another reason stays.
    """
    with transaction.atomic():
        lifted = list(
            Suppression.objects.select_for_update().filter(
                digest__in=digests_of(address), reason=Suppression.Reason.UNSUBSCRIBED
            )
        )
        for suppression in lifted:
            audit.record(actor=actor, action="contacts.suppression_lifted", target=suppression)
            suppression.delete()
    return bool(lifted)


def is_suppressed(address: str) -> bool:
    return Suppression.objects.filter(digest__in=digests_of(address)).exists()
