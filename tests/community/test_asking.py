from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns.models import Campaign, Enrolment, Touchpoint
from community.models import ProfileAsk
from community.services.asking import AskRefused, ask_due, change_ask
from contacts.models import Contact
from contacts.services.confirming import confirm_fields
from core.models import AuditEntry
from tests.factories import ConsentFactory, OrgUnitFactory, UserFactory
from tests.factories.campaigns import CampaignFactory, StepFactory, reachable_contact

pytestmark = pytest.mark.django_db

OLD = timedelta(days=500)


@pytest.fixture
def campaign() -> Campaign:
    campaign = CampaignFactory(
        state=Campaign.State.RUNNING, owner=UserFactory(role="administrator"), purpose="network"
    )
    text = {"en": "{{ profile_url }}", "nl": "{{ profile_url }}"}
    StepFactory(campaign=campaign, body=text)
    return campaign


@pytest.fixture
def ask(campaign: Campaign) -> ProfileAsk:
    return change_ask(actor=campaign.owner, is_on=True, campaign=campaign, per_day=2)


def people(count: int, **fields: Any) -> list[Contact]:
    made = [reachable_contact(email=f"p{n}@example.org", **fields) for n in range(count)]
    Contact.objects.filter(pk__in=[one.pk for one in made]).update(created_at=timezone.now() - OLD)
    return made


def enrolled() -> list[tuple[int, int]]:
    rows = Enrolment.objects.order_by("pk")
    return list(rows.values_list("contact_id", "entry_number"))


def tomorrow(days: int = 1) -> datetime:
    return timezone.now() + timedelta(days=days)


@pytest.mark.usefixtures("ask")
def test_so_many_a_day_are_asked_until_all_were() -> None:
    ids = [one.pk for one in people(5)]

    assert ask_due() == 2
    assert ask_due() == 0  # once a day
    assert enrolled() == [(ids[0], 1), (ids[1], 1)]
    assert Touchpoint.objects.count() == 2
    assert [ask_due(now=tomorrow(n)) for n in (1, 2, 3, 4)] == [2, 1, 0, 0]
    assert [pk for pk, _entry in enrolled()] == ids


@pytest.mark.usefixtures("ask")
def test_only_whom_something_is_old_of_and_who_agreed() -> None:
    fresh, silent, told_not_to, gone, due = people(5)
    confirm_fields(contact=fresh, actor=None, source="self")
    ConsentFactory(contact=silent, purpose="network", withdrawn=True)
    Contact.objects.filter(pk=told_not_to.pk).update(do_not_contact=True)
    Contact.objects.filter(pk=gone.pk).update(archived_at=timezone.now())

    assert ask_due() == 1
    assert enrolled() == [(due.pk, 1)]


def test_one_old_field_is_enough(ask: ProfileAsk) -> None:
    [contact] = people(1, city="Delft")
    confirm_fields(contact=contact, actor=None, source="self")
    contact.refresh_from_db()
    contact.field_sources["city"] = ["self", "2020-01-01", ""]
    contact.save(update_fields=["field_sources"])
    assert ask_due() == 1


@pytest.mark.usefixtures("ask")
def test_who_was_asked_is_asked_again_a_year_later_and_not_before() -> None:
    [contact] = people(1)
    assert ask_due() == 1
    Enrolment.objects.update(state="finished")
    assert ask_due(now=tomorrow(200)) == 0
    assert [ask_due(now=tomorrow(n)) for n in (364, 366)] == [0, 1]
    assert enrolled() == [(contact.pk, 1), (contact.pk, 2)]


def test_it_goes_by_what_the_owner_may_see(campaign: Campaign, ask: ProfileAsk) -> None:
    mine, others = OrgUnitFactory(), OrgUnitFactory()
    one, _other = people(2)
    Contact.objects.update(unit=others)
    Contact.objects.filter(pk=one.pk).update(unit=mine)
    Campaign.objects.update(owner=UserFactory(role="recruiter", unit=mine))
    assert ask_due() == 1
    assert enrolled() == [(one.pk, 1)]


def test_off_paused_or_without_campaign_nobody_is_asked(ask: ProfileAsk) -> None:
    people(1)
    for change in ({"is_on": False}, {"campaign": None}):
        ProfileAsk.objects.update(**change)
        assert ask_due() == 0
        ProfileAsk.objects.update(is_on=True, campaign=ask.campaign)
    Campaign.objects.update(state=Campaign.State.PAUSED)
    assert ask_due() == 0
    assert enrolled() == []


def test_what_makes_no_sense_is_refused(campaign: Campaign) -> None:
    with pytest.raises(AskRefused):
        change_ask(actor=campaign.owner, is_on=True, campaign=None, per_day=5)
    other = CampaignFactory(state=Campaign.State.RUNNING)
    StepFactory(campaign=other)
    with pytest.raises(AskRefused):
        change_ask(actor=campaign.owner, is_on=True, campaign=other, per_day=5)
    assert ProfileAsk.objects.count() == 0


def test_the_page_turns_it_on(client: Client, campaign: Campaign) -> None:
    client.force_login(campaign.owner)
    url = reverse("community:profile_ask")
    assert client.get(url).context["waiting"] is None
    assert ProfileAsk.objects.count() == 0

    chosen = {"is_on": "on", "campaign": str(campaign.pk), "per_day": "10"}
    assert client.post(url, chosen).status_code == 302

    ask = ProfileAsk.objects.get()
    assert (ask.is_on, ask.campaign, ask.per_day) == (True, campaign, 10)
    assert AuditEntry.objects.filter(action="community.ask_changed").count() == 1
    assert client.get(url).context["waiting"] == 0
    for wrong in ({}, {"is_on": "on", "per_day": "10"}, {"campaign": "9999", "per_day": "1"}):
        assert client.post(url, wrong).status_code == 422
