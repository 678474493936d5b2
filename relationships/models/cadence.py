from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import TimeStampedModel


class SegmentCadence(TimeStampedModel):
    """How often we speak with the people of a segment, as long as they are in it.

    ``followed_at`` is up to when the members were followed; empty: all are to be looked at.
    """

    segment = models.OneToOneField(
        "contacts.Segment", on_delete=models.CASCADE, related_name="cadence"
    )
    days = models.PositiveSmallIntegerField(
        _("days between contact moments"),
        validators=[MinValueValidator(1), MaxValueValidator(1000)],
    )
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    followed_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("cadence of a segment")
        verbose_name_plural = _("cadences of segments")

    def __str__(self) -> str:
        return f"segment {self.segment_id}: every {self.days} days"
