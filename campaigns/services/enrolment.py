"""Enrolling an audience: in sets, by a worker, each set a transaction of its own."""

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.choices import Reason
from campaigns.events import EnrolmentBegan
from campaigns.models import Campaign, Enrolment, EnrolmentRun
from campaigns.selectors.audience import audience, chunks, is_whole, sort_out
from campaigns.services.sequence import first_touchpoints, stop_enrolments, tell
from contacts.models import Contact
from core import audit, events
from core.errors import DomainError
from core.models import User
from relationships.models import OwnershipOverride
from relationships.selectors.ownership import Hold
from relationships.services.ownership import HeldByColleague, override_holds, tell_owners


class EnrolmentRefused(DomainError):
    code = "enrolment_refused"


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
    _finish(run, clock())


@transaction.atomic
def _finish(run: EnrolmentRun, now: datetime) -> None:
    """The owners of those who were held hear of it once, however many sets there were."""
    if run.finish(finished_at=now) and run.override_reason:
        name = Campaign.objects.get(pk=run.campaign_id).name
        tell_owners(
            actor=run.started_by, about=name, reason=run.override_reason, since=run.created_at
        )


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
    part = sort_out(
        ids, campaign=campaign, now=now, by=run.started_by, overrides=bool(run.override_reason)
    )
    if run.override_reason:
        _override(
            part.held, campaign, actor=run.started_by, reason=run.override_reason, tells=False
        )
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


def _override(
    holds: Mapping[int, Hold],
    campaign: Campaign,
    *,
    actor: User,
    reason: str,
    tells: bool = True,
) -> None:
    override_holds(
        holds=holds,
        actor=actor,
        act=OwnershipOverride.Act.CAMPAIGN,
        reason=reason,
        about=campaign.name,
        tells=tells,
    )


@transaction.atomic
def enrol_person(
    *,
    campaign: Campaign,
    contact: Contact,
    actor: User,
    override_reason: str = "",
    now: datetime | None = None,
) -> Enrolment:
    """Take one person into a campaign that runs.

    Raises ``HeldByColleague`` where somebody else keeps in touch with them and nothing is said of
    why, ``EnrolmentRefused`` where they may not be written to.
    """
    now = now or timezone.now()
    current = Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
    if current.state != Campaign.State.RUNNING:
        raise EnrolmentRefused(_("This campaign does not run."))
    part = sort_out([contact.pk], campaign=current, now=now, by=actor, overrides=True)
    if part.left_out:
        raise EnrolmentRefused(str(part.left_out[contact.pk].label))
    if part.held and not override_reason.strip():
        raise HeldByColleague(part.held[contact.pk])
    _override(part.held, current, actor=actor, reason=override_reason)
    _enrol(current, part.included, actor=actor, now=now)
    made = Enrolment.objects.get(campaign=current, contact=contact, state=Enrolment.State.ACTIVE)
    audit.record(actor=actor, action="campaigns.enrolled", target=contact, campaign=current.name)
    return made


@transaction.atomic
def enrol_by_hand(
    *,
    campaign: Campaign,
    contact_ids: Sequence[int],
    actor: User,
    override_reason: str,
    now: datetime,
) -> Mapping[int, Reason]:
    """Take these people into a campaign that runs, as far as they may be written to; for the
    others, why not.

    The caller has the people locked, so the campaign is not: whoever takes one person in locks
    it first. Of two who take in the same person the database lets one; who comes into a campaign
    that ends meanwhile is taken off with the rest.
    """
    overrides = bool(override_reason.strip())
    part = sort_out(contact_ids, campaign=campaign, now=now, by=actor, overrides=overrides)
    if overrides:
        _override(part.held, campaign, actor=actor, reason=override_reason)
    _enrol(campaign, part.included, actor=actor, now=now)
    return part.left_out


def _enrol(
    campaign: Campaign,
    contact_ids: list[int],
    *,
    actor: User | None,
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
    actor_id = actor.pk if actor else None
    events.publish(
        *(
            EnrolmentBegan(enrolment_id=one.pk, contact_id=one.contact_id, actor_id=actor_id)
            for one in added
        )
    )
    first_touchpoints(added, now=now)
    tell(added, "enrolment.began", at=now, actor=actor)
    return len(added)


@transaction.atomic
def enrol_again(*, campaign: Campaign, contact_ids: list[int], actor: User, now: datetime) -> int:
    """Enrol those who may be written to, also who went through before; say how many.

    For what comes back every year. Who is on the way now, or may not be written to, is left out.
    """
    current = Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
    if current.state != Campaign.State.RUNNING:
        return 0
    part = sort_out(contact_ids, campaign=current, now=now, again=True)
    entries = Enrolment.objects.filter(campaign=current, contact__in=part.included)
    last = dict(entries.order_by().values_list("contact_id").annotate(Max("entry_number")))
    return _enrol(current, part.included, actor=actor, now=now, entries=last)


@transaction.atomic
def enrol_named(
    *, campaign: Campaign, contact_ids: list[int], by: User, now: datetime, again: bool
) -> Mapping[int, Reason]:
    """Enrol these people by no colleague's hand, as far as they may be written to; for the others,
    why not. ``by``: on whose account it is; whom a colleague of theirs holds is left out. While
    the campaign is paused they wait with the rest.
    """
    current = Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
    if current.state not in (Campaign.State.RUNNING, Campaign.State.PAUSED):
        return dict.fromkeys(contact_ids, Reason.CAMPAIGN_ENDED)
    part = sort_out(contact_ids, campaign=current, now=now, again=again, by=by)
    entries = Enrolment.objects.filter(campaign=current, contact__in=part.included)
    last = dict(entries.order_by().values_list("contact_id").annotate(Max("entry_number")))
    _enrol(current, part.included, actor=None, now=now, entries=last)
    return part.left_out


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
