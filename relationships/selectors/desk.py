"""What the desk of one colleague shows: what to do today, and why.

Six sorts of things ask for a place. Each has a few seats of its own, so that none is drowned by
another; the seats that are left go by the order of ``Sort``. Within a sort the longest due comes
first, and of the people we are losing touch with those whose tie is worth most (docs/measures.md).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
    Window,
)
from django.db.models.functions import RowNumber

from contacts.models import Segment
from contacts.models.access import visible_units
from contacts.selectors.segments import to_review
from core.models import User
from core.prepared import Given, Prepared
from relationships.choices import Party
from relationships.models import (
    CoOwner,
    FollowUp,
    Mention,
    Promise,
    Relationship,
    TimelineEntry,
)
from relationships.selectors.desk_items import KINDS, Item, Sort, items_of
from relationships.selectors.losing_touch import in_order, of_keeper
from relationships.selectors.named import named
from relationships.selectors.notes import unread_mentions
from relationships.selectors.promises import due_of

MOST = 12
SEATS = 2
# Beyond these nobody counts the people to speak with: it says "more than".
LOOKED_AT = 200
THIS_WEEK = timedelta(days=7)
DEEDS = ("interaction.logged", "stage.changed", "follow_up.closed", "promise.kept")


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
    """What ``user`` is to do today, and the replies that are theirs as a co-owner. What came up by
    itself only of people they may see: it tells of them what nobody chose to tell.
    """
    theirs = Q(assignee=user) | Q(pk__any=ArraySubquery(_replies_beside(user, today).values("pk")))
    rows = FollowUp.objects.due(today).filter(theirs, contact__archived_at=None)
    unit_ids = visible_units(user, "relationships.view_relationship")
    if unit_ids is None:
        return rows
    return rows.filter(Q(kind__in=KINDS[Sort.TASK]) | Q(contact__unit__in=unit_ids))


def promises_due(user: User, today: date) -> QuerySet[Promise]:
    """What ``user`` promised and did not put off their desk."""
    return due_of(user, today=today).exclude(desk_from__gt=today)


def touches_due(user: User, today: date) -> QuerySet[Relationship]:
    """Those ``user`` keeps whose next contact moment is due, but for the people with whom there is
    something to do this week anyway: what is put off must not come back as another line. Nor does
    a co-owner get one while the owner has something to do with them: one line, on one desk.
    """
    soon = FollowUp.objects.due(today + THIS_WEEK).order_by()
    tasks = soon.filter(contact=OuterRef("contact"))
    promises = due_of(user, today=today).filter(contact=OuterRef("contact"))
    ours = Promise.objects.open().filter(side=Party.US, due_on__lte=today)
    of_owner = ours.filter(contact=OuterRef("contact"), promiser=OuterRef("owner"))
    rows = of_keeper(user, today=today).filter(
        ~Exists(tasks.filter(assignee=user)), ~Exists(promises.order_by())
    )
    is_free = ~Exists(tasks.filter(assignee=OuterRef("owner"))) & ~Exists(of_owner.order_by())
    return rows.filter(Q(owner=user) | Q(owner__is_active=False) | is_free)


def _replies_beside(user: User, today: date) -> QuerySet[FollowUp]:
    """Messages to people ``user`` co-owns that wait for longer than a working day, or whose owner
    is not there to answer: a co-owner may answer them too.
    """
    rows = FollowUp.objects.due(today).order_by().filter(kind=FollowUp.Kind.REPLY)
    beside = CoOwner.objects.filter(user=user, relationship__ended_on=None)
    is_theirs = rows.filter(contact__in=beside.order_by().values("relationship__contact"))
    waits = Q(occurred_on__lt=working_day_before(today))
    return is_theirs.filter(waits | Q(assignee=None) | Q(assignee__is_active=False))


def working_day_before(today: date) -> date:
    """The last day from Monday to Friday before ``today``."""
    return today - timedelta(days={0: 3, 6: 2}.get(today.weekday(), 1))


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


def _this_week(user: User, today: date) -> list[FollowUp]:
    return _LATER(user=user.pk, today=today, until=today + THIS_WEEK)


def _reviews(user: User) -> Sequence[Segment]:
    """Whose they are is asked only where somebody waits at all: on most days nobody does."""
    waits = Segment.objects.live().filter(waiting__gt=0)
    return to_review(user) if waits.exists() else []


def _recent(user: User) -> list[TimelineEntry]:
    """What this colleague did last."""
    return _DEEDS(user=user.pk)
