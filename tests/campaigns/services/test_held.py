"""People whom a colleague keeps in touch with, and campaigns of somebody else."""

from datetime import date

import pytest
import time_machine
from django.utils import timezone

from campaigns.choices import Reason
from campaigns.models import Campaign, Enrolment, EnrolmentRun
from campaigns.selectors.audience import preview
from campaigns.services import enrolment as services
from campaigns.services.campaigns import start_campaign
from campaigns.services.enrolment import EnrolmentRefused, enrol_person, work_on_run
from contacts.models import Contact
from core.models import User
from relationships.models import FollowUp, OwnershipOverride
from relationships.services.ownership import HeldByColleague
from tests.factories import ConsentFactory, ContactFactory, RelationshipFactory, UserFactory
from tests.factories.campaigns import CampaignFactory, StepFactory
from tests.support.api import assert_is, assert_problem, client_for

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today() -> object:
    with time_machine.travel("2026-03-10T12:00:00+01:00", tick=False) as clock:
        yield clock


@pytest.fixture
def owner() -> User:
    return UserFactory(role="recruiter", name="Joris Prins", language="en")


@pytest.fixture
def sender() -> User:
    return UserFactory(role="recruiter", name="Fatma Kaya", language="en")


def person(owner: User | None, number: int = 0) -> Contact:
    contact = ContactFactory(email=f"held{number}{owner.pk if owner else 0}@example.org")
    ConsentFactory(contact=contact)
    if owner is not None:
        RelationshipFactory(contact=contact, owner=owner, started_on=date(2026, 1, 1))
    return contact


def campaign_of(sender: User, state: str = "draft") -> Campaign:
    campaign = CampaignFactory(owner=sender, name="Spring letter", state=state)
    StepFactory(campaign=campaign)
    return campaign


def run_all() -> None:
    while work_on_run():
        continue


def test_those_held_are_left_out_and_reported(owner: User, sender: User) -> None:
    held, free = person(owner), person(None)
    campaign = campaign_of(sender)

    shown = preview(campaign=campaign, user=sender, now=timezone.now())
    start_campaign(campaign=campaign, actor=sender)
    run_all()

    assert [(group.reason, group.people) for group in shown.left_out] == [(Reason.HELD, [held])]
    assert (shown.held_count, shown.holders) == (1, [(owner, 1)])
    assert [one.contact for one in Enrolment.objects.all()] == [free]
    assert EnrolmentRun.objects.get().left_out == {"held": 1}
    assert not OwnershipOverride.objects.exists()


def test_with_a_reason_they_are_taken_in_and_each_owner_told_once(
    owner: User, sender: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "SET", 2)
    people = [person(owner, number) for number in range(5)]
    own = person(sender)
    campaign = campaign_of(sender)

    start_campaign(campaign=campaign, actor=sender, override_reason=" All of \x00 them asked ")
    run_all()

    assert Enrolment.objects.count() == 6
    rows = OwnershipOverride.objects.order_by("contact")
    assert [row.contact for row in rows] == people
    assert {(row.act, row.reason, row.about) for row in rows} == {
        ("campaign", "All of them asked", "Spring letter")
    }
    task = FollowUp.objects.get()
    assert (task.assignee, task.title) == (
        owner,
        "Fatma Kaya took 5 people of yours into “Spring letter”",
    )
    assert own.full_name not in task.body
    assert all(one.full_name in task.body for one in people)


def test_the_owner_s_own_campaign_needs_no_word(owner: User) -> None:
    contact = person(owner)
    start_campaign(campaign=campaign_of(owner), actor=owner)
    run_all()
    assert Enrolment.objects.get().contact == contact


def test_one_person_from_another_program(owner: User, sender: User) -> None:
    contact = person(owner)
    campaign = campaign_of(sender, state="running")
    api = client_for(sender)
    body = {"campaign": str(campaign.uid), "contact": str(contact.uid)}

    problem = assert_problem(api.post("/api/v1/enrolments", body), 409, "held_by_colleague")
    made = api.post("/api/v1/enrolments", {**body, "override_reason": "She asked"})

    assert problem["context"]["owner"] == {"id": str(owner.uid), "name": "Joris Prins"}
    assert problem["context"]["days_left"] == 22
    assert made.status_code == 201
    assert_is("Enrolment", made.json())
    assert OwnershipOverride.objects.get().reason == "She asked"
    assert FollowUp.objects.get().assignee == owner
    again = api.post("/api/v1/enrolments", {**body, "override_reason": "She asked"})
    assert_problem(again, 409, "enrolment_refused")


def test_a_reason_does_not_stand_in_for_consent(owner: User, sender: User) -> None:
    contact = ContactFactory(email="no@example.org")
    RelationshipFactory(contact=contact, owner=owner)
    campaign = campaign_of(sender, state="running")
    with pytest.raises(EnrolmentRefused):
        enrol_person(campaign=campaign, contact=contact, actor=sender, override_reason="x")
    with pytest.raises(HeldByColleague):
        enrol_person(campaign=campaign, contact=person(owner), actor=sender)
    with pytest.raises(EnrolmentRefused):
        enrol_person(campaign=campaign_of(sender), contact=person(None), actor=sender)
    assert not Enrolment.objects.exists()
    assert not OwnershipOverride.objects.exists()
