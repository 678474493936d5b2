"""What ties are worth, worked out in sets: of the people marked (``services.health``), or of all.

The formula is that of ``relationships.tie_value``. A row that comes out as it was is not written.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from relationships.models import GoodwillEntry

MEMORY = "128MB"


@transaction.atomic
def refresh_tie_values(*, now: datetime, contact_ids: Sequence[int] | None = None) -> int:
    """Of these people's open relationships, or of all; return how many came out differently."""
    with connection.cursor() as cursor:
        if contact_ids is None:
            cursor.execute("SELECT set_config('work_mem', %s, true)", [MEMORY])
        since = now - timedelta(days=settings.TIE_WINDOW_DAYS)
        cursor.execute(
            _statement(of_some=contact_ids is not None),
            {
                "ids": list(contact_ids) if contact_ids is not None else None,
                "since": since,
                "since_day": timezone.localdate(since),
                "many": settings.TIE_MANY,
                "breaches": list(GoodwillEntry.BREACHES),
            },
        )
        return int(cursor.rowcount)


def _statement(*, of_some: bool) -> str:
    """Nothing in it comes from outside: all values are parameters."""
    some = "AND contact_id = ANY(%(ids)s)" if of_some else ""
    return f"""
WITH talks AS (
    SELECT contact_id, count(*) AS n FROM relationships_interaction
    WHERE happened_at >= %(since)s AND NOT is_automated AND channel <> 'note'
        AND direction IN ('inbound', 'two_way') {some}
    GROUP BY contact_id
), given AS (
    SELECT contact_id, sum(value) AS n FROM relationships_goodwillentry
    WHERE happened_on >= %(since_day)s AND NOT kind = ANY(%(breaches)s) {some}
    GROUP BY contact_id
), fresh AS (
    SELECT id, 1 + (coalesce(talks.n, 0) >= 1)::int + (coalesce(talks.n, 0) >= %(many)s)::int
        + (coalesce(given.n, 0) >= 1)::int + (coalesce(given.n, 0) >= %(many)s)::int AS value
    FROM relationships_relationship
        LEFT JOIN talks USING (contact_id) LEFT JOIN given USING (contact_id)
    WHERE ended_on IS NULL {some}
)
UPDATE relationships_relationship AS row SET tie_value = fresh.value
FROM fresh WHERE fresh.id = row.id AND row.tie_value <> fresh.value
"""  # noqa: S608 -- no value is put in by hand
