"""Numbers and days of one's own get an index each, so that a range is found at any size, and a page
of the list in their order.

Choices, yes and no are found through the one index over all values, words through the other;
neither knows an order. These indexes come and go with their fields, so no migration makes them: a
task compares what there is with what there should be.
"""

from typing import Any

from django.db import connection
from django.db.backends.postgresql.psycopg_any import sql

from contacts.models import CustomField

PREFIX = "contact_custom_range_"
# What is in them, so that those of another shape are made anew.
SHAPE = "by_id"
RANGED = (CustomField.Type.NUMBER, CustomField.Type.DATE)


def keep_indexes() -> list[str]:
    """Make what is missing, drop what nobody needs; answer the names that changed.

    Nobody waits meanwhile: PostgreSQL builds them beside the writing, which it does outside a
    transaction only. Each comes with statistics: without these the planner takes any range for a
    third of all people, and walks the list by name to find eleven of a million.
    """
    wanted = {
        f"{PREFIX}{field.pk}_{SHAPE}": field
        for field in CustomField.objects.active().filter(type__in=RANGED)
    }
    held = _held()
    gone = sorted(held.keys() - wanted.keys())
    # A build that was cut off leaves an index that is never used.
    broken = sorted(name for name in wanted if held.get(name) is False)
    missing = sorted(name for name in wanted if not held.get(name))
    for name in (*gone, *broken):
        _drop(name)
    for name in missing:
        _make(name, wanted[name])
    if missing:
        _run(sql.SQL("ANALYZE contacts_contact"))
    return [*gone, *missing]


def _make(name: str, field: CustomField) -> None:
    parts = {
        "name": sql.Identifier(name),
        "statistics": sql.Identifier(f"{name}_statistics"),
        "key": sql.Literal(field.key),
        "value": sql.SQL(_VALUES[field.type]).format(key=sql.Literal(field.key)),
    }
    _run(
        sql.SQL(
            "CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} "
            "ON contacts_contact ({value}, id) WHERE custom_values ? {key}"
        ).format(**parts)
    )
    _run(
        sql.SQL(
            "CREATE STATISTICS IF NOT EXISTS {statistics} ON {value} FROM contacts_contact"
        ).format(**parts)
    )


def _drop(name: str) -> None:
    _run(sql.SQL("DROP INDEX CONCURRENTLY IF EXISTS {}").format(sql.Identifier(name)))
    statistics = sql.Identifier(f"{name}_statistics")
    _run(sql.SQL("DROP STATISTICS IF EXISTS {}").format(statistics))


# As ``contacts.custom_columns`` asks for them: only the same words find the index.
_VALUES: dict[str, str] = {
    CustomField.Type.NUMBER: "(CASE WHEN jsonb_typeof(custom_values -> {key}) = 'number' "
    "THEN (custom_values -> {key})::numeric END)",
    CustomField.Type.DATE: "(custom_values ->> {key})",
}


def _held() -> dict[str, bool]:
    """Those there are, and whether they are whole."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, indisvalid FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid "
            "WHERE indrelid = 'contacts_contact'::regclass AND relname LIKE %s",
            [PREFIX.replace("_", r"\_") + "%"],
        )
        return dict(cursor.fetchall())


def _run(statement: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
