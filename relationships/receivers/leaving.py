"""What an end brings with it: the way out begins, moves and stops with the engagement."""

from collections.abc import Sequence

from django.utils import timezone

from core.events import subscribe
from relationships.events import (
    EngagementBegan,
    EngagementChanged,
    EngagementEnded,
    FollowUpClosed,
    FollowUpReopened,
)
from relationships.models import Leaving
from relationships.services.leaving import keep_ways

CHANGES = {"ends_on", "phase", "form", "starts_on"}


@subscribe(EngagementBegan)
def on_engagements_began(events: Sequence[EngagementBegan]) -> None:
    ids = [event.engagement_id for event in events]
    keep_ways(engagement_ids=ids, today=timezone.localdate())


@subscribe(EngagementEnded)
def on_engagements_ended(events: Sequence[EngagementEnded]) -> None:
    ids = [event.engagement_id for event in events]
    keep_ways(engagement_ids=ids, today=timezone.localdate(), is_said=True)


@subscribe(EngagementChanged)
def on_engagements_changed(events: Sequence[EngagementChanged]) -> None:
    ids = [event.engagement_id for event in events if not CHANGES.isdisjoint(event.fields)]
    keep_ways(engagement_ids=ids, today=timezone.localdate())


@subscribe(FollowUpClosed)
def on_tasks_closed(events: Sequence[FollowUpClosed]) -> None:
    _changed_by([event.follow_up_id for event in events])


@subscribe(FollowUpReopened)
def on_tasks_reopened(events: Sequence[FollowUpReopened]) -> None:
    _changed_by([event.follow_up_id for event in events])


def _changed_by(follow_up_ids: Sequence[int]) -> None:
    """A way out changes with its steps: whoever keeps a copy of it reads it again."""
    ways = Leaving.objects.filter(steps__follow_up__in=follow_up_ids)
    ways.update(updated_at=timezone.now())
