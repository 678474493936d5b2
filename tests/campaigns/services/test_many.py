"""Taking many people into a campaign from the list, and off it again."""

from collections.abc import Callable

import pytest
from django.test import Client

from campaigns.models import Campaign, Enrolment, Touchpoint
from campaigns.services.campaigns import end_campaign
from campaigns.services.enrolment import stop_enrolment
from contacts.bulk_acts import known, reason_words
from contacts.models import BulkRun
from core.models import AuditEntry, Change, User
from relationships.models import OwnershipOverride
from tests.contacts.bulk import outcomes, reasons, run_act, undone
from tests.factories import OrgUnitFactory, RelationshipFactory, UserFactory
from tests.factories.campaigns import CampaignFactory, EnrolmentFactory, reachable_contact, story

pytestmark = pytest.mark.django_db


@pytest.fixture
def actor() -> User:
    return UserFactory(role="recruiter")


@pytest.fixture
def campaign(actor: User) -> Campaign:
    return story(owner=actor, name="Alumni", state="running")


def enrolled(actor: User, campaign: Campaign, reason: str = "") -> BulkRun:
    options = {"campaign": str(campaign.uid), "name": campaign.name, "override_reason": reason}
    return run_act("enrol", actor, **options)


def test_who_may_be_written_to_is_taken_in_and_the_report_says_why_others_are_not(
    actor: User, campaign: Campaign
) -> None:
    person, silent = reachable_contact(), reachable_contact(is_consenting=False)
    before = EnrolmentFactory(campaign=campaign, contact=reachable_contact(), state="finished")

    run = enrolled(actor, campaign)

    assert outcomes(run) == {"done": 1, "skipped": 2}
    assert reasons(run) == [
        (person.pk, "done", ""),
        (silent.pk, "skipped", "enrol_no_consent"),
        (before.contact_id, "skipped", "enrol_enrolled"),
    ]
    assert reason_words("enrol_no_consent") == "No consent for this purpose"
    made = Enrolment.objects.get(state="active")
    assert (made.contact, made.enrolled_by) == (person, actor)
    assert Touchpoint.objects.get().contact == person
    assert Change.objects.get(event="campaigns.EnrolmentBegan").payload == {
        "enrolment_id": made.pk,
        "contact_id": person.pk,
        "actor_id": actor.pk,
    }
    assert [entry.action for entry in AuditEntry.objects.all()] == ["contacts.bulk_done"]


def test_undoing_takes_off_those_for_whom_nothing_was_done_yet(
    actor: User, campaign: Campaign
) -> None:
    waits, sent, in_hand, left = [reachable_contact() for _number in range(4)]
    run = enrolled(actor, campaign)
    Touchpoint.objects.filter(contact=sent).update(queue_state="done", result="sent")
    Touchpoint.objects.filter(contact=in_hand).update(queue_state="claimed")
    stop_enrolment(enrolment=Enrolment.objects.get(contact=left), actor=actor)

    undone(run, actor)

    assert reasons(run) == [
        (waits.pk, "undone", ""),
        (sent.pk, "kept", "campaign_begun"),
        (in_hand.pk, "kept", "campaign_begun"),
        (left.pk, "kept", "changed"),
    ]
    states = dict(Enrolment.objects.values_list("contact", "state"))
    assert states == {
        waits.pk: "stopped",
        sent.pk: "active",
        in_hand.pk: "active",
        left.pk: "stopped",
    }
    assert Touchpoint.objects.get(contact=waits).result == "cancelled"


def test_whom_a_colleague_holds_is_skipped_unless_one_says_why(
    actor: User, campaign: Campaign
) -> None:
    held = reachable_contact()
    RelationshipFactory(contact=held, owner=UserFactory(role="recruiter"))

    assert reasons(enrolled(actor, campaign)) == [(held.pk, "skipped", "enrol_held")]
    assert not Enrolment.objects.exists()
    assert outcomes(enrolled(actor, campaign, "They asked me")) == {"done": 1}
    assert OwnershipOverride.objects.get().reason == "They asked me"


def test_a_campaign_that_ended_or_is_not_theirs_takes_nobody_in(
    actor: User, campaign: Campaign
) -> None:
    person = reachable_contact()
    unit = OrgUnitFactory()
    elsewhere = CampaignFactory(unit=unit, state="running")
    stranger = UserFactory(role="recruiter", unit=OrgUnitFactory())
    act = known("enrol")
    assert act is not None
    asked = {"campaign": str(elsewhere.uid), "name": "", "override_reason": ""}
    end_campaign(campaign=campaign, actor=actor)

    assert reasons(enrolled(actor, campaign)) == [(person.pk, "skipped", "campaign_not_running")]
    assert [one.reason for one in act.run([person.pk], asked, stranger).values()] == [
        "campaign_not_running"
    ]
    assert not Enrolment.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_statements_do_not_grow_with_people(
    actor: User,
    campaign: Campaign,
    count: int,
    django_assert_num_queries: Callable[..., object],
) -> None:
    people = [reachable_contact().pk for _number in range(count)]
    act = known("enrol")
    assert act is not None
    options = {"campaign": str(campaign.uid), "name": campaign.name, "override_reason": ""}
    actor = User.objects.get(pk=actor.pk)

    with django_assert_num_queries(25):
        act.run(people, options, actor)


def test_it_is_begun_from_the_list_with_campaigns_that_are_ones_own(
    client: Client, actor: User, campaign: Campaign
) -> None:
    person = reachable_contact()
    CampaignFactory(name="Not begun yet")
    client.force_login(actor)
    address = "/people/bulk/new/"

    asked = client.get(address, {"act": "enrol", "only": str(person.uid)}).content.decode()
    assert "Alumni" in asked
    assert "Not begun yet" not in asked
    draft = Campaign.objects.get(name="Not begun yet")
    data = {"act": "enrol", "list-only": str(person.uid), "campaign": str(draft.uid)}
    assert client.post(address, data).status_code == 422
    client.post(address, data | {"campaign": str(campaign.uid)})

    assert Enrolment.objects.get().contact == person
    run = BulkRun.objects.get()
    assert known("enrol").words(run.options) == "take into the campaign “Alumni”"  # type: ignore[union-attr]


def test_a_reader_is_not_offered_it(client: Client) -> None:
    client.force_login(UserFactory(role="reader"))

    assert client.get("/people/bulk/new/", {"act": "enrol"}).status_code == 403
