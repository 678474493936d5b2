from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from contacts.choices import Basis, Purpose, Source
from core.models import TimeStampedModel


class ConsentQuerySet(models.QuerySet["Consent"]):
    def last_words(self) -> "ConsentQuerySet":
        """For each contact and purpose, the last word."""
        later = Consent.objects.filter(
            contact=OuterRef("contact"), purpose=OuterRef("purpose"), pk__gt=OuterRef("pk")
        )
        return self.filter(~Exists(later))

    def in_force(self, now: datetime) -> "ConsentQuerySet":
        """Given, not withdrawn since, and not run out at ``now``."""
        return self.last_words().filter(
            Q(expires_at=None) | Q(expires_at__gt=now), decision=Consent.Decision.GIVEN
        )


class Consent(TimeStampedModel):
    """One entry of the consent ledger: what a contact said about one purpose, and when.

    Append-only: a later row takes the place of an earlier one, which stays as evidence. A
    database trigger refuses changes.
    """

    class Decision(models.TextChoices):
        GIVEN = "given", _("Given")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    contact = models.ForeignKey(
        "contacts.Contact", on_delete=models.CASCADE, related_name="consents"
    )
    purpose = models.CharField(_("purpose"), max_length=20, choices=Purpose)
    decision = models.CharField(_("decision"), max_length=10, choices=Decision)
    basis = models.CharField(_("basis"), max_length=20, choices=Basis, default=Basis.CONSENT)
    wording = models.CharField(_("wording version"), max_length=50, blank=True)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    source = models.CharField(_("source"), max_length=10, choices=Source)
    decided_at = models.DateTimeField(_("decided at"))
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        indexes = [models.Index(fields=["contact", "purpose", "-id"], name="consent_last_word")]

    def __str__(self) -> str:
        return f"{self.contact_id}: {self.purpose} {self.decision}"

    @property
    def openness(self) -> tuple[bool, bool, float]:
        """Orders words by how much they allow: withdrawn before given, what ends sooner before what
        ends later or never.
        """
        is_given = self.decision == self.Decision.GIVEN
        ends = self.expires_at.timestamp() if self.expires_at else 0.0
        return is_given, self.expires_at is None, ends


class Suppression(TimeStampedModel):
    """An address that must never be written to again. Only its keyed hash is kept, so that it
    outlives the erasure of the person and still stops a re-import.
    """

    class Reason(models.TextChoices):
        UNSUBSCRIBED = "unsubscribed", _("Unsubscribed from everything")
        ERASED = "erased", _("Erased on request")
        BOUNCED = "bounced", _("Does not exist")
        COMPLAINED = "complained", _("Reported as spam")

    digest = models.CharField(max_length=64, unique=True)
    reason = models.CharField(max_length=12, choices=Reason)

    def __str__(self) -> str:
        return f"{self.digest[:8]}…: {self.reason}"
