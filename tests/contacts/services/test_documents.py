import errno
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from contacts.documents.formats import DocumentRefused
from contacts.models import Document, DocumentVersion
from contacts.services import document_work
from contacts.services.contacts import ContactClosed
from contacts.services.documents import (
    add_document,
    add_version,
    delete_document,
    purge_deleted,
    remind_of_expiry,
    restore_document,
)
from contacts.services.privacy import erase_person
from core.disk import DiskFull
from core.models import AuditEntry, Change
from relationships.models import FollowUp, TimelineEntry
from relationships.timeline import find_verb
from tests.contacts.documents import files
from tests.factories import (
    ContactFactory,
    DocumentFactory,
    DocumentVersionFactory,
    RelationshipFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

TODAY = date(2026, 5, 1)


@pytest.fixture(autouse=True)
def store(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def stored(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_file_is_kept_under_a_name_that_tells_nothing(store: Path) -> None:
    recruiter = UserFactory()
    contact = ContactFactory()

    version = add_document(
        contact=contact,
        actor=recruiter,
        upload=files.uploaded(files.pdf(), "../../Eva\u202ede Vries.exe"),
        kind="cv",
    )

    assert (version.number, version.file_format, version.file_name, version.uploaded_by) == (
        1,
        "pdf",
        "Evade Vries.exe",
        recruiter,
    )
    (path,) = stored(store)
    assert path.read_bytes() == files.pdf()
    assert "Eva" not in str(path)
    assert len(path.name) == 40
    assert version.document.title == "CV"
    assert AuditEntry.objects.get().action == "contacts.document_added"
    assert Change.objects.get().event == "contacts.DocumentChanged"


def test_a_new_cv_keeps_the_old_and_a_new_certificate_stands_by_itself() -> None:
    contact = ContactFactory()
    for _turn in range(2):
        add_document(contact=contact, actor=None, upload=files.uploaded(files.pdf()), kind="cv")
        upload = files.uploaded(files.png(), "VCA Basis.png")
        add_document(contact=contact, actor=None, upload=upload, kind="certificate")

    cv = Document.objects.get(kind="cv")
    assert list(cv.versions.order_by("number").values_list("number", flat=True)) == [1, 2]
    titles = Document.objects.filter(kind="certificate").values_list("title", flat=True)
    assert list(titles) == ["VCA Basis", "VCA Basis"]
    lines = TimelineEntry.objects.filter(verb="document.changed").order_by("pk")
    assert [find_verb(line.verb).render(line) for line in lines] == [
        "Document added: CV",
        "Document added: VCA Basis",
        "A newer version of a document: CV",
        "Document added: VCA Basis",
    ]


def test_what_is_refused_leaves_nothing(store: Path, settings: Settings) -> None:
    settings.DOCUMENT_MAX_MEGABYTES = 0
    contact = ContactFactory()

    with pytest.raises(DocumentRefused, match="larger than 0 MB"):
        add_document(contact=contact, actor=None, upload=files.uploaded(b"text"), kind="cv")
    settings.DOCUMENT_MAX_MEGABYTES = 1
    with pytest.raises(DocumentRefused):
        add_document(contact=contact, actor=None, upload=files.uploaded(b"MZ\x00"), kind="cv")
    gone = ContactFactory(merged_into=contact)
    with pytest.raises(ContactClosed):
        add_document(contact=gone, actor=None, upload=files.uploaded(b"text"), kind="cv")

    assert not Document.objects.exists()
    assert stored(store) == []


def test_a_file_whose_row_is_not_written_is_taken_away(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("contacts.services.documents.events.publish", fail)

    with pytest.raises(RuntimeError):
        add_document(
            contact=ContactFactory(), actor=None, upload=files.uploaded(b"text"), kind="cv"
        )

    assert stored(store) == []


def test_a_full_disk_is_told_as_that(monkeypatch: pytest.MonkeyPatch) -> None:
    contact = ContactFactory()

    def full(*args: object, **kwargs: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("django.core.files.storage.FileSystemStorage._save", full)

    with pytest.raises(DiskFull, match="no room left on our disk"):
        add_document(contact=contact, actor=None, upload=files.uploaded(files.pdf()), kind="cv")
    assert not Document.objects.exists()


def test_deleting_is_undone_for_a_month_and_then_the_files_go(
    store: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    version = add_document(
        contact=ContactFactory(), actor=None, upload=files.uploaded(b"text"), kind="cv"
    )
    document = version.document

    delete_document(document=document, actor=None)
    restore_document(document=document, actor=None)
    assert Document.objects.kept().get() == document
    delete_document(document=document, actor=None)
    with django_capture_on_commit_callbacks(execute=True):
        early = purge_deleted(now=timezone.now() + timedelta(days=29))
    assert (early, len(stored(store))) == (0, 1)
    with django_capture_on_commit_callbacks(execute=True):
        late = purge_deleted(now=timezone.now() + timedelta(days=31))

    assert (late, stored(store)) == (1, [])
    assert not Document.objects.exists()


def test_erasing_a_person_takes_their_files(
    store: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    contact, other = ContactFactory.create_batch(2)
    for one in (contact, other):
        add_document(contact=one, actor=None, upload=files.uploaded(b"text"), kind="cv")

    with django_capture_on_commit_callbacks(execute=True):
        erase_person(contact=contact, actor=None)

    assert Document.objects.get().contact == other
    assert len(stored(store)) == 1


@pytest.mark.parametrize(
    ("content", "text", "outcome"),
    [
        (files.pdf(), "Led the sluice project", ""),
        (files.docx(), "Built dikes\nin Gouda", ""),
        (files.odt(), "About\nWrote poems", ""),
        ("Plain\r\n\r\n\r\ntext, José".encode(), "Plain\n\ntext, José", ""),
        ("José".encode("cp1252"), "José", ""),
        (b"%PDF-1.4 and nothing more", "", "damaged"),
        (files.docx(**{"word/document.xml": "<w:broken"}), "", "damaged"),
    ],
)
def test_a_worker_takes_out_the_text(content: bytes, text: str, outcome: str) -> None:
    version = add_document(
        contact=ContactFactory(), actor=None, upload=files.uploaded(content), kind="cv"
    )

    assert document_work.read_next()
    assert not document_work.read_next()

    version.refresh_from_db()
    assert (version.text, version.outcome, version.queue_state) == (text, outcome, "done")
    assert Change.objects.filter(event="contacts.DocumentRead").exists() == bool(text)


def test_a_pdf_that_leads_back_into_itself_comes_to_an_end() -> None:
    version = add_document(
        contact=ContactFactory(),
        actor=None,
        upload=files.uploaded(files.pdf(loops=True)),
        kind="cv",
    )

    document_work.read_next()

    version.refresh_from_db()
    assert version.queue_state == "done"


def test_a_bomb_of_entities_is_told_by_name_and_hurts_nobody() -> None:
    entities = "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(9))
    bomb = f'<!DOCTYPE x [<!ENTITY a0 "{"ha" * 1000}">{entities}]><x><p>&a9;</p></x>'
    version = add_document(
        contact=ContactFactory(),
        actor=None,
        upload=files.uploaded(files.docx(**{"word/document.xml": bomb})),
        kind="cv",
    )

    document_work.read_next()

    version.refresh_from_db()
    assert (version.text, version.outcome) == ("", "damaged")


def test_pictures_wait_for_no_worker_and_a_lost_file_is_said() -> None:
    add_document(
        contact=ContactFactory(), actor=None, upload=files.uploaded(files.png()), kind="other"
    )
    lost = DocumentVersionFactory()
    lost.file.storage.delete(lost.file.name)

    assert document_work.read_next()
    assert not document_work.read_next()

    lost.refresh_from_db()
    assert lost.outcome == "gone"


def test_a_document_that_workers_die_over_is_left_alone() -> None:
    version = DocumentVersionFactory(attempts=3)

    document_work.read_next()

    version.refresh_from_db()
    assert (version.outcome, version.queue_state) == ("stopped", "done")


def test_the_owner_is_reminded_once_for_each_day_of_expiry() -> None:
    owner = UserFactory(language="en")
    contact = RelationshipFactory(owner=owner).contact
    document = DocumentFactory(contact=contact, title="VCA", expires_on=date(2026, 5, 20))
    DocumentFactory(contact=contact, title="Later", expires_on=date(2026, 9, 1))
    DocumentFactory(
        contact=contact, title="Gone", expires_on=date(2026, 5, 2), deleted_at=timezone.now()
    )
    DocumentFactory(
        contact=ContactFactory(archived_at=datetime(2026, 1, 1, tzinfo=UTC)),
        expires_on=date(2026, 5, 2),
    )

    assert remind_of_expiry(today=TODAY) == 1
    assert remind_of_expiry(today=TODAY) == 0
    Document.objects.filter(pk=document.pk).update(expires_on=date(2026, 5, 25))
    assert remind_of_expiry(today=TODAY) == 1

    tasks = FollowUp.objects.order_by("due_on")
    assert [(task.title, task.due_on, task.assignee) for task in tasks] == [
        ("“VCA” expires: ask for a newer one", date(2026, 5, 20), owner),
        ("“VCA” expires: ask for a newer one", date(2026, 5, 25), owner),
    ]


def test_versions_have_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("contacts.services.documents.MOST_VERSIONS", 1)
    version = DocumentVersionFactory()

    with pytest.raises(DocumentRefused, match="1 versions"):
        add_version(document=version.document, actor=None, upload=files.uploaded(b"text"))

    assert DocumentVersion.objects.count() == 1
