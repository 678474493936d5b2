"""What a person's page shows of their documents."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Prefetch

from contacts.models import Contact, Document, DocumentVersion
from core.models import User

SOON = timedelta(days=60)


@dataclass(frozen=True)
class ShownDocument:
    """A document with its versions, the last one first."""

    document: Document
    current: DocumentVersion
    earlier: list[DocumentVersion]
    today: date

    @property
    def is_expired(self) -> bool:
        return self.document.expires_on is not None and self.document.expires_on < self.today

    @property
    def expires_soon(self) -> bool:
        day = self.document.expires_on
        return day is not None and self.today <= day <= self.today + SOON


def documents_of(contact: Contact, *, user: User, today: date) -> list[ShownDocument]:
    """Those that ``user`` may see, CVs first, then by title; in two queries however many."""
    newest_ahead = DocumentVersion.objects.order_by("-number").select_related("uploaded_by")
    rows = (
        Document.objects.visible_to(user)
        .kept()
        .filter(contact=contact)
        .prefetch_related(Prefetch("versions", newest_ahead.defer("text")))
        .order_by("title", "pk")
    )
    shown = []
    for row in sorted(rows, key=lambda row: row.kind != Document.Kind.CV):
        versions = list(row.versions.all())
        if versions:
            shown.append(ShownDocument(row, versions[0], versions[1:], today))
    return shown
