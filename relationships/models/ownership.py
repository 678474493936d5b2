"""Who keeps in touch with whom, for how long, and when somebody else did so all the same."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import TimeStampedModel
from relationships.choices import Kind
from relationships.models.relationship import Relationship


class OwnershipRule(TimeStampedModel):
    """How long the owner of a relationship of ``kind`` holds the person.

    ``last_contact``: ``days`` from the last two-way contact, or from when they became the owner if
    that was later. ``fixed``: ``days`` from when they became the owner. ``never``: an owner holds
    nobody; a colleague may write to them without a word.
    """

    class Basis(models.TextChoices):
        LAST_CONTACT = "last_contact", _("From the last two-way contact")
        FIXED = "fixed", _("From when they became the owner")
        NEVER = "never", _("Not at all")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind, unique=True)
    basis = models.CharField(_("reckoned"), max_length=12, choices=Basis)
    days = models.PositiveSmallIntegerField(_("days"), default=90)

    class Meta:
        verbose_name = _("rule of ownership")
        verbose_name_plural = _("rules of ownership")
        constraints = [
            models.CheckConstraint(condition=Q(days__gte=1), name="ownership_lasts_a_day"),
        ]

    def __str__(self) -> str:
        return self.kind


class CoOwner(TimeStampedModel):
    """A colleague who keeps in touch beside the owner: held off by nobody's ownership."""

    relationship = models.ForeignKey(
        Relationship, on_delete=models.CASCADE, related_name="co_owners"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="co_owned"
    )
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("co-owner")
        verbose_name_plural = _("co-owners")
        constraints = [
            models.UniqueConstraint(fields=["relationship", "user"], name="co_owner_once")
        ]

    def __str__(self) -> str:
        return f"co-owner #{self.pk}"


class OwnershipOverride(TimeStampedModel):
    """``made_by`` turned to a person whom ``owner`` held, and said why. Rows are only added.

    ``about``: the name of what they were taken into, if anything.
    """

    class Act(models.TextChoices):
        MAIL = "mail", _("wrote to them")
        CAMPAIGN = "campaign", _("took them into a campaign")
        TAKE_OVER = "take_over", _("became the owner")

    contact = models.ForeignKey(
        "contacts.Contact", on_delete=models.CASCADE, related_name="ownership_overrides"
    )
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    act = models.CharField(max_length=10, choices=Act)
    about = models.CharField(max_length=200, blank=True)
    reason = models.CharField(_("why"), max_length=300)
    days_left = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("override of ownership")
        verbose_name_plural = _("overrides of ownership")

    def __str__(self) -> str:
        return f"override #{self.pk}"
