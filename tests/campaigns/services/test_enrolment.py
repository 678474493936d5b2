import time
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.utils import timezone

from campaigns.models import Campaign, Enrolment, EnrolmentRun, Touchpoint
from campaigns.selectors.audience import preview
from campaigns.services import enrolment as service
from campaigns.services.campaigns import end_campaign, start_campaign
from campaigns.services.enrolment import stop_enrolment, work_on_run
from contacts.models import Contact
from contacts.services.consent import record_consent, suppress
from core.models import AuditEntry, Change
from relationships.models import TimelineEntry
from tests.factories import ContactFactory, OrgUnitFactory, UserFactory
from tests.factories.campaigns import (
    CampaignFactory,
    StepFactory,
    TouchpointFactory,
    reachable_contact,
    story,
)

pytestmark = pytest.mark.django_db


def started(campaign: Campaign) -> EnrolmentRun:
    run = start_campaign(campaign=campaign, actor=campaign.owner)
    assert run is not None
    return run


def test_everyone_who_may_be_written_to_is_put_before_the_first_step() -> None:
    campaign = story()
    people = [reachable_contact() for _ in range(3)]
    started(campaign)
    now = timezone.now()

    assert work_on_run(clock=lambda: now) is True

    assert set(Enrolment.objects.values_list("contact", "state", "enrolled_at")) == {
        (person.pk, "active", now) for person in people
    }
    first = campaign.steps.get(position=1)
    assert set(Touchpoint.objects.values_list("contact", "step", "due_at")) == {
        (person.pk, first.pk, now) for person in people
    }
    lines = TimelineEntry.objects.filter(verb="enrolment.began")
    assert {line.data["campaign"] for line in lines} == {campaign.name}
    assert lines.count() == 3
    assert work_on_run(clock=lambda: now) is False


def everybody(campaign: Campaign) -> dict[str, Contact]:
    """One person for every answer."""
    people = {"included": reachable_contact()}
    people["no_consent"] = reachable_contact(is_consenting=False)
    people["no_address"] = reachable_contact(email="")
    people["do_not_contact"] = reachable_contact(do_not_contact=True)
    people["suppressed"] = reachable_contact(email="never@example.org")
    suppress(address="never@example.org", reason="complained", actor=None)
    people["missing_value"] = reachable_contact(given_name="", family_name="Vos")
    people["no_text"] = reachable_contact(language="nl")
    people["enrolled"] = reachable_contact()
    StepFactory(campaign=campaign, subject={"en": "Hi {{ given_name }}"}, body={"en": "Dear you"})
    Enrolment.objects.create(
        campaign=campaign, contact=people["enrolled"], enrolled_at=timezone.now(), state="finished"
    )
    return people


def test_preview_and_enrolment_give_the_same_reasons() -> None:
    campaign = CampaignFactory()
    people = everybody(campaign)
    ContactFactory(archived_at=timezone.now())
    now = timezone.now()

    shown = preview(campaign=campaign, user=campaign.owner, now=now)

    assert (shown.found, shown.included) == (8, 1)
    assert shown.people == [people["included"]]
    assert {group.reason.value: group.people for group in shown.left_out} == {
        reason: [person] for reason, person in people.items() if reason != "included"
    }
    assert (shown.languages, shown.without_text) == ({"en": 1}, {"nl": 1})
    assert [(one.at, one.count) for one in shown.steps] == [(now, 1)]

    EnrolmentRun.objects.create(
        campaign=campaign, started_by=campaign.owner, due_at=now, audience={}
    )
    Campaign.objects.update(state=Campaign.State.RUNNING)
    work_on_run(clock=lambda: now)

    run = EnrolmentRun.objects.get()
    assert (run.people, run.seen, run.enrolled, run.percent) == (8, 8, 1, 100)
    assert run.left_out == dict.fromkeys(set(people) - {"included"}, 1)
    assert Enrolment.objects.filter(state="active").get().contact == people["included"]


@pytest.mark.parametrize("count", [1, 3])
def test_preview_runs_the_same_queries_however_many(
    count: int, django_assert_num_queries: object
) -> None:
    campaign = story()
    for _ in range(count):
        reachable_contact()
        reachable_contact(is_consenting=False)

    # Two sets of ids, seven questions about the one that is not empty, names, steps, roles, pools.
    with django_assert_num_queries(18):  # type: ignore[operator]
        shown = preview(campaign=campaign, user=campaign.owner, now=timezone.now())

    assert shown.included == count


def test_nobody_is_enrolled_whom_the_starter_may_not_see() -> None:
    mine, theirs = OrgUnitFactory(), OrgUnitFactory()
    recruiter = UserFactory(role="recruiter", unit=mine)
    seen = reachable_contact(unit=mine)
    reachable_contact(unit=theirs)
    campaign = story(owner=recruiter, unit=mine)
    started(campaign)

    work_on_run()

    assert [one.contact for one in Enrolment.objects.all()] == [seen]


def test_only_those_whom_the_filters_find_are_enrolled_and_each_once() -> None:
    campaign = story(audience={"city": ["Leiden", "Gouda"]})
    found = {reachable_contact(city="Leiden").pk, reachable_contact(city="Gouda").pk}
    reachable_contact(city="Utrecht")
    started(campaign)

    work_on_run()

    assert set(Enrolment.objects.values_list("contact", flat=True)) == found


def test_a_run_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if killed after each set: the next worker takes over exactly there."""
    monkeypatch.setattr(service, "SET", 2)
    people = [reachable_contact().pk for _ in range(5)]
    run = started(story())
    enrolled = []

    while work_on_run(stop_at=time.monotonic()):
        run.refresh_from_db()
        enrolled.append((run.seen, run.percent, run.finished_at is not None))
        assert run.seen == Enrolment.objects.count()

    assert enrolled[:3] == [(2, 40, False), (4, 80, False), (5, 100, False)]
    assert enrolled[-1] == (5, 100, True)
    assert set(Enrolment.objects.values_list("contact", flat=True)) == set(people)
    assert Touchpoint.objects.count() == 5


def test_a_dead_workers_run_is_taken_over_when_its_lease_runs_out() -> None:
    reachable_contact()
    started(story())
    now = timezone.now()
    EnrolmentRun.objects.claim(now=now, limit=1, lease=timedelta(minutes=5))

    assert work_on_run() is False
    EnrolmentRun.objects.release_expired(now + timedelta(minutes=5))
    assert work_on_run() is True

    assert Enrolment.objects.count() == 1


def test_a_campaign_that_ended_takes_nobody_in() -> None:
    reachable_contact()
    campaign = story()
    run = started(campaign)
    end_campaign(campaign=campaign, actor=campaign.owner)

    work_on_run()

    run.refresh_from_db()
    assert (run.outcome, run.finished_at is not None) == ("campaign_ended", True)
    assert Enrolment.objects.count() == 0


def test_a_filter_that_went_away_after_the_start_takes_nobody_in() -> None:
    reachable_contact()
    campaign = story()
    run = started(campaign)
    EnrolmentRun.objects.update(audience={"gone": ["1"]})

    work_on_run()

    run.refresh_from_db()
    assert (run.outcome, Enrolment.objects.count()) == (service.FILTER_GONE, 0)


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_enrol_each_person_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "SET", 3)
    for _ in range(20):
        reachable_contact()
    run = started(story())
    barrier = Barrier(2)

    def work() -> None:
        try:
            barrier.wait()
            while work_on_run(stop_at=time.monotonic()) or not EnrolmentRun.objects.filter(
                finished_at__isnull=False
            ):
                continue
        finally:
            connection.close()

    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    run.refresh_from_db()
    assert (run.seen, run.enrolled, Enrolment.objects.count()) == (20, 20, 20)
    assert Touchpoint.objects.count() == 20


def test_stopping_takes_one_person_off_and_says_why() -> None:
    touchpoint = TouchpointFactory()
    other = TouchpointFactory(step=touchpoint.step)
    actor = touchpoint.step.campaign.owner

    assert stop_enrolment(enrolment=touchpoint.enrolment, actor=actor) is True
    assert stop_enrolment(enrolment=touchpoint.enrolment, actor=actor) is False

    touchpoint.refresh_from_db()
    touchpoint.enrolment.refresh_from_db()
    assert (touchpoint.enrolment.state, touchpoint.enrolment.reason) == ("stopped", "stopped")
    assert (touchpoint.queue_state, touchpoint.result) == ("done", "cancelled")
    assert list(Touchpoint.objects.due(timezone.now())) == [other]
    assert Change.objects.get(event="campaigns.EnrolmentStopped").payload == {
        "enrolment_id": touchpoint.enrolment_id,
        "contact_id": touchpoint.contact_id,
        "reason": "stopped",
        "actor_id": actor.pk,
    }
    assert TimelineEntry.objects.get(verb="enrolment.stopped").actor == actor
    assert AuditEntry.objects.filter(action="campaigns.enrolment_stopped").count() == 1


def test_withdrawing_consent_stops_the_campaigns_of_that_purpose_alone() -> None:
    network = TouchpointFactory()
    contact = network.contact
    careers = TouchpointFactory(
        step=StepFactory(campaign=CampaignFactory(state="running", purpose="careers")),
        contact=contact,
    )
    stranger = TouchpointFactory(step=network.step)

    record_consent(contact=contact, actor=None, purpose="network", decision="withdrawn")

    states = Enrolment.objects.in_bulk([one.enrolment_id for one in (network, careers, stranger)])
    assert [
        (states[one.enrolment_id].state, states[one.enrolment_id].reason)
        for one in (network, careers, stranger)
    ] == [("stopped", "withdrawn"), ("active", ""), ("active", "")]
