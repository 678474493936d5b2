"""What the desk of one colleague shows: what to do today, and why.

Six sorts of things ask for a place. Each has a few seats of its own, so that none is drowned by
another; the seats that are left go by the order of ``Sort``. Within a sort the longest due comes
first, and of the people we are losing touch with those whose tie is worth most (docs/measures.md).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import TypeVar

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
    Window,
)
from django.db.models.functions import RowNumber
from django.utils import timezone

from contacts.models import Contact, Segment
from contacts.models.access import visible_units
from contacts.selectors.segments import to_review
from core.models import User
from core.prepared import Given, Prepared
from relationships.models import FollowUp, Mention, Promise, Relationship, TimelineEntry
from relationships.selectors.losing_touch import in_order, of_keeper
from relationships.selectors.named import named
from relationships.selectors.notes import unread_mentions
from relationships.selectors.ownership import keepers_beside, with_keepers
from relationships.selectors.promises import due_of

MOST = 12
SEATS = 2
# Beyond these nobody counts the people to speak with: it says "more than".
LOOKED_AT = 200
THIS_WEEK = timedelta(days=7)
DEEDS = ("interaction.logged", "stage.changed", "follow_up.closed", "promise.kept")


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
SORT_OF = {kind: sort for sort, kinds in KINDS.items() for kind in kinds}

Row = TypeVar("Row", bound=Model)
_PROMISES = Prepared(
    lambda: named(Promise.objects.select_related("handed_over_by")).filter(pk__any=Given("ids"))
)
_TASKS = Prepared(
    lambda: named(
        FollowUp.objects.select_related(
            *("pool", "created_by", "handed_over_by", "interaction", "fact")
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
_LATER = Prepared(
    lambda: named(
        FollowUp.objects.open()
        .filter(assignee=Given("user"), due_on__gt=Given("today"), due_on__lte=Given("until"))
        .select_related("pool")
    ).order_by("due_on", "pk")[:8]
)
_DEEDS = Prepared(
    lambda: named(TimelineEntry.objects.filter(actor=Given("user"), verb__in=DEEDS)).order_by(
        "-at", "-pk"
    )[:6]
)


@dataclass(frozen=True, kw_only=True)
class Item:
    """One thing to do today: a promise to keep, a task, or a relationship whose next contact
    moment is due.

    ``relationship`` is what the person is to us; of a promise or a task it may be missing. A task
    about a talent pool has no ``contact``. A contact moment stands on the desk of all who keep in
    touch: ``beside`` are the others.
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

    @property
    def key(self) -> str:
        """What an address names it by."""
        held = self.promise or self.follow_up or self.relationship
        return f"{self.sort}-{held.uid}" if held else ""


@dataclass(frozen=True, kw_only=True)
class Desk:
    """``waiting``: how many more there are than the items shown; ``is_capped``: at least.

    Beside them: ``mentions`` by colleagues, and ``reviews``: the segments in which somebody waits
    for a yes.
    """

    items: Sequence[Item]
    waiting: int
    is_capped: bool = False
    this_week: Sequence[FollowUp] = field(default_factory=list)
    recent: Sequence[TimelineEntry] = field(default_factory=list)
    mentions: Sequence[Mention] = field(default_factory=list)
    reviews: Sequence[Segment] = field(default_factory=list)


def desk(user: User, *, today: date) -> Desk:
    """The list of today, and what stands beside it."""
    found = todays(user, today=today)
    return Desk(
        items=found.items,
        waiting=found.waiting,
        is_capped=found.is_capped,
        this_week=_this_week(user, today),
        recent=_recent(user),
        mentions=unread_mentions(user),
        reviews=_reviews(user),
    )


def todays(user: User, *, today: date) -> Desk:
    """The list of today alone."""
    promises = _due_promises(user, today)
    tasks = _due_tasks(user, today)
    touches = _due_touches(user, today)
    held: dict[Sort, Sequence[int]] = {
        Sort.PROMISE: promises,
        **{sort: [pk for pk, of in tasks.items() if of.sort == sort] for sort in KINDS},
        Sort.TOUCH: touches[:LOOKED_AT],
    }
    waiting = {sort: len(ids) for sort, ids in held.items()}
    for of in tasks.values():
        waiting[of.sort] = of.total
    seats = seats_for(waiting)
    chosen = {sort: held[sort][: seats[sort]] for sort in Sort}
    items = items_of(chosen, user, today)
    return Desk(
        items=items,
        waiting=sum(waiting.values()) - len(items),
        is_capped=max(len(touches), len(promises)) > LOOKED_AT,
    )


def seats_for(waiting: Mapping[Sort, int]) -> dict[Sort, int]:
    """How many of each sort are shown: each has its seats, the rest goes by the order of sorts."""
    seats = {sort: min(waiting.get(sort, 0), SEATS) for sort in Sort}
    left = MOST - sum(seats.values())
    for sort in Sort:
        more = min(waiting.get(sort, 0) - seats[sort], left)
        seats[sort] += more
        left -= more
    return seats


def tasks_due(user: User, today: date) -> QuerySet[FollowUp]:
    """What ``user`` is to do today. What came up by itself only of people they may see: it tells of
    them what nobody chose to tell.
    """
    rows = FollowUp.objects.due(today).filter(assignee=user, contact__archived_at=None)
    unit_ids = visible_units(user, "relationships.view_relationship")
    if unit_ids is None:
        return rows
    return rows.filter(Q(kind__in=KINDS[Sort.TASK]) | Q(contact__unit__in=unit_ids))


def promises_due(user: User, today: date) -> QuerySet[Promise]:
    """What ``user`` promised and did not put off their desk."""
    return due_of(user, today=today).exclude(desk_from__gt=today)


def touches_due(user: User, today: date) -> QuerySet[Relationship]:
    """Those ``user`` keeps whose next contact moment is due, but for the people with whom there is
    something to do this week anyway: what is put off must not come back as another line.
    """
    soon = today + THIS_WEEK
    tasks = FollowUp.objects.due(soon).filter(assignee=user, contact=OuterRef("contact"))
    promises = due_of(user, today=today).filter(contact=OuterRef("contact"))
    rows = of_keeper(user, today=today)
    return rows.filter(~Exists(tasks.order_by()), ~Exists(promises.order_by()))


@dataclass(frozen=True)
class _Due:
    sort: Sort
    total: int


def _due_promises(user: User, today: date) -> list[int]:
    return list(promises_due(user, today).values_list("pk", flat=True)[: LOOKED_AT + 1])


def _due_tasks(user: User, today: date) -> dict[int, _Due]:
    """The first of each sort, and how many there are of it, in one question."""
    sort = Case(
        *(When(kind__in=kinds, then=Value(sort.value)) for sort, kinds in KINDS.items()),
        output_field=CharField(),
    )
    rows = (
        tasks_due(user, today)
        .annotate(sort=sort)
        .annotate(
            total=Window(Count("*"), partition_by=F("sort")),
            place=Window(RowNumber(), partition_by=F("sort"), order_by=["due_on", "pk"]),
        )
        .filter(place__lte=MOST)
    )
    found = rows.order_by("due_on", "pk").values_list("pk", "sort", "total")
    return {pk: _Due(Sort(named), total) for pk, named, total in found}


def _due_touches(user: User, today: date) -> list[int]:
    """One relationship of each person, the first in the order; one more than anybody counts."""
    rows = in_order(touches_due(user, today), today=today).values_list("contact", "pk")
    found = rows[: LOOKED_AT + 1]
    return list(dict(reversed(found)).values())[::-1]


def items_of(chosen: Mapping[Sort, Sequence[int]], user: User, today: date) -> list[Item]:
    """The rows chosen, whole, in the order of the sorts."""
    found_promises = _in_bulk(_PROMISES, chosen.get(Sort.PROMISE, ()))
    tasks = _in_bulk(_TASKS, [pk for sort in KINDS for pk in chosen.get(sort, ())])
    touches = _in_bulk(_TOUCHES, chosen.get(Sort.TOUCH, ()), user=user.pk)
    people = [one.contact_id for one in found_promises.values()]
    people += [one.contact_id for one in tasks.values() if one.contact_id is not None]
    held = _relationships_of(people)
    items = [
        _promise_item(found_promises[pk], held, today)
        for pk in chosen.get(Sort.PROMISE, ())
        if pk in found_promises
    ]
    for sort in KINDS:
        items += [_task_item(tasks[pk], held, today) for pk in chosen.get(sort, ()) if pk in tasks]
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


def _task_item(task: FollowUp, held: Mapping[int, Relationship], today: date) -> Item:
    return Item(
        sort=SORT_OF[Kind(task.kind)],
        contact=task.contact,
        follow_up=task,
        relationship=held.get(task.contact_id or 0),
        days_late=(today - task.due_on).days,
        days_since=(today - task.occurred_on).days if task.occurred_on else None,
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


def _this_week(user: User, today: date) -> list[FollowUp]:
    return _LATER(user=user.pk, today=today, until=today + THIS_WEEK)


def _reviews(user: User) -> Sequence[Segment]:
    """Whose they are is asked only where somebody waits at all: on most days nobody does."""
    waits = Segment.objects.live().filter(waiting__gt=0)
    return to_review(user) if waits.exists() else []


def _recent(user: User) -> list[TimelineEntry]:
    """What this colleague did last."""
    return _DEEDS(user=user.pk)
