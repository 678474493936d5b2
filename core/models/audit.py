from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models

from core.models.base import uuid7


class AuditEntry(models.Model):
    """Who did what to which record. Rows are only ever added: a trigger refuses the rest."""

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    at = models.DateTimeField(auto_now_add=True, db_index=True)
    actor = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, related_name="+")
    action = models.CharField(max_length=80)
    target_type = models.ForeignKey(
        ContentType, on_delete=models.PROTECT, null=True, related_name="+"
    )
    target_id = models.PositiveBigIntegerField(null=True)
    target = GenericForeignKey("target_type", "target_id")
    details = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["target_type", "target_id"], name="audit_by_target")]

    def __str__(self) -> str:
        return f"{self.action} #{self.pk}"
