from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import QueuedRow, QueuedRowQuerySet, uuid7

if TYPE_CHECKING:
    from core.models import User


def export_path(run: "ExportRun", filename: str) -> str:
    """A random name: nothing of whom the file is about reaches the disk's directories."""
    return f"exports/{uuid7()}"


class ExportRunQuerySet(QueuedRowQuerySet["ExportRun"]):
    def visible_to(self, user: "User") -> "ExportRunQuerySet":
        """One's own: a file holds what its maker may see, which may be more than another may."""
        return self.filter(requested_by=user)


class ExportRun(QueuedRow):
    """A file of people on its way out.

    ``waiting`` (a worker is wanted) → ``ready``, or ``failed`` with the reason in ``outcome``.
    ``ready`` → ``gone`` a day later: the file is deleted, the row stays to tell that it was made.
    ``selection`` says of whom, ``columns`` what (none: all); who may see whom is asked again when
    the file is made.
    """

    class Format(models.TextChoices):
        CSV = "csv", _("CSV, for any program")
        XLSX = "xlsx", _("Excel workbook")
        VCARD = "vcard", _("vCard, for address books")

    class State(models.TextChoices):
        WAITING = "waiting", _("Being made")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Failed")
        GONE = "gone", _("Deleted")

    KEPT = timedelta(days=1)

    format = models.CharField(_("format"), max_length=5, choices=Format)
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.WAITING)
    selection = models.JSONField(default=dict)
    columns = models.JSONField(default=list)
    language = models.CharField(max_length=5, default="en")
    row_count = models.PositiveIntegerField(default=0)
    done_count = models.PositiveIntegerField(default=0)
    file = models.FileField(upload_to=export_path, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    objects = ExportRunQuerySet.as_manager()

    class Meta(QueuedRow.Meta):
        verbose_name = _("export")
        verbose_name_plural = _("exports")

    def __str__(self) -> str:
        return f"export #{self.pk} ({self.state})"
