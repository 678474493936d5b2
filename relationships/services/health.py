"""The health of relationships, worked out in sets: of those marked, or of all, in one statement.

Whatever bears on it marks the person (``receivers.health``); a round takes the marks and works
out theirs alone. Time bears on it too, so every night all are worked out; rows that come out as
they were are not written. The formula is that of ``relationships.health``.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from core.bulk import insert
from relationships.health import weights
from relationships.models import HealthMark, RelationshipHealth
from relationships.services.tie_values import refresh_tie_values

AT_ONCE = 10_000
# One round at a time: two that met the same new relationship would both insert its row.
LOCK = 7_204_511
# Enough to group the talks of ten million interactions without going to disk many times.
MEMORY = "128MB"

KEPT_FIELDS = [name for name in RelationshipHealth.PARTS if name != "experience"]


def mark(contact_ids: Iterable[int]) -> None:
    """The health of these people's relationships is to be worked out again, soon."""
    insert(HealthMark(contact_id=pk) for pk in sorted(set(contact_ids)))


@transaction.atomic
def refresh_marked(*, now: datetime, limit: int = AT_ONCE) -> int:
    """Answer up to ``limit`` marks; return how many there were.

    The marks are taken first: what the statement after it reads is at least as new as they are.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(
            "DELETE FROM relationships_healthmark WHERE id IN "
            "(SELECT id FROM relationships_healthmark ORDER BY id LIMIT %s) RETURNING contact_id",
            [limit],
        )
        marked = [row[0] for row in cursor.fetchall()]
    if marked:
        people = sorted(set(marked))
        _refresh(people, now=now)
        refresh_tie_values(now=now, contact_ids=people)
    return len(marked)


@transaction.atomic
def refresh_all(*, now: datetime) -> int:
    """Work out every open relationship; return how many came out differently than they stood."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute("SELECT set_config('work_mem', %s, true)", [MEMORY])
    return _refresh(None, now=now)


def refresh_health(contact_ids: Sequence[int], *, now: datetime) -> int:
    """Of these people only, at once. For those who made rows without events (a demo, a bench)."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        return _refresh(list(contact_ids), now=now)


def _refresh(contact_ids: Sequence[int] | None, *, now: datetime) -> int:
    today = timezone.localdate(now)
    with connection.cursor() as cursor:
        cursor.execute(
            _statement(of_some=contact_ids is not None), _values(contact_ids, now, today)
        )
        return int(cursor.rowcount)


def _values(contact_ids: Sequence[int] | None, now: datetime, today: date) -> dict[str, Any]:
    window = timedelta(days=settings.HEALTH_WINDOW_DAYS)
    return {
        "ids": contact_ids,
        "now": now,
        "today": today,
        "since": now - window,
        "since_day": today - window,
        "zone": settings.TIME_ZONE,
        "cadence": settings.HEALTH_CADENCE_DAYS,
        "full": settings.HEALTH_BREADTH_FULL,
        **{f"weight_{name}": float(weight) for name, weight in weights().items()},
    }


def _statement(*, of_some: bool) -> str:
    """Nothing in it comes from outside: the names are those of the model, the values parameters.

    ``OFFSET 0`` keeps the planner from working out each part anew wherever it is named; whole
    numbers and ``float8`` keep it from reckoning with ``numeric``, which costs far more.
    """
    some = "AND contact_id = ANY(%(ids)s)" if of_some else ""
    fields = ", ".join(KEPT_FIELDS)
    new = _weighed("fresh", "NULL::smallint")
    changed = _weighed("fresh", "held.experience")
    held = ", ".join(f"held.{name}" for name in KEPT_FIELDS)
    fresh = ", ".join(f"fresh.{name}" for name in KEPT_FIELDS)
    sets = ", ".join(f"{name} = fresh.{name}" for name in KEPT_FIELDS)
    return f"""
WITH pairs AS (
    SELECT contact_id, author_id,
        (count(*) FILTER (WHERE direction <> 'inbound'))::int AS ours,
        (count(*) FILTER (WHERE direction <> 'outbound'))::int AS theirs
    FROM relationships_interaction
    WHERE happened_at >= %(since)s AND NOT is_automated AND channel <> 'note'
        AND direction <> 'internal' {some}
    GROUP BY contact_id, author_id
), talks AS (
    SELECT contact_id, sum(ours)::float8 AS ours, sum(theirs)::float8 AS theirs,
        count(author_id) FILTER (WHERE theirs > 0) AS colleagues
    FROM pairs GROUP BY contact_id
), words AS (
    SELECT contact_id, count(*) FILTER (WHERE state = 'kept')::float8 AS kept, count(*) AS due
    FROM relationships_promise
    WHERE due_on >= %(since_day)s {some}
        AND (state IN ('kept', 'broken') OR (state = 'open' AND due_on < %(today)s))
    GROUP BY contact_id
), standing AS (
    SELECT row.id AS relationship_id, row.contact_id,
        coalesce(row.cadence_days, row.segment_days, stage.cadence_days, %(cadence)s)::float8
            AS cadence,
        greatest(%(today)s - (row.last_two_way_at AT TIME ZONE %(zone)s)::date, 0)::float8 AS days,
        row.last_two_way_at IS NOT NULL AS has_spoken
    FROM relationships_relationship AS row
    JOIN relationships_stage AS stage ON stage.id = row.stage_id
    WHERE row.ended_on IS NULL {some}
), fresh AS (
    SELECT relationship_id,
        CASE WHEN has_spoken THEN
            round(100 * power(2::float8, -greatest(days - cadence, 0) / cadence)) ELSE 0
        END::smallint AS recency,
        round(200 * least(ours, theirs) / nullif(ours + theirs, 0))::smallint AS reciprocity,
        round(100 * least(coalesce(colleagues, 0), %(full)s)::float8 / %(full)s)::smallint
            AS breadth,
        round(100 * kept / nullif(due, 0))::smallint AS promises
    FROM standing LEFT JOIN talks USING (contact_id) LEFT JOIN words USING (contact_id)
    OFFSET 0
)
MERGE INTO relationships_relationshiphealth AS held
USING fresh ON held.relationship_id = fresh.relationship_id
WHEN MATCHED AND ({held}, held.value) IS DISTINCT FROM ({fresh}, {changed})
THEN UPDATE SET {sets}, value = {changed}, computed_at = %(now)s
WHEN NOT MATCHED
THEN INSERT (relationship_id, value, {fields}, computed_at)
    VALUES (fresh.relationship_id, {new}, {fresh}, %(now)s)
"""  # noqa: S608 -- no value is put in by hand


def _weighed(table: str, experience: str) -> str:
    """The weighted mean of the known parts, in the order in which Python adds them up."""
    names = {name: f"{table}.{name}" for name in KEPT_FIELDS} | {"experience": experience}
    top = " + ".join(
        f"coalesce(%(weight_{n})s::float8 * {column}, 0)" for n, column in names.items()
    )
    bottom = " + ".join(
        f"CASE WHEN {column} IS NULL THEN 0::float8 ELSE %(weight_{n})s::float8 END"
        for n, column in names.items()
    )
    return f"round((({top}) / ({bottom}))::float8)::smallint"
