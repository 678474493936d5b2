"""CVs, portfolios and the like: files about a contact, each with the versions it had."""

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contacts.models.access import visible_units
from contacts.searching.expressions import TextWords
from core.models import QueuedRow, QueuedRowQuerySet, TimeStampedModel

if TYPE_CHECKING:
    from core.models import User


def random_path(version: "DocumentVersion", filename: str) -> str:
    """A name that tells nothing and cannot be guessed; what it was called stays in the row."""
    name = secrets.token_hex(20)
    return f"documents/{name[:2]}/{name}"


class DocumentQuerySet(models.QuerySet["Document"]):
    def visible_to(self, user: "User") -> "DocumentQuerySet":
        """Of people whom ``user`` may see; confidential ones where they may see those too."""
        rows = self
        unit_ids = visible_units(user, "contacts.view_contact")
        if unit_ids is not None:
            rows = rows.filter(contact__unit__in=unit_ids)
        trusted_ids = visible_units(user, "contacts.view_confidential")
        if trusted_ids is None:
            return rows
        return rows.filter(Q(is_confidential=False) | Q(contact__unit__in=trusted_ids))

    def kept(self) -> "DocumentQuerySet":
        """Those that nobody deleted."""
        return self.filter(deleted_at=None)


class Document(TimeStampedModel):
    """A file about a contact, whatever version it is in.

    Deleted ones wait ``KEPT`` for whoever wants them back; then their files go too.
    ``reminded_for`` is the day of expiry about which a colleague was told.
    """

    KEPT = timedelta(days=30)

    class Kind(models.TextChoices):
        CV = "cv", _("CV")
        PORTFOLIO = "portfolio", _("Portfolio")
        CERTIFICATE = "certificate", _("Certificate")
        OTHER = "other", _("Other")

    contact = models.ForeignKey(
        "contacts.Contact", on_delete=models.CASCADE, related_name="documents"
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    title = models.CharField(_("title"), max_length=150)
    expires_on = models.DateField(_("valid until"), null=True, blank=True)
    is_confidential = models.BooleanField(_("confidential"), default=False)
    reminded_for = models.DateField(null=True, editable=False)
    deleted_at = models.DateTimeField(null=True, editable=False)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        indexes = [
            models.Index(
                fields=["expires_on"],
                condition=Q(expires_on__isnull=False, deleted_at=None),
                name="document_expires",
            ),
            models.Index(
                fields=["deleted_at"],
                condition=Q(deleted_at__isnull=False),
                name="document_deleted",
            ),
            models.Index(fields=["updated_at", "id"], name="document_by_update"),
        ]

    def __str__(self) -> str:
        return f"document #{self.pk}"


class DocumentVersion(QueuedRow):
    """One file of a document. The last one counts; those before it stay to be read.

    The queue columns are for taking the text out of it, which a worker does. ``text`` is then
    what a search may look in; ``outcome`` says why there is none.
    """

    class Format(models.TextChoices):
        PDF = "pdf", "PDF"
        DOCX = "docx", "Word"
        ODT = "odt", "OpenDocument"
        PNG = "png", "PNG"
        JPEG = "jpeg", "JPEG"
        TXT = "txt", _("Text")

    document = models.ForeignKey(
        Document, on_delete=models.CASCADE, related_name="versions", db_index=False
    )
    number = models.PositiveSmallIntegerField()
    file = models.FileField(upload_to=random_path, max_length=100)
    file_name = models.CharField(_("file name"), max_length=200)
    file_format = models.CharField(_("format"), max_length=5, choices=Format)
    size = models.PositiveIntegerField(_("size"))
    text = models.TextField(blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = QueuedRowQuerySet.as_manager()

    class Meta(QueuedRow.Meta):
        verbose_name = _("version of a document")
        verbose_name_plural = _("versions of documents")
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="one_version_per_number"),
        ]
        indexes = [
            *QueuedRow.Meta.indexes,
            GinIndex(TextWords("text"), name="document_words", condition=~Q(text="")),
        ]

    def __str__(self) -> str:
        return f"version {self.number} of document #{self.document_id}"
