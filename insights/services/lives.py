"""Keeping what the pictures read of lives: of who is marked, every few seconds, and whole, every
night. Both by the same statements, and what comes out as it stands is not written.
"""

from collections.abc import Mapping
from typing import Any

from django.db import connection, transaction

from insights.lives import PLACES, STAYS, STEPS
from insights.models import Place, Stay, Step

AT_ONCE = 10_000
# One round at a time: two that met the same new move would both insert its stay.
LOCK = 7_204_531
MEMORY = "64MB"
_KEPT: tuple[tuple[type[Stay | Step | Place], str, tuple[str, ...]], ...] = (
    (Stay, STAYS, ("move_id",)),
    (Step, STEPS, ("relationship_id", "is_ending")),
    (Place, PLACES, ("contact_id",)),
)


_COUNT_PLACES = """
INSERT INTO insights_placecount (states, people)
SELECT states, count(*) FROM insights_place GROUP BY states"""


@transaction.atomic
def follow_marked(*, limit: int = AT_ONCE) -> int:
    """Answer up to ``limit`` marks; return how many there were.

    The marks are taken first: what the statements after it read is at least as new as they are.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(
            "DELETE FROM insights_lifemark WHERE id IN "
            "(SELECT id FROM insights_lifemark ORDER BY id LIMIT %s) RETURNING contact_id",
            [limit],
        )
        marked = [row[0] for row in cursor.fetchall()]
    if marked:
        _keep("contact_id = ANY(%(ids)s)", {"ids": sorted(set(marked))})
    return len(marked)


def recount(*, at_once: int = AT_ONCE) -> int:
    """Work out the lives of all, some thousand in a transaction; how many rows were not right.

    Who is marked is no fault, so the marks are answered first.
    """
    while follow_marked(limit=at_once) == at_once:
        continue
    return sum(_recount(low, low + at_once - 1) for low in range(1, _highest() + 1, at_once))


@transaction.atomic
def _recount(low: int, high: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    return _keep("contact_id BETWEEN %(low)s AND %(high)s", {"low": low, "high": high})


def _highest() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT greatest((SELECT max(contact_id) FROM relationships_relationship),"
            " (SELECT max(contact_id) FROM insights_stay),"
            " (SELECT max(contact_id) FROM insights_step),"
            " (SELECT max(contact_id) FROM insights_place))"
        )
        return cursor.fetchone()[0] or 0


def _keep(people: str, values: Mapping[str, Any]) -> int:
    """Bring the rows of these people up to date; how many were not."""
    changed = 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('work_mem', %s, true)", [MEMORY])
        for model, fresh, key in _KEPT:
            cursor.execute(_statement(model, fresh, key, people), values)
            rows = cursor.fetchone()[0]
            changed += rows
            if model is Place and rows:
                cursor.execute("DELETE FROM insights_placecount")
                cursor.execute(_COUNT_PLACES)
    return changed


def _statement(
    model: type[Stay | Step | Place], fresh: str, key: tuple[str, ...], people: str
) -> str:
    """Nothing in it comes from outside: names are those of the model, ``people`` is ours."""
    names = [field.attname for field in model._meta.concrete_fields if field.attname != "id"]
    quoted = {name: connection.ops.quote_name(name) for name in names}
    rest = [quoted[name] for name in names if name not in key]
    table = connection.ops.quote_name(model._meta.db_table)
    columns = ", ".join(quoted.values())
    same = " AND ".join(f"fresh.{name} = held.{name}" for name in key)
    held = ", ".join(f"held.{name}" for name in rest)
    given = ", ".join(f"excluded.{name}" for name in rest)
    sets = ", ".join(f"{name} = excluded.{name}" for name in rest)
    return f"""
WITH fresh AS MATERIALIZED ({fresh.format(people=people)}), gone AS (
    DELETE FROM {table} AS held
    WHERE held.{people} AND NOT EXISTS (SELECT FROM fresh WHERE {same}) RETURNING 1
), written AS (
    INSERT INTO {table} AS held ({columns}) SELECT {columns} FROM fresh
    ON CONFLICT ({", ".join(key)}) DO UPDATE SET {sets} WHERE ({held}) IS DISTINCT FROM ({given})
    RETURNING 1
)
SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM written)
"""  # noqa: S608
