from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from core.models import AuditEntry, User
from relationships.models import Dossier, Engagement
from relationships.services.dossiers import fill_in_dossier
from tests.factories import EngagementFactory, OrgUnitFactory, UserFactory
from tests.support.api import assert_is, assert_problem, client_for

pytestmark = pytest.mark.django_db
URL = "/api/v1/dossiers"
SAID = {"instructions": {"answer": "yes", "note": "By the foreman"}}


@pytest.fixture
def user() -> User:
    return UserFactory(role="hr-manager", name="Hanna")


@pytest.fixture
def api(user: User) -> APIClient:
    return client_for(user)


def _work(**fields: Any) -> Engagement:
    return EngagementFactory(form="assignment", **fields)


def _body(row: Engagement, **fields: Any) -> dict[str, Any]:
    answer = {"question": "instructions", "answer": "yes", "note": "By the foreman"}
    return {"engagement": str(row.uid), "answers": [answer], **fields}


def test_filled_in_read_and_filled_in_again(api: APIClient, user: User) -> None:
    row = _work()

    first = api.post(URL, _body(row, remarks="Talked through"))
    second = api.post(URL, _body(row, why="changed"))

    assert (first.status_code, second.status_code) == (201, 201)
    told = first.json()
    assert_is("Dossier", told)
    assert (told["number"], told["is_latest"], told["why"], told["remarks"]) == (
        1,
        True,
        "first",
        "Talked through",
    )
    (said,) = [one for one in told["answers"] if one["answer"] != "unknown"]
    assert (said["question"], said["note"]) == ("instructions", "By the foreman")
    assert (second.json()["number"], second.json()["why"]) == (2, "changed")
    earlier = api.get(first["Location"]).json()
    assert (earlier["is_latest"], earlier["answers"]) == (False, told["answers"])
    looks = AuditEntry.objects.filter(action="relationships.dossier_viewed")
    assert [entry.details["number"] for entry in looks] == [1]


def test_a_list_tells_no_answers(api: APIClient, user: User) -> None:
    made = fill_in_dossier(engagement=_work(), actor=user, answers=SAID)
    answer = api.get(URL)
    (line,) = answer.json()["data"]
    assert_is("DossierInShort", line)
    assert (line["id"], line["questionnaire"]) == (str(made.uid), made.questionnaire.number)
    assert "foreman" not in answer.content.decode()
    assert not AuditEntry.objects.filter(action="relationships.dossier_viewed").exists()


def test_somebody_else_looks_it_over(api: APIClient, user: User) -> None:
    made = fill_in_dossier(engagement=_work(), actor=user, answers=SAID)
    other = UserFactory(role="hr-manager", name="Ines")
    assert_problem(api.post(f"{URL}/{made.uid}/review", {}), 409, "dossier_refused")
    told = client_for(other).post(f"{URL}/{made.uid}/review", {}).json()
    assert told["reviewed_by"] == {"id": str(other.uid), "name": "Ines"}


@pytest.mark.parametrize(
    ("answers", "pointer"),
    [
        ([], "/answers"),
        ([{"question": "instructions", "answer": "maybe"}], "/answers/0/answer"),
        ([{"question": "instructions"}], "/answers/0/answer"),
        ([{"question": "instructions", "answer": "yes"}] * 2, "/answers"),
        ([{"question": "instructions", "answer": "yes", "note": "x" * 1001}], "/answers/0/note"),
        ("yes", "/answers"),
    ],
)
def test_what_makes_no_sense_is_said_where_it_stands(
    api: APIClient, answers: Any, pointer: str
) -> None:
    problem = assert_problem(api.post(URL, _body(_work(), answers=answers)), 422, "invalid")
    assert [error["pointer"] for error in problem["errors"]] == [pointer]
    assert not Dossier.objects.exists()


def test_what_the_questions_do_not_know_is_refused(api: APIClient) -> None:
    unknown = [{"question": "horoscope", "answer": "yes"}]
    assert_problem(api.post(URL, _body(_work(), answers=unknown)), 409, "dossier_refused")
    assert_problem(api.post(URL, _body(EngagementFactory())), 409, "dossier_refused")
    assert not Dossier.objects.exists()


def test_who_may_not_know_is_told_nothing(user: User) -> None:
    made = fill_in_dossier(engagement=_work(), actor=user, answers=SAID)
    recruiter = client_for(UserFactory(role="recruiter"))
    for path in (URL, f"{URL}/{made.uid}", "/api/v1/questionnaires"):
        assert_problem(recruiter.get(path), 403, "permission_denied")
    assert_problem(recruiter.post(URL, _body(made.engagement)), 403, "permission_denied")
    assert_problem(recruiter.post(f"{URL}/{made.uid}/review", {}), 403, "permission_denied")
    far = client_for(UserFactory(role="hr-manager", unit=OrgUnitFactory()))
    assert far.get(URL).json()["data"] == []
    assert_problem(far.get(f"{URL}/{made.uid}"), 404, "not_found")
    assert Dossier.objects.count() == 1


def test_narrowed(api: APIClient, user: User) -> None:
    row = _work()
    first, second = (fill_in_dossier(engagement=row, actor=user, answers=SAID) for _ in range(2))
    day = second.review_on.isoformat()
    for query, found in (
        ({"engagement": str(row.uid)}, {first, second}),
        ({"contact": str(row.contact.uid)}, {first, second}),
        ({"is_latest": "true"}, {second}),
        ({"is_latest": "false"}, {first}),
        ({"review_by": day}, {second}),
        ({"review_by": "2026-01-01"}, set()),
    ):
        told = {one["id"] for one in api.get(URL, query).json()["data"]}
        assert told == {str(one.uid) for one in found}, query


def test_the_questions_in_the_language_of_who_asks(api: APIClient) -> None:
    told = []
    for language in ("en", "nl"):
        answer = api.get("/api/v1/questionnaires", headers={"Accept-Language": language})
        (version,) = answer.json()["data"]
        assert_is("Questionnaire", version)
        told.append({one["key"]: one["text"] for one in version["questions"]})
    assert told[0].keys() == told[1].keys()
    assert told[0]["instructions"] != told[1]["instructions"]


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_takes_the_same_queries_however_long(
    api: APIClient, user: User, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for _ in range(count):
        fill_in_dossier(engagement=_work(), actor=user, answers=SAID)
    with django_assert_num_queries(3):
        assert len(api.get(URL).json()["data"]) == count
