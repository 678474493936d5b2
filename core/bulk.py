"""Writing thousands of rows at once: ``COPY`` for new ones, one joined ``UPDATE`` for others.

Django's ``bulk_create`` and ``bulk_update`` build an expression per value; in an import of a
hundred thousand people that is most of the time. What goes through here skips ``save``, so
the caller has filled in all that ``save`` would have.
"""

import io
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import repeat
from typing import Any, TypeVar
from uuid import UUID

import orjson
import uuid_utils
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from core.models.base import uuid7

M = TypeVar("M", bound=models.Model)

# From here on ``COPY`` costs less than what it takes to begin with it.
MANY = 100

# Characters handed over at a time: for each, Python has to be free for a moment.
_AT_ONCE = 1_000_000

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_NULL = r"\N"
_must_escape = re.compile(r"[\\\t\n\r]").search


def like(template: M, **values: Any) -> M:
    """An unsaved row like ``template`` but for ``values``, which name columns (``contact_id``).

    A tenth of what it costs to make a model's object by its class: for tens of thousands. A
    value that can be changed in place, such as a dict, belongs among ``values``.
    """
    one = object.__new__(type(template))
    one.__dict__ = {**template.__dict__, **values, "_state": models.base.ModelState()}
    if "uid" in one.__dict__:
        one.__dict__["uid"] = uuid7()
    return one


def next_ids(model: type[models.Model], count: int) -> list[int]:
    """Draw ``count`` primary keys, so that rows that point at each other can be made together."""
    if not count:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH drawn AS MATERIALIZED (SELECT pg_get_serial_sequence(%s, 'id')::regclass AS name)"
            " SELECT array_agg(nextval(drawn.name)) FROM drawn, generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return list(cursor.fetchone()[0])


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
        if field.db_default is models.NOT_PROVIDED or field.has_default()
    ]
    held = [one.__dict__ for one in objects]
    columns = [(field, [values[field.attname] for values in held]) for field in fields]
    _copy(model, columns, skips_conflicts=skips_conflicts)
    for one in objects:
        one._state.adding = False
    return list(objects)


def copy_rows(
    model: type[models.Model],
    names: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    ids: Sequence[int] | None = None,
    skips_conflicts: bool = False,
) -> None:
    """As ``copy_in``, without an object for each: ``rows`` are values for the columns ``names``.

    The other columns get their default, a name of their own or the present moment. ``ids`` are
    the primary keys; without them the database draws them.
    """
    if not rows:
        return
    given: dict[str, Sequence[Any]] = dict(zip(names, zip(*rows, strict=True), strict=True))
    if ids is not None:
        given[model._meta.pk.attname] = ids
    fields = [
        field
        for field in model._meta.local_concrete_fields
        if field.attname in given
        or not (field.primary_key or field.db_default is not models.NOT_PROVIDED)
    ]
    now = timezone.now()
    columns = [
        (field, given.get(field.attname) or _filled_in(field, len(rows), now)) for field in fields
    ]
    _copy(model, columns, skips_conflicts=skips_conflicts)


def _filled_in(field: "models.Field[Any, Any]", count: int, now: datetime) -> Sequence[Any]:
    """What the rows hold in a column that nobody named."""
    if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
        return [now] * count
    if field.default is uuid7:
        return [str(uuid_utils.uuid7()) for _ in range(count)]
    return [field.get_default()] * count


def _copy(
    model: type[models.Model],
    columns: Sequence[tuple["models.Field[Any, Any]", Sequence[Any]]],
    *,
    skips_conflicts: bool,
) -> None:
    """``COPY`` knows no conflicts. There hardly ever are any, so it is tried first; what had some
    goes by a table of this transaction."""
    names = ", ".join(connection.ops.quote_name(_column(field)) for field, _values in columns)
    text = _lines([values for _field, values in columns])
    target = connection.ops.quote_name(model._meta.db_table)
    if not skips_conflicts:
        _stream(f"COPY {target} ({names}) FROM STDIN", text)
        return
    try:
        with transaction.atomic():
            _stream(f"COPY {target} ({names}) FROM STDIN", text)
    except IntegrityError:
        with connection.cursor() as cursor:
            cursor.execute(
                f"CREATE TEMPORARY TABLE staged_rows AS SELECT {names} FROM {target} WITH NO DATA"  # noqa: S608
            )
            _stream(f"COPY staged_rows ({names}) FROM STDIN", text)
            cursor.execute(
                f"INSERT INTO {target} ({names}) SELECT {names} FROM staged_rows "  # noqa: S608
                "ON CONFLICT DO NOTHING"
            )
            cursor.execute("DROP TABLE staged_rows")


def _stream(statement: str, text: str) -> None:
    with connection.cursor() as cursor, connection.wrap_database_errors:
        cursor.cursor.copy_expert(statement, io.StringIO(text), size=_AT_ONCE)


def update_all(objects: Sequence[M], fields: Sequence[str]) -> None:
    """Write ``fields`` of ``objects``, all of one model, in one statement.

    ``updated_at`` is written as well where the model has one.
    """
    if not objects:
        return
    chosen = [_field(type(objects[0]), name) for name in fields]
    held = [one.__dict__ for one in objects]
    columns = [[values[field.attname] for values in held] for field in chosen]
    update_rows(type(objects[0]), fields, [one.pk for one in objects], columns)


def update_rows(
    model: type[models.Model],
    fields: Sequence[str],
    ids: Sequence[int],
    columns: Sequence[Sequence[Any]],
) -> None:
    """As ``update_all``, without objects: the values of each field, in the order of ``ids``.

    They travel as one JSON text, so that nothing is quoted value by value.
    """
    if not ids:
        return
    chosen = [_field(model, name) for name in fields]
    quote = connection.ops.quote_name
    places = [f"c{place}" for place in range(len(chosen))]
    typed = [
        f"{place} {field.db_type(connection)}" for place, field in zip(places, chosen, strict=True)
    ]
    sets = [
        f"{quote(_column(field))} = v.{place}" for place, field in zip(places, chosen, strict=True)
    ]
    moved = [
        f"{quote(_column(field))} = %s"
        for field in model._meta.local_concrete_fields
        if getattr(field, "auto_now", False) and field not in chosen
    ]
    names = ["id", *places]
    rows = [dict(zip(names, row, strict=True)) for row in zip(ids, *columns, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {quote(model._meta.db_table)} AS t SET {', '.join(sets + moved)} "  # noqa: S608
            f"FROM json_to_recordset(%s) AS v(id bigint, {', '.join(typed)}) WHERE t.id = v.id",
            [*[timezone.now()] * len(moved), _as_json(rows)],
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


def _lines(columns: Sequence[Sequence[Any]]) -> str:
    """Rows as ``COPY`` reads them. Column by column, since one column is mostly of one type."""
    rendered = [_rendered(values) for values in columns]
    return "\n".join(map("\t".join, zip(*rendered, strict=True))) + "\n"


def _rendered(values: Sequence[Any]) -> Iterable[str]:
    kinds = set(map(type, values))
    if len(kinds) == 1:
        if values.count(values[0]) == len(values):
            return repeat(_text(values[0]), len(values))
        (kind,) = kinds
        if kind is str:
            return values if not _must_escape("".join(values)) else list(map(_escaped, values))
        if kind is int:
            return list(map(str, values))
        if kind is datetime or kind is date:
            return [value.isoformat() for value in values]
        if kind is dict:
            return [_as_json(value).replace("\\", "\\\\") for value in values]
    return [_text(value) for value in values]


def _text(value: Any) -> str:
    """One value as ``COPY`` reads it."""
    if value is None:
        return _NULL
    if isinstance(value, str):
        return _escaped(value)
    if value is True or value is False:
        return "t" if value else "f"
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, dict | list | tuple):
        return _as_json(value).replace("\\", "\\\\")
    if isinstance(value, UUID):
        return f"{value.int:032x}"
    return str(value)


def _escaped(text: str) -> str:
    return text.translate(_ESCAPES) if _must_escape(text) else text


def _as_json(value: Any) -> str:
    """Control signs, a tab among them, are written out by JSON itself."""
    return orjson.dumps(value, default=_as_plain, option=orjson.OPT_NON_STR_KEYS).decode()


def _as_plain(value: Any) -> list[Any] | str:
    """What JSON knows nothing of: a named tuple, and what goes as text (``Decimal``)."""
    return list(value) if isinstance(value, tuple) else str(value)
