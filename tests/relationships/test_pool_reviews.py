"""A talent pool that nobody looked at gives its owner a task, and no campaign starts from it."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns.services.campaigns import CampaignRefused, start_campaign
from contacts.models import TalentPool
from contacts.services.pools import archive_pool, remind_of_stale_pools, review_pool
from relationships.models import FollowUp, TimelineEntry
from relationships.services import follow_ups as services
from relationships.services.follow_ups import FollowUpRefused
from tests.factories import UserFactory
from tests.factories.campaigns import CampaignFactory, StepFactory
from tests.factories.groups import SegmentFactory, TalentPoolFactory, asks, rule_of

pytestmark = pytest.mark.django_db


def stale_pool(**fields: Any) -> TalentPool:
    long_ago = timezone.localdate() - timedelta(days=200)
    return TalentPoolFactory(name="Way back", reviewed_on=long_ago, **fields)


def remind() -> FollowUp:
    remind_of_stale_pools(today=timezone.localdate())
    return FollowUp.objects.get()


def test_the_owner_gets_one_task_on_their_desk(client: Client) -> None:
    pool = stale_pool()

    task = remind()

    assert (task.assignee, task.pool, task.contact, task.created_by) == (
        pool.owner,
        pool,
        None,
        None,
    )
    remind()
    FollowUp.objects.update(due_on=timezone.localdate())
    client.force_login(pool.owner)
    html = client.get("/").content.decode()
    assert "Look over the talent pool “Way back”" in html
    assert reverse("contacts:pool", args=[pool.uid]) in html


@pytest.mark.parametrize("act", ["review", "archive"])
def test_looking_it_over_closes_the_task(act: str) -> None:
    pool = stale_pool()
    task = remind()

    if act == "review":
        review_pool(pool=pool, actor=pool.owner)
    else:
        archive_pool(pool=pool, actor=pool.owner)

    task.refresh_from_db()
    assert (task.state, task.closed_by) == ("done", pool.owner)


def test_the_task_can_be_done_put_off_and_undone_but_not_handed_over(client: Client) -> None:
    pool = stale_pool()
    task = remind()
    client.force_login(pool.owner)

    client.post(reverse("relationships:task-close", args=[task.uid]), {"state": "done"})
    task.refresh_from_db()
    assert task.state == "done"
    assert not TimelineEntry.objects.exists()
    client.post(reverse("relationships:task-reopen", args=[task.uid]))
    client.post(reverse("relationships:task-later", args=[task.uid]), {"days": "3"})
    task.refresh_from_db()
    assert task.due_on == timezone.localdate() + timedelta(days=3)
    with pytest.raises(FollowUpRefused):
        services.hand_over_follow_up(follow_up=task, actor=pool.owner, assignee=UserFactory())


@pytest.mark.parametrize("role", ["administrator", "recruiter", "reader"])
def test_the_task_of_a_private_pool_is_its_owners_alone(client: Client, role: str) -> None:
    stale_pool(is_private=True)
    task = remind()
    other = UserFactory(role=role)

    assert not FollowUp.objects.visible_to(other).exists()
    client.force_login(other)
    path = reverse("relationships:task-close", args=[task.uid])
    assert client.post(path, {"state": "done"}).status_code == 404


@pytest.mark.parametrize("by", ["pool", "segment"])
def test_no_campaign_starts_from_a_stale_pool(by: str) -> None:
    pool = stale_pool()
    actor = UserFactory(role="administrator")
    segment = SegmentFactory(rule=rule_of(asks("pool", "one_of", str(pool.uid))))
    audience = {by: [str(pool.uid if by == "pool" else segment.uid)]}
    campaign = CampaignFactory(audience=audience, owner=actor)
    StepFactory(campaign=campaign)

    with pytest.raises(CampaignRefused, match="Nobody looked at the talent pool “Way back”"):
        start_campaign(campaign=campaign, actor=actor)
    review_pool(pool=pool, actor=actor)
    start_campaign(campaign=campaign, actor=actor)

    campaign.refresh_from_db()
    assert campaign.state == "running"
