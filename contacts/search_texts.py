"""The texts of contacts themselves that can be searched."""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from contacts.models import Contact, Document, DocumentVersion
from contacts.models.contact import ContactQuerySet
from contacts.searching.texts import TextSource, register
from core.models import User


def _with_a_note(user: User) -> ContactQuerySet:
    """The condition is that of the index."""
    return Contact.objects.visible_to(user).active().filter(~Q(note=""))


def _documents(user: User) -> QuerySet[DocumentVersion]:
    """Of each document the version that counts."""
    documents = (
        Document.objects.visible_to(user)
        .kept()
        .filter(contact__archived_at=None, contact__merged_into=None, contact__erased_at=None)
    )
    newer = DocumentVersion.objects.filter(
        document=OuterRef("document"), number__gt=OuterRef("number")
    )
    rows = DocumentVersion.objects.filter(~Q(text=""), document__in=documents)
    return rows.filter(~Exists(newer))


register(
    TextSource(
        key="note",
        label=_("Note"),
        icon="sticky-note",
        rows=_with_a_note,
        columns=("note",),
        at="updated_at",
        contact="",
        fragment="?tab=about",
        permission="contacts.view_contact",
        position=10,
    )
)
register(
    TextSource(
        key="documents",
        label=_("Document"),
        icon="file-text",
        rows=_documents,
        columns=("text",),
        at="created_at",
        contact="document__contact",
        fragment="?tab=about",
        permission="contacts.view_contact",
        position=60,
    )
)
