from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contacts.models.access import visible_units
from core.models import QueuedRow, QueuedRowQuerySet

if TYPE_CHECKING:
    from core.models import User


class BulkRunQuerySet(QueuedRowQuerySet["BulkRun"]):
    def visible_to(self, user: "User") -> "BulkRunQuerySet":
        """One's own; who sees the audit log of the whole organisation sees those of all."""
        if visible_units(user, "core.view_audit") is None:
            return self
        return self.filter(started_by=user)

    def recent_first(self) -> "BulkRunQuerySet":
        return self.order_by("-pk")


class BulkRun(QueuedRow):
    """One act on many people at once, such as giving all who match a tag.

    ``gathering`` (a worker writes down who they are: from then on the selection may change) →
    ``running`` → ``done`` → ``undoing`` → ``undone``. ``stopped`` by whoever began it: who was
    not reached stays as they were. ``failed`` after several tries.

    ``act`` is a key of ``contacts.bulk_acts``, ``options`` what was chosen for it, ``selection``
    whom it is about. The worker goes through ``rows`` in batches, each its own transaction;
    ``cursor`` is the last contact gathered, or the last row done, and is written with it.
    ``counts`` holds rows by outcome, and by reason for those that were left.
    """

    class State(models.TextChoices):
        GATHERING = "gathering", _("Gathering the people")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        STOPPED = "stopped", _("Stopped")
        UNDOING = "undoing", _("Being undone")
        UNDONE = "undone", _("Undone")
        FAILED = "failed", _("Failed")

    act = models.CharField(max_length=40)
    options = models.JSONField(default=dict)
    selection = models.JSONField(default=dict)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.GATHERING)
    total = models.PositiveIntegerField(default=0)
    done_count = models.PositiveIntegerField(default=0)
    cursor = models.BigIntegerField(default=0)
    counts = models.JSONField(default=dict)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    finished_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    dismissed_at = models.DateTimeField(null=True)

    objects = BulkRunQuerySet.as_manager()

    class Meta(QueuedRow.Meta):
        verbose_name = _("bulk act")
        verbose_name_plural = _("bulk acts")
        indexes = [
            *QueuedRow.Meta.indexes,
            models.Index(fields=["started_by", "-id"], name="bulk_run_by_user"),
        ]

    def __str__(self) -> str:
        return f"bulk act #{self.pk} ({self.act})"

    @property
    def is_running(self) -> bool:
        return self.state in (self.State.GATHERING, self.State.RUNNING, self.State.UNDOING)

    @property
    def outcomes(self) -> dict[str, int]:
        """Rows by outcome; all outcomes are there."""
        held: dict[str, int] = self.counts.get("outcomes", {})
        return {outcome: held.get(outcome, 0) for outcome in BulkRow.Outcome.values}


class BulkRow(models.Model):
    """One person of a bulk act: what became of them, and what they had, to give it back.

    An empty ``outcome`` was not reached yet. ``done`` may become ``undone``, or ``kept`` where
    the person was changed since. ``reason`` is a code with words in ``contacts.bulk_acts``.
    """

    class Outcome(models.TextChoices):
        DONE = "done", _("Done")
        UNCHANGED = "unchanged", _("Nothing to do")
        SKIPPED = "skipped", _("Skipped")
        UNDONE = "undone", _("Undone")
        KEPT = "kept", _("Left as they are")

    run = models.ForeignKey(BulkRun, on_delete=models.CASCADE, related_name="rows", db_index=False)
    contact = models.ForeignKey(
        "contacts.Contact", on_delete=models.CASCADE, related_name="bulk_rows"
    )
    outcome = models.CharField(max_length=9, choices=Outcome, blank=True)
    reason = models.CharField(max_length=40, blank=True)
    before = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["run", "id"], name="bulk_row_walk"),
            models.Index(
                fields=["run", "outcome", "id"],
                condition=~Q(outcome="done"),
                name="bulk_row_left",
            ),
        ]

    def __str__(self) -> str:
        return f"row {self.pk} of bulk act {self.run_id}"
