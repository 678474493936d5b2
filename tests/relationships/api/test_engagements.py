from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from contacts.models import Contact
from core.models import AuditEntry
from relationships.models import Engagement, Relationship, TimelineEntry
from relationships.services.beginnings import begin_relationship
from relationships.timeline import find_verb
from tests.factories import (
    ContactFactory,
    EngagementFactory,
    OrgUnitFactory,
    UserFactory,
    grant_role,
)
from tests.support.api import assert_is, assert_problem, client_for

pytestmark = pytest.mark.django_db

URL = "/api/v1/engagements"


@pytest.fixture
def api() -> APIClient:
    return client_for(UserFactory(role="hr-manager"))


def test_hired_gone_freelance_left_and_returned_is_one_person(
    api: APIClient, client: Client
) -> None:
    """Row C1: one record, four dated engagements of which two overlap, one timeline; page and API
    agree.
    """
    contact = ContactFactory(given_name="Noor", family_name="Vos")
    lives = [
        ("employment", "Planner", "2015-03-01", "2019-08-31"),
        ("assignment", "Interim planner", "2019-06-01", "2020-12-31"),
        ("assignment", "Adviser", "2021-02-01", "2021-11-30"),
        ("employment", "Head of planning", "2024-01-01", None),
    ]
    begin_relationship(contact=contact, actor=None, kind="alumnus", started_on=date(2019, 8, 31))

    for form, role, starts_on, ends_on in lives:
        body = {"contact": str(contact.uid), "form": form, "role": role, "starts_on": starts_on}
        made = api.post(URL, {**body, "ends_on": ends_on})
        assert made.status_code == 201

    listed = api.get(URL, {"contact": str(contact.uid)}).json()["data"]
    for row in listed:
        assert_is("Engagement", row)
    told = [(row["form"], row["role"], row["starts_on"], row["ends_on"]) for row in listed]
    assert sorted(told, key=lambda row: row[2]) == lives
    assert Contact.objects.get() == contact
    assert Relationship.objects.get().contact == contact
    client.force_login(UserFactory(role="recruiter", language="en"))
    page = client.get(f"/people/{contact.uid}/").content.decode()
    for _form, role, _starts_on, _ends_on in lives:
        assert role in page
    lines = TimelineEntry.objects.filter(contact=contact, verb__startswith="engagement")
    assert [find_verb(line.verb).render(line) for line in lines.order_by("at")] == [
        "Employment began",
        "Assignment began",
        "Employment ended",
        "Assignment ended",
        "Assignment began",
        "Assignment ended",
        "Employment began",
    ]


def test_what_is_sent_is_what_is_read(api: APIClient) -> None:
    contact, manager, unit = ContactFactory(), ContactFactory(), OrgUnitFactory()
    sent = {
        "contact": str(contact.uid),
        "form": "assignment",
        "role": "Planner",
        "unit": str(unit.uid),
        "manager": str(manager.uid),
        "starts_on": "2026-01-01",
        "ends_on": "2026-06-30",
        "hours_per_week": "32.0",
        "rate": {"amount": "95.50", "per": "hour", "currency": "EUR"},
    }

    made = api.post(URL, sent)
    read = api.get(made["Location"])

    assert read.json() == made.json()
    assert {name: made.json()[name] for name in sent} == sent
    assert read["ETag"] == made["ETag"]


def test_a_rate_is_a_secret_to_who_may_not_know() -> None:
    row = EngagementFactory(rate="98765.50", rate_per="year")
    recruiter = client_for(UserFactory(role="recruiter"))
    address = f"{URL}/{row.uid}"
    rate = {"amount": "1.00", "per": "hour"}

    assert recruiter.get(address).json()["rate"] is None
    assert "98765" not in recruiter.get(URL).content.decode()
    assert_problem(recruiter.patch(address, {"rate": rate}), 403, "permission_denied")
    body = {"contact": str(row.contact.uid), "form": "assignment", "starts_on": "2026-01-01"}
    assert_problem(recruiter.post(URL, {**body, "rate": None}), 403, "permission_denied")
    assert recruiter.patch(address, {"role": "Lead"}).json()["role"] == "Lead"
    row.refresh_from_db()
    assert str(row.rate) == "98765.50"
    assert Engagement.objects.count() == 1


def test_who_may_know_for_one_unit_knows_of_that_unit_only() -> None:
    north, south = OrgUnitFactory(), OrgUnitFactory()
    user = UserFactory(role="hr-manager", unit=north)
    grant_role(user, "recruiter", south)
    known = EngagementFactory(contact__unit=north, rate=80, rate_per="hour")
    secret = EngagementFactory(contact__unit=south, rate=90, rate_per="hour")
    api = client_for(user)

    rates = {row["id"]: row["rate"] for row in api.get(URL).json()["data"]}

    assert rates == {
        str(known.uid): {"amount": "80.00", "per": "hour", "currency": "EUR"},
        str(secret.uid): None,
    }


def test_changing_says_what_and_never_how_much(api: APIClient) -> None:
    row = EngagementFactory(starts_on=date(2024, 1, 1))
    address = f"{URL}/{row.uid}"

    stale = api.patch(address, {"role": "x"}, headers={"If-Match": '"1"'})
    assert_problem(stale, 412, "precondition_failed")
    api.patch(address, {"rate": {"amount": "70", "per": "hour"}, "ends_on": "2025-01-31"})
    same = api.patch(address, {"ends_on": "2025-01-31"})
    gone = api.patch(address, {"rate": None, "ends_on": None}).json()

    assert same.json()["rate"] == {"amount": "70.00", "per": "hour", "currency": "EUR"}
    assert (gone["rate"], gone["ends_on"]) == (None, None)
    entries = AuditEntry.objects.filter(action="relationships.engagement_changed").order_by("pk")
    assert [entry.details for entry in entries] == [
        {"fields": ["ends_on", "rate", "rate_per"]},
        {"fields": ["ends_on", "rate", "rate_per"]},
    ]
    assert not TimelineEntry.objects.filter(verb="engagement.ended").exists()


def test_half_a_rate_is_refused_in_a_patch_too(api: APIClient) -> None:
    row = EngagementFactory()

    problem = assert_problem(
        api.patch(f"{URL}/{row.uid}", {"rate": {"amount": "5"}}), 422, "invalid"
    )

    assert [error["pointer"] for error in problem["errors"]] == ["/rate/per"]


def test_ending_through_its_own_act(api: APIClient) -> None:
    row = EngagementFactory(starts_on=date(2024, 1, 1))

    ended = api.post(f"{URL}/{row.uid}/end", {"ends_on": "2025-05-31"})
    refused = api.post(f"{URL}/{row.uid}/end", {"ends_on": "2023-01-01"})

    assert ended.json()["ends_on"] == "2025-05-31"
    assert_problem(refused, 409, "engagement_refused")
    assert TimelineEntry.objects.get(verb="engagement.ended").at.date() == date(2025, 5, 30)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"form": "slavery"}, "/form"),
        ({"starts_on": "soon"}, "/starts_on"),
        ({"contact": "01930000-0000-7000-8000-000000000000"}, "/contact"),
        ({"contact": None}, "/contact"),
        ({"manager": "01930000-0000-7000-8000-000000000000"}, "/manager"),
        ({"hours_per_week": "-1"}, "/hours_per_week"),
        ({"hours_per_week": "1000"}, "/hours_per_week"),
        ({"rate": {"amount": "5", "per": "life"}}, "/rate/per"),
        ({"rate": {"amount": "5"}}, "/rate/per"),
        ({"rate": {"amount": "5", "per": "hour", "currency": "euro"}}, "/rate/currency"),
        ({"role": "x" * 151}, "/role"),
        ({"colour": "red"}, "/colour"),
    ],
)
def test_what_makes_no_sense_is_said_where_it_stands(
    api: APIClient, change: dict[str, Any], pointer: str
) -> None:
    body = {"contact": str(ContactFactory().uid), "form": "assignment", "starts_on": "2026-01-01"}

    problem = assert_problem(api.post(URL, {**body, **change}), 422, "invalid")

    assert [error["pointer"] for error in problem["errors"]] == [pointer]
    assert not Engagement.objects.exists()


def test_rules_of_the_house_are_a_conflict(api: APIClient) -> None:
    uid = str(ContactFactory().uid)
    body = {"contact": uid, "form": "assignment", "starts_on": "2026-01-01"}

    for change in ({"ends_on": "2025-01-01"}, {"manager": uid}):
        assert_problem(api.post(URL, {**body, **change}), 409, "engagement_refused")
    assert not Engagement.objects.exists()


def test_a_contact_is_set_once_and_a_stranger_is_nobody(api: APIClient) -> None:
    row = EngagementFactory(contact__unit=OrgUnitFactory())
    elsewhere = client_for(UserFactory(role="hr-manager", unit=OrgUnitFactory()))
    body = {"contact": str(row.contact.uid), "form": "assignment", "starts_on": "2026-01-01"}

    moved = api.patch(f"{URL}/{row.uid}", {"contact": str(ContactFactory().uid)})
    assert_problem(moved, 422, "invalid")
    assert elsewhere.get(f"{URL}/{row.uid}").status_code == 404
    assert elsewhere.get(URL).json()["data"] == []
    assert_problem(elsewhere.post(URL, body), 422, "invalid")
    reader = client_for(UserFactory(role="reader", unit=row.contact.unit))
    assert reader.get(URL).status_code == 403 or reader.post(URL, body).status_code == 403


def test_the_list_is_narrowed(api: APIClient) -> None:
    unit = OrgUnitFactory()
    below = OrgUnitFactory(parent=unit)
    current = EngagementFactory(unit=below, form="assignment", starts_on=date(2020, 1, 1))
    past = EngagementFactory(starts_on=date(2020, 1, 1), ends_on=date(2021, 1, 1))
    ahead = EngagementFactory(starts_on=date(2999, 1, 1))

    def ids(**narrowed: str) -> set[str]:
        return {row["id"] for row in api.get(URL, narrowed).json()["data"]}

    assert ids(is_current="true") == {str(current.uid)}
    assert ids(is_current="false") == {str(past.uid), str(ahead.uid)}
    assert ids(unit=str(unit.uid)) == ids(form="assignment") == {str(current.uid)}
    assert ids(contact=str(past.contact.uid)) == {str(past.uid)}


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_one_and_three(
    count: int, django_assert_num_queries: Callable[..., Any]
) -> None:
    unit = OrgUnitFactory()
    EngagementFactory.create_batch(count, contact__unit=unit, manager=ContactFactory(unit=unit))
    api = client_for(UserFactory(role="hr-manager", unit=unit))

    with django_assert_num_queries(7):
        api.get(URL)


def test_terms_phase_and_status_agree_with_the_page(api: APIClient, client: Client) -> None:
    body = {
        "contact": str(ContactFactory().uid),
        "form": "assignment",
        "basis": "freelance",
        "phase": "brief",
        "starts_on": "2026-01-01",
        "expected_end_on": "2026-12-31",
    }
    made = api.post(URL, body).json()
    address = f"{URL}/{made['id']}"

    assert (made["phase"], made["status"], made["expected_end_on"]) == (
        *("brief", "brief"),
        "2026-12-31",
    )
    assert_problem(api.patch(address, {"phase": "running"}), 422, "invalid")
    assert_problem(api.post(f"{address}/move", {"phase": "closed"}), 409, "engagement_refused")
    assert_problem(api.post(f"{address}/move", {"phase": "off"}), 409, "engagement_refused")
    for phase in ("proposal", "agreed", "running"):
        moved = api.post(f"{address}/move", {"phase": phase}).json()
    assert_is("Engagement", moved)
    assert (moved["phase"], moved["status"]) == ("running", "running")
    client.force_login(UserFactory(role="recruiter", language="en"))
    assert (
        "Freelance agreement".lower() in client.get(f"/engagements/{made['id']}/").content.decode()
    )


def test_an_end_is_taken_back_through_its_own_act(api: APIClient) -> None:
    row = EngagementFactory(starts_on=date(2024, 1, 1))
    api.post(f"{URL}/{row.uid}/end", {"ends_on": "2025-05-31"})

    resumed = api.post(f"{URL}/{row.uid}/resume", {})

    assert resumed.json()["ends_on"] is None
    assert_problem(api.post(f"{URL}/{row.uid}/resume", {}), 409, "engagement_refused")


def test_the_list_is_narrowed_by_phase_and_end(api: APIClient) -> None:
    brief = EngagementFactory(form="assignment", phase="brief")
    ending = EngagementFactory(ends_on=date(2999, 1, 1))
    EngagementFactory()

    def ids(**narrowed: str) -> set[str]:
        return {row["id"] for row in api.get(URL, narrowed).json()["data"]}

    assert ids(phase="brief") == {str(brief.uid)}
    assert ids(ending_by="2999-01-01") == {str(ending.uid)}
    assert str(brief.uid) not in ids(is_current="true")
