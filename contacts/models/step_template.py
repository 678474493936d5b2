"""Steps that can be used again: for a new talent pool, or for the lifecycle of a kind."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import TimeStampedModel


class StepTemplate(TimeStampedModel):
    """``steps`` in their order, each ``{"name": …}`` with whatever else the app that saved it
    knows of a step; ``moves`` the moves between them, by their places:
    ``[[from, to, needs a reason], …]``. A talent pool takes the names.
    """

    name = models.CharField(_("name"), max_length=120, unique=True)
    steps = models.JSONField(default=list)
    moves = models.JSONField(default=list)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("step template")
        verbose_name_plural = _("step templates")

    def __str__(self) -> str:
        return self.name
