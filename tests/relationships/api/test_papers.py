from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings
from rest_framework.test import APIClient

from core.models import User
from relationships.models import Engagement, Paper
from tests.contacts.documents import files
from tests.factories import EngagementFactory, OrgUnitFactory, UserFactory
from tests.support.api import assert_is, assert_problem, client_for

pytestmark = pytest.mark.django_db
URL = "/api/v1/papers"


@pytest.fixture(autouse=True)
def store(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def user() -> User:
    return UserFactory(role="hr-manager", name="Hanna")


@pytest.fixture
def api(user: User) -> APIClient:
    return client_for(user)


def _send(api: APIClient, row: Engagement, **fields: Any) -> Any:
    body = {
        "engagement": str(row.uid),
        "kind": "contract",
        "file": files.uploaded(files.pdf(), "contract.pdf"),
    }
    return api.post(URL, body | fields, format="multipart")


def _check(row: Engagement, **fields: Any) -> Paper:
    fields = {"kind": "identity", "checked_on": date(2026, 1, 5), **fields}
    return Paper.objects.create(engagement=row, **fields)


def test_a_contract_is_a_confidential_document(api: APIClient) -> None:
    row = EngagementFactory()

    made = _send(api, row, expires_on="2027-01-31", note="Signed twice")

    assert made.status_code == 201
    told = made.json()
    assert_is("Paper", told)
    assert (told["engagement"], told["contact"]) == (str(row.uid), str(row.contact.uid))
    assert (told["kind"], told["expires_on"], told["note"]) == (
        "contract",
        "2027-01-31",
        "Signed twice",
    )
    document = api.get(f"/api/v1/documents/{told['document']}").json()
    assert (document["is_confidential"], document["title"]) == (True, "Contract, Engineer")
    file = api.get(f"{made['Location']}/file")
    assert b"".join(file.streaming_content) == files.pdf()
    assert api.delete(made["Location"]).status_code == 204
    assert_problem(api.get(made["Location"]), 404, "not_found")


def test_of_an_identity_only_the_check_is_kept(api: APIClient, user: User) -> None:
    row = EngagementFactory(form="assignment")
    sent = {"engagement": str(row.uid), "checked_on": "2026-03-31", "expires_on": "2030-01-01"}

    made = api.post(f"{URL}/identity-checks", sent)

    assert made.status_code == 201
    told = made.json()
    assert_is("Paper", told)
    assert {name: told[name] for name in sent} == sent
    assert told["checked_by"] == {"id": str(user.uid), "name": "Hanna"}
    assert told["document"] is None
    assert_problem(api.get(f"{made['Location']}/file"), 404, "not_found")
    assert_problem(_send(api, row, kind="identity", basis="A law"), 409, "paper_refused")
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    to_come = api.post(f"{URL}/identity-checks", {**sent, "checked_on": tomorrow})
    assert_problem(to_come, 409, "paper_refused")
    assert Paper.objects.count() == 1


def test_who_may_not_see_what_is_confidential_sees_no_paper() -> None:
    paper = _check(EngagementFactory())
    recruiter = client_for(UserFactory(role="recruiter"))
    for path in ("", f"/{paper.uid}", f"/{paper.uid}/file"):
        assert_problem(recruiter.get(f"{URL}{path}"), 403, "permission_denied")
    sent = {"engagement": str(paper.engagement.uid), "checked_on": "2026-03-31"}
    refused = recruiter.post(f"{URL}/identity-checks", sent)
    assert_problem(refused, 403, "permission_denied")
    assert_problem(_send(recruiter, paper.engagement), 403, "permission_denied")
    assert Paper.objects.count() == 1


def test_of_another_unit_there_is_nothing() -> None:
    paper = _check(EngagementFactory(contact__unit=OrgUnitFactory()))
    far = client_for(UserFactory(role="hr-manager", unit=OrgUnitFactory()))
    assert far.get(URL).json()["data"] == []
    assert_problem(far.get(f"{URL}/{paper.uid}"), 404, "not_found")
    assert_problem(far.delete(f"{URL}/{paper.uid}"), 404, "not_found")
    assert_problem(_send(far, paper.engagement), 422, "invalid")
    assert Paper.objects.count() == 1


def test_narrowed(api: APIClient) -> None:
    early = _check(EngagementFactory(), expires_on=date(2026, 3, 31))
    contract = _send(api, EngagementFactory(), expires_on="2027-01-31").json()
    for query, found in (
        ({"expiring_by": "2026-03-31"}, [str(early.uid)]),
        ({"expiring_by": "2027-01-31"}, [str(early.uid), contract["id"]]),
        ({"kind": "contract"}, [contract["id"]]),
        ({"contact": contract["contact"]}, [contract["id"]]),
        ({"engagement": str(early.engagement.uid)}, [str(early.uid)]),
    ):
        assert [one["id"] for one in api.get(URL, query).json()["data"]] == found, query


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_takes_the_same_queries_however_long(
    api: APIClient, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for _ in range(count):
        _check(EngagementFactory())
    with django_assert_num_queries(3):
        assert len(api.get(URL).json()["data"]) == count
