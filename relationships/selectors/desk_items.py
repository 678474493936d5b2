"""The things that stand on a desk, whole: what each is about, and how late it is.

Which of them have a seat is chosen in ``selectors.desk``.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from django.db.models import (
    Model,
)
from django.utils import timezone

from contacts.models import Contact
from core.models import User
from core.prepared import Given, Prepared
from relationships.models import Engagement, FollowUp, Promise, Relationship
from relationships.selectors.named import named
from relationships.selectors.ownership import keepers_beside, with_keepers


class Sort(StrEnum):
    """The sorts of things on a desk, the first of them first."""

    PROMISE = "promise"
    REPLY = "reply"
    CLOSING = "closing"
    TASK = "task"
    MOMENT = "moment"
    TOUCH = "touch"


Kind = FollowUp.Kind
KINDS = {
    Sort.REPLY: (Kind.REPLY,),
    Sort.CLOSING: (Kind.CLOSING,),
    Sort.TASK: (Kind.TASK, Kind.INTRODUCTION, Kind.HANDED_OVER),
    Sort.MOMENT: (Kind.ANNIVERSARY, Kind.FACT),
}
# How the key of a task names the work that it asks about.
_OF_WORK = re.compile(r"(?:expected-end|dossier|closing:engagement):(\d+)(?::|$)")
SORT_OF = {kind: sort for sort, kinds in KINDS.items() for kind in kinds}
Row = TypeVar("Row", bound=Model)
_PROMISES = Prepared(
    lambda: named(Promise.objects.select_related("handed_over_by")).filter(pk__any=Given("ids"))
)
_TASKS = Prepared(
    lambda: named(
        FollowUp.objects.select_related(
            *("pool", "assignee", "created_by", "handed_over_by", "interaction", "fact")
        )
    ).filter(pk__any=Given("ids"))
)
_TOUCHES = Prepared(
    lambda: named(
        with_keepers(Relationship.objects.select_related("stage"), but=Given("user"))
    ).filter(pk__any=Given("ids"))
)
_HELD = Prepared(
    lambda: (
        Relationship.objects.open()
        .filter(contact__any=Given("contacts"))
        .select_related("stage")
        .order_by("started_on", "pk")
    )
)


@dataclass(frozen=True, kw_only=True)
class Item:
    """One thing to do today: a promise to keep, a task, or a relationship whose next contact
    moment is due.

    ``relationship`` is what the person is to us; of a promise or a task it may be missing. A task
    about a talent pool has no ``contact``. A contact moment stands on the desk of all who keep in
    touch: ``beside`` are the others. ``engagement`` is the work that a task asks about.
    """

    sort: Sort
    contact: Contact | None
    promise: Promise | None = None
    follow_up: FollowUp | None = None
    relationship: Relationship | None = None
    days_late: int = 0
    days_since: int | None = None
    cadence: int | None = None
    beside: Sequence[str] = ()
    engagement: UUID | None = None

    @property
    def key(self) -> str:
        """What an address names it by."""
        held = self.promise or self.follow_up or self.relationship
        return f"{self.sort}-{held.uid}" if held else ""


def items_of(chosen: Mapping[Sort, Sequence[int]], user: User, today: date) -> list[Item]:
    """The rows chosen, whole, in the order of the sorts."""
    found_promises = _in_bulk(_PROMISES, chosen.get(Sort.PROMISE, ()))
    tasks = _in_bulk(_TASKS, [pk for sort in KINDS for pk in chosen.get(sort, ())])
    touches = _in_bulk(_TOUCHES, chosen.get(Sort.TOUCH, ()), user=user.pk)
    people = [one.contact_id for one in found_promises.values()]
    people += [one.contact_id for one in tasks.values() if one.contact_id is not None]
    held = _relationships_of(people)
    works = works_of(tasks.values())
    items = [
        _promise_item(found_promises[pk], held, today)
        for pk in chosen.get(Sort.PROMISE, ())
        if pk in found_promises
    ]
    for sort in KINDS:
        items += [
            _task_item(tasks[pk], held, today, works.get(pk))
            for pk in chosen.get(sort, ())
            if pk in tasks
        ]
    return items + [
        _touch_item(touches[pk], user, today) for pk in chosen.get(Sort.TOUCH, ()) if pk in touches
    ]


def _in_bulk(asked: Prepared[Row], ids: Sequence[int], **given: object) -> dict[int, Row]:
    return {row.pk: row for row in asked(ids=list(ids), **given)} if ids else {}


def _relationships_of(contact_ids: Collection[int]) -> dict[int, Relationship]:
    """For each person the relationship that counts: the one begun last of those that are open."""
    rows = _HELD(contacts=list(contact_ids)) if contact_ids else ()
    return {row.contact_id: row for row in rows}


def _promise_item(promise: Promise, held: Mapping[int, Relationship], today: date) -> Item:
    return Item(
        sort=Sort.PROMISE,
        contact=promise.contact,
        promise=promise,
        relationship=held.get(promise.contact_id),
        days_late=(today - promise.due_on).days,
    )


def works_of(tasks: Iterable[FollowUp]) -> dict[int, UUID]:
    """By task the engagement that it asks about, as its key says; no query where none does."""
    asked = {
        task.pk: int(found[1]) for task in tasks if task.key and (found := _OF_WORK.match(task.key))
    }
    rows = Engagement.objects.filter(pk__in=asked.values()) if asked else Engagement.objects.none()
    uids = dict(rows.values_list("pk", "uid"))
    return {task: uids[pk] for task, pk in asked.items() if pk in uids}


def _task_item(
    task: FollowUp, held: Mapping[int, Relationship], today: date, work: UUID | None
) -> Item:
    return Item(
        sort=SORT_OF[Kind(task.kind)],
        contact=task.contact,
        follow_up=task,
        relationship=held.get(task.contact_id or 0),
        days_late=(today - task.due_on).days,
        days_since=(today - task.occurred_on).days if task.occurred_on else None,
        engagement=work,
    )


def _touch_item(row: Relationship, user: User, today: date) -> Item:
    last = row.last_two_way_at
    return Item(
        sort=Sort.TOUCH,
        contact=row.contact,
        relationship=row,
        days_late=(today - row.next_touch_on).days if row.next_touch_on else 0,
        days_since=(today - timezone.localdate(last)).days if last else None,
        cadence=row.days_between(),
        beside=keepers_beside(row, user),
    )
