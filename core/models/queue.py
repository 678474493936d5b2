"""The database is the queue: rows that workers claim in batches, each for a while."""

from datetime import datetime, timedelta
from typing import Any, Self, TypeVar

from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models.base import TimeStampedModel, uuid7

Row = TypeVar("Row", bound="QueuedRow")


class QueuedRowQuerySet(models.QuerySet[Row]):
    def due(self, now: datetime) -> Self:
        """Waiting rows whose moment has come, the longest waiting first."""
        return self.filter(queue_state=QueuedRow.QueueState.WAITING, due_at__lte=now).order_by(
            "due_at", "pk"
        )

    def claim(self, *, now: datetime, limit: int, lease: timedelta) -> list[Row]:
        """Take up to ``limit`` due rows for this worker alone, until ``now + lease``.

        Concurrent workers skip each other's rows instead of waiting for them. Every row comes back
        with the ``lease_token`` of this claim; whoever finishes it must still hold that token.
        The rows are locked by one statement and marked by the next: as a subquery of the UPDATE,
        PostgreSQL may run the locking SELECT more than once and so take more than ``limit``.
        """
        token = uuid7()
        with transaction.atomic():
            rows = list(self.due(now).select_for_update(skip_locked=True, of=("self",))[:limit])
            self.model._default_manager.filter(pk__in=[row.pk for row in rows]).update(
                queue_state=QueuedRow.QueueState.CLAIMED,
                lease_token=token,
                lease_until=now + lease,
                attempts=F("attempts") + 1,
                updated_at=now,
            )
        for row in rows:
            row.queue_state = QueuedRow.QueueState.CLAIMED
            row.lease_token, row.lease_until = token, now + lease
            row.attempts += 1
            row.updated_at = now
        return rows

    def expired(self, now: datetime) -> Self:
        """Claimed rows whose worker did not finish in time: it died, or it hangs."""
        return self.filter(queue_state=QueuedRow.QueueState.CLAIMED, lease_until__lte=now)

    def release_expired(self, now: datetime) -> int:
        """Put expired rows back for another worker. Only for work that may be done twice."""
        return self.expired(now).update(
            queue_state=QueuedRow.QueueState.WAITING,
            lease_token=None,
            lease_until=None,
            updated_at=now,
        )


class QueuedRow(TimeStampedModel):
    """A row that something must be done for, once ``due_at`` has come.

    ``waiting`` → ``claimed`` (leased by one worker) → ``done``. A subclass whose work must not
    happen twice puts ``handing_over`` between the last two: from then on nobody takes it again.
    """

    class QueueState(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        CLAIMED = "claimed", _("Claimed")
        HANDING_OVER = "handing_over", _("Handing over")
        DONE = "done", _("Done")

    queue_state = models.CharField(
        max_length=12, choices=QueueState, default=QueueState.WAITING, editable=False
    )
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    lease_token = models.UUIDField(null=True, editable=False, db_index=True)
    lease_until = models.DateTimeField(null=True, editable=False)
    outcome = models.CharField(max_length=300, blank=True)

    class Meta:
        abstract = True
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                condition=Q(queue_state="waiting"),
                name="%(app_label)s_%(class)s_due",
            ),
            models.Index(
                fields=["lease_until"],
                condition=Q(queue_state__in=["claimed", "handing_over"]),
                name="%(app_label)s_%(class)s_lease",
            ),
        ]

    def finish(self, **fields: Any) -> bool:
        """Mark the row done if this worker still holds it; say whether it did."""
        return self._let_go(queue_state=self.QueueState.DONE, **fields)

    def put_back(self, *, due_at: datetime, **fields: Any) -> bool:
        """Let another worker take the row, from ``due_at`` on, if this one still holds it."""
        return self._let_go(queue_state=self.QueueState.WAITING, due_at=due_at, **fields)

    def _let_go(self, **fields: Any) -> bool:
        if self.lease_token is None:
            return False
        held = type(self)._default_manager.filter(pk=self.pk, lease_token=self.lease_token)
        values = {"lease_token": None, "lease_until": None, "updated_at": timezone.now(), **fields}
        return bool(held.update(**values))
