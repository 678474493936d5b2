"""Whom a stale talent pool gives a task, and how it is done."""

from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone

from contacts.events import PoolReviewed, PoolWentStale
from contacts.models import TalentPool
from core.events import subscribe
from core.models import User
from relationships.services.follow_ups import ask_to_review, close_review

WITHIN = timedelta(days=7)


@subscribe(PoolWentStale)
def on_pools_went_stale(events: Sequence[PoolWentStale]) -> None:
    """Only of those that still are: somebody may have looked before a retry."""
    today = timezone.localdate()
    pools = TalentPool.objects.stale(today).select_related("owner")
    found = pools.filter(pk__in=[event.pool_id for event in events])
    ask_to_review(pools={pool: pool.owner for pool in found}, due_on=today + WITHIN)


@subscribe(PoolReviewed)
def on_pools_reviewed(events: Sequence[PoolReviewed]) -> None:
    actors = User.objects.in_bulk([event.actor_id for event in events if event.actor_id])
    for event in events:
        actor = actors.get(event.actor_id) if event.actor_id else None
        close_review(pool_ids=[event.pool_id], actor=actor, now=timezone.now())
