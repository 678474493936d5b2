from django.db import models
from django.db.models import F, Func, Q

from core.models.base import TimeStampedModel


class CurrentTransactionId(Func):
    """The number PostgreSQL gave the running transaction, as a bigint."""

    template = "pg_current_xact_id()::text::bigint"
    output_field = models.BigIntegerField()


class OldestRunningTransactionId(Func):
    """Every transaction with a lower number has ended: committed or undone for good."""

    template = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
    output_field = models.BigIntegerField()


class ChangeQuerySet(models.QuerySet["Change"]):
    def settled(self) -> "ChangeQuerySet":
        """Only what no transaction still running can come in front of."""
        return self.filter(transaction__lt=OldestRunningTransactionId())

    def after(self, position: tuple[int, int]) -> "ChangeQuerySet":
        """Settled changes past ``position``, a ``(transaction, id)`` read earlier, in order."""
        transaction, pk = position
        past = Q(transaction__gt=transaction) | Q(transaction=transaction, pk__gt=pk)
        return self.settled().filter(past).order_by("transaction", "pk")


class Change(models.Model):
    """One event that was published: the append-only change log.

    Readers go by ``(transaction, id)`` and stop at the oldest running transaction, so a row
    that commits late is never skipped (``id`` alone would be: it is drawn before the commit).
    """

    transaction = models.BigIntegerField(db_default=CurrentTransactionId(), editable=False)
    at = models.DateTimeField(auto_now_add=True)
    event = models.CharField(max_length=100)
    payload = models.JSONField()

    objects = ChangeQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(F("transaction"), F("id"), name="change_position")]

    def __str__(self) -> str:
        return f"{self.event} #{self.pk}"

    @property
    def position(self) -> tuple[int, int]:
        return self.transaction, self.pk


class ChangeReader(models.Model):
    """How far a reader of the change log has come. Whoever holds the row's lock is the reader."""

    name = models.CharField(max_length=50, unique=True)
    transaction = models.BigIntegerField(default=0)
    change_id = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name} at {self.transaction}/{self.change_id}"


class HandlerFailure(TimeStampedModel):
    """A handler that could not take an event, kept for another try.

    Waiting while ``next_try_at`` is set; given up when it is empty. Deleted once it succeeds.
    """

    change = models.ForeignKey(Change, on_delete=models.CASCADE, related_name="failures")
    handler = models.CharField(max_length=200)
    attempts = models.PositiveSmallIntegerField(default=1)
    error = models.TextField(blank=True)
    next_try_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["change", "handler"], name="one_failure_per_handler"),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"],
                condition=Q(next_try_at__isnull=False),
                name="handler_failure_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.handler} on change {self.change_id}"
