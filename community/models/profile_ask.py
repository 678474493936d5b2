from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import TimeStampedModel


class ProfileAsk(TimeStampedModel):
    """Whether, and by which campaign, people are asked each year if what we hold is still right.

    There is one row. ``last_contact_id`` is how far the asking came on its way round all people,
    so that everyone has their turn whatever ``per_day`` allows.
    """

    ONLY = 1

    is_on = models.BooleanField(_("ask people every year"), default=False)
    campaign = models.ForeignKey(
        "campaigns.Campaign",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by the campaign"),
    )
    per_day = models.PositiveSmallIntegerField(_("people a day at most"), default=50)
    last_contact_id = models.BigIntegerField(default=0, editable=False)
    last_run_on = models.DateField(null=True, editable=False)

    class Meta:
        verbose_name = _("yearly ask")
        verbose_name_plural = _("yearly asks")

    def __str__(self) -> str:
        return "the yearly ask"

    @classmethod
    def load(cls) -> "ProfileAsk":
        return cls.objects.get_or_create(pk=cls.ONLY)[0]
