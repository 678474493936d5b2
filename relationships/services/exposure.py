"""Who hangs on one of us, and where people stand between the two sides: worked out every night, in
sets. What stays the same is not written.
"""

from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from relationships.exposure import TALKS, since
from relationships.sides_sql import PLACES, about

# One round at a time: two would both insert.
LOCK = 7_204_522
MEMORY = "128MB"
_FRESH = f"""
CREATE TEMPORARY TABLE fresh_exposure ON COMMIT DROP AS
WITH known AS (
    SELECT contact_id, count(*) AS bus
    FROM (SELECT contact_id, author_id FROM ({TALKS}) talks
        GROUP BY contact_id, author_id HAVING bool_or(direction = 'two_way')
            OR (bool_or(direction = 'inbound') AND bool_or(direction = 'outbound'))) bonds
    GROUP BY contact_id
), valued AS (
    SELECT r.contact_id
    FROM relationships_relationship r JOIN relationships_stage s ON s.id = r.stage_id
    WHERE r.ended_on IS NULL
        AND coalesce(r.cadence_days, r.segment_days, s.cadence_days) IS NOT NULL
    GROUP BY r.contact_id
)
SELECT c.id AS contact_id, c.unit_id, coalesce(known.bus, 0)::smallint AS bus
FROM valued JOIN contacts_contact c ON c.id = valued.contact_id
LEFT JOIN known ON known.contact_id = c.id
WHERE c.archived_at IS NULL AND c.erased_at IS NULL AND c.merged_into_id IS NULL
"""  # noqa: S608 -- no value is put in by hand
_GONE = """
DELETE FROM relationships_exposed held WHERE NOT EXISTS (SELECT FROM fresh_exposure fresh
    WHERE fresh.contact_id = held.contact_id AND fresh.bus <= 1)"""
_NEW = """
INSERT INTO relationships_exposed AS held (contact_id, bus)
SELECT contact_id, bus FROM fresh_exposure WHERE bus <= 1
ON CONFLICT (contact_id) DO UPDATE SET bus = excluded.bus WHERE held.bus <> excluded.bus"""
_UNITS = """
INSERT INTO relationships_unitexposure (unit_id, n, nobody, one, computed_at)
SELECT unit_id, count(*), count(*) FILTER (WHERE bus = 0), count(*) FILTER (WHERE bus = 1), %s
FROM fresh_exposure GROUP BY unit_id"""


@transaction.atomic
def refresh_exposure(*, now: datetime) -> None:
    steps: list[tuple[str, list[Any]]] = [
        ("SELECT pg_advisory_xact_lock(%s)", [LOCK]),
        ("SELECT set_config('work_mem', %s, true)", [MEMORY]),
        ("DROP TABLE IF EXISTS pg_temp.fresh_exposure", []),
        (_FRESH, [since(now)]),
        ("ANALYZE fresh_exposure", []),
        (_GONE, []),
        (_NEW, []),
        ("DELETE FROM relationships_unitexposure", []),
        (_UNITS, [now]),
    ]
    with connection.cursor() as cursor:
        for statement, values in steps:
            cursor.execute(statement, values)


@transaction.atomic
def refresh_sides(*, now: datetime) -> None:
    """Where everybody stands between the two sides of their relationship."""
    people = "SELECT id FROM contacts_contact WHERE erased_at IS NULL AND merged_into_id IS NULL"
    fresh, values = about((people, []), timezone.localdate(now), f"SELECT * FROM ({PLACES}) places")  # noqa: S608
    steps: list[tuple[str, list[Any]]] = [
        ("SELECT pg_advisory_xact_lock(%s)", [LOCK + 1]),
        ("SELECT set_config('work_mem', %s, true)", [MEMORY]),
        ("DROP TABLE IF EXISTS pg_temp.fresh_sides", []),
        (f"CREATE TEMPORARY TABLE fresh_sides ON COMMIT DROP AS {fresh}", values),
        ("ANALYZE fresh_sides", []),
        (
            "DELETE FROM relationships_sidesplace held WHERE NOT EXISTS "
            "(SELECT FROM fresh_sides fresh WHERE fresh.contact_id = held.contact_id)",
            [],
        ),
        (
            "INSERT INTO relationships_sidesplace AS held (contact_id, code) "
            "SELECT contact_id, code FROM fresh_sides ON CONFLICT (contact_id) "
            "DO UPDATE SET code = excluded.code WHERE held.code <> excluded.code",
            [],
        ),
    ]
    with connection.cursor() as cursor:
        for statement, given in steps:
            cursor.execute(statement, given)
