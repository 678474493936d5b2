from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contacts.models.access import visible_units
from core.models import QueuedRow, QueuedRowQuerySet, uuid7

if TYPE_CHECKING:
    from core.models import User


def upload_path(run: "ImportRun", filename: str) -> str:
    """A random name: what a user called the file never reaches the disk."""
    return f"imports/{uuid7()}"


class ImportRunQuerySet(QueuedRowQuerySet["ImportRun"]):
    def visible_to(self, user: "User") -> "ImportRunQuerySet":
        """Runs into the parts of the organisation for which ``user`` may import."""
        unit_ids = visible_units(user, "contacts.import_contacts")
        return self if unit_ids is None else self.filter(unit__in=unit_ids)


class ImportRun(QueuedRow):
    """One file of people on its way in.

    ``mapping`` (uploaded, the user looks at what was recognised) → ``checking`` (a worker reads
    and tries every row, writing nothing else) → ``checked`` (the report of the dry run is there)
    → ``importing`` → ``imported`` (→ ``undoing`` → ``undone``). ``failed`` says why in
    ``outcome``; ``discarded`` by the user.

    The queue columns are for the two states in which a worker is wanted. The worker works in
    batches of rows, each its own transaction, so that one that is killed is taken over where it
    was: ``cursor`` is the last person of the file that is done, written with what was done.
    ``counts`` are of the last dry run or import: rows by outcome, and notes by code; of an undone
    one, rows by what became of them.

    ``header_print`` names the layout: a later file with the same headers is offered the mapping
    and the options of the last imported run that ``is_remembered``. What the rows settled (see
    ``ImportRow``) holds until the day ``settled_until``, if one is set. ``cleared_at``: what the
    file said was taken out of the rows.
    """

    class State(models.TextChoices):
        MAPPING = "mapping", _("Choose the columns")
        CHECKING = "checking", _("Checking")
        CHECKED = "checked", _("Ready to import")
        IMPORTING = "importing", _("Importing")
        IMPORTED = "imported", _("Imported")
        UNDOING = "undoing", _("Undoing")
        UNDONE = "undone", _("Undone")
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
    done_count = models.PositiveIntegerField(default=0)
    cursor = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    unit = models.ForeignKey(
        "contacts.OrgUnit", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    header_print = models.CharField(max_length=32, blank=True)
    is_remembered = models.BooleanField(default=True)
    settled_until = models.DateField(null=True)
    cleared_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = ImportRunQuerySet.as_manager()

    class Meta(QueuedRow.Meta):
        indexes = [
            *QueuedRow.Meta.indexes,
            models.Index(fields=["header_print", "-id"], name="import_run_by_layout"),
        ]

    def __str__(self) -> str:
        return f"import #{self.pk} ({self.state})"

    @property
    def is_running(self) -> bool:
        return self.state in (self.State.CHECKING, self.State.IMPORTING, self.State.UNDOING)

    @property
    def outcomes(self) -> dict[str, int]:
        """Rows by outcome, of the last dry run or import; all four outcomes are there."""
        held: dict[str, int] = self.counts.get("outcomes", {})
        return {outcome: held.get(outcome, 0) for outcome in ImportRow.Outcome.values}


class ImportRowQuerySet(models.QuerySet["ImportRow"]):
    def in_file_order(self) -> "ImportRowQuerySet":
        return self.order_by("number")

    def first_of_person(self) -> "ImportRowQuerySet":
        """One row for each person the file tells of: the one the batches go by."""
        return self.filter(number=F("person"))


class ImportRow(models.Model):
    """One row of the file, what the dry run says of it and what became of it.

    ``checked_as`` is set by the dry run, ``outcome`` by the import; both empty: not yet tried.
    ``person`` is the number of the first row about the same person, so rows that share it are
    tried and written together. ``notes`` are ``[code, values]`` (``contacts.imports.notes``)
    and read in the reader's language; ``changes`` are ``[field, before, after]``.
    ``digest`` is set where the row names nothing else by which its person could be found again.

    ``fingerprint`` names what the row says and how it was read, where that settles the matter: a
    row with the same one need not be compared again while its contact is as it was at
    ``done_at``. ``before`` is what an undo puts back; ``undone_as`` what the undo did.
    """

    class Outcome(models.TextChoices):
        CREATED = "created", _("Created")
        UPDATED = "updated", _("Updated")
        SKIPPED = "skipped", _("Skipped")
        REFUSED = "refused", _("Refused")

    class Undone(models.TextChoices):
        REMOVED = "removed", _("Removed")
        PUT_BACK = "put_back", _("Put back")
        PARTLY = "partly", _("Partly put back")
        KEPT = "kept", _("Kept")

    run = models.ForeignKey(
        ImportRun, on_delete=models.CASCADE, related_name="rows", db_index=False
    )
    number = models.PositiveIntegerField()
    person = models.PositiveIntegerField()
    cells = models.JSONField()
    digest = models.CharField(max_length=32, blank=True)
    checked_as = models.CharField(max_length=8, choices=Outcome, blank=True)
    outcome = models.CharField(max_length=8, choices=Outcome, blank=True)
    notes = models.JSONField(default=list)
    changes = models.JSONField(default=list)
    contact = models.ForeignKey(
        "contacts.Contact", on_delete=models.SET_NULL, null=True, related_name="import_rows"
    )
    fingerprint = models.CharField(max_length=32, blank=True)
    done_at = models.DateTimeField(null=True)
    before = models.JSONField(default=dict)
    undone_as = models.CharField(max_length=8, choices=Undone, blank=True)

    objects = ImportRowQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "number"], name="one_row_per_number"),
        ]
        indexes = [
            models.Index(
                fields=["run", "person"],
                condition=~Q(number=F("person")),
                name="import_row_same_person",
            ),
            models.Index(fields=["digest"], condition=~Q(digest=""), name="import_row_digest"),
            models.Index(
                fields=["fingerprint"],
                condition=~Q(fingerprint=""),
                name="import_row_fingerprint",
            ),
        ]

    def __str__(self) -> str:
        return f"row {self.number} of import {self.run_id}"
