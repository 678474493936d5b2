"""The second door: a mail posted by a program."""

from email.message import EmailMessage
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings
from rest_framework.test import APIClient

from core.models import User
from integrations.models import FilingAddress, ReceivedMail
from integrations.services.filing import file_waiting
from relationships.models import Interaction
from tests.factories import ContactFactory, UserFactory
from tests.integrations.mails import address_of, mail, recruiter
from tests.support.api import assert_is, assert_problem, client_for, client_of_reader

pytestmark = pytest.mark.django_db
URL = "/api/v1/received-mails"


@pytest.fixture(autouse=True)
def _domain(settings: Settings) -> None:
    settings.CAPTURE_DOMAIN = "file.trm.example"


@pytest.fixture
def user() -> User:
    return recruiter()


@pytest.fixture
def api(user: User) -> APIClient:
    return client_for(user)


def send(api: APIClient, content: bytes, *, key: str = "", **fields: str) -> Any:
    body = {"message": SimpleUploadedFile("mail.eml", content), **fields}
    headers = {"Idempotency-Key": key} if key else {}
    return api.post(URL, body, format="multipart", headers=headers)


def test_a_mail_is_posted_filed_and_read_back(api: APIClient, user: User) -> None:
    eva = ContactFactory(email="eva@x.example")
    made = send(api, mail(sender=user.email, to="Eva <eva@x.example>, Bas <bas@x.example>"))
    assert made.status_code == 201
    assert_is("ReceivedMail", made.json())
    assert (made.json()["state"], made.json()["correspondents"]) == ("unread", [])

    file_waiting()

    told = api.get(made["Location"])
    assert_is("ReceivedMail", told.json())
    assert told.json()["state"] == "read"
    assert told.json()["correspondents"] == [
        {
            "address": "bas@x.example",
            "name": "Bas",
            "direction": "outbound",
            "state": "waiting",
            "contact": None,
        },
        {
            "address": "eva@x.example",
            "name": "Eva",
            "direction": "outbound",
            "state": "filed",
            "contact": str(eva.uid),
        },
    ]


def test_the_same_mail_again_is_the_same(api: APIClient) -> None:
    sent = mail(sender="eva@x.example")
    first, again = send(api, sent, key="1"), send(api, sent, key="2")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    replayed = send(api, sent, key="1")
    assert (replayed.status_code, replayed["Idempotent-Replayed"]) == (201, "true")
    assert ReceivedMail.objects.count() == 1


def test_a_program_brings_the_mail_of_a_colleague(api: APIClient) -> None:
    colleague = recruiter()
    ContactFactory(email="eva@x.example")
    sent = mail(sender="eva@x.example")
    made = send(api, sent, recipient=address_of(colleague).upper())
    file_waiting()
    assert made.status_code == 201
    assert Interaction.objects.get().author == colleague
    again = send(api, sent, recipient=FilingAddress.objects.get(user=colleague).token)
    assert (again.status_code, again.json()["correspondents"]) == (200, [])
    assert_problem(api.get(made["Location"]), 404, "not_found")


def test_what_makes_no_sense(api: APIClient, settings: Settings) -> None:
    unknown = send(api, b"x", recipient="nobody@file.trm.example")
    assert_problem(unknown, 422, "invalid")
    assert unknown.json()["errors"][0]["code"] == "unknown_filing_address"
    nothing = api.post(URL, {}, format="multipart")
    assert nothing.json()["errors"][0]["pointer"] == "/message"
    assert_problem(api.post(URL, {"message": "x"}, format="json"), 415, "unsupported_media_type")
    settings.CAPTURE_MAX_MEGABYTES = 1
    assert_problem(send(api, b"x" * 1024 * 1024 + b"x"), 409, "mail_too_large")
    assert send(api, b"x" * 1024 * 1024).status_code == 201
    assert ReceivedMail.objects.count() == 1


def test_who_may_log_nothing_may_file_nothing() -> None:
    sent = mail(sender="eva@x.example")
    assert_problem(send(client_of_reader(), sent), 403, "permission_denied")
    narrow = client_for(UserFactory(role="recruiter"), "contacts:write")
    assert_problem(send(narrow, sent), 403, "insufficient_scope")
    assert_problem(send(APIClient(), sent), 401, "not_authenticated")
    assert not ReceivedMail.objects.exists()


@pytest.mark.parametrize("content", [b"\x00\xff" * 5000, b"From: " + b"(" * 9000, b"\r\n"])
def test_no_mail_at_all_is_taken_in_and_waits(api: APIClient, user: User, content: bytes) -> None:
    assert send(api, content).status_code == 201
    assert file_waiting() == 1
    row = ReceivedMail.objects.get().correspondents.get()
    assert (row.address, row.state) == ("", "waiting")


def test_a_large_attachment_is_taken_in_and_not_kept(api: APIClient) -> None:
    ContactFactory(email="eva@x.example")
    sent = EmailMessage()
    sent["From"] = "eva@x.example"
    sent.set_content("Hello")
    sent.add_attachment(b"x" * 6_000_000, maintype="image", subtype="png", filename="a.png")
    assert send(api, bytes(sent)).status_code == 201
    file_waiting()
    assert Interaction.objects.get().body.startswith("Hello")
    assert bytes(ReceivedMail.objects.get().raw) == b""
