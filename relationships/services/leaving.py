"""The way out of an engagement: tasks with days and names, begun when the end is said.

``keep_ways`` brings the ways out in line with the engagements as they are, whatever was done to
them: an end that is said begins one, another day moves its open tasks, an end that is taken back
stops it. It may be called again with the same.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import override

from contacts.models import Contact
from core import audit, events
from core.models import User
from relationships.events import LeavingBegan, LeavingStopped
from relationships.models import (
    ClosingStep,
    Engagement,
    FollowUp,
    Leaving,
    LeavingStep,
    WhatToDo,
)
from relationships.selectors.colleagues import owners_of
from relationships.services.follow_ups import NewFollowUp, create_follow_ups

# The closing act is done within these days; of what ended longer ago no way out is begun.
CLOSING_WITHIN = timedelta(days=14)
# How long before a last day that was known from the beginning.
AHEAD = timedelta(days=30)
BATCH = 200
# Not of who wants to hear nothing more.
UNASKED = (WhatToDo.CLOSING, WhatToDo.STAY_IN_TOUCH)


@transaction.atomic
def keep_ways(
    *, engagement_ids: Collection[int], today: date, is_said: bool = False
) -> list[Leaving]:
    """Answers the ways that began. ``is_said``: somebody just said the last day, so that the way
    begins now, however far off that day is.
    """
    rows = Engagement.objects.filter(pk__in=engagement_ids).filter(
        Q(leaving__isnull=False) | Q(ends_on__gte=today - CLOSING_WITHIN)
    )
    locked = list(rows.select_for_update(of=("self",)).select_related("contact").order_by("pk"))
    held = {way.engagement_id: way for way in Leaving.objects.filter(engagement__in=locked)}
    beginning = []
    for row in locked:
        way = held.get(row.pk)
        if way is None or way.stopped_at is not None:
            if _is_due(row, today, is_said=is_said):
                beginning.append(row)
        elif row.ends_on is None or not row.is_binding:
            _stop(way, row)
        elif row.ends_on != way.last_day:
            _shift(way, row.ends_on)
    return _begin(beginning, held)


def keep_all_ways(*, today: date) -> int:
    """Once a day: ends that come near, and ways whose engagement was changed behind our back."""
    near = Q(leaving=None) | Q(leaving__stopped_at__isnull=False)
    coming = (
        Engagement.objects.binding()
        .of_people_we_know()
        .filter(near, ends_on__gte=today, ends_on__lte=today + AHEAD)
    )
    moved = Engagement.objects.filter(leaving__stopped_at=None, leaving__isnull=False).exclude(
        ends_on=F("leaving__last_day")
    )
    ids = [*coming.values_list("pk", flat=True), *moved.values_list("pk", flat=True)]
    begun = 0
    for at in range(0, len(ids), BATCH):
        begun += len(keep_ways(engagement_ids=ids[at : at + BATCH], today=today))
    return begun


@transaction.atomic
def stop_ways(*, engagement_ids: Collection[int]) -> None:
    """Before the engagements go: what is still to be done goes with them."""
    ways = Leaving.objects.under_way().filter(engagement__in=engagement_ids)
    for way in ways.select_related("engagement").order_by("pk"):
        _stop(way, way.engagement)


def _is_due(row: Engagement, today: date, *, is_said: bool) -> bool:
    if row.ends_on is None or not row.is_binding:
        return False
    is_known = row.contact.erased_at is None and row.contact.merged_into_id is None
    is_near = is_said or row.ends_on <= today + AHEAD
    return is_known and is_near and row.ends_on >= today - CLOSING_WITHIN


@dataclass(frozen=True, kw_only=True)
class _Planned:
    way: Leaving
    step: ClosingStep
    planned_on: date
    assignee: User | None

    @property
    def key(self) -> str | None:
        """The closing act is known by the key by which the desk asks for it: it is asked once."""
        is_closing = self.step.what == WhatToDo.CLOSING
        return f"closing:engagement:{self.way.engagement_id}" if is_closing else None


def _begin(rows: Sequence[Engagement], held: Mapping[int, Leaving]) -> list[Leaving]:
    if not rows:
        return []
    ways = [held.get(row.pk) or Leaving(engagement=row, last_day=_end(row)) for row in rows]
    fresh = [way for way in ways if way.pk is None]
    Leaving.objects.bulk_create(fresh)
    again = [way for way in ways if way not in fresh]
    for way, row in zip(ways, rows, strict=True):
        way.last_day, way.stopped_at = _end(row), None
    Leaving.objects.bulk_update(again, ["last_day", "stopped_at"])
    done = _done_already(again)
    planned = [one for one in _plan(ways, rows) if one.step.what not in done[one.way.pk]]
    tasks = _tasks(planned)
    LeavingStep.objects.bulk_create(
        LeavingStep(
            leaving=one.way,
            what=one.step.what,
            days=one.step.days,
            planned_on=one.planned_on,
            follow_up=task,
        )
        for one, task in zip(planned, tasks, strict=True)
    )
    audit.record_many(
        actor=None,
        action="relationships.leaving_begun",
        entries=((row, {"last_day": _end(row).isoformat()}) for row in rows),
    )
    events.publish(
        *(
            LeavingBegan(
                engagement_id=row.pk,
                contact_id=row.contact_id,
                form=row.form,
                last_day=_end(row).isoformat(),
            )
            for row in rows
        )
    )
    return ways


def _end(row: Engagement) -> date:
    if row.ends_on is None:
        raise ValueError(f"{row} has no end")
    return row.ends_on


def _done_already(ways: Sequence[Leaving]) -> defaultdict[int, set[str]]:
    """What was done before the end was taken back need not be done twice."""
    LeavingStep.objects.filter(leaving__in=ways, follow_up=None).delete()
    done: defaultdict[int, set[str]] = defaultdict(set)
    held = LeavingStep.objects.filter(leaving__in=ways).exclude(what=WhatToDo.OTHER)
    for leaving_id, what in held.values_list("leaving", "what"):
        done[leaving_id].add(what)
    return done


def _plan(ways: Sequence[Leaving], rows: Sequence[Engagement]) -> list[_Planned]:
    by_form: defaultdict[str, list[ClosingStep]] = defaultdict(list)
    forms = {row.form for row in rows}
    steps = ClosingStep.objects.filter(form__in=forms).select_related("colleague")
    for step in steps.order_by("days", "pk"):
        by_form[step.form].append(step)
    people = _People(rows, [step.colleague for step in steps if step.colleague])
    return [
        _Planned(
            way=way,
            step=step,
            planned_on=way.last_day + timedelta(days=step.days),
            assignee=people.who(step, row),
        )
        for way, row in zip(ways, rows, strict=True)
        for step in by_form[row.form]
        if not (row.contact.do_not_contact and step.what in UNASKED)
    ]


class _People:
    """Who does what of a way out: only colleagues who can open the person are given a task."""

    def __init__(self, rows: Sequence[Engagement], others: Iterable[User]) -> None:
        self.owners = owners_of([row.contact_id for row in rows])
        self.managers = _accounts({row.manager_id for row in rows if row.manager_id})
        everybody = {*self.owners.values(), *self.managers.values(), *others}
        contact_ids = [row.contact_id for row in rows]
        self.may_see = {
            user.pk: set(
                Contact.objects.visible_to(user)
                .filter(pk__in=contact_ids)
                .values_list("pk", flat=True)
            )
            for user in everybody
        }

    def who(self, step: ClosingStep, row: Engagement) -> User | None:
        asked = None
        if step.who == ClosingStep.Who.MANAGER and row.manager_id:
            asked = self.managers.get(row.manager_id)
        elif step.who == ClosingStep.Who.COLLEAGUE:
            asked = step.colleague
        for user in (asked, self.owners.get(row.contact_id)):
            if user and user.is_active and row.contact_id in self.may_see[user.pk]:
                return user
        return None


def _accounts(contact_ids: Collection[int]) -> dict[int, User]:
    """The accounts of managers: those whose address is one of theirs."""
    people = Contact.objects.filter(pk__in=contact_ids, email_addresses__address__isnull=False)
    address_of = dict(people.values_list("email_addresses__address", "pk"))
    folded = {address.lower(): pk for address, pk in address_of.items()}
    users = User.objects.annotate(address=Lower("email")).filter(
        is_active=True, address__in=list(folded)
    )
    return {folded[user.email.lower()]: user for user in users if user.email.lower() in folded}


def _tasks(planned: Sequence[_Planned]) -> list[FollowUp]:
    """The tasks, in the same order. A closing act that was asked for already becomes part of the
    way: of a person it is asked once.
    """
    asked = _closings_asked(planned)
    taken = [asked.pop(one.way.engagement.contact_id, None) if one.key else None for one in planned]
    missing = [_task(one) for one, task in zip(planned, taken, strict=True) if task is None]
    fresh = iter(create_follow_ups(new=missing, actor=None))
    return [task or next(fresh) for task in taken]


def _closings_asked(planned: Sequence[_Planned]) -> dict[int, FollowUp]:
    """By the person: the one of this very end first, else another that is still open."""
    keys = [one.key for one in planned if one.key]
    people = [one.way.engagement.contact_id for one in planned if one.key]
    rows = FollowUp.objects.filter(leaving_step=None).filter(
        Q(key__in=keys)
        | Q(kind=FollowUp.Kind.CLOSING, state=FollowUp.State.OPEN, contact__in=people)
    )
    found: dict[int, FollowUp] = {}
    for row in sorted(rows.order_by("pk"), key=lambda row: row.key in keys):
        if row.contact_id is not None:
            found[row.contact_id] = row
    return found


def _task(one: _Planned) -> NewFollowUp:
    with override(one.assignee.language if one.assignee else None):
        title = one.step.title
    return NewFollowUp(
        contact=one.way.engagement.contact,
        title=title[:200],
        due_on=one.planned_on,
        assignee=one.assignee,
        kind=FollowUp.Kind.CLOSING if one.key else FollowUp.Kind.TASK,
        key=one.key,
        occurred_on=one.way.last_day if one.key else None,
    )


def _shift(way: Leaving, last_day: date) -> None:
    """Open tasks move with the last day, but for those that somebody put off."""
    way.last_day = last_day
    way.save(update_fields=["last_day", "updated_at"])
    for step in LeavingStep.objects.filter(leaving=way).select_related("follow_up"):
        task, before = step.follow_up, step.planned_on
        step.planned_on = last_day + timedelta(days=step.days)
        step.save(update_fields=["planned_on", "updated_at"])
        if task is None or task.state != FollowUp.State.OPEN:
            continue
        if task.due_on == before:
            task.due_on = step.planned_on
        if task.occurred_on is not None:
            task.occurred_on = last_day
        task.save(update_fields=["due_on", "occurred_on", "updated_at"])
    audit.record(
        actor=None,
        action="relationships.leaving_moved",
        target=way.engagement,
        last_day=last_day.isoformat(),
    )


def _stop(way: Leaving, row: Engagement) -> None:
    """What is still to be done goes; what was done stays, and needs not be done again. A closing
    act that something else asked for stays too, on its own.
    """
    ours = Q(key=None) | Q(key=f"closing:engagement:{row.pk}")
    still = FollowUp.objects.open().filter(leaving_step__leaving=way)
    dropped, _by_table = still.filter(ours).delete()
    LeavingStep.objects.filter(leaving=way, follow_up__state=FollowUp.State.OPEN).delete()
    way.stopped_at = timezone.now()
    way.save(update_fields=["stopped_at", "updated_at"])
    audit.record(
        actor=None, action="relationships.leaving_stopped", target=row, dropped=bool(dropped)
    )
    events.publish(LeavingStopped(engagement_id=row.pk, contact_id=row.contact_id))
