from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.models.campaign import Campaign, Step
from core.models import QueuedRow, QueuedRowQuerySet, TimeStampedModel


class Enrolment(TimeStampedModel):
    """A contact on the way through a campaign, for the ``entry_number``-th time.

    ``active`` until the last step is done (``finished``) or something ends it (``stopped``).
    """

    class State(models.TextChoices):
        ACTIVE = "active", _("On the way")
        FINISHED = "finished", _("Finished")
        STOPPED = "stopped", _("Stopped")

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="enrolments")
    contact = models.ForeignKey(
        "contacts.Contact", on_delete=models.CASCADE, related_name="enrolments"
    )
    entry_number = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.ACTIVE)
    reason = models.CharField(_("reason"), max_length=100, blank=True)
    enrolled_at = models.DateTimeField()
    enrolled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "contact", "entry_number"], name="one_enrolment_per_entry"
            ),
            models.UniqueConstraint(
                fields=["campaign", "contact"],
                condition=models.Q(state="active"),
                name="one_active_enrolment",
            ),
        ]

    def __str__(self) -> str:
        return f"enrolment #{self.pk} ({self.state})"


class TouchpointQuerySet(QueuedRowQuerySet["Touchpoint"]):
    def due(self, now: datetime) -> "TouchpointQuerySet":
        """Due, and of a campaign that runs: pausing one is a matter of its own row."""
        return super().due(now).filter(enrolment__campaign__state=Campaign.State.RUNNING)


class Touchpoint(QueuedRow):
    """One message to one person, or one human task about them, and what became of it.

    This table is the delivery queue. ``waiting`` → ``claimed`` → ``handing_over`` (committed
    before the first byte leaves: from then on no machine takes it again) → ``done``, with
    ``result``. What a dead worker left in ``handing_over`` becomes ``done`` as ``in_doubt``: it may
    have gone out, and writing twice is worse than not at all, so a person decides.
    """

    class Result(models.TextChoices):
        SENT = "sent", _("Sent")
        ASSIGNED = "assigned", _("Given to a colleague")
        LEFT_OUT = "left_out", _("Left out")
        FAILED = "failed", _("Failed")
        IN_DOUBT = "in_doubt", _("In doubt")
        CANCELLED = "cancelled", _("Cancelled")

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="touchpoints")
    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="touchpoints")
    contact = models.ForeignKey(
        "contacts.Contact", on_delete=models.CASCADE, related_name="touchpoints"
    )
    result = models.CharField(_("result"), max_length=9, choices=Result, blank=True)
    message_id = models.CharField(max_length=200, blank=True, db_index=True)
    follow_up = models.OneToOneField(
        "relationships.FollowUp", on_delete=models.SET_NULL, null=True, related_name="touchpoint"
    )
    done_at = models.DateTimeField(null=True, editable=False)

    objects = TouchpointQuerySet.as_manager()

    class Meta(QueuedRow.Meta):
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "step"], name="one_touchpoint_per_step"),
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
