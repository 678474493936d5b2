from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from contacts.models.access import visible_units
from core.models import TimeStampedModel

if TYPE_CHECKING:
    from core.models import User


class MergeRecordQuerySet(models.QuerySet["MergeRecord"]):
    def visible_to(self, user: "User") -> "MergeRecordQuerySet":
        """Merges into people whom ``user`` may merge."""
        unit_ids = visible_units(user, "contacts.merge_contacts")
        return self if unit_ids is None else self.filter(survivor__unit__in=unit_ids)


class MergeRecord(TimeStampedModel):
    """Two contacts that turned out to be one person, with all that is needed to part them again.

    ``before`` holds the survivor's own fields as they were; ``moved`` names, per table, the rows
    that changed hands and the rows that were taken out because both had one. Both are emptied
    once the merge can be undone no more (``UNDONE_FOR``). ``rule`` names the rule that merged them.
    """

    UNDONE_FOR = timedelta(days=30)

    survivor = models.ForeignKey(
        "contacts.Contact", on_delete=models.CASCADE, related_name="merges_survived"
    )
    duplicate = models.ForeignKey(
        "contacts.Contact", on_delete=models.CASCADE, related_name="merges_ended"
    )
    merged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    rule = models.CharField(max_length=30, blank=True)
    before = models.JSONField()
    moved = models.JSONField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = MergeRecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("merge")
        verbose_name_plural = _("merges")

    def __str__(self) -> str:
        return f"merge of {self.duplicate_id} into {self.survivor_id}"

    def may_be_undone(self, now: datetime) -> bool:
        return self.undone_at is None and now < self.created_at + self.UNDONE_FOR
