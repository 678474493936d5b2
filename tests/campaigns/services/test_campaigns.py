from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from campaigns.models import Campaign, Enrolment, EnrolmentRun, Step, Touchpoint
from campaigns.services.campaigns import (
    CampaignRefused,
    StepRefused,
    add_step,
    change_step,
    create_campaign,
    delete_draft,
    end_campaign,
    move_step,
    pause_campaign,
    remove_step,
    resume_campaign,
    start_campaign,
    update_campaign,
    wind_up_ended,
)
from campaigns.services.enrolment import enrol_named, enrol_person
from core.models import AuditEntry, Change
from tests.factories import UserFactory
from tests.factories.campaigns import (
    CampaignFactory,
    EnrolmentFactory,
    StepFactory,
    TouchpointFactory,
    reachable_contact,
    story,
)

pytestmark = pytest.mark.django_db

TEXT = {"en": "Hello"}


def add(campaign: Campaign, days: int, title: str, action: str = "mail") -> Step:
    return add_step(
        campaign=campaign,
        actor=campaign.owner,
        action=action,
        offset_days=days,
        subject={"en": title},
        body=TEXT,
    )


def line(campaign: Campaign) -> list[tuple[int, int, str]]:
    return [
        (step.position, step.offset_days, step.subject["en"])
        for step in campaign.steps.order_by("position")
    ]


def test_create_campaign_makes_a_draft_of_its_actor() -> None:
    actor = UserFactory(role="recruiter")

    campaign = create_campaign(
        actor=actor, name="  Alumni ", purpose="network", audience={"kind": ["alumnus"]}
    )

    assert (campaign.name, campaign.state, campaign.owner) == ("Alumni", "draft", actor)
    assert campaign.audience == {"kind": ["alumnus"]}
    assert AuditEntry.objects.get(action="campaigns.created").target_id == campaign.pk


def test_a_step_takes_the_place_that_its_day_gives_it() -> None:
    campaign = CampaignFactory()

    for days, title in ((0, "first"), (14, "last"), (3, "between"), (3, "after between")):
        add(campaign, days, title)

    assert line(campaign) == [
        (1, 0, "first"),
        (2, 3, "between"),
        (3, 3, "after between"),
        (4, 14, "last"),
    ]


def test_moving_a_step_leaves_the_days_where_they_are() -> None:
    campaign = CampaignFactory()
    for days, title in ((0, "a"), (3, "b"), (14, "c")):
        add(campaign, days, title)
    b = campaign.steps.get(position=2)

    move_step(step=b, actor=campaign.owner, up=True)
    assert line(campaign) == [(1, 0, "b"), (2, 3, "a"), (3, 14, "c")]

    b.refresh_from_db()
    move_step(step=b, actor=campaign.owner, up=True)
    assert line(campaign) == [(1, 0, "b"), (2, 3, "a"), (3, 14, "c")]


def test_removing_a_step_closes_the_gap() -> None:
    campaign = CampaignFactory()
    for days, title in ((0, "a"), (3, "b"), (14, "c")):
        add(campaign, days, title)

    remove_step(step=campaign.steps.get(position=2), actor=campaign.owner)

    assert line(campaign) == [(1, 0, "a"), (2, 14, "c")]


@pytest.mark.parametrize("days", [2, 15])
def test_a_step_cannot_pass_its_neighbours(days: int) -> None:
    campaign = CampaignFactory()
    for offset, title in ((3, "a"), (7, "b"), (14, "c")):
        add(campaign, offset, title)
    step = campaign.steps.get(position=2)

    with pytest.raises(StepRefused) as caught:
        change_step(step=step, actor=campaign.owner, offset_days=days, subject=TEXT, body=TEXT)

    assert caught.value.field == "offset_days"
    assert Step.objects.get(pk=step.pk).offset_days == 7


@pytest.mark.parametrize(
    ("subject", "body", "field"),
    [
        ({}, {}, "subject_nl"),
        ({"en": "Hi"}, {}, "body_en"),
        ({"en": "Hi"}, {"en": "Dear", "nl": "Dag"}, "subject_nl"),
        ({"en": "Hi {{ nme }}"}, {"en": "Dear"}, "subject_en"),
        ({"en": "Hi"}, {"en": "Dear {{ given_name"}, "body_en"),
        ({"en": "x" * 201}, {"en": "Dear"}, "subject_en"),
    ],
)
def test_a_mail_that_could_not_be_sent_is_refused_when_saved(
    subject: dict[str, str], body: dict[str, str], field: str
) -> None:
    campaign = CampaignFactory()

    with pytest.raises(StepRefused) as caught:
        add_step(
            campaign=campaign,
            actor=campaign.owner,
            action="mail",
            offset_days=0,
            subject=subject,
            body=body,
        )

    assert caught.value.field == field
    assert campaign.steps.count() == 0


def test_a_subject_is_one_line_whatever_was_pasted() -> None:
    campaign = CampaignFactory()

    step = add_step(
        campaign=campaign,
        actor=campaign.owner,
        action="mail",
        offset_days=0,
        subject={"en": " Hello\r\nBcc: x "},
        body={"en": " Dear\r\nyou "},
    )

    assert (step.subject, step.body) == ({"en": "Hello Bcc: x"}, {"en": "Dear\nyou"})


def test_what_was_started_cannot_be_changed_but_for_its_name() -> None:
    campaign = story(state=Campaign.State.RUNNING)
    step = campaign.steps.get(position=1)

    with pytest.raises(CampaignRefused):
        add(campaign, 0, "late")
    with pytest.raises(CampaignRefused):
        change_step(step=step, actor=campaign.owner, offset_days=0, subject=TEXT, body=TEXT)
    with pytest.raises(CampaignRefused):
        remove_step(step=step, actor=campaign.owner)
    with pytest.raises(CampaignRefused):
        update_campaign(campaign=campaign, actor=campaign.owner, audience={})
    with pytest.raises(CampaignRefused):
        delete_draft(campaign=campaign, actor=campaign.owner)

    assert update_campaign(campaign=campaign, actor=campaign.owner, name="Better").name == "Better"


def test_start_makes_the_work_for_a_worker_and_says_so() -> None:
    campaign = story(audience={"city": ["Leiden"]})
    reachable_contact(city="Leiden")

    run = start_campaign(campaign=campaign, actor=campaign.owner)

    assert run is not None
    assert Campaign.objects.get(pk=campaign.pk).state == Campaign.State.RUNNING
    assert (run.audience, run.started_by) == ({"city": ["Leiden"]}, campaign.owner)
    assert Change.objects.get(event="campaigns.CampaignStarted").payload == {
        "campaign_id": campaign.pk,
        "actor_id": campaign.owner_id,
    }
    assert AuditEntry.objects.filter(action="campaigns.started").count() == 1
    with pytest.raises(CampaignRefused):
        start_campaign(campaign=campaign, actor=campaign.owner)
    assert EnrolmentRun.objects.count() == 1


def test_one_that_people_come_into_one_by_one_starts_with_nobody() -> None:
    campaign = story(intake="one_by_one")
    person, other = reachable_contact(), reachable_contact()

    assert start_campaign(campaign=campaign, actor=campaign.owner) is None

    assert Campaign.objects.get(pk=campaign.pk).state == Campaign.State.RUNNING
    assert not EnrolmentRun.objects.exists()
    assert not Enrolment.objects.exists()
    enrol_person(campaign=campaign, contact=person, actor=campaign.owner)
    assert [one.contact for one in Enrolment.objects.all()] == [person]
    left = enrol_named(
        campaign=campaign,
        contact_ids=[other.pk],
        by=campaign.owner,
        now=timezone.now(),
        again=False,
    )
    assert left == {}
    assert Enrolment.objects.count() == 2


def test_start_needs_steps() -> None:
    campaign = CampaignFactory()

    with pytest.raises(CampaignRefused):
        start_campaign(campaign=campaign, actor=campaign.owner)


def test_start_is_refused_when_a_filter_is_gone_rather_than_writing_to_everyone() -> None:
    campaign = story(audience={"city": ["Leiden"], "a_filter_of_old": ["1"]})
    reachable_contact(city="Leiden")

    with pytest.raises(CampaignRefused):
        start_campaign(campaign=campaign, actor=campaign.owner)

    assert EnrolmentRun.objects.count() == 0


def test_start_is_blocked_by_a_language_that_somebody_reads_and_no_text_is_in() -> None:
    campaign = CampaignFactory()
    StepFactory(campaign=campaign, subject={"en": "Hi"}, body={"en": "Dear"})
    dutch = reachable_contact(language="nl")
    reachable_contact(language="en")

    with pytest.raises(CampaignRefused) as caught:
        start_campaign(campaign=campaign, actor=campaign.owner)
    assert "Dutch (1)" in str(caught.value)

    # Who would be left out anyway does not block it.
    dutch.do_not_contact = True
    dutch.save()
    start_campaign(campaign=campaign, actor=campaign.owner)


def test_pausing_and_going_on_is_one_row_and_changes_no_touchpoint() -> None:
    touchpoint = TouchpointFactory()
    campaign = touchpoint.step.campaign
    now = timezone.now()

    pause_campaign(campaign=campaign, actor=campaign.owner)
    assert list(Touchpoint.objects.due(now)) == []

    resume_campaign(campaign=campaign, actor=campaign.owner)
    assert list(Touchpoint.objects.due(now)) == [touchpoint]
    with pytest.raises(CampaignRefused):
        resume_campaign(campaign=campaign, actor=campaign.owner)


def test_ending_stops_at_once_and_takes_people_off_in_sets() -> None:
    step = StepFactory()
    touchpoints = TouchpointFactory.create_batch(3, step=step)
    other = TouchpointFactory()
    now = timezone.now()

    end_campaign(campaign=step.campaign, actor=step.campaign.owner, now=now)

    assert list(Touchpoint.objects.due(now)) == [other]
    assert wind_up_ended(now=now, limit=2) == 2
    assert wind_up_ended(now=now, limit=2) == 1
    assert wind_up_ended(now=now, limit=2) == 0
    states = Enrolment.objects.filter(campaign=step.campaign).values_list("state", "reason")
    assert list(states) == [("stopped", "campaign_ended")] * 3
    results = Touchpoint.objects.filter(pk__in=[one.pk for one in touchpoints])
    assert set(results.values_list("queue_state", "result")) == {("done", "cancelled")}
    other.enrolment.refresh_from_db()
    assert other.enrolment.state == "active"


def test_delete_takes_a_draft_with_its_steps() -> None:
    campaign = story()

    delete_draft(campaign=campaign, actor=campaign.owner)

    assert (Campaign.objects.count(), Step.objects.count()) == (0, 0)
    assert AuditEntry.objects.get(action="campaigns.deleted").details["name"] == campaign.name


def test_a_person_has_one_active_enrolment_per_campaign() -> None:
    enrolment = EnrolmentFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        EnrolmentFactory(
            campaign=enrolment.campaign,
            contact=enrolment.contact,
            entry_number=2,
            enrolled_at=timezone.now() + timedelta(days=1),
        )
