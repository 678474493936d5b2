from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from contacts.models import Consent
from core.models import User
from relationships.models import ClosingFeedback, ClosingStep, Engagement, FollowUp
from relationships.selectors.leaving import PAGE
from relationships.services.engagements import end_engagement
from tests.factories import EngagementFactory, OrgUnitFactory, RelationshipFactory, UserFactory

pytestmark = pytest.mark.django_db


def on(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def ending(days: int = 10, **fields: Any) -> Engagement:
    row = EngagementFactory(form="internship", **fields)
    return end_engagement(engagement=row, actor=None, ends_on=on(days))


@pytest.fixture
def recruiter(client: Client) -> User:
    user = UserFactory(role="recruiter", language="en")
    client.force_login(user)
    return user


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_internship_from_its_end_to_the_last_step(client: Client, recruiter: User) -> None:
    """Row G3: feedback both ways and a choice to stay in touch, each a task with a day."""
    person = RelationshipFactory(owner=recruiter).contact
    row = EngagementFactory(contact=person, form="internship", basis="thesis")
    page = f"/engagements/{row.uid}/"
    client.post(f"{page}end/", {"ends_on": on(0).isoformat()})
    assert "0 of 6" in text(client, page)
    assert "The way out: 0 of 6" in text(client, f"/people/{person.uid}/")

    said = {"went_well": "A real task", "could_be_better": "", "given_on": on(0).isoformat()}
    client.post(f"{page}feedback/them/", {**said, "again": "yes"})
    client.post(f"{page}feedback/us/", {**said, "again": "yes"})
    client.post(f"{page}stay-in-touch/", {"answer": "yes", "note": "By mail"})
    for task in FollowUp.objects.open():
        client.post(f"/tasks/{task.uid}/close/", {"state": "done", "next": page})

    shown = text(client, page)
    assert "6 of 6" in shown
    assert shown.count("A real task") == 2
    assert "Yes, please: By mail" in shown
    assert Consent.objects.get().recorded_by == recruiter
    assert "Nobody is leaving" in text(client, "/engagements/leaving/")


def test_taking_the_end_back_in_the_browser_takes_the_tasks_away(
    client: Client, recruiter: User
) -> None:
    row = ending(contact=RelationshipFactory(owner=recruiter).contact)
    assert FollowUp.objects.count() == 6

    client.post(f"/engagements/{row.uid}/resume/?day=")

    assert not FollowUp.objects.exists()
    assert "The way out" not in text(client, f"/engagements/{row.uid}/")


def test_what_makes_no_sense_is_refused_and_writes_nothing(client: Client, recruiter: User) -> None:
    row = ending()
    page = f"/engagements/{row.uid}/"

    answers = [
        client.post(f"{page}feedback/them/", {"given_on": on(0).isoformat()}),
        client.post(f"{page}feedback/them/", {"went_well": "x", "given_on": "soon"}),
        client.post(f"{page}feedback/them/", {"went_well": "x" * 4001}),
        client.post(f"{page}feedback/nobody/", {"went_well": "x"}),
        client.post(f"{page}stay-in-touch/", {"answer": "perhaps"}),
    ]

    assert [answer.status_code for answer in answers] == [422, 422, 422, 404, 422]
    assert not ClosingFeedback.objects.exists()
    assert not Consent.objects.exists()


def test_a_reader_sees_progress_and_no_feedback(client: Client, recruiter: User) -> None:
    row = ending()
    said = {"could_be_better": "My manager shouted", "given_on": on(0).isoformat()}
    client.post(f"/engagements/{row.uid}/feedback/them/", said)
    client.force_login(UserFactory(role="reader", language="en"))

    shown = text(client, f"/engagements/{row.uid}/")

    assert "1 of 6" in shown
    assert "shouted" not in shown
    assert client.get(f"/engagements/{row.uid}/feedback/them/").status_code == 403


def test_who_is_on_their_way_out(client: Client, recruiter: User) -> None:
    later, soon = ending(20), ending(5)
    hidden = ending(6, contact__unit=OrgUnitFactory())
    late = FollowUp.objects.filter(contact=soon.contact, leaving_step__what="conversation")
    assert late.update(due_on=on(-1)) == 1
    client.force_login(UserFactory(role="recruiter", unit=OrgUnitFactory(), language="en"))
    assert "Nobody is leaving" in text(client, "/engagements/leaving/")
    client.force_login(recruiter)

    lines = client.get("/engagements/leaving/").context["page"].lines

    assert [line.way.engagement for line in lines] == [soon, hidden, later]
    assert (lines[0].done, lines[0].total, lines[0].late) == (0, 6, 1)


def test_pages_of_ways_out_hold_everybody_once(client: Client, recruiter: User) -> None:
    ClosingStep.objects.filter(form="internship").exclude(what="thanks").delete()
    for _ in range(PAGE + 2):
        ending(5)
    first = client.get("/engagements/leaving/").context["page"]
    second = client.get(f"/engagements/leaving/?after={first.next}").context["page"]

    seen = {line.way.pk for page in (first, second) for line in page.lines}
    assert (len(first.lines), len(second.lines), len(seen), second.next) == (
        *(PAGE, 2),
        PAGE + 2,
        None,
    )


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_one_and_three(
    client: Client, recruiter: User, count: int, django_assert_num_queries: Any
) -> None:
    for _ in range(count):
        ending(5)
    client.get("/engagements/leaving/")

    with django_assert_num_queries(5):
        client.get("/engagements/leaving/")


def test_steps_are_changed_in_the_browser(client: Client) -> None:
    client.force_login(UserFactory(role="hr-manager", language="en"))
    page = "/settings/way-out/internship/"
    rows = client.get(page).context["rows"]
    given: dict[str, Any] = {"steps-TOTAL_FORMS": 2, "steps-INITIAL_FORMS": 6}
    first = {"steps-0-what": "thanks", "steps-0-days": "-1", "steps-0-who": "manager"}
    other = {"steps-1-what": "other", "steps-1-name": "Laptop", "steps-1-days": "0"}

    assert len(rows.forms) == 7
    wrong = client.post(page, {**given, **first, **other, "steps-1-name": ""})
    late = client.post(page, {**given, **first, **other, "steps-1-days": ""})
    saved = client.post(page, {**given, **first, **other})

    assert [answer.status_code for answer in (wrong, late, saved)] == [422, 422, 302]
    assert "Say what is to be done." in wrong.content.decode()
    held = ClosingStep.objects.filter(form="internship").order_by("pk")
    assert list(held.values_list("what", "name", "days", "who")) == [
        ("thanks", "", -1, "manager"),
        ("other", "Laptop", 0, "owner"),
    ]
    assert client.get("/settings/way-out/nothing/").status_code == 404
    client.force_login(UserFactory(role="recruiter"))
    assert client.post(page, given).status_code == 403
