"""Numbers and days of one's own get an index each, so that a range is found at any size.

Choices, yes and no are found through the one index over all values, words through the other;
neither knows an order. These indexes come and go with their fields, so no migration makes them: a
task compares what there is with what there should be.
"""

from django.db import connection
from django.db.backends.postgresql.psycopg_any import sql

from contacts.models import CustomField

PREFIX = "contact_custom_range_"
RANGED = (CustomField.Type.NUMBER, CustomField.Type.DATE)


def keep_indexes() -> list[str]:
    """Make what is missing, drop what nobody needs; answer the names that changed.

    Nobody waits meanwhile: PostgreSQL builds them beside the writing, which it does outside a
    transaction only.
    """
    wanted = {
        f"{PREFIX}{field.pk}": field.key
        for field in CustomField.objects.active().filter(type__in=RANGED)
    }
    held = _held()
    for name in sorted(held.keys() - wanted.keys()):
        _run(sql.SQL("DROP INDEX CONCURRENTLY IF EXISTS {}").format(sql.Identifier(name)))
    broken = [name for name, is_valid in held.items() if not is_valid and name in wanted]
    for name in broken:  # a build that was cut off leaves an index that is never used
        _run(sql.SQL("DROP INDEX CONCURRENTLY IF EXISTS {}").format(sql.Identifier(name)))
    missing = sorted(name for name in wanted if not held.get(name))
    for name in missing:
        _run(
            sql.SQL(
                "CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} "
                "ON contacts_contact ((custom_values -> {key})) WHERE custom_values ? {key}"
            ).format(name=sql.Identifier(name), key=sql.Literal(wanted[name]))
        )
    return [*sorted(held.keys() - wanted.keys()), *missing]


def _held() -> dict[str, bool]:
    """Those there are, and whether they are whole."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, indisvalid FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid "
            "WHERE indrelid = 'contacts_contact'::regclass AND relname LIKE %s",
            [PREFIX.replace("_", r"\_") + "%"],
        )
        return dict(cursor.fetchall())


def _run(statement: sql.Composed) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
