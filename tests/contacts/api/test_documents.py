from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import DjangoAssertNumQueries, Settings
from rest_framework.test import APIClient

from contacts.models import Contact, Document, DocumentVersion
from core.models import AuditEntry
from tests.contacts.documents import files
from tests.factories import (
    ContactFactory,
    DocumentFactory,
    DocumentVersionFactory,
    OrgUnitFactory,
    UserFactory,
)
from tests.support.api import assert_is, assert_problem, client_for, client_of_reader

pytestmark = pytest.mark.django_db
URL = "/api/v1/documents"


@pytest.fixture(autouse=True)
def store(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def api() -> APIClient:
    return client_for(UserFactory(role="recruiter"))


def _send(api: APIClient, contact: Contact, *, key: str = "", **fields: Any) -> Any:
    body = {"contact": str(contact.uid), "kind": "cv", "file": files.uploaded(files.pdf(), "a.pdf")}
    headers = {"Idempotency-Key": key} if key else {}
    return api.post(URL, body | fields, format="multipart", headers=headers)


def test_a_file_is_sent_and_read_back(api: APIClient) -> None:
    contact = ContactFactory()

    made = _send(api, contact, kind="certificate", title="First aid", expires_on="2027-01-31")

    assert made.status_code == 201
    told = made.json()
    assert_is("Document", told)
    assert (told["contact"], told["kind"], told["title"], told["expires_on"]) == (
        str(contact.uid),
        "certificate",
        "First aid",
        "2027-01-31",
    )
    (version,) = told["versions"]
    assert (version["number"], version["file_name"], version["file_format"], version["size"]) == (
        1,
        "a.pdf",
        "pdf",
        len(files.pdf()),
    )
    assert api.get(made["Location"]).json() == told
    file = api.get(f"{made['Location']}/file", headers={"Accept": "application/pdf"})
    assert b"".join(file.streaming_content) == files.pdf()
    assert file["Content-Type"] == "application/pdf"
    assert file["Content-Disposition"] == 'attachment; filename="a.pdf"'
    assert file["X-Content-Type-Options"] == "nosniff"
    read = AuditEntry.objects.get(action="contacts.document_downloaded")
    assert read.details["version"] == 1


def test_a_newer_version_keeps_the_one_before(api: APIClient) -> None:
    address = f"{URL}/{DocumentVersionFactory().document.uid}"

    sent = {"file": files.uploaded(files.pdf(), "new.pdf")}
    told = api.post(f"{address}/versions", sent, format="multipart")

    assert told.status_code == 201
    assert [one["number"] for one in told.json()["versions"]] == [2, 1]
    first = api.get(f"{address}/versions/1/file")
    assert b"".join(first.streaming_content) == b"Built bridges."
    assert_problem(api.get(f"{address}/versions/3/file"), 404, "not_found")
    assert_problem(api.get(f"{address}/versions/99999999/file"), 404, "not_found")


def test_sent_again_under_its_key_it_is_kept_once(api: APIClient) -> None:
    """The line that parts the fields of a form is another one each time."""
    contact = ContactFactory()
    first, again = (_send(api, contact, key="k") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert again["Idempotent-Replayed"] == "true"
    assert DocumentVersion.objects.count() == 1
    other = _send(api, contact, key="k", file=files.uploaded(files.pdf() + b"\n", "a.pdf"))
    assert_problem(other, 422, "idempotency_key_reused")


def test_changed_deleted_and_by_whom(api: APIClient) -> None:
    row = DocumentFactory(kind="other", title="Old")
    address = f"{URL}/{row.uid}"
    stale = api.patch(address, {"title": "x"}, headers={"If-Match": '"1"'})
    assert_problem(stale, 412, "precondition_failed")
    told = api.patch(address, {"expires_on": "2027-01-31"}).json()
    assert (told["title"], told["expires_on"]) == ("Old", "2027-01-31")
    assert api.patch(address, {"expires_on": None}).json()["expires_on"] is None
    assert api.delete(address).status_code == 204
    assert_problem(api.get(address), 404, "not_found")
    row.refresh_from_db()
    assert row.deleted_at is not None


def test_what_is_confidential_is_told_to_nobody_else(api: APIClient) -> None:
    row = DocumentVersionFactory(document__is_confidential=True).document
    address = f"{URL}/{row.uid}"
    assert api.get(URL).json()["data"] == []
    for path in ("", "/file", "/versions/1/file"):
        assert_problem(api.get(f"{address}{path}"), 404, "not_found")
    assert_problem(api.delete(address), 404, "not_found")
    trusted = client_for(UserFactory(role="hr-manager"))
    assert trusted.get(address).json()["is_confidential"] is True


def test_of_another_unit_there_is_nothing() -> None:
    row = DocumentVersionFactory(document__contact__unit=OrgUnitFactory()).document
    far = client_for(UserFactory(role="recruiter", unit=OrgUnitFactory()))
    assert far.get(URL).json()["data"] == []
    assert_problem(far.get(f"{URL}/{row.uid}/file"), 404, "not_found")
    problem = assert_problem(_send(far, row.contact), 422, "invalid")
    assert [error["pointer"] for error in problem["errors"]] == ["/contact"]
    assert DocumentVersion.objects.count() == 1


def test_a_reader_reads_and_does_not_write() -> None:
    row = DocumentVersionFactory().document
    api = client_of_reader()
    assert b"".join(api.get(f"{URL}/{row.uid}/file").streaming_content) == b"Built bridges."
    assert_problem(_send(api, row.contact), 403, "permission_denied")
    assert_problem(api.patch(f"{URL}/{row.uid}", {"title": "x"}), 403, "permission_denied")
    assert_problem(api.delete(f"{URL}/{row.uid}"), 403, "permission_denied")


def test_what_is_no_document_of_ours_is_refused(api: APIClient, settings: Settings) -> None:
    contact = ContactFactory()
    program = SimpleUploadedFile("cv.pdf", b"\x7fELF\x00\x01\x02" * 40)
    assert_problem(_send(api, contact, file=program), 409, "document_refused")
    empty = SimpleUploadedFile("cv.pdf", b"")
    problem = assert_problem(_send(api, contact, file=empty), 422, "invalid")
    assert [error["pointer"] for error in problem["errors"]] == ["/file"]
    assert_problem(_send(api, contact, file="text"), 422, "invalid")
    assert_problem(_send(api, contact, kind="poem"), 422, "invalid")
    assert_problem(_send(api, contact, colour="red"), 422, "invalid")
    assert_problem(api.post(URL, {"contact": str(contact.uid)}), 415, "unsupported_media_type")
    broken = api.generic("POST", URL, b"x", content_type="multipart/form-data")
    assert_problem(broken, 400, "parse_error")
    assert not Document.objects.exists()


def test_narrowed(api: APIClient) -> None:
    cv = DocumentFactory()
    paper = DocumentFactory(kind="certificate", expires_on="2026-03-31")
    for query, row in (
        ({"contact": str(cv.contact.uid)}, cv),
        ({"kind": "certificate"}, paper),
        ({"expiring_by": "2026-03-31"}, paper),
    ):
        assert [one["id"] for one in api.get(URL, query).json()["data"]] == [str(row.uid)]
    assert api.get(URL, {"expiring_by": "2026-03-30"}).json()["data"] == []


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_takes_the_same_queries_however_long(
    api: APIClient, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    DocumentVersionFactory.create_batch(count)
    with django_assert_num_queries(4):
        assert len(api.get(URL).json()["data"]) == count
