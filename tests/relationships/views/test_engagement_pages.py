from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from core.models import AuditEntry, User
from relationships.models import Engagement, EngagementChange
from relationships.selectors.engagements import PAGE
from tests.factories import ContactFactory, EngagementFactory, OrgUnitFactory, UserFactory
from tests.factories.contacts import EmailAddressFactory

pytestmark = pytest.mark.django_db


def on(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


@pytest.fixture
def hr(client: Client) -> User:
    user = UserFactory(role="hr-manager", language="en")
    client.force_login(user)
    return user


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_what_ends_soon_is_listed_by_its_last_day(client: Client, hr: User) -> None:
    def named(name: str, **fields: Any) -> None:
        EngagementFactory(contact__given_name=name, contact__family_name="X", **fields)

    named("Later", ends_on=on(50))
    named("Sooner", ends_on=on(3))
    named("Forgotten", expected_end_on=on(-20))
    named("Expected", expected_end_on=on(10))
    named("Farther", ends_on=on(61))
    named("Over", ends_on=on(-1))
    named("Brief", form="assignment", phase="brief", ends_on=on(5))
    named("Closed", form="assignment", phase="closed", ends_on=on(5))
    named("Endless")

    page = text(client, "/engagements/")
    rows = [part.split("<")[0] for part in page.split("data-row-link>")[1:]]

    assert rows == ["Forgotten X", "Sooner X", "Expected X", "Later X"]
    assert "20 days ago" in page
    assert "Farther X" in text(client, "/engagements/?days=90")


def test_assignments_are_listed_by_phase(client: Client, hr: User) -> None:
    EngagementFactory(form="assignment", phase="proposal", role="Designer")
    EngagementFactory(form="assignment", phase="off", role="Sculptor")
    EngagementFactory(form="assignment", phase="running", role="Plumber", ends_on=on(-2))
    EngagementFactory(role="Clerk")

    shown = text(client, "/engagements/?view=assignments")
    off = text(client, "/engagements/?view=assignments&phase=off")

    assert [role in shown for role in ("Designer", "Sculptor", "Plumber", "Clerk")] == [
        *(True, False, True, False)
    ]
    assert "One assignment is over and waits to be closed." in shown
    assert ("Sculptor" in off, "Designer" in off) == (True, False)


@pytest.mark.parametrize("view", ["ending", "assignments", "all"])
def test_pages_hold_everybody_once(client: Client, hr: User, view: str) -> None:
    for at in range(PAGE + 3):
        EngagementFactory(form="assignment", starts_on=on(-400), ends_on=on(10), role=f"R{at:03}")
    first = client.get(f"/engagements/?view={view}").context["page"]
    second = client.get(f"/engagements/?view={view}&after={first.next}").context["page"]

    seen = [line.row.pk for page in (first, second) for line in page.lines]
    assert (len(first.lines), len(second.lines), second.next) == (PAGE, 3, None)
    assert sorted(seen) == sorted(Engagement.objects.values_list("pk", flat=True))


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_costs_the_same_for_one_and_three(
    client: Client, hr: User, count: int, django_assert_num_queries: Any
) -> None:
    unit = OrgUnitFactory()
    EngagementFactory.create_batch(
        count, contact__unit=unit, unit=unit, manager=ContactFactory(), ends_on=on(4)
    )
    client.get("/engagements/")

    with django_assert_num_queries(5):
        client.get("/engagements/")


@pytest.mark.parametrize(
    "query",
    ["view=x", "days=x", "days=-1", "unit=x", "after=x", "phase=x&view=assignments", "form=%00"],
)
def test_what_makes_no_sense_in_the_address_is_left_out(
    client: Client, hr: User, query: str
) -> None:
    EngagementFactory(ends_on=on(4), role="Clerk")

    assert client.get(f"/engagements/?{query}").status_code == 200


def test_strangers_to_a_unit_see_nothing_of_it(client: Client) -> None:
    row = EngagementFactory(contact__unit=OrgUnitFactory(), ends_on=on(4), role="Secretive")
    client.force_login(UserFactory(role="hr-manager", unit=OrgUnitFactory(), language="en"))

    assert "Secretive" not in text(client, "/engagements/?view=all")
    assert client.get(f"/engagements/{row.uid}/").status_code == 404


def test_the_whole_way_in_the_browser_without_a_script(client: Client, hr: User) -> None:
    """Begin, change, correct, end, take the end back, undo, and take the whole back."""
    contact = ContactFactory()
    lead = ContactFactory(given_name="Noor", infix="van der", family_name="Berg")
    given = {"form": "employment", "role": "Nurse", "starts_on": "2024-01-01"}

    client.post(
        f"/people/{contact.uid}/engagements/new/",
        {**given, "basis": "permanent", "manager": "berg, noor van der"},
    )
    row = Engagement.objects.get()
    assert (row.manager, row.basis, row.phase) == (lead, "permanent", "")
    page = f"/engagements/{row.uid}/"

    client.post(f"{page}edit/", {**given, "hours_per_week": "24", "counts_from": "2025-01-01"})
    client.post(f"{page}edit/", {**given, "role": "Head nurse", "act": "correction"})
    client.post(f"{page}end/", {"ends_on": "2026-06-30"})
    acts = list(EngagementChange.objects.order_by("pk").values_list("act", flat=True))
    assert acts == ["changed", "corrected", "ended"]
    shown = text(client, page)
    assert "Nurse → Head nurse" in shown
    assert "Take the end back" in shown

    client.post(f"{page}resume/?day=")
    row.refresh_from_db()
    assert row.ends_on is None
    last = EngagementChange.objects.order_by("-pk")[0]
    client.post(f"{page}changes/{last.uid}/undo/")
    row.refresh_from_db()
    assert row.ends_on == date(2026, 6, 30)

    refused = client.post(f"{page}take-back/", follow=True).content.decode()
    assert "can no longer be taken back" in refused
    client.post(f"/people/{contact.uid}/engagements/new/", given)
    mistake = Engagement.objects.order_by("-pk")[0]
    client.post(f"/engagements/{mistake.uid}/take-back/")
    assert list(Engagement.objects.all()) == [row]


def test_an_assignment_is_moved_in_the_browser(client: Client, hr: User) -> None:
    row = EngagementFactory(form="assignment", phase="brief", starts_on=on(9))
    page = f"/engagements/{row.uid}/"

    wrong = client.post(f"{page}move/", {"phase": "closed"})
    why = client.post(f"{page}move/", {"phase": "off"})
    client.post(f"{page}move/", {"phase": "proposal"})

    row.refresh_from_db()
    assert (wrong.status_code, why.status_code, row.phase) == (422, 422, "proposal")
    assert "Say why it does not go ahead." in why.content.decode()
    assert 'aria-current="step"' in text(client, page)


def test_a_manager_is_said_by_name_or_by_address(client: Client, hr: User) -> None:
    twins = [ContactFactory(given_name="Jan", family_name="Vos") for _ in range(2)]
    EmailAddressFactory(contact=twins[1], address="jan2@trm.example", is_primary=True)
    row = EngagementFactory()
    given = {"form": "employment", "starts_on": "2024-01-01"}

    def post(word: str) -> str:
        return client.post(
            f"/engagements/{row.uid}/edit/", {**given, "manager": word}
        ).content.decode()

    assert "Several people are called that" in post("Jan Vos")
    assert "Nobody we know is called that" in post("Jan Vossen")
    assert "Nobody we know is called that" in post("nobody@trm.example")
    post("JAN2@trm.example")
    row.refresh_from_db()
    assert row.manager == twins[1]
    assert "jan2@trm.example" in text(client, f"/engagements/{row.uid}/edit/")


def test_a_manager_whom_one_may_not_see_stays_and_is_not_named(client: Client) -> None:
    unit = OrgUnitFactory()
    hidden = ContactFactory(unit=OrgUnitFactory(), given_name="Secretive", family_name="Boss")
    row = EngagementFactory(contact__unit=unit, manager=hidden)
    client.force_login(UserFactory(role="hr-manager", unit=unit, language="en"))

    seen = text(client, f"/engagements/{row.uid}/") + text(client, f"/engagements/{row.uid}/edit/")
    client.post(
        f"/engagements/{row.uid}/edit/",
        {"form": "employment", "starts_on": "2024-01-01", "manager": "", "role": "Changed"},
    )

    row.refresh_from_db()
    assert "Secretive" not in seen
    assert (row.manager, row.role) == (hidden, "Changed")


def test_names_are_proposed_of_those_one_may_see(client: Client) -> None:
    unit = OrgUnitFactory()
    ContactFactory(unit=unit, given_name="Noor", family_name="Bos")
    ContactFactory(unit=OrgUnitFactory(), given_name="Noor", family_name="Hidden")
    client.force_login(UserFactory(role="recruiter", unit=unit))

    answer = client.get("/people-named/?q=noor").content.decode()

    assert answer.count('role="option"') == 1
    assert "Noor Bos" in answer


def test_rates_in_the_history_are_for_who_may_know(client: Client) -> None:
    row = EngagementFactory(role="Clerk")
    client.force_login(UserFactory(role="hr-manager", language="en"))
    fields = {"form": "employment", "role": "Clerk", "starts_on": "2024-01-01"}
    client.post(f"/engagements/{row.uid}/edit/", {**fields, "rate": "87654", "rate_per": "year"})

    assert "87,654" in text(client, f"/engagements/{row.uid}/")
    client.force_login(UserFactory(role="recruiter", language="en"))
    seen = text(client, f"/engagements/{row.uid}/")
    assert "87,654" not in seen
    assert "87654" not in seen
    assert "Rate" in seen


def test_rates_by_role(client: Client, hr: User) -> None:
    """Lowest 60, middle 75, highest 90: half as much again. Four cooks, one of whom cooks twice,
    are too few.
    """
    nurses = (("60", "Nurse"), ("90", "nurse "), ("75", "NURSE"), ("70", "Nurse"), ("80", "Nurse"))
    for rate, role in nurses:
        EngagementFactory(role=role, rate=rate, rate_per="hour")
    cooks = [EngagementFactory(role="Cook", rate="50", rate_per="hour") for _ in range(4)]
    EngagementFactory(role="Cook", rate="51", rate_per="hour", contact=cooks[0].contact)
    EngagementFactory(role="Nurse", rate="10", rate_per="hour", ends_on=on(-1))
    EngagementFactory(role="Nurse", rate="4000", rate_per="month")

    roles = client.get("/engagements/rates/").context["roles"]

    assert [
        (one.role, one.count, one.lowest, one.median, one.highest, one.spread) for one in roles
    ] == [("NURSE", 5, 60, 75, 90, 50)]
    answer = client.get("/engagements/rates/?role=NURSE&per=hour&currency=EUR")
    assert [(one.row.rate, one.difference, one.place) for one in answer.context["people"]] == [
        (90, 20, 100),
        (80, 7, 67),
        (75, 0, 50),
        (70, -7, 33),
        (60, -20, 0),
    ]
    assert client.get("/engagements/rates/?role=Cook&per=hour&currency=EUR").status_code == 404
    looked = AuditEntry.objects.filter(action="relationships.rates_compared").order_by("pk")
    assert [one.details["role"] for one in looked] == ["", "NURSE"]


def test_rates_are_compared_within_the_units_of_who_may_know(client: Client) -> None:
    unit = OrgUnitFactory()
    for rate in (60, 62, 64, 66, 70):
        EngagementFactory(role="Nurse", rate=rate, rate_per="hour", contact__unit=unit)
    EngagementFactory(role="Nurse", rate=987, rate_per="hour", contact__unit=OrgUnitFactory())
    client.force_login(UserFactory(role="hr-manager", unit=unit, language="en"))

    assert [one.highest for one in client.get("/engagements/rates/").context["roles"]] == [70]
    client.force_login(UserFactory(role="recruiter", unit=unit))
    assert client.get("/engagements/rates/").status_code == 403
