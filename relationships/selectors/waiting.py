"""All that waits for a colleague, a sort at a time and a page at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet

from core.models import User
from relationships.models import FollowUp, Promise, Relationship
from relationships.selectors.desk import promises_due, tasks_due, touches_due
from relationships.selectors.desk_items import KINDS, SORT_OF, Item, Sort, items_of

PAGE_SIZE = 50
COUNTED = 200


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """``counts``: of each sort with something in it; ``set_aside``: what was answered with "not
    needed" since ``since``, by kind. ``next``: what the next page goes on from, or None.
    """

    sort: Sort
    counts: Mapping[Sort, int]
    items: Sequence[Item]
    next: UUID | None
    set_aside: Mapping[str, int]
    since: date


def waiting_page(
    user: User, *, today: date, since: date, sort: Sort | None = None, after: UUID | None = None
) -> Waiting:
    """Of ``sort``, or of the first sort in which something waits."""
    counts = _counts(user, today)
    chosen = sort or next((one for one in Sort if counts.get(one)), Sort.TASK)
    ids, following = _page(user, chosen, today, after)
    return Waiting(
        sort=chosen,
        counts={one: counts[one] for one in Sort if counts.get(one)},
        items=items_of({chosen: ids}, user, today),
        next=following,
        set_aside=_set_aside(user, since),
        since=since,
    )


def _counts(user: User, today: date) -> dict[Sort, int]:
    found: dict[Sort, int] = {
        Sort.PROMISE: promises_due(user, today).count(),
        Sort.TOUCH: touches_due(user, today).order_by()[: COUNTED + 1].count(),
    }
    kinds = tasks_due(user, today).order_by().values_list("kind").annotate(n=Count("pk"))
    for kind, n in kinds:
        sort = SORT_OF[FollowUp.Kind(kind)]
        found[sort] = found.get(sort, 0) + n
    return found


def _page(user: User, sort: Sort, today: date, after: UUID | None) -> tuple[list[int], UUID | None]:
    rows: QuerySet[Promise] | QuerySet[FollowUp] | QuerySet[Relationship]
    day = "due_on"
    if sort == Sort.PROMISE:
        rows = promises_due(user, today)
    elif sort == Sort.TOUCH:
        rows, day = touches_due(user, today), "next_touch_on"
    else:
        rows = tasks_due(user, today).filter(kind__in=KINDS[sort])
    if after is not None:
        turn = rows.filter(uid=after).values_list(day, "pk").first()
        if turn is not None:
            rows = rows.filter(
                Q(**{f"{day}__gt": turn[0]}) | Q(**{day: turn[0], "pk__gt": turn[1]})
            )
    found = list(rows.order_by(F(day), "pk").values_list("pk", "uid")[: PAGE_SIZE + 1])
    shown = found[:PAGE_SIZE]
    return [pk for pk, _uid in shown], shown[-1][1] if len(found) > PAGE_SIZE else None


def _set_aside(user: User, since: date) -> dict[str, int]:
    """What this colleague answered with "not needed", by what it was about."""
    rows = FollowUp.objects.filter(
        closed_by=user, state=FollowUp.State.NOT_NEEDED, closed_at__date__gte=since
    )
    counted = rows.order_by().values_list("kind").annotate(n=Count("pk")).order_by("-n", "kind")
    return {str(FollowUp.Kind(kind).label): n for kind, n in counted}
