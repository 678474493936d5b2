from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from contacts.models.access import visible_units
from core.models import TimeStampedModel
from relationships.choices import Kind
from relationships.models.engagement import Engagement
from relationships.models.relationship import Relationship, StageTransition

if TYPE_CHECKING:
    from core.models import User


class KindChangeQuerySet(models.QuerySet["KindChange"]):
    def visible_to(self, user: "User") -> "KindChangeQuerySet":
        unit_ids = visible_units(user, "relationships.view_relationship")
        if unit_ids is None:
            return self
        return self.filter(contact__unit__in=unit_ids)


class KindChange(TimeStampedModel):
    """One act by which somebody became something else to us: a prospect an employee, an employee
    an alumnus. What it ended and began, so that it can be undone; the person stays who they are.

    ``ended_engagements`` holds the last day that each had before: ``[[id, day or null], …]``.
    """

    contact = models.ForeignKey(
        "contacts.Contact", on_delete=models.CASCADE, related_name="kind_changes"
    )
    from_kind = models.CharField(_("was"), max_length=10, choices=Kind)
    to_kind = models.CharField(_("became"), max_length=10, choices=Kind)
    on = models.DateField(_("day"))
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    ending = models.ForeignKey(
        StageTransition, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    begun = models.ForeignKey(
        Relationship, on_delete=models.SET_NULL, null=True, related_name="begun_by"
    )
    engagement = models.ForeignKey(
        Engagement, on_delete=models.SET_NULL, null=True, related_name="begun_by"
    )
    ended_engagements = models.JSONField(default=list)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    undone_at = models.DateTimeField(null=True, editable=False)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = KindChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of kind")
        verbose_name_plural = _("changes of kind")
        indexes = [
            models.Index(fields=["contact", "-id"], name="kind_change_of_contact"),
            models.Index(fields=["updated_at", "id"], name="kind_change_by_update"),
        ]

    def __str__(self) -> str:
        return f"change of kind #{self.pk}"
