"""Writing thousands of rows at once: ``COPY`` for new ones, one joined ``UPDATE`` for others.

Django's ``bulk_create`` and ``bulk_update`` build an expression per value; in an import of a
hundred thousand people that is most of the time. What goes through here skips ``save``, so
the caller has filled in all that ``save`` would have.
"""

import io
import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import connection, models
from django.utils import timezone
from psycopg2.extras import execute_values

from core.models.base import uuid7

M = TypeVar("M", bound=models.Model)

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def next_ids(model: type[models.Model], count: int) -> list[int]:
    """Draw ``count`` primary keys, so that rows that point at each other can be made together."""
    if not count:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [row[0] for row in cursor.fetchall()]


def copy_in(objects: Sequence[M]) -> list[M]:
    """Insert ``objects``, all of one model, by ``COPY``; those without a primary key are given one.

    Constraints hold as for any insert: one row that breaks one undoes them all.
    """
    if not objects:
        return []
    model = type(objects[0])
    _prepare(objects, model)
    fields = [
        field
        for field in model._meta.local_concrete_fields
        if field.db_default is models.NOT_PROVIDED
    ]
    names = [field.attname for field in fields]
    buffer = io.StringIO()
    for one in objects:
        values = one.__dict__
        buffer.write("\t".join([_text(values[name]) for name in names]) + "\n")
    buffer.seek(0)
    columns = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor, connection.wrap_database_errors:
        cursor.cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN", buffer)
    for one in objects:
        one._state.adding = False
    return list(objects)


def update_all(objects: Sequence[M], fields: Sequence[str]) -> None:
    """Write ``fields`` of ``objects``, all of one model, in one statement each thousand rows.

    ``updated_at`` is written as well where the model has one.
    """
    if not objects:
        return
    model = type(objects[0])
    chosen = [model._meta.get_field(name) for name in fields]
    moved = {
        field.name
        for field in model._meta.local_concrete_fields
        if getattr(field, "auto_now", False)
    }
    now = timezone.now()
    quote = connection.ops.quote_name
    columns = [(field.column, field.db_type(connection)) for field in chosen]
    sets = [f"{quote(column)} = v.{quote(column)}" for column, _ in columns]
    sets += [f"{quote(name)} = %s" for name in moved]
    template = "(%s, " + ", ".join(f"%s::{kind}" for _, kind in columns) + ")"
    rows = [(one.pk, *(_plain(getattr(one, field.attname)) for field in chosen)) for one in objects]
    named = ", ".join(["id", *(quote(column) for column, _ in columns)])
    with connection.cursor() as cursor, connection.wrap_database_errors:
        statement = cursor.cursor.mogrify(
            f"UPDATE {quote(model._meta.db_table)} AS t SET {', '.join(sets)} ",  # noqa: S608
            [now] * len(moved),
        ).decode()
        execute_values(
            cursor.cursor,
            statement.replace("%", "%%") + f"FROM (VALUES %s) AS v({named}) WHERE t.id = v.id",
            rows,
            template=template,
            page_size=1000,
        )


def _prepare(objects: Sequence[models.Model], model: type[models.Model]) -> None:
    """What ``save`` would fill in: keys, names and moments."""
    missing = [one for one in objects if one.pk is None]
    for one, pk in zip(missing, next_ids(model, len(missing)), strict=True):
        one.pk = pk
    now = timezone.now()
    stamps = [
        field.attname
        for field in model._meta.local_concrete_fields
        if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
    ]
    for one in objects:
        for name in stamps:
            setattr(one, name, now)
        if getattr(one, "uid", "") is None:
            one.uid = uuid7()  # type: ignore[attr-defined]


def _text(value: Any) -> str:
    """One value as ``COPY`` reads it."""
    if value is None:
        return r"\N"
    if isinstance(value, str):
        return value.translate(_ESCAPES)
    if value is True or value is False:
        return "t" if value else "f"
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False).translate(_ESCAPES)
    return str(value)


def _plain(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value
