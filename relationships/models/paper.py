"""The papers of an engagement: what was signed, and what was checked."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contacts.models.access import visible_units
from core.models import TimeStampedModel
from relationships.models.engagement import Engagement

if TYPE_CHECKING:
    from datetime import date

    from core.models import User


class PaperQuerySet(models.QuerySet["Paper"]):
    def visible_to(self, user: "User") -> "PaperQuerySet":
        """Papers tell of pay and of identity: they are seen by those who see to contracts."""
        unit_ids = visible_units(user, "contacts.view_confidential")
        if unit_ids is None:
            return self
        return self.filter(engagement__contact__unit__in=unit_ids)

    def kept(self) -> "PaperQuerySet":
        """Those whose document nobody deleted."""
        return self.filter(Q(document=None) | Q(document__deleted_at=None))

    def expiring(self, until: "date") -> "PaperQuerySet":
        by_document = Q(document__expires_on__lte=until)
        return self.kept().filter(Q(document=None, expires_on__lte=until) | by_document)


class Paper(TimeStampedModel):
    """One paper of an engagement. The file, its versions and the day it expires are those of a
    document of the person (``contacts``). An identity check has no file: that it was done, by whom
    and when is what we need to know; a copy is kept only where a law asks for it (``basis``).
    """

    class Kind(models.TextChoices):
        CONTRACT = "contract", _("Contract")
        MODEL_AGREEMENT = "model", _("Model agreement")
        NDA = "nda", _("Confidentiality agreement")
        CERTIFICATE = "certificate", _("Certificate")
        INSURANCE = "insurance", _("Insurance")
        IDENTITY = "identity", _("Identity check")
        OTHER = "other", _("Other")

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="papers")
    kind = models.CharField(_("kind"), max_length=11, choices=Kind)
    document = models.OneToOneField(
        "contacts.Document", on_delete=models.CASCADE, null=True, related_name="paper"
    )
    checked_on = models.DateField(_("checked on"), null=True, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    expires_on = models.DateField(_("valid until"), null=True, blank=True)
    basis = models.CharField(_("law that asks for a copy"), max_length=200, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    reminded_for = models.DateField(null=True, editable=False)

    objects = PaperQuerySet.as_manager()

    class Meta:
        verbose_name = _("paper of an engagement")
        verbose_name_plural = _("papers of engagements")
        indexes = [
            models.Index(
                fields=["expires_on"],
                condition=Q(document=None, expires_on__isnull=False),
                name="paper_expires",
            ),
            models.Index(fields=["updated_at", "id"], name="paper_by_update"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(document__isnull=False) | Q(kind="identity", checked_on__isnull=False),
                name="paper_is_a_file_or_a_check",
            ),
            models.CheckConstraint(
                condition=~Q(kind="identity") | Q(document=None) | ~Q(basis=""),
                name="identity_copy_has_a_basis",
            ),
        ]

    def __str__(self) -> str:
        return f"paper #{self.pk} of engagement #{self.engagement_id}"

    @property
    def valid_until(self) -> "date | None":
        return self.document.expires_on if self.document else self.expires_on
