from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.models.campaign import Campaign, Step
from campaigns.models.enrolment import Enrolment
from core.models import QueuedRow, QueuedRowQuerySet, TimeStampedModel


class TouchpointQuerySet(QueuedRowQuerySet["Touchpoint"]):
    def due(self, now: datetime) -> "TouchpointQuerySet":
        """Due, and of a campaign that runs: pausing one is a matter of its own row."""
        return (
            super()
            .due(now)
            .filter(
                enrolment__campaign__state=Campaign.State.RUNNING,
                enrolment__state=Enrolment.State.ACTIVE,
            )
        )

    def undecided(self) -> "TouchpointQuerySet":
        """What went wrong, or may have, and waits for a colleague's decision."""
        return self.filter(result__in=Touchpoint.PROBLEMS, decided_at=None)


class Touchpoint(QueuedRow):
    """One message to one person, or one human task about them, and what became of it.

    This table is the delivery queue. ``waiting`` → ``claimed`` → ``handing_over`` (committed
    before the first byte leaves: from then on no machine sends it again) → ``done``.

    ``handing_over`` with a ``result`` is known to have ended, and what follows from it (timeline,
    next step) is still to be written: any worker may do that. ``handing_over`` without one, left
    by a worker that died, becomes ``done`` as ``in_doubt``: it may have gone out, and writing
    twice is worse than not at all, so a person decides (``decided_at``).
    """

    class Result(models.TextChoices):
        SENT = "sent", _("Sent")
        ASSIGNED = "assigned", _("Given to a colleague")
        LEFT_OUT = "left_out", _("Left out")
        FAILED = "failed", _("Failed")
        IN_DOUBT = "in_doubt", _("In doubt")
        CANCELLED = "cancelled", _("Cancelled")

    PROBLEMS: ClassVar[tuple[Result, ...]] = (Result.FAILED, Result.IN_DOUBT)

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="touchpoints")
    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="touchpoints")
    contact = models.ForeignKey(
        "contacts.Contact", on_delete=models.CASCADE, related_name="touchpoints"
    )
    result = models.CharField(_("result"), max_length=9, choices=Result, blank=True)
    follow_up = models.OneToOneField(
        "relationships.FollowUp", on_delete=models.SET_NULL, null=True, related_name="touchpoint"
    )
    done_at = models.DateTimeField(null=True, editable=False)
    decided_at = models.DateTimeField(null=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects: ClassVar[TouchpointQuerySet] = TouchpointQuerySet.as_manager()  # type: ignore[assignment]

    class Meta(QueuedRow.Meta):
        verbose_name = _("touchpoint")
        verbose_name_plural = _("touchpoints")
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "step"], name="one_touchpoint_per_step"),
        ]
        indexes = [
            *QueuedRow.Meta.indexes,
            models.Index(
                fields=["enrolment"],
                condition=Q(result__in=["failed", "in_doubt"], decided_at=None),
                name="touchpoint_undecided",
            ),
        ]

    def __str__(self) -> str:
        return f"touchpoint #{self.pk} ({self.queue_state})"


class DeliveryEvent(TimeStampedModel):
    """What became known about a message: handed over, refused, unsubscribed from. Only added."""

    class Kind(models.TextChoices):
        SENT = "sent", _("Accepted by the mail server")
        REFUSED = "refused", _("Refused by the mail server")
        POSTPONED = "postponed", _("To be tried again")
        IN_DOUBT = "in_doubt", _("Not known whether it left")
        UNSUBSCRIBED = "unsubscribed", _("Unsubscribed")

    touchpoint = models.ForeignKey(
        Touchpoint, on_delete=models.CASCADE, related_name="delivery_events"
    )
    kind = models.CharField(max_length=12, choices=Kind)
    happened_at = models.DateTimeField()
    detail = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return f"{self.kind} of touchpoint {self.touchpoint_id}"
