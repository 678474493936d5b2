from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from campaigns.models import Enrolment
from core.models import User
from relationships.models import FollowUp, OwnershipOverride
from tests.factories import OrgUnitFactory, RelationshipFactory, UserFactory
from tests.factories.campaigns import CampaignFactory, StepFactory, reachable_contact

pytestmark = pytest.mark.django_db


@pytest.fixture
def recruiter(client: Client) -> User:
    user = UserFactory(role="recruiter", language="en")
    client.force_login(user)
    return user


def url(contact: object) -> str:
    return f"/people/{contact.uid}/campaigns/new/"  # type: ignore[attr-defined]


def test_one_person_is_taken_in_from_their_page(client: Client, recruiter: User) -> None:
    campaign = StepFactory().campaign
    CampaignFactory(name="A draft")
    CampaignFactory(name="Of yesterday", state="ended")
    contact = reachable_contact()

    person = client.get(f"/people/{contact.uid}/").content.decode()
    offered = client.get(url(contact)).context["form"].fields["campaign"].queryset
    answer = client.post(url(contact), {"campaign": str(campaign.uid)})

    assert url(contact) in person
    assert list(offered) == [campaign]
    assert answer["Location"] == f"/people/{contact.uid}/"
    made = Enrolment.objects.get()
    assert (made.campaign, made.contact, made.enrolled_by) == (campaign, contact, recruiter)
    again = client.get(url(contact))
    assert list(again.context["form"].fields["campaign"].queryset) == []
    assert "No campaign runs that they are not in already." in again.content.decode()


@pytest.mark.usefixtures("recruiter")
def test_who_did_not_agree_is_not_taken_in_and_it_says_why(client: Client) -> None:
    campaign = StepFactory().campaign
    contact = reachable_contact(is_consenting=False)

    answer = client.post(url(contact), {"campaign": str(campaign.uid)})

    assert answer.status_code == 422
    assert "No consent for this purpose" in answer.content.decode()
    assert not Enrolment.objects.exists()


def test_whom_a_colleague_holds_asks_for_a_reason(client: Client, recruiter: User) -> None:
    campaign = StepFactory().campaign
    contact = reachable_contact()
    owner = UserFactory(name="Joris Prins")
    RelationshipFactory(
        contact=contact, owner=owner, kind="prospect", started_on=timezone.localdate()
    )

    asked = client.get(url(contact)).content.decode()
    refused = client.post(url(contact), {"campaign": str(campaign.uid)})

    assert 'name="override_reason"' in asked
    assert refused.status_code == 422
    assert "Joris Prins keeps in touch" in refused.content.decode()
    assert not Enrolment.objects.exists()
    client.post(url(contact), {"campaign": str(campaign.uid), "override_reason": "She asked"})
    assert Enrolment.objects.get().enrolled_by == recruiter
    assert OwnershipOverride.objects.get().reason == "She asked"
    assert FollowUp.objects.get(assignee=owner).due_on == timezone.localdate()


def test_only_who_may_run_campaigns_takes_in_and_only_whom_they_see(client: Client) -> None:
    campaign = StepFactory().campaign
    contact = reachable_contact(unit=OrgUnitFactory())

    client.force_login(UserFactory(role="reader"))
    assert client.post(url(contact), {"campaign": str(campaign.uid)}).status_code == 403
    client.force_login(UserFactory(role="recruiter", unit=OrgUnitFactory()))
    assert client.post(url(contact), {"campaign": str(campaign.uid)}).status_code == 404
    client.force_login(UserFactory(role="recruiter", unit=contact.unit))
    assert client.post(url(contact), {"campaign": str(campaign.uid)}).status_code == 422
    assert not Enrolment.objects.exists()


@pytest.mark.usefixtures("recruiter")
def test_what_names_no_campaign_is_refused(client: Client) -> None:
    contact = reachable_contact()
    for given in ("", "x", "\x00", str(contact.uid), str(date.max)):
        assert client.post(url(contact), {"campaign": given}).status_code == 422
