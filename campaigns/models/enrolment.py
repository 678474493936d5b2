from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.choices import Reason
from campaigns.models.campaign import Campaign
from core.models import QueuedRow, QueuedRowQuerySet, TimeStampedModel


class EnrolmentRun(QueuedRow):
    """The work of enrolling a campaign's audience: done in sets, by whichever worker holds it.

    People are taken in the order of their ids; ``last_contact_id`` is how far it came, written in
    the transaction of each set. A worker that is killed is taken over exactly there.
    ``left_out`` counts by reason.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="enrolment_runs")
    audience = models.JSONField(default=dict)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    people = models.PositiveIntegerField(default=0)
    seen = models.PositiveIntegerField(default=0)
    enrolled = models.PositiveIntegerField(default=0)
    left_out = models.JSONField(default=dict)
    last_contact_id = models.BigIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)
    # Why also those whom a colleague holds are taken in; without it they are left out.
    override_reason = models.CharField(max_length=300, blank=True)

    objects: ClassVar[QueuedRowQuerySet["EnrolmentRun"]] = QueuedRowQuerySet.as_manager()  # type: ignore[assignment]

    class Meta(QueuedRow.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["campaign"], condition=Q(finished_at=None), name="one_open_enrolment_run"
            ),
        ]

    def __str__(self) -> str:
        return f"enrolment run #{self.pk} of campaign {self.campaign_id}"

    @property
    def percent(self) -> int:
        if self.finished_at is not None or not self.people:
            return 100
        return min(100, self.seen * 100 // self.people)


class Enrolment(TimeStampedModel):
    """A contact on the way through a campaign, for the ``entry_number``-th time.

    ``active`` until the last step is done (``finished``) or something ends it (``stopped``, with
    a reason). While active it has one of: a touchpoint that waits for its day, a task that a
    colleague has to close, or a mail that went wrong and that a colleague has to decide about.
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
    reason = models.CharField(_("reason"), max_length=20, choices=Reason, blank=True)
    enrolled_at = models.DateTimeField()
    enrolled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "contact", "entry_number"], name="one_enrolment_per_entry"
            ),
            models.UniqueConstraint(
                fields=["campaign", "contact"],
                condition=Q(state="active"),
                name="one_active_enrolment",
            ),
        ]

    def __str__(self) -> str:
        return f"enrolment #{self.pk} ({self.state})"
