"""What the desk of one colleague shows: what to do today, and why."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone

from contacts.models import Contact, Segment
from contacts.selectors.segments import to_review
from core.models import User
from relationships.models import (
    FollowUp,
    Mention,
    PersonalFact,
    Promise,
    Relationship,
    TimelineEntry,
)
from relationships.selectors.facts import timely_facts
from relationships.selectors.notes import unread_mentions
from relationships.selectors.promises import due_of

MOST = 12
# However many tasks wait, so many of the twelve are people we are losing touch with.
TOUCHES_AT_LEAST = 3
# Beyond these nobody counts: a desk that far behind says "200 and more".
LOOKED_AT = 200
DEEDS = ("interaction.logged", "stage.changed", "follow_up.closed", "promise.kept")


@dataclass(frozen=True, kw_only=True)
class Item:
    """One thing to do today: a promise to keep, a task, or a relationship whose next contact
    moment is due.

    ``relationship`` is what the person is to us; of a promise or a task it may be missing. A task
    about a talent pool has no ``contact``.
    """

    contact: Contact | None
    promise: Promise | None = None
    follow_up: FollowUp | None = None
    relationship: Relationship | None = None
    days_late: int = 0
    days_since: int | None = None
    cadence: int | None = None


@dataclass(frozen=True, kw_only=True)
class Desk:
    """``waiting``: how many more there are than the items shown.

    Beside them: ``mentions`` by colleagues, ``facts`` whose moment is now, and ``reviews``: the
    segments in which somebody waits for a yes.
    """

    items: Sequence[Item]
    waiting: int
    this_week: Sequence[FollowUp]
    recent: Sequence[TimelineEntry] = field(default_factory=list)
    mentions: Sequence[Mention] = field(default_factory=list)
    reviews: Sequence[Segment] = field(default_factory=list)
    facts: Sequence[PersonalFact] = field(default_factory=list)


def desk(user: User, *, today: date) -> Desk:
    """What we promised stands on top, then tasks, then the people we are losing touch with."""
    promises = list(due_of(user, today=today).select_related("contact")[:LOOKED_AT])
    tasks = _due_tasks(user, today)
    asked = _people_of(promises, tasks)
    touches = _due_touches(user, today, without=asked)
    room = max(MOST - len(asked), min(TOUCHES_AT_LEAST, len(touches)))
    shown_touches = touches[:room]
    shown_promises = promises[: MOST - len(shown_touches)]
    shown_tasks = tasks[: MOST - len(shown_touches) - len(shown_promises)]
    held = _relationships_of(_people_of(shown_promises, shown_tasks))
    items = [_promise_item(one, held.get(one.contact_id), today) for one in shown_promises]
    items += [_task_item(task, held.get(task.contact_id or 0), today) for task in shown_tasks]
    items += [_touch_item(row, today) for row in shown_touches]
    return Desk(
        items=items,
        waiting=len(promises) + len(tasks) + len(touches) - len(items),
        this_week=_this_week(user, today),
        recent=_recent(user),
        mentions=unread_mentions(user),
        reviews=to_review(user),
        facts=timely_facts(user, today=today),
    )


def _people_of(promises: Sequence[Promise], tasks: Sequence[FollowUp]) -> list[int]:
    people = [one.contact_id for one in promises]
    return people + [one.contact_id for one in tasks if one.contact_id is not None]


def _due_tasks(user: User, today: date) -> list[FollowUp]:
    rows = FollowUp.objects.due(today).filter(assignee=user, contact__archived_at=None)
    return list(rows.select_related("contact", "pool", "created_by")[:LOOKED_AT])


def _due_touches(user: User, today: date, *, without: Sequence[int]) -> list[Relationship]:
    """The longest overdue first; each person once, and nobody who has a task today anyway."""
    rows = (
        Relationship.objects.visible_to(user)
        .open()
        .filter(owner=user, next_touch_on__lte=today)
        .filter(contact__archived_at=None, contact__do_not_contact=False)
        .exclude(contact__in=without)
        .select_related("contact", "stage")
        .annotate(cadence=Coalesce(F("cadence_days"), F("stage__cadence_days")))
        .order_by("next_touch_on", "pk")[:LOOKED_AT]
    )
    return list({row.contact_id: row for row in reversed(rows)}.values())[::-1]


def _relationships_of(contact_ids: Sequence[int]) -> dict[int, Relationship]:
    """For each person the relationship that counts: the one begun last of those that are open."""
    rows = Relationship.objects.open().filter(contact__in=contact_ids).select_related("stage")
    return {row.contact_id: row for row in rows.order_by("started_on", "pk")}


def _promise_item(promise: Promise, relationship: Relationship | None, today: date) -> Item:
    return Item(
        contact=promise.contact,
        promise=promise,
        relationship=relationship,
        days_late=(today - promise.due_on).days,
    )


def _task_item(task: FollowUp, relationship: Relationship | None, today: date) -> Item:
    return Item(
        contact=task.contact,
        follow_up=task,
        relationship=relationship,
        days_late=(today - task.due_on).days,
    )


def _touch_item(row: Relationship, today: date) -> Item:
    last = row.last_two_way_at
    return Item(
        contact=row.contact,
        relationship=row,
        days_late=(today - row.next_touch_on).days if row.next_touch_on else 0,
        days_since=(today - timezone.localdate(last)).days if last else None,
        cadence=row.cadence,  # type: ignore[attr-defined]  # annotated above
    )


def _this_week(user: User, today: date) -> list[FollowUp]:
    rows = FollowUp.objects.open().filter(
        assignee=user, due_on__gt=today, due_on__lte=today + timedelta(days=7)
    )
    return list(rows.select_related("contact", "pool").order_by("due_on", "pk")[:8])


def _recent(user: User) -> list[TimelineEntry]:
    """What this colleague did last."""
    rows = TimelineEntry.objects.filter(actor=user, verb__in=DEEDS).select_related("contact")
    return list(rows.order_by("-at", "-pk")[:6])
