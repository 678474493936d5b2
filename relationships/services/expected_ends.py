"""Work of which only an end is expected: the colleague who keeps in touch is asked what it will be.

An expected day begins no way out (``services.leaving``), so that it would pass in silence. The task
is known by the engagement and the day: of one day it is asked once.
"""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from core.models import User
from relationships.models import Engagement, FollowUp
from relationships.models.engagement import EngagementQuerySet
from relationships.selectors.colleagues import owners_of
from relationships.services.follow_ups import (
    NewFollowUp,
    close_follow_up,
    create_follow_ups,
    reopen_follow_up,
)

AHEAD = timedelta(days=30)
BATCH = 500
_PREFIX = "expected-end:"


def _expected() -> EngagementQuerySet:
    """Work that goes on, with no end but an expected one; ``asking`` is the key of its task."""
    key = Concat(
        *(Value(_PREFIX), Cast("pk", TextField())),
        *(Value(":"), Cast("expected_end_on", TextField())),
        output_field=CharField(),
    )
    rows = Engagement.objects.binding().exclude(phase=Engagement.Phase.CLOSED)
    return rows.filter(ends_on=None, expected_end_on__isnull=False).annotate(asking=key)


@transaction.atomic
def ask_what_it_will_be(*, today: date) -> int:
    """A task by each expected day, a month ahead. One that we closed ourselves, because an end was
    said that was then taken back, is opened again; one that somebody answered stays closed.
    """
    answered = Q(state=FollowUp.State.OPEN) | Q(closed_by__isnull=False)
    asked = FollowUp.objects.filter(answered, key=OuterRef("asking"))
    due = _expected().of_people_we_know().filter(~Exists(asked), expected_end_on__lte=today + AHEAD)
    rows = list(
        due.select_for_update(of=("self",), no_key=True)
        .select_related("contact")
        .order_by("expected_end_on", "pk")[:BATCH]
    )
    held = {one.key: one for one in FollowUp.objects.filter(key__in=map(_key, rows))}
    for task in held.values():
        if task.closed_by_id is None:
            reopen_follow_up(follow_up=task, actor=None)
    owners = owners_of([row.contact_id for row in rows])
    create_follow_ups(
        new=[
            _task(row, owners.get(row.contact_id), today) for row in rows if _key(row) not in held
        ],
        actor=None,
    )
    return len(rows)


@transaction.atomic
def settle_expected(*, contact_ids: Collection[int] | None = None) -> None:
    """An end was said, or another day is expected: what asked for it is done."""
    tasks = FollowUp.objects.open().filter(key__startswith=_PREFIX)
    if contact_ids is not None:
        tasks = tasks.filter(contact__in=contact_ids)
    expected: QuerySet[Any] = _expected()
    still = expected.filter(contact=OuterRef("contact"), asking=OuterRef("key"))
    settled = tasks.filter(~Exists(still)).select_for_update(of=("self",), skip_locked=True)
    for task in settled.order_by("pk"):
        close_follow_up(follow_up=task, actor=None)


def _key(row: Engagement) -> str:
    return f"{_PREFIX}{row.pk}:{row.expected_end_on}"


def _task(row: Engagement, owner: User | None, today: date) -> NewFollowUp:
    may = (
        owner if owner and owner.has_perm("relationships.view_relationship", row.contact) else None
    )
    expected_on = row.expected_end_on or today
    with override(may.language if may else None):
        title = _("Say whether it ends or goes on: expected to end on %(day)s") % {
            "day": date_format(expected_on)
        }
    return NewFollowUp(
        contact=row.contact,
        title=title[:200],
        body=row.role,
        due_on=max(expected_on, today),
        assignee=may,
        key=_key(row),
    )
