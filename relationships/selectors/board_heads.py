"""How many stand at each stage of a board and how long, without looking at each of them.

Where a reader sees everybody and narrows nothing, the numbers come out of two indexes alone: a
hundred thousand rows and the people they belong to would cost more than the rest of the page.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.db.models import Aggregate, Count, FloatField

from relationships.groups import SMALLEST_GROUP
from relationships.models import Stage
from relationships.models.relationship import RelationshipQuerySet


class MedianEpoch(Aggregate):
    """The median of moments, in seconds since 1970."""

    function = "percentile_cont"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM %(expressions)s))"
    output_field = FloatField()


@dataclass(frozen=True, kw_only=True)
class Head:
    """``median_days``: how long half of them have stood here at least; None of fewer than five, as
    in every figure about a group (each card says its own days), and for a stage that closes.
    """

    count: int = 0
    median_days: int | None = None


# Few were put aside, and an index holds them. Their days at the stage are as real as any and stay
# in the median: the row in the middle of the index, or the two.
_ASIDE = """
SELECT id FROM contacts_contact WHERE archived_at IS NOT NULL OR erased_at IS NOT NULL
"""
_OPEN = f"""
SELECT counted.stage_id, counted.shown, (
    SELECT avg(extract(epoch FROM middle.stage_since)) FROM (
        SELECT stage_since FROM relationships_relationship AS row
        WHERE row.stage_id = counted.stage_id AND row.ended_on IS NULL
        ORDER BY stage_since, id
        OFFSET (counted.people - 1) / 2 LIMIT 2 - counted.people %% 2
    ) AS middle
)
FROM (
    SELECT stage_id, count(*) AS people,
        count(*) FILTER (WHERE contact_id NOT IN ({_ASIDE})) AS shown
    FROM relationships_relationship
    WHERE stage_id = ANY(%(stages)s) AND ended_on IS NULL GROUP BY stage_id
) AS counted
"""  # noqa: S608 -- words of ours
_CLOSED = f"""
SELECT stage_id, count(*) FROM relationships_relationship
WHERE stage_id = ANY(%(stages)s) AND ended_on >= %(since)s AND contact_id NOT IN ({_ASIDE})
GROUP BY stage_id
"""  # noqa: S608 -- words of ours


def heads_of_all(stages: Collection[Stage], *, since: date, now: datetime) -> dict[int, Head]:
    """By stage id, of everybody: two statements over indexes. What closes shows who came there
    ``since`` that day.
    """
    found: dict[int, Head] = {}
    by_closing = {is_closed: [] for is_closed in (False, True)}  # type: dict[bool, list[int]]
    for stage in stages:
        by_closing[stage.is_closed].append(stage.pk)
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, {"stages": by_closing[False]})
        for stage_id, people, median in cursor.fetchall():
            days = _days_since(float(median), now) if people >= SMALLEST_GROUP else None
            found[stage_id] = Head(count=people, median_days=days)
        cursor.execute(_CLOSED, {"stages": by_closing[True], "since": since})
        for stage_id, people in cursor.fetchall():
            found[stage_id] = Head(count=people)
    return found


def heads_of(
    rows: RelationshipQuerySet, stages: Sequence[Stage], *, now: datetime
) -> dict[int, Head]:
    """By stage id, of ``rows``: what a reader may see, or narrowed to."""
    open_ids = {stage.pk for stage in stages if not stage.is_closed}
    counted = (
        rows.filter(stage__in=stages)
        .order_by()
        .values_list("stage")
        .annotate(count=Count("pk"), median=MedianEpoch("stage_since"))
    )
    return {
        stage_id: Head(
            count=count,
            median_days=(
                _days_since(median, now)
                if stage_id in open_ids and count >= SMALLEST_GROUP
                else None
            ),
        )
        for stage_id, count, median in counted
    }


def _days_since(epoch: float, now: datetime) -> int:
    return max(0, int((now.timestamp() - epoch) // 86400))
