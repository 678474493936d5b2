"""The dossier of a freelancer's assignment: what was asked about how the work is done, and said."""

from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contacts.models.access import visible_units
from core.models import TimeStampedModel
from relationships.models.engagement import Engagement

if TYPE_CHECKING:
    from core.models import User


class Questionnaire(TimeStampedModel):
    """One version of the questions. A draft (``published_at`` empty, at most one) may be changed;
    once published it stays as it was, for the dossiers that were filled in by it.

    ``questions``: ``[{"key", "theme", "text": {"nl", "en"}, "why": {"nl", "en"}, "notable"}]``.
    ``notable`` is the answer (``yes`` or ``no``) that asks for attention, or empty; ``why`` says
    what it means.
    """

    class Theme(models.TextChoices):
        AUTHORITY = "authority", _("Authority")
        PERSON = "person", _("Work done in person")
        EMBEDDING = "embedding", _("Part of the organisation")
        PAY = "pay", _("Pay")
        ENTERPRISE = "enterprise", _("Enterprise")
        AGREEMENT = "agreement", _("How it was agreed")

    number = models.PositiveIntegerField(unique=True)
    questions = models.JSONField(default=list)
    note = models.CharField(_("what changed"), max_length=300, blank=True)
    published_at = models.DateTimeField(null=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("questionnaire")
        verbose_name_plural = _("questionnaires")
        constraints = [
            models.UniqueConstraint(
                models.Value(1), condition=Q(published_at=None), name="one_questionnaire_draft"
            ),
        ]

    def __str__(self) -> str:
        return f"v{self.number}"


class DossierQuerySet(models.QuerySet["Dossier"]):
    def visible_to(self, user: "User") -> "DossierQuerySet":
        unit_ids = visible_units(user, "relationships.view_dossiers")
        if unit_ids is None:
            return self
        return self.filter(engagement__contact__unit__in=unit_ids)

    def current(self) -> "DossierQuerySet":
        """Of each engagement the one that counts."""
        return self.filter(is_latest=True)

    def due(self, until: date) -> "DossierQuerySet":
        return self.current().filter(review_on__lte=until)


class Dossier(TimeStampedModel):
    """The answers of one day, by one version of the questions. Rows are only ever added: the
    latest counts, those before it stay to be read.

    ``answers``: ``{key: {"answer": "yes" | "no" | "unknown", "note": …}}``; a note says what it
    rests on. ``review_on`` is when it is to be looked at again; ``asked_for`` the day for which a
    colleague was asked to, and ``review_why`` what for.
    """

    class Why(models.TextChoices):
        FIRST = "first", _("First time")
        YEARLY = "yearly", _("Yearly review")
        CHANGED = "changed", _("The assignment changed")
        CORRECTED = "corrected", _("Correction")

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="dossiers")
    questionnaire = models.ForeignKey(
        Questionnaire, on_delete=models.PROTECT, related_name="dossiers"
    )
    number = models.PositiveIntegerField()
    is_latest = models.BooleanField(default=True)
    why = models.CharField(_("why now"), max_length=9, choices=Why)
    answers = models.JSONField(default=dict)
    remarks = models.TextField(_("remarks"), max_length=4000, blank=True)
    filled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    filled_on = models.DateField(_("filled in on"))
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    reviewed_on = models.DateField(null=True, editable=False)
    review_on = models.DateField(_("to be reviewed by"))
    review_why = models.CharField(max_length=9, choices=Why, default=Why.YEARLY)
    asked_for = models.DateField(null=True, editable=False)

    objects = DossierQuerySet.as_manager()

    class Meta:
        verbose_name = _("dossier")
        verbose_name_plural = _("dossiers")
        indexes = [
            models.Index(
                fields=["review_on", "id"], condition=Q(is_latest=True), name="dossier_review"
            ),
            models.Index(fields=["updated_at", "id"], name="dossier_by_update"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["engagement", "number"], name="one_dossier_per_number"),
            models.UniqueConstraint(
                fields=["engagement"], condition=Q(is_latest=True), name="one_latest_dossier"
            ),
        ]

    def __str__(self) -> str:
        return f"dossier {self.number} of engagement #{self.engagement_id}"
