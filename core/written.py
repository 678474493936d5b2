"""Queries whose SQL is written once.

Django writes the SQL of a query anew each time. For one that finds a handful of rows by an index
that takes several times longer than finding them, and a page asks a dozen. One that always has
the same shape is written the first time it is asked here, and filled in from then on. Lists of
numbers go in by ``__any``: ``__in`` would write each of them.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, Generic, NamedTuple, TypeVar

from django.db import connection, models

Row = TypeVar("Row")

# Stand where the values will: such as no query of ours asks for.
_LAST_NUMBER = -(2**31)
_FIRST_YEAR = 1


class _Text(NamedTuple):
    """``places``: where in ``params`` each value goes; a value may go to several."""

    sql: str
    params: tuple[Any, ...]
    places: tuple[tuple[int, int], ...]
    converters: Any
    apply_converters: Callable[..., Any]
    make_row: Callable[[Sequence[Any]], Any]


class Written(Generic[Row]):
    """``make`` gives the query for values of one type each: a number, a moment, a list of numbers,
    or None, which has a text of its own. It must do nothing with a value but put it into the
    query: it is called with others in their place, and only the first time.

    Rows come as the query would give them: as models, or as tuples of ``values_list``.
    """

    def __init__(self, make: Callable[..., models.QuerySet[Any, Any]]) -> None:
        self._make = make
        self._texts: dict[tuple[bool, ...], _Text] = {}

    def __call__(self, *values: Any) -> list[Row]:
        shape = tuple(value is None for value in values)
        text = self._texts.get(shape)
        if text is None:
            text = self._texts[shape] = _write(self._make, values)
        params = list(text.params)
        for place, at in text.places:
            params[place] = values[at]
        with connection.cursor() as cursor:
            cursor.execute(text.sql, params)
            rows = cursor.fetchall()
        if text.converters:
            rows = text.apply_converters(rows, text.converters)
        return [text.make_row(row) for row in rows]


def _write(make: Callable[..., models.QuerySet[Any, Any]], values: Sequence[Any]) -> _Text:
    holes = [_hole(value, at) for at, value in enumerate(values)]
    found = make(*holes)
    compiler = found.query.get_compiler(connection=connection)
    sql, params = compiler.as_sql()
    places = tuple(
        (place, at)
        for place, param in enumerate(params)
        for at, hole in enumerate(holes)
        if hole is not None and param == hole
    )
    if {at for _place, at in places} != {at for at, hole in enumerate(holes) if hole is not None}:
        raise ValueError(f"a value does not come back in {sql}")
    return _Text(
        sql=sql,
        params=tuple(params),
        places=places,
        converters=compiler.get_converters([column for column, *_ in compiler.select]),
        apply_converters=compiler.apply_converters,
        make_row=_row_maker(found),
    )


def _hole(value: Any, at: int) -> Any:
    if value is None:
        return None
    if isinstance(value, datetime):
        return datetime(_FIRST_YEAR + at, 1, 1, tzinfo=UTC)
    number = _LAST_NUMBER + at
    return [number] if isinstance(value, list | tuple) else number


def _row_maker(found: models.QuerySet[Any, Any]) -> Callable[[Sequence[Any]], Any]:
    if found._fields is not None:  # type: ignore[attr-defined]  # what values_list was asked for
        return tuple
    names = [field.attname for field in found.model._meta.concrete_fields]
    return partial(found.model.from_db, connection.alias, names)
