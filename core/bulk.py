"""Writing thousands of rows at once: ``COPY`` for new ones, one joined ``UPDATE`` for others.

Django's ``bulk_create`` and ``bulk_update`` build an expression per value; in an import of a
hundred thousand people that is most of the time. What goes through here skips ``save``, so
the caller has filled in all that ``save`` would have.
"""

import io
import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import connection, models
from django.utils import timezone
from psycopg2.extras import execute_values

from core.models.base import uuid7

M = TypeVar("M", bound=models.Model)

# From here on ``COPY`` costs less than what it takes to begin with it.
MANY = 100

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


def insert(objects: Iterable[M], *, skips_conflicts: bool = False) -> list[M]:
    """Insert ``objects``, all of one model: a few as Django does, many by ``COPY``.

    ``skips_conflicts``: what a unique constraint will not have again is left out silently.
    """
    rows = list(objects)
    if len(rows) >= MANY:
        return copy_in(rows, skips_conflicts=skips_conflicts)
    if not rows:
        return []
    return type(rows[0])._default_manager.bulk_create(rows, ignore_conflicts=skips_conflicts)


def copy_in(objects: Sequence[M], *, skips_conflicts: bool = False) -> list[M]:
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
    quote = connection.ops.quote_name
    columns = ", ".join(quote(_column(field)) for field in fields)
    _copy(buffer, model._meta.db_table, columns, skips_conflicts=skips_conflicts)
    for one in objects:
        one._state.adding = False
    return list(objects)


def _copy(buffer: io.StringIO, table: str, columns: str, *, skips_conflicts: bool) -> None:
    """``COPY`` knows no conflicts, so what may have some goes by a table of this transaction."""
    target, staged = connection.ops.quote_name(table), connection.ops.quote_name(f"staged_{table}")
    with connection.cursor() as cursor, connection.wrap_database_errors:
        if not skips_conflicts:
            cursor.cursor.copy_expert(f"COPY {target} ({columns}) FROM STDIN", buffer)
            return
        cursor.execute(
            f"CREATE TEMPORARY TABLE IF NOT EXISTS {staged} (LIKE {target}) ON COMMIT DROP"
        )
        cursor.cursor.copy_expert(f"COPY {staged} ({columns}) FROM STDIN", buffer)
        cursor.execute(
            f"INSERT INTO {target} ({columns}) SELECT {columns} FROM {staged} "  # noqa: S608
            "ON CONFLICT DO NOTHING"
        )
        cursor.execute(f"TRUNCATE {staged}")


def update_all(objects: Sequence[M], fields: Sequence[str]) -> None:
    """Write ``fields`` of ``objects``, all of one model, in one statement each thousand rows.

    ``updated_at`` is written as well where the model has one.
    """
    if not objects:
        return
    model = type(objects[0])
    chosen = [_field(model, name) for name in fields]
    moved = {
        field.name
        for field in model._meta.local_concrete_fields
        if getattr(field, "auto_now", False)
    }
    now = timezone.now()
    quote = connection.ops.quote_name
    columns = [(_column(field), field.db_type(connection)) for field in chosen]
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


def _field(model: type[models.Model], name: str) -> "models.Field[Any, Any]":
    field = model._meta.get_field(name)
    if not isinstance(field, models.Field):
        raise TypeError(f"{name} is no column of {model._meta.label}")
    return field


def _column(field: "models.Field[Any, Any]") -> str:
    return field.column or field.attname


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
