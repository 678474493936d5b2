import pytest
from django.test import Client
from django.utils import timezone

from campaigns.models import Campaign, Enrolment
from campaigns.services.enrolment import enrol_person, stop_enrolment
from campaigns.services.sequence import advance
from contacts.conditions import registry, sentences, shape
from contacts.conditions import rule as rules
from contacts.conditions.shape import Group, RuleRefused
from contacts.models import Contact, Segment, SegmentMember
from contacts.services import membership
from core.models import Change, Role
from tests.factories import ContactFactory, OrgUnitFactory, UserFactory
from tests.factories.campaigns import (
    CampaignFactory,
    EnrolmentFactory,
    TouchpointFactory,
    reachable_contact,
    story,
)
from tests.factories.core import grant_role
from tests.factories.groups import SegmentFactory, asks, rule_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def running() -> Campaign:
    return CampaignFactory(name="Alumni", state="running")


def fitting(op: str, *campaigns: Campaign, **parts: list[str]) -> set[Contact]:
    rule = rule_of(asks("campaign", op, *(str(one.uid) for one in campaigns), **parts))
    return set(Contact.objects.filter(rules.condition_of(shape.stored(rule), now=timezone.now())))


def test_who_is_in_a_campaign_now_who_was_and_who_ever_was(running: Campaign) -> None:
    inside = EnrolmentFactory(campaign=running).contact
    finished = EnrolmentFactory(campaign=running, state="finished").contact
    stopped = EnrolmentFactory(campaign=running, state="stopped").contact
    elsewhere = EnrolmentFactory().contact
    nowhere = ContactFactory()

    assert fitting("one_of", running) == {inside, finished, stopped}
    assert fitting("one_of", running, when=["now"]) == {inside}
    assert fitting("one_of", running, when=["over"]) == {finished, stopped}
    assert fitting("one_of", running, when=["now", "over"]) == {inside, finished, stopped}
    assert fitting("none_of", running) == {elsewhere, nowhere}
    assert fitting("none_of", running, when=["now"]) == {finished, stopped, elsewhere, nowhere}


def test_of_several_campaigns_one_is_enough(running: Campaign) -> None:
    inside, other = EnrolmentFactory(campaign=running), EnrolmentFactory()
    ContactFactory()

    assert fitting("one_of", running, other.campaign) == {inside.contact, other.contact}


def test_it_reads_as_a_sentence(running: Campaign) -> None:
    reader = UserFactory(role="reader")
    whole = rule_of(
        asks("campaign", "one_of", str(running.uid), when=["now"]),
        asks("campaign", "none_of", str(CampaignFactory(name="Newcomers", state="ended").uid)),
    )

    said = sentences.sentence_of(rules.parse(whole, reader), reader)

    assert said == "campaign is Alumni (in it now) and campaign is not Newcomers"


def test_a_segment_follows_who_is_taken_in_who_is_done_and_who_is_taken_off() -> None:
    campaign = story(state="running")
    actor = campaign.owner
    stays, leaves = reachable_contact(), reachable_contact()
    last = TouchpointFactory(step__campaign__state="running")
    asked = [str(one.uid) for one in (campaign, last.step.campaign)]
    segment = SegmentFactory(rule=rule_of(asks("campaign", "one_of", *asked, when=["now"])))
    membership.keep_up()
    assert members(segment) == {last.contact}

    enrol_person(campaign=campaign, contact=stays, actor=actor)
    gone = enrol_person(campaign=campaign, contact=leaves, actor=actor)
    membership.follow_changes()
    assert members(segment) == {stays, leaves, last.contact}

    stop_enrolment(enrolment=gone, actor=actor)
    advance([last], now=timezone.now())
    membership.follow_changes()
    assert members(segment) == {stays}
    finished = Enrolment.objects.get(state="finished")
    assert Change.objects.get(event="campaigns.EnrolmentFinished").payload == {
        "enrolment_id": finished.pk,
        "contact_id": last.contact_id,
    }


def members(segment: Segment) -> set[Contact]:
    held = SegmentMember.objects.present().filter(segment=segment)
    return {row.contact for row in held.select_related("contact")}


def test_only_campaigns_that_one_may_see_can_be_asked_about_and_no_draft() -> None:
    north, south = OrgUnitFactory(), OrgUnitFactory()
    theirs = CampaignFactory(name="Secret", unit=north, state="running")
    draft = CampaignFactory(unit=south)
    outsider = UserFactory(role="recruiter", unit=south)
    insider = UserFactory(role="recruiter", unit=north)
    asked = rule_of(asks("campaign", "one_of", str(theirs.uid)))

    assert rules.parse(asked, insider).rules
    for one in (asked, rule_of(asks("campaign", "one_of", str(draft.uid)))):
        with pytest.raises(RuleRefused, match="not there any more, or not for you"):
            rules.parse(one, outsider)
    said = sentences.sentence_of(shape.stored(asked), outsider)
    assert said == "campaign is something you may not see"


def test_who_may_not_see_campaigns_is_not_offered_them(running: Campaign) -> None:
    role = Role.objects.create(key="r", name="R", permissions=["contacts.view_contact"])
    user = UserFactory()
    grant_role(user, role.key)
    asked = rule_of(asks("campaign", "one_of", str(running.uid)))

    assert "campaign" not in [condition.key for condition in registry.offered_to(user)]
    assert rules.complete_part(shape.stored(asked), user) == Group()
    with pytest.raises(RuleRefused, match="You may not ask about “In campaign”"):
        rules.parse(asked, user)


def test_whoever_builds_a_segment_chooses_from_the_campaigns(
    client: Client, running: Campaign
) -> None:
    client.force_login(UserFactory(role="recruiter"))

    page = client.get("/segments/new/").content.decode()

    assert "In campaign" in page
