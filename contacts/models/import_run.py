from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import QueuedRow, QueuedRowQuerySet, TimeStampedModel, uuid7


def upload_path(run: "ImportRun", filename: str) -> str:
    """A random name: what a user called the file never reaches the disk."""
    return f"imports/{uuid7()}"


class ImportRunQuerySet(QueuedRowQuerySet["ImportRun"]):
    pass


class ImportRun(QueuedRow):
    """One file of people on its way in.

    ``mapping`` (uploaded, the user looks at what was recognised) → ``checking`` (a worker reads
    and tries every row, writing nothing else) → ``checked`` (the report of the dry run is there)
    → ``importing`` → ``imported``. ``failed`` says why in ``outcome``; ``discarded`` by the user.

    The queue columns are for the two states in which a worker is wanted. The worker works in
    batches of rows, each its own transaction, so that one that is killed is taken over where it
    was: what is done is what the rows say.
    """

    class State(models.TextChoices):
        MAPPING = "mapping", _("Choose the columns")
        CHECKING = "checking", _("Checking")
        CHECKED = "checked", _("Ready to import")
        IMPORTING = "importing", _("Importing")
        IMPORTED = "imported", _("Imported")
        FAILED = "failed", _("Failed")
        DISCARDED = "discarded", _("Discarded")

    file = models.FileField(upload_to=upload_path)
    file_name = models.CharField(_("file name"), max_length=200)
    file_format = models.CharField(_("format"), max_length=10)
    encoding = models.CharField(_("encoding"), max_length=20, blank=True)
    delimiter = models.CharField(_("delimiter"), max_length=1, blank=True)
    header_row = models.PositiveIntegerField(default=0)
    layout = models.CharField(_("layout"), max_length=30, blank=True)
    columns = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)
    options = models.JSONField(default=dict)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.MAPPING)
    row_count = models.PositiveIntegerField(default=0)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    unit = models.ForeignKey(
        "contacts.OrgUnit", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = ImportRunQuerySet.as_manager()

    def __str__(self) -> str:
        return f"import #{self.pk} ({self.state})"


class ImportRow(TimeStampedModel):
    """One row of the file, what the dry run says of it and what became of it.

    ``checked_as`` is set by the dry run, ``outcome`` by the import. Both empty: not yet read.
    """

    class Outcome(models.TextChoices):
        CREATED = "created", _("Created")
        UPDATED = "updated", _("Updated")
        SKIPPED = "skipped", _("Skipped")
        REFUSED = "refused", _("Refused")

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    cells = models.JSONField()
    checked_as = models.CharField(max_length=8, choices=Outcome, blank=True)
    outcome = models.CharField(max_length=8, choices=Outcome, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    contact = models.ForeignKey(
        "contacts.Contact", on_delete=models.SET_NULL, null=True, related_name="import_rows"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "number"], name="one_row_per_number"),
        ]
        indexes = [
            models.Index(
                fields=["run", "number"], condition=Q(outcome=""), name="import_row_to_do"
            ),
        ]

    def __str__(self) -> str:
        return f"row {self.number} of import {self.run_id}"
