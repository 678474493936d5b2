"""Queries whose SQL is made once, for pages that ask a dozen of them.

Django makes the SQL of a queryset anew each time it is asked, which takes longer than PostgreSQL
takes to answer when the answer is a few rows. Here a queryset is written as always, with ``Given``
where a value belongs; it is turned into SQL when it is first asked, and from then on only the
values differ. Nothing else of it may: no clock, no reader, no condition that comes and goes. A list
goes in by ``pk__any=Given("ids")`` (``core.lookups``).
"""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Expression, Model, QuerySet
from django.db.models.query import (
    FlatValuesListIterable,
    ModelIterable,
    ValuesListIterable,
    get_related_populators,
)
from django.db.models.sql.compiler import SQLCompiler

Found = TypeVar("Found")
Fetched = Sequence[Any]
Read = Callable[[Fetched], Any]


class Given(Expression):
    """Stands in a queryset for the value of that name."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, tuple[Any, ...]]:
        return "%s", (self,)


class Prepared(Generic[Found]):
    """``ask`` makes the queryset: of models, with what ``select_related`` brings, or of lists of
    values. ``TASKS(contact=contact.pk)`` answers its rows.
    """

    def __init__(self, ask: Callable[[], QuerySet[Any, Found]]) -> None:
        self._ask = ask

    def __call__(self, **given: object) -> list[Found]:
        made = self._made
        with connection.cursor() as cursor:
            cursor.execute(made.sql, made.filled(given))
            rows = cursor.fetchall()
        read = made.reader()
        return [read(row) for row in made.converted(rows)]

    @cached_property
    def _made(self) -> "_Made":
        return _Made(self._ask())


class _Made:
    """The SQL of a queryset, and how its rows become what was asked for."""

    def __init__(self, queryset: QuerySet[Any, Any]) -> None:
        compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        self.sql, self._params = compiler.as_sql()
        columns = [column for column, _sql, _alias in compiler.select]
        self._converters = list(compiler.get_converters(columns).items())
        self.reader = _reader(queryset, compiler)

    def filled(self, given: dict[str, object]) -> list[Any]:
        params: Sequence[object] = self._params
        return [given[one.name] if isinstance(one, Given) else one for one in params]

    def converted(self, rows: Sequence[Fetched]) -> Sequence[Fetched]:
        """What the database's driver leaves to the fields, such as JSON."""
        if not self._converters:
            return rows
        lists = [list(row) for row in rows]
        for place, (converters, column) in self._converters:
            for row in lists:
                for convert in converters:
                    row[place] = convert(row[place], column, connection)
        return lists


def _reader(queryset: QuerySet[Any, Any], compiler: SQLCompiler) -> Callable[[], Read]:
    """What makes the reader of one answer."""
    if issubclass(queryset._iterable_class, ModelIterable):
        return _model_reader(compiler)
    if issubclass(queryset._iterable_class, FlatValuesListIterable):
        return lambda: lambda row: row[0]
    if issubclass(queryset._iterable_class, ValuesListIterable):
        width = len(compiler.select)
        return lambda: lambda row: tuple(row[:width])
    raise TypeError("Only models and lists of values are prepared")


def _model_reader(compiler: SQLCompiler) -> Callable[[], Read]:
    """As ``ModelIterable`` does it, with what does not differ from row to row found before."""
    info, select = compiler.klass_info, compiler.select
    model: type[Model] = info["model"]
    begin, end = info["select_fields"][0], info["select_fields"][-1] + 1
    names = [column.target.attname for column, _sql, _alias in select[begin:end]]
    # The stubs are those of a later Django.
    populators = get_related_populators(info, select, DEFAULT_DB_ALIAS)  # type: ignore[call-arg]
    relations = list(zip(populators, info.get("related_klass_infos", []), strict=True))
    annotations = list((compiler.annotation_col_map or {}).items())

    def reader() -> Read:
        populates = [_populate(populator, relation) for populator, relation in relations]

        def read(row: Fetched) -> Model:
            found = model.from_db(DEFAULT_DB_ALIAS, names, row[begin:end])
            for populate in populates:
                populate(row, found)
            for name, place in annotations:
                setattr(found, name, row[place])
            return found

        return read

    return reader


def _populate(populator: Any, relation: dict[str, Any]) -> Callable[[Fetched, Model], None]:
    """Of rows with the same owner, one owner for all, as ``prefetch_related`` does it."""
    field = relation["field"]
    if relation["reverse"] or relation["from_parent"] or field.unique:
        populate: Callable[[Fetched, Model], None] = populator.populate
        return populate
    place = populator.cols_start + populator.pk_idx
    known: dict[object, Model | None] = {}

    def share(row: Fetched, found: Model) -> None:
        pk = row[place]
        if pk in known:
            populator.local_setter(found, known[pk])
        else:
            populator.populate(row, found)
            known[pk] = field.get_cached_value(found)

    return share
