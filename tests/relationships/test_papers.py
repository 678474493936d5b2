"""Papers of an engagement, from the service to the page."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from contacts.models import Document
from contacts.services.documents import purge_deleted, remind_of_expiry
from core.models import AuditEntry, User
from relationships.models import Engagement, FollowUp, Paper, TimelineEntry
from relationships.services.papers import (
    PaperRefused,
    add_paper,
    ask_for_new_checks,
    record_identity_check,
)
from tests.factories import EngagementFactory, OrgUnitFactory, RelationshipFactory, UserFactory

pytestmark = pytest.mark.django_db

LAW = "Wet op de loonbelasting 1964, art. 28"


def on(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def paper_file() -> SimpleUploadedFile:
    return SimpleUploadedFile("contract.txt", b"Rate: 98765 a year")


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, settings: Settings) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def hr(client: Client) -> User:
    user = UserFactory(role="hr-manager", language="en")
    client.force_login(user)
    return user


@pytest.fixture
def work(hr: User) -> Engagement:
    person = RelationshipFactory(owner=hr).contact
    return EngagementFactory(contact=person, role="Clerk")


def test_a_contract_is_a_document_that_few_may_see(
    client: Client, hr: User, work: Engagement
) -> None:
    paper = add_paper(
        engagement=work, actor=hr, kind="contract", upload=paper_file(), expires_on=on(10)
    )
    about = f"/people/{work.contact.uid}/?tab=about"

    document = paper.document
    assert document is not None
    assert (document.title, document.is_confidential) == ("Contract, Clerk", True)
    page = client.get(f"/engagements/{work.uid}/").content.decode()
    assert "Contract, Clerk" in page
    assert "Contract, Clerk" in client.get(about).content.decode()
    version = document.versions.get()
    assert client.get(f"/documents/versions/{version.uid}/").status_code == 302
    client.force_login(UserFactory(role="recruiter", language="en"))
    seen = "".join(
        client.get(path).content.decode() for path in (about, f"/engagements/{work.uid}/")
    )
    assert "Contract, Clerk" not in seen
    assert "Papers" not in seen
    for path in (f"/documents/versions/{version.uid}/", f"/documents/{document.uid}/"):
        assert client.get(path).status_code == 404
    assert client.get(f"/engagements/{work.uid}/papers/new/").status_code == 403
    assert not TimelineEntry.objects.filter(verb="document.changed").exists()


def test_certificates_are_seen_as_other_documents_are(hr: User, work: Engagement) -> None:
    add_paper(engagement=work, actor=hr, kind="certificate", upload=paper_file())

    assert Document.objects.get().is_confidential is False


@pytest.mark.parametrize(
    ("form", "basis", "is_kept"),
    [
        ("employment", LAW, True),
        ("employment", " ", False),
        ("assignment", LAW, False),
        ("internship", LAW, False),
    ],
)
def test_a_copy_of_an_identity_document_needs_a_law(
    hr: User, form: str, basis: str, is_kept: bool
) -> None:
    row = EngagementFactory(form=form)
    given = {"engagement": row, "actor": hr, "kind": "identity", "basis": basis}

    if is_kept:
        assert add_paper(upload=paper_file(), **given).basis == LAW  # type: ignore[arg-type]
        return
    with pytest.raises(PaperRefused, match="only of employees"):
        add_paper(upload=paper_file(), **given)  # type: ignore[arg-type]
    assert not Document.objects.exists()


def test_the_database_keeps_no_copy_without_a_basis(hr: User, work: Engagement) -> None:
    paper = add_paper(engagement=work, actor=hr, kind="nda", upload=paper_file())

    with pytest.raises(IntegrityError), transaction.atomic():
        Paper.objects.filter(pk=paper.pk).update(kind="identity")


def test_a_check_is_a_day_and_a_name(hr: User, work: Engagement) -> None:
    paper = record_identity_check(engagement=work, actor=hr, checked_on=on(-1), expires_on=on(900))

    assert (paper.document, paper.checked_by, paper.checked_on) == (None, hr, on(-1))
    assert AuditEntry.objects.filter(action="relationships.identity_checked").count() == 1
    for days, until in ((1, None), (-1, on(-2))):
        with pytest.raises(PaperRefused):
            record_identity_check(engagement=work, actor=hr, checked_on=on(days), expires_on=until)


def test_what_expires_within_thirty_days_asks_its_owner_once(hr: User, work: Engagement) -> None:
    add_paper(engagement=work, actor=hr, kind="insurance", upload=paper_file(), expires_on=on(30))
    add_paper(engagement=work, actor=hr, kind="contract", upload=paper_file(), expires_on=on(31))
    record_identity_check(engagement=work, actor=hr, checked_on=on(-9), expires_on=on(30))
    record_identity_check(engagement=work, actor=hr, checked_on=on(-9), expires_on=on(31))
    over = EngagementFactory(ends_on=on(-1))
    record_identity_check(engagement=over, actor=hr, checked_on=on(-9), expires_on=on(3))

    for _ in range(2):
        remind_of_expiry(today=on(0))
        ask_for_new_checks(today=on(0))

    asked = FollowUp.objects.order_by("pk").values_list("title", "due_on", "assignee")
    assert list(asked) == [
        ("“Insurance, Clerk” expires: ask for a newer one", on(30), hr.pk),
        ("Check their identity document again: it expires", on(30), hr.pk),
    ]


def test_the_list_of_what_expired(client: Client, hr: User) -> None:
    def checked(days: int, **fields: object) -> Engagement:
        row = EngagementFactory(**fields)
        record_identity_check(engagement=row, actor=hr, checked_on=on(-99), expires_on=on(days))
        return row

    soon, expired = checked(30), checked(-5)
    checked(31)
    checked(-5, ends_on=on(-1))
    hidden = checked(-9, contact__unit=OrgUnitFactory())

    lines = client.get("/engagements/papers/").context["lines"]

    assert [(line.paper.engagement, line.is_expired) for line in lines] == [
        (hidden, True),
        (expired, True),
        (soon, False),
    ]
    client.force_login(UserFactory(role="hr-manager", unit=OrgUnitFactory()))
    assert client.get("/engagements/papers/").context["lines"] == []


def test_papers_in_the_browser_without_a_script(client: Client, hr: User, work: Engagement) -> None:
    page = f"/engagements/{work.uid}/"

    none = client.post(f"{page}papers/new/", {"kind": "contract"})
    copy = client.post(f"{page}papers/new/", {"kind": "identity", "file": paper_file()})
    client.post(f"{page}papers/new/", {"kind": "contract", "file": paper_file()})
    early = client.post(f"{page}papers/check/", {"checked_on": on(3).isoformat()})
    client.post(f"{page}papers/check/", {"checked_on": on(0).isoformat()})

    assert [answer.status_code for answer in (none, copy, early)] == [422] * 3
    assert "only of employees" in copy.content.decode()
    contract, check = Paper.objects.order_by("pk")
    assert (contract.kind, check.kind) == ("contract", "identity")
    for paper in (contract, check):
        client.post(f"/papers/{paper.uid}/remove/")
    assert "No contract, certificate or check yet." in client.get(page).content.decode()
    client.post(f"/documents/{contract.document.uid}/restore/")  # type: ignore[union-attr]
    assert Paper.objects.kept().get() == contract


def test_a_file_that_is_purged_takes_its_paper_along(hr: User, work: Engagement) -> None:
    paper = add_paper(engagement=work, actor=hr, kind="nda", upload=paper_file())
    Document.objects.update(deleted_at=timezone.now() - timedelta(days=31))

    assert purge_deleted(now=timezone.now()) == 1
    assert not Paper.objects.filter(pk=paper.pk).exists()
