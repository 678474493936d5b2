from django.conf import settings
from django.db import models

from core.models import TimeStampedModel


class MergeRecord(TimeStampedModel):
    """Two contacts that turned out to be one person, with all that is needed to part them again.

    ``before`` holds the survivor's own fields as they were; ``moved`` names, per table, the rows
    that changed hands and the rows that were taken out because both had one.
    """

    survivor = models.ForeignKey(
        "contacts.Contact", on_delete=models.CASCADE, related_name="merges_survived"
    )
    duplicate = models.ForeignKey(
        "contacts.Contact", on_delete=models.CASCADE, related_name="merges_ended"
    )
    merged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    before = models.JSONField()
    moved = models.JSONField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    def __str__(self) -> str:
        return f"merge of {self.duplicate_id} into {self.survivor_id}"
