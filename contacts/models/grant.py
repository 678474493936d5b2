from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import TimeStampedModel


class RoleGrant(TimeStampedModel):
    """A role held by a user, for a unit and all under it, or, without a unit, everywhere."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="role_grants"
    )
    role = models.ForeignKey(
        "core.Role", on_delete=models.PROTECT, related_name="grants", verbose_name=_("role")
    )
    unit = models.ForeignKey(
        "contacts.OrgUnit",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="role_grants",
        verbose_name=_("unit"),
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "unit"], name="one_grant_per_unit", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"user {self.user_id}: role {self.role_id} for unit {self.unit_id}"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self, now: datetime) -> "InvitationQuerySet":
        return self.filter(accepted_at=None, revoked_at=None, expires_at__gt=now)


class Invitation(TimeStampedModel):
    """A colleague asked to make an account, with the role that awaits them.

    Open until accepted, revoked or past ``expires_at``. Only the digest of the link is kept.
    """

    email = models.EmailField(_("e-mail address"))
    name = models.CharField(_("name"), max_length=150, blank=True)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    role = models.ForeignKey("core.Role", on_delete=models.PROTECT, verbose_name=_("role"))
    unit = models.ForeignKey(
        "contacts.OrgUnit",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("unit"),
    )
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["email"],
                condition=Q(accepted_at=None, revoked_at=None),
                name="one_open_invitation_per_email",
            ),
        ]

    def __str__(self) -> str:
        return f"invitation #{self.pk}"
