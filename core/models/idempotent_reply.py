from datetime import timedelta

from django.db import models

from core.models.base import TimeStampedModel


class IdempotentReply(TimeStampedModel):
    """What a POST with an ``Idempotency-Key`` was answered, kept so that a repeat gets the same.

    ``status`` is empty until the answer stands. A request holds the row's lock while it works:
    an empty row that nobody has locked is of a request that died without having done anything.
    """

    KEPT = timedelta(hours=24)

    token = models.ForeignKey("core.ApiToken", on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    headers = models.JSONField(default=dict)
    body = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["token", "key"], name="one_reply_per_idempotency_key"),
        ]
        indexes = [models.Index(fields=["created_at"], name="idempotent_reply_age")]

    def __str__(self) -> str:
        return f"idempotent reply #{self.pk}"
