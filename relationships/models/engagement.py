from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contacts.models.access import visible_units
from core.models import TimeStampedModel

if TYPE_CHECKING:
    from core.models import User


class EngagementQuerySet(models.QuerySet["Engagement"]):
    def visible_to(self, user: "User") -> "EngagementQuerySet":
        unit_ids = visible_units(user, "relationships.view_relationship")
        if unit_ids is None:
            return self
        return self.filter(contact__unit__in=unit_ids)


class Engagement(TimeStampedModel):
    """Work for us over a time: the legal side. They may overlap; a person may return.

    What is paid for it is shown only to whoever holds ``relationships.view_rates``.
    """

    class Form(models.TextChoices):
        EMPLOYMENT = "employment", _("Employment")
        INTERNSHIP = "internship", _("Internship")
        ASSIGNMENT = "assignment", _("Assignment")
        VOLUNTEER = "volunteer", _("Volunteer work")

    class Per(models.TextChoices):
        HOUR = "hour", _("Hour")
        DAY = "day", _("Day")
        MONTH = "month", _("Month")
        YEAR = "year", _("Year")

    contact = models.ForeignKey(
        "contacts.Contact", on_delete=models.CASCADE, related_name="engagements"
    )
    form = models.CharField(_("form"), max_length=10, choices=Form)
    unit = models.ForeignKey(
        "contacts.OrgUnit",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="engagements",
        verbose_name=_("unit"),
    )
    role = models.CharField(_("role"), max_length=150, blank=True)
    manager = models.ForeignKey(
        "contacts.Contact",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="engagements_managed",
        verbose_name=_("manager"),
    )
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    hours_per_week = models.DecimalField(
        _("hours a week"), max_digits=4, decimal_places=1, null=True, blank=True
    )
    rate = models.DecimalField(_("rate"), max_digits=9, decimal_places=2, null=True, blank=True)
    rate_per = models.CharField(_("rate per"), max_length=5, choices=Per, blank=True)
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = EngagementQuerySet.as_manager()

    class Meta:
        verbose_name = _("engagement")
        verbose_name_plural = _("engagements")
        indexes = [models.Index(fields=["contact", "starts_on"], name="engagement_of_contact")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="engagement_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(rate=None, rate_per="") | (Q(rate__gte=0) & ~Q(rate_per="")),
                name="engagement_rate_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"engagement #{self.pk}"
