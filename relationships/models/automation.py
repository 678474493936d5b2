from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import QueuedRow, QueuedRowQuerySet, TimeStampedModel
from relationships.models.lifecycle import Stage
from relationships.models.relationship import StageTransition


class StageAutomation(TimeStampedModel):
    """What is done by itself when somebody comes to a stage, or leaves it.

    ``act`` names what (``relationships.stage_acts``), ``options`` how. ``archived_at``: taken out;
    what it did stays readable.
    """

    class Moment(models.TextChoices):
        ENTERS = "enters", _("Who comes here")
        LEAVES = "leaves", _("Who leaves here")

    stage = models.ForeignKey(Stage, on_delete=models.CASCADE, related_name="automations")
    moment = models.CharField(_("when"), max_length=6, choices=Moment, default=Moment.ENTERS)
    act = models.CharField(_("what"), max_length=20)
    options = models.JSONField(default=dict)
    is_on = models.BooleanField(_("at work"), default=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    archived_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("automation")
        verbose_name_plural = _("automations")
        indexes = [
            models.Index(
                fields=["stage", "moment"],
                condition=models.Q(is_on=True, archived_at=None),
                name="automation_at_work",
            )
        ]

    def __str__(self) -> str:
        return f"automation #{self.pk} ({self.act})"


class AutomationRun(QueuedRow):
    """An automation at work for one move: written with the move, carried out by a worker.

    A move has one row for each automation, so that an event that is told twice, or a worker that
    is started twice, does it once. ``result`` is empty until it was tried.
    """

    class Result(models.TextChoices):
        DONE = "done", _("Done")
        LEFT_OUT = "left_out", _("Left out")
        CANCELLED = "cancelled", _("Cancelled")
        FAILED = "failed", _("Failed")

    automation = models.ForeignKey(StageAutomation, on_delete=models.CASCADE, related_name="runs")
    transition = models.ForeignKey(
        StageTransition, on_delete=models.CASCADE, related_name="automation_runs"
    )
    contact = models.ForeignKey(
        "contacts.Contact", on_delete=models.CASCADE, related_name="automation_runs"
    )
    result = models.CharField(max_length=9, choices=Result, blank=True)
    made_id = models.BigIntegerField(null=True, editable=False)
    done_at = models.DateTimeField(null=True, editable=False)

    objects: ClassVar[QueuedRowQuerySet["AutomationRun"]] = QueuedRowQuerySet.as_manager()  # type: ignore[assignment]

    class Meta(QueuedRow.Meta):
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                condition=models.Q(queue_state="waiting"),
                name="automation_run_due",
            ),
            models.Index(
                fields=["lease_until"],
                condition=models.Q(queue_state__in=["claimed", "handing_over"]),
                name="automation_run_lease",
            ),
            models.Index(fields=["automation", "-id"], name="automation_history"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["automation", "transition"], name="one_run_per_move"),
        ]

    def __str__(self) -> str:
        return f"run #{self.pk} of automation {self.automation_id}"
