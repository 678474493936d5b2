from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client
from pytest_django import Settings

from contacts.models import Contact, Document, DocumentVersion
from core.models import AuditEntry, User
from tests.contacts.documents import files
from tests.factories import (
    ContactFactory,
    DocumentFactory,
    DocumentVersionFactory,
    OrgUnitFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def store(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def recruiter(client: Client) -> User:
    user = UserFactory(role="recruiter", language="en")
    client.force_login(user)
    return user


@pytest.fixture
def contact() -> Contact:
    return ContactFactory()


def upload(client: Client, contact: Contact, content: bytes, name: str, **fields: str) -> Any:
    return client.post(
        f"/people/{contact.uid}/documents/",
        {"file": files.uploaded(content, name), "kind": "cv", **fields},
        headers=HTMX,
    )


def test_uploading_with_and_without_a_script(
    client: Client, recruiter: User, contact: Contact
) -> None:
    with_script = upload(client, contact, files.pdf(), "cv.pdf")
    without = client.post(
        f"/people/{contact.uid}/documents/",
        {"file": files.uploaded(files.pdf(), "cv2.pdf"), "kind": "cv"},
    )

    assert 'data-announce="CV was added."' in with_script.content.decode()
    assert without["Location"] == f"/people/{contact.uid}/?tab=about#documents"
    page = client.get(f"/people/{contact.uid}/?tab=about").content.decode()
    assert "1 earlier version" in page
    assert DocumentVersion.objects.filter(document=Document.objects.get()).count() == 2


def test_what_is_no_document_is_refused_where_it_was_chosen(
    client: Client, recruiter: User, contact: Contact
) -> None:
    answers = [
        upload(client, contact, b"MZ\x90\x00", "cv.pdf"),
        upload(client, contact, b"", "cv.pdf"),
        upload(client, contact, files.png(40_000, 40_000), "me.png"),
        upload(client, contact, files.pdf(), "cv.pdf", kind="secret"),
        upload(client, contact, files.pdf(), "cv.pdf", expires_on="soon"),
        client.post(f"/people/{contact.uid}/documents/", {"kind": "cv"}, headers=HTMX),
    ]

    assert [answer.status_code for answer in answers] == [422] * 6
    assert "40000 by 40000 pixels" in answers[2].content.decode()
    assert not Document.objects.exists()


def test_a_download_goes_by_a_link_that_runs_out_and_is_recorded(
    client: Client, recruiter: User, contact: Contact
) -> None:
    document = DocumentFactory(contact=contact, title="My <CV>")
    version = DocumentVersionFactory(document=document, file_name="Eva's «cv».pdf")

    with time_machine.travel("2026-05-01 12:00Z", tick=False):
        link = client.get(f"/documents/versions/{version.uid}/")["Location"]
        answer = client.get(link)
        again = client.get(link)
    with time_machine.travel("2026-05-01 12:10Z", tick=False):
        late = client.get(link)

    assert [b"".join(one.streaming_content) for one in (answer, again)] == [b"Built bridges."] * 2
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''Eva%27s")
    assert answer["Content-Disposition"].endswith(".pdf.txt")
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Cache-Control"] == "private, no-store"
    assert late.status_code == 410
    assert "My &lt;CV&gt;" in late.content.decode()
    entries = AuditEntry.objects.filter(action="contacts.document_downloaded")
    assert [(entry.actor, entry.target_id, entry.details) for entry in entries] == [
        (recruiter, contact.pk, {"document": document.pk, "version": 1})
    ] * 2


def test_a_link_is_of_no_use_to_another(client: Client, recruiter: User, contact: Contact) -> None:
    version = DocumentVersionFactory(document__contact=contact)
    link = client.get(f"/documents/versions/{version.uid}/")["Location"]
    client.force_login(UserFactory(role="recruiter"))

    assert client.get(link).status_code == 404
    assert client.get(f"{link[:-2]}x/").status_code == 404
    assert client.get("/documents/files/nonsense/").status_code == 404
    assert not AuditEntry.objects.filter(action="contacts.document_downloaded").exists()


def test_who_may_see_the_person_no_more_has_no_use_of_an_old_link(client: Client) -> None:
    unit = OrgUnitFactory()
    reader = UserFactory(role="reader", unit=unit)
    version = DocumentVersionFactory(document__contact__unit=unit)
    client.force_login(reader)
    link = client.get(f"/documents/versions/{version.uid}/")["Location"]

    Contact.objects.update(unit=OrgUnitFactory())

    assert client.get(link).status_code == 404


def test_a_file_that_is_not_there_is_not_found(client: Client, recruiter: User) -> None:
    version = DocumentVersionFactory()
    version.file.storage.delete(version.file.name)

    answer = client.get(f"/documents/versions/{version.uid}/", follow=True)

    assert answer.status_code == 404


def test_a_new_version_and_other_words_in_one_dialog(client: Client, recruiter: User) -> None:
    version = DocumentVersionFactory()
    address = f"/documents/{version.document.uid}/"
    fields = {"title": "Portfolio 2026", "kind": "portfolio", "expires_on": "2027-01-31"}

    refused = client.post(address, {**fields, "file": files.uploaded(b"\x00")}, headers=HTMX)
    saved = client.post(address, {**fields, "file": files.uploaded(files.docx())}, headers=HTMX)

    assert refused.status_code == 422
    assert "documents-changed" in saved["HX-Trigger"]
    document = Document.objects.get()
    assert (document.title, document.kind, str(document.expires_on)) == (
        "Portfolio 2026",
        "portfolio",
        "2027-01-31",
    )
    assert [one.file_format for one in document.versions.order_by("number")] == ["txt", "docx"]


def test_deleting_says_so_and_can_be_undone(client: Client, recruiter: User) -> None:
    version = DocumentVersionFactory()
    document = version.document

    client.post(f"/documents/{document.uid}/delete/", headers=HTMX)
    hidden = client.get(f"/documents/versions/{version.uid}/")
    client.post(f"/documents/{document.uid}/restore/")

    assert hidden.status_code == 404
    assert Document.objects.kept().get() == document


def test_a_reader_downloads_and_changes_nothing(client: Client, contact: Contact) -> None:
    version = DocumentVersionFactory(document__contact=contact)
    client.force_login(UserFactory(role="reader", language="en"))

    page = client.get(f"/people/{contact.uid}/?tab=about").content.decode()

    assert f"/documents/versions/{version.uid}/" in page
    assert f"/documents/{version.document.uid}/" not in page
    assert upload(client, contact, files.pdf(), "cv.pdf").status_code == 403
    answer = client.post(f"/documents/{version.document.uid}/delete/")
    assert answer.status_code == 403
