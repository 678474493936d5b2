"""What follows from a touchpoint that has ended: its event, its line, the next step. In sets.

The end itself (``result``) is committed at once, by whoever saw it; what follows may be written
later and by another worker, once: the row turns ``done`` in the same transaction.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from campaigns.events import TouchpointFinished
from campaigns.merge_tags import parse
from campaigns.models import DeliveryEvent, Touchpoint
from campaigns.selectors.letters import Recipient, person_for, recipients_of
from campaigns.services.sequence import advance, stop_enrolments
from core import events
from relationships.choices import Channel, Direction
from relationships.models import TimelineEntry
from relationships.services import timeline

Result = Touchpoint.Result
_KINDS = {
    Result.SENT: DeliveryEvent.Kind.SENT,
    Result.FAILED: DeliveryEvent.Kind.REFUSED,
    Result.IN_DOUBT: DeliveryEvent.Kind.IN_DOUBT,
}
_TOLD = (Result.SENT, Result.ASSIGNED, Result.FAILED, Result.IN_DOUBT)
_PASSED = (Result.SENT,)


@dataclass(frozen=True, slots=True)
class Ending:
    """How one touchpoint ended, as the worker that holds it saw it."""

    touchpoint_id: int
    result: Touchpoint.Result
    outcome: str = ""


def note(endings: Iterable[Ending], *, token: UUID, now: datetime) -> None:
    """Write how these ended, for those of them that this worker still holds."""
    alike: defaultdict[tuple[Touchpoint.Result, str], list[int]] = defaultdict(list)
    for ending in endings:
        alike[ending.result, ending.outcome].append(ending.touchpoint_id)
    for (result, outcome), ids in alike.items():
        Touchpoint.objects.filter(pk__in=ids, lease_token=token).update(
            queue_state=Touchpoint.QueueState.HANDING_OVER,
            result=result,
            outcome=outcome[:300],
            done_at=now,
            updated_at=now,
        )


@transaction.atomic
def settle(touchpoint_ids: Collection[int], *, now: datetime) -> int:
    """Write what follows from the noted endings; return how many were not settled yet."""
    rows = list(
        Touchpoint.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(pk__in=touchpoint_ids, queue_state=Touchpoint.QueueState.HANDING_OVER)
        .exclude(result="")
        .select_related("step__campaign__owner")
        .order_by("pk")
    )
    if not rows:
        return 0
    Touchpoint.objects.filter(pk__in=[row.pk for row in rows]).update(
        queue_state=Touchpoint.QueueState.DONE, lease_token=None, lease_until=None, updated_at=now
    )
    _write_events(rows)
    told = [row for row in rows if row.result in _TOLD]
    recipients = recipients_of({row.contact_id for row in told})
    timeline.record(_line(row, recipients[row.contact_id]) for row in told)
    advance([row for row in rows if row.result in _PASSED], now=now)
    _stop_left_out(rows, now)
    return len(rows)


def _write_events(rows: list[Touchpoint]) -> None:
    DeliveryEvent.objects.bulk_create(
        [
            DeliveryEvent(
                touchpoint=row,
                kind=_KINDS[Result(row.result)],
                happened_at=row.done_at or row.updated_at,
                detail=row.outcome,
            )
            for row in rows
            if row.result in _KINDS
        ],
        batch_size=1000,
    )
    events.publish(
        *(
            TouchpointFinished(touchpoint_id=row.pk, contact_id=row.contact_id, result=row.result)
            for row in rows
        )
    )


def _line(row: Touchpoint, recipient: Recipient) -> TimelineEntry:
    """The step's title stands in it as the person read it, in each language that it has."""
    is_mail = row.follow_up_id is None
    person = person_for(recipient, row.step.campaign.owner, row.uid)
    return TimelineEntry(
        contact_id=row.contact_id,
        at=row.done_at or row.updated_at,
        verb=f"touchpoint.{row.result}",
        key=f"touchpoint.{row.result}:{row.pk}",
        direction=Direction.OUTBOUND if is_mail else "",
        channel=Channel.EMAIL if is_mail else "",
        is_automated=True,
        data={
            "campaign": row.step.campaign.name,
            "touchpoint": row.pk,
            "titles": {
                language: parse(text).fill(person) for language, text in row.step.subject.items()
            },
        },
    )


def _stop_left_out(rows: list[Touchpoint], now: datetime) -> None:
    by_reason: defaultdict[str, list[int]] = defaultdict(list)
    for row in rows:
        if row.result == Result.LEFT_OUT:
            by_reason[row.outcome].append(row.enrolment_id)
    for reason, enrolment_ids in by_reason.items():
        stop_enrolments(enrolment_ids=enrolment_ids, reason=reason, actor=None, now=now)
