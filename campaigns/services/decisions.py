"""What a colleague decides about a mail that failed, or of which nobody knows whether it left."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from campaigns.models import Touchpoint
from campaigns.services.sequence import advance
from core import audit
from core.models import User
from relationships.services import timeline


@transaction.atomic
def send_again(*, touchpoint_ids: Collection[int], actor: User, now: datetime | None = None) -> int:
    """Put them back in the queue; return how many still waited for a decision.

    The message keeps its Message-ID: a mailbox that has it already may see that it is the same.
    """
    rows = _lock_undecided(touchpoint_ids)
    now = now or timezone.now()
    audit.record_many(
        actor=actor,
        action="campaigns.touchpoint_sent_again",
        entries=((row, {"was": row.result}) for row in rows),
    )
    timeline.forget([f"touchpoint.{row.result}:{row.pk}" for row in rows])
    Touchpoint.objects.filter(pk__in=[row.pk for row in rows]).update(
        queue_state=Touchpoint.QueueState.WAITING,
        due_at=now,
        attempts=0,
        result="",
        outcome="",
        done_at=None,
        updated_at=now,
    )
    return len(rows)


@transaction.atomic
def leave(*, touchpoint_ids: Collection[int], actor: User, now: datetime | None = None) -> int:
    """Let them be, and go on with the next step; return how many still waited for a decision."""
    rows = _lock_undecided(touchpoint_ids)
    now = now or timezone.now()
    audit.record_many(
        actor=actor,
        action="campaigns.touchpoint_left",
        entries=((row, {"result": row.result}) for row in rows),
    )
    Touchpoint.objects.filter(pk__in=[row.pk for row in rows]).update(
        decided_at=now, decided_by=actor, updated_at=now
    )
    advance(rows, now=now)
    return len(rows)


def _lock_undecided(touchpoint_ids: Collection[int]) -> list[Touchpoint]:
    return list(
        Touchpoint.objects.undecided()
        .select_for_update()
        .filter(pk__in=touchpoint_ids, queue_state=Touchpoint.QueueState.DONE)
        .order_by("pk")
    )
