"""What a way out asks: which step on which day, who does it, and the task that it becomes."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import override

from contacts.models import Contact
from core.models import User
from relationships.models import (
    ClosingStep,
    Engagement,
    FollowUp,
    Leaving,
    WhatToDo,
)
from relationships.selectors.colleagues import owners_of
from relationships.services.follow_ups import NewFollowUp, create_follow_ups

# Not of who wants to hear nothing more.
UNASKED = (WhatToDo.CLOSING, WhatToDo.STAY_IN_TOUCH)


@dataclass(frozen=True, kw_only=True)
class Planned:
    way: Leaving
    step: ClosingStep
    planned_on: date
    assignee: User | None

    @property
    def key(self) -> str | None:
        """The closing act is known by the key by which the desk asks for it: it is asked once."""
        is_closing = self.step.what == WhatToDo.CLOSING
        return f"closing:engagement:{self.way.engagement_id}" if is_closing else None


def plan(ways: Sequence[Leaving], rows: Sequence[Engagement]) -> list[Planned]:
    by_form: defaultdict[str, list[ClosingStep]] = defaultdict(list)
    forms = {row.form for row in rows}
    steps = ClosingStep.objects.filter(form__in=forms).select_related("colleague")
    for step in steps.order_by("days", "pk"):
        by_form[step.form].append(step)
    people = _People(rows, [step.colleague for step in steps if step.colleague])
    return [
        Planned(
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


def tasks_of(planned: Sequence[Planned]) -> list[FollowUp]:
    """The tasks, in the same order. A closing act that was asked for already becomes part of the
    way: of a person it is asked once.
    """
    asked = _closings_asked(planned)
    taken = [asked.pop(one.way.engagement.contact_id, None) if one.key else None for one in planned]
    missing = [_task(one) for one, task in zip(planned, taken, strict=True) if task is None]
    fresh = iter(create_follow_ups(new=missing, actor=None))
    return [task or next(fresh) for task in taken]


def _closings_asked(planned: Sequence[Planned]) -> dict[int, FollowUp]:
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


def _task(one: Planned) -> NewFollowUp:
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
