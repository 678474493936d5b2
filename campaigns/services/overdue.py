"""Human steps that nobody does: a sequence waits for them, so somebody else is told.

Known by the touchpoint: of one step somebody is told once. The step itself stays with whom it was
given to, and it alone takes the person further.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from campaigns.models import Enrolment, Touchpoint
from campaigns.models.touchpoint import TouchpointQuerySet
from campaigns.services.hand_work import owners_of
from contacts.models import Contact
from core.models import User
from relationships.models import FollowUp
from relationships.services.follow_ups import NewFollowUp, close_follow_up, create_follow_ups

PATIENCE = timedelta(days=7)
BATCH = 500
_PREFIX = "overdue-step:"


def _waited_for() -> TouchpointQuerySet:
    """Steps that a colleague has open and a person on the way waits for; ``telling`` is the key
    of the task by which another is told.
    """
    key = Concat(Value(_PREFIX), Cast("pk", TextField()), output_field=CharField())
    return Touchpoint.objects.filter(
        result=Touchpoint.Result.ASSIGNED,
        follow_up__state=FollowUp.State.OPEN,
        enrolment__state=Enrolment.State.ACTIVE,
    ).annotate(telling=key)


def tell_of_overdue_steps(*, today: date) -> int:
    """Tell of every step that is overdue for more than a week; return of how many."""
    told, after = 0, 0
    while True:
        with transaction.atomic():
            rows = _overdue(today, after)
            told += _tell(rows, today)
        if len(rows) < BATCH:
            return told
        after = rows[-1].pk


def _overdue(today: date, after: int) -> list[Touchpoint]:
    told = FollowUp.objects.filter(key=OuterRef("telling"))
    rows = _waited_for().filter(
        ~Exists(told), pk__gt=after, follow_up__due_on__lt=today - PATIENCE, contact__erased_at=None
    )
    return list(
        rows.select_for_update(of=("self",), no_key=True)
        .select_related("follow_up__assignee", "enrolment__campaign__owner", "contact")
        .order_by("pk")[:BATCH]
    )


def _tell(rows: Collection[Touchpoint], today: date) -> int:
    # Another round may have told of them while this one waited for its locks.
    keys = FollowUp.objects.filter(key__in=map(_key, rows)).values_list("key", flat=True)
    told = set(keys)
    owners = owners_of({row.contact_id for row in rows})
    asked = {
        row: [
            user
            for user in (owners.get(row.contact_id), row.enrolment.campaign.owner)
            if user and user.is_active and user != _follow_up(row).assignee
        ]
        for row in rows
        if _key(row) not in told
    }
    may_see = _may_see(asked.values(), {row.contact_id for row in asked})
    new = []
    for row, users in asked.items():
        who = next((user for user in users if row.contact_id in may_see[user.pk]), None)
        if who is not None:
            new.append(_task(row, who, today))
    create_follow_ups(new=new, actor=None)
    return len(new)


def _may_see(groups: Iterable[list[User]], contact_ids: Collection[int]) -> dict[int, set[int]]:
    seen: defaultdict[int, set[int]] = defaultdict(set)
    for user in {user for users in groups for user in users}:
        visible = Contact.objects.visible_to(user).filter(pk__in=contact_ids)
        seen[user.pk] = set(visible.values_list("pk", flat=True))
    return seen


def _task(row: Touchpoint, who: User, today: date) -> NewFollowUp:
    step = _follow_up(row)
    with override(who.language):
        title = _("Overdue: %(title)s") % {"title": step.title}
        if step.assignee is not None:
            title = _("Overdue with %(name)s: %(title)s") % {
                "name": step.assignee.name,
                "title": step.title,
            }
        body = _("It was due on %(day)s. Until it is done, “%(campaign)s” waits for it.") % {
            "day": date_format(step.due_on),
            "campaign": row.enrolment.campaign.name,
        }
    return NewFollowUp(
        contact=row.contact,
        title=title[:200],
        body=body,
        due_on=today,
        assignee=who,
        key=_key(row),
    )


def _follow_up(row: Touchpoint) -> FollowUp:
    if row.follow_up is None:
        raise ValueError(f"{row} is nobody's step")
    return row.follow_up


def _key(row: Touchpoint) -> str:
    return f"{_PREFIX}{row.pk}"


@transaction.atomic
def settle_overdue_steps(*, touchpoint_ids: Collection[int] | None = None) -> None:
    """Nobody waits any more: the step was done, or the person is off the campaign."""
    tasks = FollowUp.objects.open().filter(key__startswith=_PREFIX)
    if touchpoint_ids is not None:
        tasks = tasks.filter(key__in=[f"{_PREFIX}{pk}" for pk in touchpoint_ids])
    waited_for: QuerySet[Any] = _waited_for()
    still = waited_for.filter(contact=OuterRef("contact"), telling=OuterRef("key"))
    settled = tasks.filter(~Exists(still)).select_for_update(of=("self",), skip_locked=True)
    for task in settled.order_by("pk"):
        close_follow_up(follow_up=task, actor=None)
