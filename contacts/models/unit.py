from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.models import TimeStampedModel


class OrgUnitQuerySet(models.QuerySet["OrgUnit"]):
    def within(self, unit_ids: list[int]) -> "OrgUnitQuerySet":
        """Those units and all that lie under them."""
        return self.filter(lineage__overlap=unit_ids)


class OrgUnit(TimeStampedModel):
    """A part of our own organisation: the blueprint is the tree of these.

    ``lineage`` holds the ids from the root down to this unit, itself included; the service that
    places a unit keeps it true, so that a whole branch is found without walking the tree.
    """

    name = models.CharField(_("name"), max_length=150)
    code = models.CharField(_("code"), max_length=50, blank=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    lineage = ArrayField(models.BigIntegerField(), default=list, editable=False)
    starts_on = models.DateField(_("starts on"), null=True, blank=True)
    ends_on = models.DateField(_("ends on"), null=True, blank=True)

    objects = OrgUnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        indexes = [GinIndex(fields=["lineage"], name="org_unit_lineage")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__gte=F("starts_on")),
                name="org_unit_ends_after_start",
            ),
            models.UniqueConstraint(
                fields=["code"], condition=~Q(code=""), name="one_org_unit_per_code"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def depth(self) -> int:
        return len(self.lineage) - 1


class Organisation(TimeStampedModel):
    """Someone else's organisation: a school, a former or present employer, a client."""

    class Kind(models.TextChoices):
        EMPLOYER = "employer", _("Employer")
        SCHOOL = "school", _("School")
        CLIENT = "client", _("Client")

    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.EMPLOYER)

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        constraints = [
            models.UniqueConstraint(fields=["name", "kind"], name="one_organisation_per_name"),
        ]

    def __str__(self) -> str:
        return self.name
