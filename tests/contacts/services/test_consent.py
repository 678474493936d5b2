from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from contacts.choices import Purpose
from contacts.models import Consent, Suppression
from contacts.services.consent import is_suppressed, record_consent, suppress
from core.models import AuditEntry, Change
from tests.factories import ContactFactory, UserFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


def test_record_consent_adds_a_line_that_tells_all() -> None:
    actor, contact = UserFactory(), ContactFactory(language="nl")

    consent = record_consent(
        contact=contact,
        actor=actor,
        purpose=Purpose.EVENTS,
        decision="given",
        wording="2026-1",
        decided_at=NOW,
    )

    assert list(
        Consent.objects.values_list(
            "contact", "purpose", "decision", "basis", "language", "wording", "decided_at"
        )
    ) == [(contact.pk, "events", "given", "consent", "nl", "2026-1", NOW)]
    assert consent.recorded_by == actor
    assert list(AuditEntry.objects.values_list("action", "target_id")) == [
        ("contacts.consent_recorded", contact.pk)
    ]
    assert Change.objects.get().payload == {
        "contact_id": contact.pk,
        "actor_id": actor.pk,
        "consent_id": consent.pk,
        "purpose": "events",
        "decision": "given",
    }


def test_the_last_word_counts() -> None:
    contact = ContactFactory()
    for decision in ("given", "withdrawn", "given"):
        record_consent(contact=contact, actor=None, purpose="network", decision=decision)
    record_consent(contact=contact, actor=None, purpose="events", decision="withdrawn")

    assert list(Consent.objects.in_force(NOW).values_list("purpose", flat=True)) == ["network"]
    assert Consent.objects.count() == 4


def test_the_ledger_refuses_to_be_rewritten() -> None:
    record_consent(contact=ContactFactory(), actor=None, purpose="network", decision="given")

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Consent.objects.update(decision="withdrawn")


def test_suppress_keeps_no_address_and_knows_it_again() -> None:
    suppress(address=" Ada@Example.org", reason="unsubscribed", actor=None)
    suppress(address="ada@example.org", reason="bounced", actor=None)

    kept = Suppression.objects.get()
    assert kept.reason == "unsubscribed"
    assert "ada" not in kept.digest
    assert is_suppressed("ADA@example.org")
    assert not is_suppressed("ada@example.com")


def test_suppression_outlives_a_change_of_key(settings: object) -> None:
    suppress(address="ada@example.org", reason="erased", actor=None)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key-that-is-long-enough"

    assert is_suppressed("ada@example.org")
    settings.SECRET_KEY_FALLBACKS = []
    assert not is_suppressed("ada@example.org")
