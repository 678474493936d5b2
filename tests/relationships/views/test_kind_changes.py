"""The one form, and the endpoint, by which somebody becomes something else to us."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.models import User
from relationships.models import Engagement, KindChange, Relationship
from tests.factories import EngagementFactory, RelationshipFactory, UserFactory
from tests.support.api import assert_is, assert_problem, client_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def recruiter(client: Client) -> User:
    user = UserFactory(role="recruiter")
    client.force_login(user)
    return user


def page(row: Relationship, to: str) -> str:
    return reverse("relationships:become", args=[row.uid, to])


def test_the_form_asks_only_what_the_change_asks_for(client: Client, recruiter: User) -> None:
    prospect, employee = RelationshipFactory(), RelationshipFactory(kind="employee")
    EngagementFactory(contact=employee.contact, role="Planner")
    EngagementFactory(contact=employee.contact, form="volunteer")

    hired = client.get(page(prospect, "employee")).context["form"].fields
    left = client.get(page(employee, "alumnus"))

    assert {"begins_work", "form", "role"} <= set(hired)
    assert "ends_work" not in hired
    fields = left.context["form"].fields
    assert not {"begins_work", "form"} & set(fields)
    assert [one.role for one in fields["ends_work"].queryset] == ["Planner"]
    assert "ends at “Left”" in " ".join(left.content.decode().split())


def test_an_employee_leaves_and_the_toast_takes_it_back(client: Client, recruiter: User) -> None:
    row = RelationshipFactory(kind="employee", owner=recruiter)
    job = EngagementFactory(contact=row.contact)
    first = row.stage

    response = client.post(
        page(row, "alumnus"),
        {
            "on": timezone.localdate().isoformat(),
            "stage": str(RelationshipFactory(kind="alumnus").stage.uid),
            "owner": str(recruiter.uid),
            "ends_work": [str(job.uid)],
            "reason": "A new job in Delft",
        },
        follow=True,
    )

    assert "is alumnus now." in response.content.decode()
    made = KindChange.objects.get()
    job.refresh_from_db()
    assert job.ends_on == timezone.localdate()
    assert made.begun is not None
    assert made.begun.owner == recruiter

    client.post(reverse("relationships:kind-change-undo", args=[made.uid]))
    row.refresh_from_db()
    assert (row.stage, row.ended_on) == (first, None)


def test_a_refusal_is_said_at_its_field_and_what_was_typed_stays(
    client: Client, recruiter: User
) -> None:
    row = RelationshipFactory(kind="employee")
    day = timezone.localdate() + timedelta(days=9)

    response = client.post(
        page(row, "alumnus"),
        {
            "on": day.isoformat(),
            "stage": str(RelationshipFactory(kind="alumnus").stage.uid),
            "reason": "Moves to Delft",
        },
    )

    assert response.status_code == 422
    assert response.context["form"].errors == {
        "on": ["Until that day they are still employee. Come back on it."]
    }
    assert "Moves to Delft" in response.content.decode()
    assert not KindChange.objects.exists()


@pytest.mark.parametrize("to", ["alumnus", "prospect", "nonsense"])
def test_a_way_that_there_is_not_is_not_found(client: Client, recruiter: User, to: str) -> None:
    assert client.get(page(RelationshipFactory(), to)).status_code == 404


def test_the_api_does_it_in_one_act_and_undoes_it() -> None:
    user = UserFactory(role="recruiter")
    api = client_for(user)
    row = RelationshipFactory(owner=user)

    answer = api.post(
        "/api/v1/kind-changes",
        {
            "relationship": str(row.uid),
            "to_kind": "employee",
            "on": timezone.localdate().isoformat(),
            "engagement": {"form": "employment", "role": "Planner", "hours_per_week": "32.0"},
        },
        format="json",
    )

    assert answer.status_code == 201, answer.content
    body = answer.json()
    assert_is("KindChange", body)
    assert (body["contact"], body["from_kind"], body["to_kind"]) == (
        *(str(row.contact.uid), "prospect", "employee"),
    )
    begun = Relationship.objects.get(uid=body["relationship"])
    assert (begun.kind, begun.owner) == ("employee", user)
    assert Engagement.objects.get(uid=body["engagement"]).role == "Planner"
    listed = api.get("/api/v1/kind-changes", {"contact": str(row.contact.uid)}).json()
    assert [one["id"] for one in listed["data"]] == [body["id"]]

    undone = api.post(f"/api/v1/kind-changes/{body['id']}/undo").json()
    assert undone["undone_at"] is not None
    row.refresh_from_db()
    assert row.ended_on is None
    again = api.post(f"/api/v1/kind-changes/{body['id']}/undo")
    assert_problem(again, 409, "kind_change_refused")


def test_the_api_refuses_with_a_problem_and_leaves_nothing() -> None:
    api = client_for(UserFactory(role="recruiter"))
    row = RelationshipFactory()
    given = {
        "relationship": str(row.uid),
        "to_kind": "alumnus",
        "on": timezone.localdate().isoformat(),
    }

    problem = assert_problem(
        api.post("/api/v1/kind-changes", given, format="json"), 409, "kind_change_refused"
    )
    assert problem["detail"] == "From prospect one does not become alumnus here."
    for wrong in ({"on": "x"}, {"to_kind": None}, {"ends_engagements": ["x"]}, {"stage": "x"}):
        bad = api.post("/api/v1/kind-changes", {**given, **wrong}, format="json")
        assert bad.status_code == 422, bad.content
    assert not KindChange.objects.exists()


def test_who_may_only_read_changes_nobody() -> None:
    reader = client_for(UserFactory(role="reader"))
    row = RelationshipFactory()
    given = {
        "relationship": str(row.uid),
        "to_kind": "employee",
        "on": timezone.localdate().isoformat(),
    }

    assert reader.post("/api/v1/kind-changes", given, format="json").status_code == 403
    assert not KindChange.objects.exists()
