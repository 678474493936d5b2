"""How a person goes from one step of a campaign to the next, and off it. All in sets."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.db import transaction

from campaigns.events import EnrolmentFinished, EnrolmentStopped
from campaigns.models import Campaign, Enrolment, Step, Touchpoint
from core import events
from core.models import User
from relationships.models import TimelineEntry
from relationships.services import timeline


def first_touchpoints(enrolments: Iterable[Enrolment], *, now: datetime) -> None:
    """Put everyone who was just enrolled before the first step."""
    _put_before_next_step([(enrolment, 0) for enrolment in enrolments], now=now)


@transaction.atomic
def advance(passed: Collection[Touchpoint], *, now: datetime) -> None:
    """These touchpoints are behind their people: put each before the next step, or finish.

    Who is not on the way any more stays where they are; the enrolments are locked, so that nobody
    is stopped between the look and the writing. May be called again: a step has one touchpoint
    per enrolment.
    """
    positions = dict(
        Step.objects.filter(pk__in={row.step_id for row in passed}).values_list("pk", "position")
    )
    enrolments = {
        enrolment.pk: enrolment
        for enrolment in Enrolment.objects.select_for_update(no_key=True)
        .filter(pk__in={row.enrolment_id for row in passed}, state=Enrolment.State.ACTIVE)
        .order_by("pk")
    }
    _put_before_next_step(
        [
            (enrolments[row.enrolment_id], positions[row.step_id])
            for row in passed
            if row.enrolment_id in enrolments
        ],
        now=now,
    )


def _put_before_next_step(places: list[tuple[Enrolment, int]], *, now: datetime) -> None:
    """``places``: each enrolment with the position of the step that it has behind it."""
    campaign_ids = {enrolment.campaign_id for enrolment, _position in places}
    steps: dict[int, list[Step]] = {campaign_id: [] for campaign_id in campaign_ids}
    for step in Step.objects.filter(campaign__in=campaign_ids).order_by("position"):
        steps[step.campaign_id].append(step)
    waiting, finished = [], []
    for enrolment, position in places:
        following = next((s for s in steps[enrolment.campaign_id] if s.position > position), None)
        if following is None:
            finished.append(enrolment)
        else:
            waiting.append(_touchpoint(enrolment, following, now))
    Touchpoint.objects.bulk_create(waiting, ignore_conflicts=True, batch_size=1000)
    _finish(finished, now=now)


def _touchpoint(enrolment: Enrolment, step: Step, now: datetime) -> Touchpoint:
    """Due so many days after the enrolment, and never before the step above was done."""
    wanted = enrolment.enrolled_at + timedelta(days=step.offset_days)
    return Touchpoint(
        enrolment=enrolment, step=step, contact_id=enrolment.contact_id, due_at=max(wanted, now)
    )


def _finish(enrolments: list[Enrolment], *, now: datetime) -> None:
    if not enrolments:
        return
    Enrolment.objects.filter(
        pk__in=[enrolment.pk for enrolment in enrolments], state=Enrolment.State.ACTIVE
    ).update(state=Enrolment.State.FINISHED, ended_at=now, updated_at=now)
    tell(enrolments, "enrolment.finished", at=now, actor=None)
    events.publish(
        *(EnrolmentFinished(enrolment_id=one.pk, contact_id=one.contact_id) for one in enrolments)
    )


@transaction.atomic
def stop_enrolments(
    *, enrolment_ids: Collection[int], reason: str, actor: User | None, now: datetime
) -> int:
    """Take people off their campaigns; return how many were on the way.

    What waits is cancelled. A letter that a worker is handing over at this moment still goes.
    """
    enrolments = list(
        Enrolment.objects.select_for_update()
        .filter(pk__in=enrolment_ids, state=Enrolment.State.ACTIVE)
        .order_by("pk")
    )
    if not enrolments:
        return 0
    ids = [enrolment.pk for enrolment in enrolments]
    Enrolment.objects.filter(pk__in=ids).update(
        state=Enrolment.State.STOPPED, reason=reason, ended_at=now, updated_at=now
    )
    for enrolment in enrolments:
        enrolment.reason = reason
    Touchpoint.objects.undecided().filter(enrolment__in=ids).update(
        decided_at=now, decided_by=actor
    )
    cancel_waiting(enrolment_ids=ids, reason=reason, now=now)
    tell(enrolments, "enrolment.stopped", at=now, actor=actor)
    events.publish(
        *(
            EnrolmentStopped(
                enrolment_id=enrolment.pk,
                contact_id=enrolment.contact_id,
                reason=reason,
                actor_id=actor.pk if actor else None,
            )
            for enrolment in enrolments
        )
    )
    return len(enrolments)


def cancel_waiting(*, enrolment_ids: Collection[int], reason: str, now: datetime) -> None:
    """Also what a worker has claimed: it asks for its claim once more before it hands over."""
    Touchpoint.objects.filter(
        enrolment__in=enrolment_ids,
        queue_state__in=[Touchpoint.QueueState.WAITING, Touchpoint.QueueState.CLAIMED],
    ).update(
        queue_state=Touchpoint.QueueState.DONE,
        result=Touchpoint.Result.CANCELLED,
        outcome=reason,
        lease_token=None,
        lease_until=None,
        done_at=now,
        updated_at=now,
    )


def tell(enrolments: Collection[Enrolment], verb: str, *, at: datetime, actor: User | None) -> None:
    """Put a line on the timeline of each, with the campaign's name as it is now."""
    names = dict(
        Campaign.objects.filter(pk__in={one.campaign_id for one in enrolments}).values_list(
            "pk", "name"
        )
    )
    timeline.record(
        TimelineEntry(
            contact_id=enrolment.contact_id,
            at=at,
            verb=verb,
            key=f"{verb}:{enrolment.pk}",
            is_automated=actor is None,
            actor=actor,
            data={"campaign": names[enrolment.campaign_id], "reason": enrolment.reason},
        )
        for enrolment in enrolments
    )
