"""Files about people: adding, replacing, taking away with undo, and reminding in time."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F, Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from contacts.documents.formats import DocumentRefused, format_of
from contacts.events import DocumentChanged, DocumentExpires
from contacts.models import Contact, Document, DocumentVersion
from contacts.services.contacts import ContactClosed
from core import audit, events
from core.disk import needing_room
from core.models import User

Format = DocumentVersion.Format
Queue = DocumentVersion.QueueState
MOST_DOCUMENTS, MOST_VERSIONS = 100, 50
# Pictures hold no text that we could take out.
WITH_TEXT = frozenset({Format.PDF, Format.DOCX, Format.ODT, Format.TXT})


def add_document(
    *,
    contact: Contact,
    actor: User | None,
    upload: "UploadedFile[bytes]",
    kind: str,
    title: str = "",
    expires_on: date | None = None,
    is_confidential: bool = False,
) -> DocumentVersion:
    """Keep a file about a contact. A CV of someone who has one is the next version of it. One that
    is confidential is seen only by who holds ``contacts.view_confidential``.
    """
    file_format = _checked(upload)
    with _kept_or_gone() as stored, transaction.atomic():
        _lock_open(contact)
        document = _cv_of(contact) if kind == Document.Kind.CV else None
        act = "added" if document is None else "replaced"
        if document is None:
            title = title or _title_for(kind, upload)
            document = _new_document(contact, kind, title, expires_on, is_confidential)
        elif expires_on is not None:
            document.expires_on = expires_on
            document.save(update_fields=["expires_on", "updated_at"])
        version = _add_version(document, upload, file_format, actor, stored)
        _tell(document, actor, act)
    return version


def add_version(
    *, document: Document, actor: User | None, upload: "UploadedFile[bytes]"
) -> DocumentVersion:
    """Replace a document by a newer file; the one before is kept."""
    file_format = _checked(upload)
    with _kept_or_gone() as stored, transaction.atomic():
        _lock_open(document.contact)
        current = Document.objects.select_for_update().get(pk=document.pk, deleted_at=None)
        version = _add_version(current, upload, file_format, actor, stored)
        _tell(current, actor, "replaced")
    return version


@transaction.atomic
def change_document(
    *, document: Document, actor: User | None, title: str, kind: str, expires_on: date | None
) -> Document:
    _lock_open(document.contact)
    current = Document.objects.select_for_update().get(pk=document.pk)
    title = _tidy(title)[:150] or str(Document.Kind(kind).label)
    if (current.title, current.kind, current.expires_on) == (title, kind, expires_on):
        return current
    current.title, current.kind, current.expires_on = title, kind, expires_on
    current.save(update_fields=["title", "kind", "expires_on", "updated_at"])
    audit.record(
        actor=actor,
        action="contacts.document_changed",
        target=current.contact,
        document=current.pk,
    )
    return current


@transaction.atomic
def delete_document(*, document: Document, actor: User | None) -> Document:
    """Out of sight at once; for good, with its files, after ``Document.KEPT``."""
    return _set_deleted(document, actor, at=timezone.now(), act="deleted")


@transaction.atomic
def restore_document(*, document: Document, actor: User | None) -> Document:
    return _set_deleted(document, actor, at=None, act="restored")


def record_download(*, version: DocumentVersion, actor: User) -> None:
    """Who read what of whom."""
    audit.record(
        actor=actor,
        action="contacts.document_downloaded",
        target=version.document.contact,
        document=version.document_id,
        version=version.number,
    )


@transaction.atomic
def purge_deleted(*, now: datetime) -> int:
    """Let go for good of what was deleted long enough ago; return how many documents."""
    gone = list(
        Document.objects.filter(deleted_at__lte=now - Document.KEPT)
        .order_by("pk")
        .values_list("pk", flat=True)[:500]
    )
    for version in DocumentVersion.objects.filter(document__in=gone):
        transaction.on_commit(partial(version.file.storage.delete, str(version.file.name)))
    Document.objects.filter(pk__in=gone).delete()
    return len(gone)


@transaction.atomic
def remind_of_expiry(*, today: date) -> int:
    """Tell once of each document that will have expired within the weeks of the setting."""
    until = today + timedelta(days=settings.DOCUMENT_REMIND_DAYS)
    untold = Q(reminded_for=None) | ~Q(reminded_for=F("expires_on"))
    active = Q(contact__archived_at=None, contact__merged_into=None, contact__erased_at=None)
    due = list(
        Document.objects.kept()
        .filter(untold, active, expires_on__lte=until)
        .order_by("expires_on", "pk")
        .select_for_update(skip_locked=True, of=("self",))[:500]
    )
    Document.objects.filter(pk__in=[one.pk for one in due]).update(reminded_for=F("expires_on"))
    events.publish(
        *(
            DocumentExpires(
                contact_id=one.contact_id,
                document_id=one.pk,
                kind=one.kind,
                title=one.title,
                expires_on=one.expires_on.isoformat(),
            )
            for one in due
            if one.expires_on is not None
        )
    )
    return len(due)


def _checked(upload: "UploadedFile[bytes]") -> str:
    if (upload.size or 0) > settings.DOCUMENT_MAX_MEGABYTES * 1024 * 1024:
        raise DocumentRefused(
            _("The file is larger than %(most)s MB.") % {"most": settings.DOCUMENT_MAX_MEGABYTES}
        )
    return format_of(upload)


@contextmanager
def _kept_or_gone() -> Iterator[list[DocumentVersion]]:
    """Files stand outside the transaction: where it fails, what was stored is taken away."""
    stored: list[DocumentVersion] = []
    try:
        yield stored
    except BaseException:
        for version in stored:
            version.file.storage.delete(str(version.file.name))
        raise


def _lock_open(contact: Contact) -> None:
    current = Contact.objects.select_for_update().get(pk=contact.pk)
    if current.erased_at is not None or current.merged_into_id is not None:
        raise ContactClosed(_("This person was erased, or merged into another."))


def _cv_of(contact: Contact) -> Document | None:
    held = Document.objects.kept().filter(contact=contact, kind=Document.Kind.CV)
    return held.select_for_update().order_by("-pk").first()


def _new_document(
    contact: Contact, kind: str, title: str, expires_on: date | None, is_confidential: bool
) -> Document:
    if Document.objects.kept().filter(contact=contact).count() >= MOST_DOCUMENTS:
        raise DocumentRefused(
            _("This person has %(most)d documents already.") % {"most": MOST_DOCUMENTS}
        )
    return Document.objects.create(
        contact=contact,
        kind=kind,
        title=_tidy(title)[:150] or str(Document.Kind(kind).label),
        expires_on=expires_on,
        is_confidential=is_confidential,
    )


def _title_for(kind: str, upload: "UploadedFile[bytes]") -> str:
    """A CV is called that; anything else by the name of its file."""
    if kind == Document.Kind.CV:
        return str(Document.Kind.CV.label)
    return Path(shown_name(upload.name)).stem


def _add_version(
    document: Document,
    upload: "UploadedFile[bytes]",
    file_format: str,
    actor: User | None,
    stored: list[DocumentVersion],
) -> DocumentVersion:
    last = document.versions.aggregate(last=Max("number"))["last"] or 0
    if last >= MOST_VERSIONS:
        raise DocumentRefused(
            _("This document has %(most)d versions already.") % {"most": MOST_VERSIONS}
        )
    version = DocumentVersion(
        document=document,
        number=last + 1,
        file_name=shown_name(upload.name),
        file_format=file_format,
        size=upload.size or 0,
        uploaded_by=actor,
        due_at=timezone.now(),
        queue_state=Queue.WAITING if file_format in WITH_TEXT else Queue.DONE,
    )
    upload.seek(0)
    with needing_room():
        version.file.save("document", File(upload), save=False)
    stored.append(version)
    version.save()
    document.save(update_fields=["updated_at"])
    return version


def shown_name(name: str | None) -> str:
    """What the user called it, for showing: without folders and what cannot be seen."""
    bare = Path((name or "").replace("\\", "/")).name
    return "".join(c for c in bare if c.isprintable())[-200:].strip() or _("Unnamed file")


def _tidy(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _set_deleted(
    document: Document, actor: User | None, *, at: datetime | None, act: str
) -> Document:
    current = Document.objects.select_for_update().get(pk=document.pk)
    if (current.deleted_at is None) == (at is None):
        return current
    _lock_open(current.contact)
    current.deleted_at = at
    current.save(update_fields=["deleted_at", "updated_at"])
    _tell(current, actor, act)
    return current


def _tell(document: Document, actor: User | None, act: str) -> None:
    now = timezone.now()
    audit.record(
        actor=actor,
        action=f"contacts.document_{act}",
        target=document.contact,
        document=document.pk,
    )
    events.publish(
        DocumentChanged(
            contact_id=document.contact_id,
            document_id=document.pk,
            actor_id=actor.pk if actor else None,
            act=act,
            at=now.isoformat(),
        )
    )
