from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import TimeStampedModel


class Bequest(TimeStampedModel):
    """Relationships of a colleague who leaves, given to heirs in one act, and what undoes it.

    ``parts``: ``{"relationship", "heir", "since", "task"}``, all ids but ``since``, the ISO day
    since when the leaver was the owner, if it was known.
    """

    leaver = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="bequests"
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    parts = models.JSONField(default=list)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("handing on of relationships")
        verbose_name_plural = _("handings on of relationships")

    def __str__(self) -> str:
        return f"bequest #{self.pk} of user #{self.leaver_id}"
