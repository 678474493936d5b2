"""Enrolling an audience: in sets, by a worker, each set a transaction of its own."""

import time
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from campaigns.choices import Reason
from campaigns.models import Campaign, Enrolment, EnrolmentRun
from campaigns.selectors.audience import audience, chunks, is_whole, sort_out
from campaigns.services.sequence import first_touchpoints, stop_enrolments, tell
from core import audit
from core.models import User

SET = 1000
LEASE = timedelta(minutes=5)
FILTER_GONE = "filter_gone"


def work_on_run(
    *, clock: Callable[[], datetime] = timezone.now, stop_at: float = float("inf")
) -> bool:
    """Claim an enrolment that waits and go on with it; say whether there was one.

    Past ``stop_at`` (of ``time.monotonic``) the rest is put back, to be gone on with.
    """
    claimed = EnrolmentRun.objects.claim(now=clock(), limit=1, lease=LEASE)
    for run in claimed:
        _work_on(run, clock, stop_at)
    return bool(claimed)


def _work_on(run: EnrolmentRun, clock: Callable[[], datetime], stop_at: float) -> None:
    if not is_whole(run.audience, run.started_by):
        run.finish(outcome=FILTER_GONE, finished_at=clock())
        return
    people = audience(run.audience, run.started_by)
    if not run.people:
        EnrolmentRun.objects.filter(pk=run.pk).update(people=people.count())
    for ids in chunks(people, after=run.last_contact_id, size=SET):
        if not _enrol_set(run, ids, clock()):
            return
        if time.monotonic() >= stop_at:
            run.put_back(due_at=clock(), attempts=0)
            return
    run.finish(finished_at=clock())


@transaction.atomic
def _enrol_set(run: EnrolmentRun, ids: list[int], now: datetime) -> bool:
    """False when the run is not ours any more, or its campaign has ended.

    The run's row is locked: of two workers that both believe to hold it, one enrols the set.
    """
    current = EnrolmentRun.objects.select_for_update().get(pk=run.pk)
    if current.lease_token != run.lease_token:
        return False
    campaign = Campaign.objects.get(pk=run.campaign_id)
    if campaign.state == Campaign.State.ENDED:
        run.finish(outcome=Reason.CAMPAIGN_ENDED, finished_at=now)
        return False
    part = sort_out(ids, campaign=campaign, now=now)
    added = _enrol(campaign, part.included, actor=run.started_by, now=now)
    current.seen += len(ids)
    current.enrolled += added
    current.left_out = dict(Counter(current.left_out) + Counter(part.left_out.values()))
    current.last_contact_id = ids[-1]
    current.lease_until = now + LEASE
    current.save(
        update_fields=[
            "seen",
            "enrolled",
            "left_out",
            "last_contact_id",
            "lease_until",
            "updated_at",
        ]
    )
    return True


def _enrol(
    campaign: Campaign,
    contact_ids: list[int],
    *,
    actor: User,
    now: datetime,
    entries: Mapping[int, int] | None = None,
) -> int:
    """``entries``: how often each was enrolled before."""
    before = entries or {}
    wanted = [
        Enrolment(
            campaign=campaign,
            contact_id=pk,
            entry_number=before.get(pk, 0) + 1,
            enrolled_at=now,
            enrolled_by=actor,
        )
        for pk in contact_ids
    ]
    Enrolment.objects.bulk_create(wanted, ignore_conflicts=True)
    # Which of them are new: the database does not say on a conflict.
    added = list(Enrolment.objects.filter(uid__in=[enrolment.uid for enrolment in wanted]))
    first_touchpoints(added, now=now)
    tell(added, "enrolment.began", at=now, actor=actor)
    return len(added)


@transaction.atomic
def enrol_again(*, campaign: Campaign, contact_ids: list[int], actor: User, now: datetime) -> int:
    """Enrol those who may be written to, also who went through before; say how many.

    For what comes back every year. Who is on the way now, or may not be written to, is left out.
    """
    current = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if current.state != Campaign.State.RUNNING:
        return 0
    part = sort_out(contact_ids, campaign=current, now=now, again=True)
    entries = Enrolment.objects.filter(campaign=current, contact__in=part.included)
    last = dict(entries.order_by().values_list("contact_id").annotate(Max("entry_number")))
    return _enrol(current, part.included, actor=actor, now=now, entries=last)


@transaction.atomic
def stop_enrolment(*, enrolment: Enrolment, actor: User, now: datetime | None = None) -> bool:
    """A colleague takes one person off a campaign. False when they were not on the way any more."""
    stopped = stop_enrolments(
        enrolment_ids=[enrolment.pk],
        reason=Reason.STOPPED,
        actor=actor,
        now=now or timezone.now(),
    )
    if stopped:
        audit.record(actor=actor, action="campaigns.enrolment_stopped", target=enrolment)
    return bool(stopped)
