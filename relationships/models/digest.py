from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import TimeStampedModel


class DigestSetting(TimeStampedModel):
    """Whether a colleague wants their desk by mail, and at what hour of their own clock.

    Without a row they do not. ``last_on`` is the day of theirs that has been seen to: a mail went
    out on it, or nothing was due. It is what keeps a second worker from sending another.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="digest_setting"
    )
    is_on = models.BooleanField(_("send me my desk by mail, once a day"), default=False)
    hour = models.PositiveSmallIntegerField(
        _("from what hour"), default=8, validators=[MaxValueValidator(23)]
    )
    workdays_only = models.BooleanField(_("on workdays only"), default=True)
    last_on = models.DateField(null=True, editable=False)

    class Meta:
        verbose_name = _("daily digest")
        verbose_name_plural = _("daily digests")
        indexes = [
            models.Index(fields=["last_on"], condition=models.Q(is_on=True), name="digest_wanted")
        ]

    def __str__(self) -> str:
        return f"digest of user {self.user_id}"
