"""Making two rows one, and two again: the engine, and the registry of how clashes are resolved.

Foreign keys are found through ``_meta.related_objects``, so no table is forgotten. A table in
which both rows may have something that only one may have (a uniqueness that names the foreign
key) needs a resolver, registered by its app in ``apps.ready()``; without one, merging fails
loudly, and a test sees it first.

What is done is kept in a journal: per step, the columns as they were and as they became, in
PostgreSQL's own JSON, so that undoing restores every byte. A column that was changed since by
somebody else is left as they made it.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, models, transaction
from django.db.backends.postgresql.psycopg_any import sql
from django.db.models import CASCADE, SET_NULL, ProtectedError
from django.db.models.fields.reverse_related import ForeignObjectRel

Step = dict[str, Any]


@dataclass
class Journal:
    """The steps of one merge, in order, fit for a JSON column."""

    steps: list[Step] = field(default_factory=list)

    def change(self, rows: models.QuerySet[Any], **values: Any) -> int:
        """Give ``rows`` other values, and remember theirs. Return how many there were."""
        model = rows.model
        pks = list(rows.values_list("pk", flat=True))
        if not pks:
            return 0
        columns = _columns(model, {"pk", *values})
        before = _snapshot(model, pks, columns)
        model._base_manager.filter(pk__in=pks).update(**values)
        after = _snapshot(model, pks, columns)
        self.steps.append(_step("change", model, before=before, after=after))
        return len(pks)

    def take_out(self, rows: models.QuerySet[Any]) -> int:
        """Delete ``rows``, and whatever would go with them, and remember them whole."""
        model = rows.model
        pks = list(rows.values_list("pk", flat=True))
        if not pks:
            return 0
        for relation in _relations(model):
            dependents = relation.related_model._base_manager.filter(
                **{f"{relation.field.name}__in": pks}
            )
            if relation.on_delete is CASCADE:
                self.take_out(dependents)
            elif relation.on_delete is SET_NULL:
                self.change(dependents, **{relation.field.name: None})
            elif dependents.exists():
                raise ProtectedError(f"{model._meta.label} is still in use", set(dependents))
        before = _snapshot(model, pks, _columns(model))
        self.steps.append(_step("take_out", model, before=before))
        doomed = model._base_manager.filter(pk__in=pks)
        doomed._raw_delete(using=doomed.db)
        return len(pks)

    def add(self, row: models.Model) -> None:
        """Remember a row that the merge itself wrote: undoing takes it away."""
        self.steps.append(_step("add", type(row), pks=[row.pk]))

    @contextmanager
    def watching(self, rows: models.QuerySet[Any]) -> Iterator[None]:
        """Remember whatever is changed in these rows meanwhile, by whatever means."""
        model = rows.model
        pks = list(rows.values_list("pk", flat=True))
        before = _snapshot(model, pks, _columns(model))
        yield
        after = _snapshot(model, pks, _columns(model))
        if after != before:
            self.steps.append(_step("change", model, before=before, after=after))

    def ids_changed(self, model: type[models.Model], column: str, was: Any) -> list[Any]:
        """The keys of rows of ``model`` whose ``column`` was ``was`` before a step changed it."""
        pk = model._meta.pk.column
        return [
            row[pk]
            for step in self.steps
            if step["act"] == "change" and step["model"] == model._meta.label
            for row in json.loads(step["before"])
            if row.get(column) == was
        ]

    @transaction.atomic
    def undo(self) -> None:
        """Walk back, the last step first. An ``IntegrityError`` means that the rows now clash."""
        for step in reversed(self.steps):
            _UNDO[step["act"]](apps.get_model(step["model"]), step)


@dataclass(frozen=True)
class Clash:
    """What a resolver is given: the rows of ``model`` that hang on each of the two."""

    journal: Journal
    survivors: models.QuerySet[Any]
    duplicates: models.QuerySet[Any]
    survivor_id: int
    duplicate_id: int


Resolver = Callable[[Clash], None]
Afterwards = Callable[[Journal, models.Model], None]

_resolvers: dict[tuple[type[models.Model], str], Resolver] = {}
_afterwards: list[Afterwards] = []
_derived: set[type[models.Model]] = set()
_staying: set[tuple[type[models.Model], str]] = set()


def register_resolver(
    model: type[models.Model], resolver: Resolver, *, field_name: str = "contact"
) -> None:
    """Before the duplicate's rows of ``model`` change hands, ``resolver`` makes that possible:
    through ``clash.journal`` it takes rows out, or changes them, until none clash.
    """
    _resolvers[model, field_name] = resolver


def register_afterwards(work: Afterwards) -> None:
    """``work(journal, survivor)`` brings up to date what is derived from the rows that moved."""
    _afterwards.append(work)


def register_staying(model: type[models.Model], field_name: str) -> None:
    """Rows that go on naming whom they named: the records of merges themselves."""
    _staying.add((model, field_name))


def register_derived(model: type[models.Model]) -> None:
    """A table that is worked out from others: nobody needs to be told that its rows follow."""
    _derived.add(model)


def merge_references(survivor: models.Model, duplicate: models.Model) -> Journal:
    """Hand every row that refers to ``duplicate`` to ``survivor``. Call it in a transaction."""
    journal = Journal()
    for relation in _relations(type(survivor)):
        model, name = relation.related_model, relation.field.name
        if (model, name) in _staying:
            continue
        rows = model._base_manager.all()
        clash = Clash(
            journal,
            rows.filter(**{name: survivor.pk}),
            rows.filter(**{name: duplicate.pk}),
            survivor_id=survivor.pk,
            duplicate_id=duplicate.pk,
        )
        _resolver_of(relation)(clash)
        journal.change(rows.filter(**{name: duplicate.pk}), **{name: survivor.pk})
    for work in _afterwards:
        work(journal, survivor)
    return journal


def followers(row: models.Model) -> list[tuple[type[models.Model], int]]:
    """How many rows of each table would change hands if ``row`` were merged away."""
    found: dict[type[models.Model], int] = {}
    for relation in _relations(type(row)):
        model, name = relation.related_model, relation.field.name
        if (model, name) in _staying or model in _derived:
            continue
        number = model._base_manager.filter(**{name: row.pk}).count()
        if number:
            found[model] = found.get(model, 0) + number
    return list(found.items())


def faults(model: type[models.Model]) -> list[str]:
    """The tables that could not follow a merge of ``model``: each lacks a resolver."""
    found = []
    for relation in _relations(model):
        try:
            _resolver_of(relation)
        except ImproperlyConfigured as error:
            found.append(str(error))
    return found


def _resolver_of(relation: ForeignObjectRel) -> Resolver:
    model, name = relation.related_model, relation.field.name
    if (model, name) in _staying:
        return _nothing
    if (model, name) in _resolvers:
        return _resolvers[model, name]
    if model._meta.auto_created:
        return _take_out_doubles(model, name)
    if _is_in_uniqueness(model, name):
        raise ImproperlyConfigured(f"{model._meta.label}.{name} may clash and has no resolver")
    return _nothing


def _nothing(clash: Clash) -> None:
    """Nothing can clash: the rows simply change hands."""


def _take_out_doubles(model: type[models.Model], name: str) -> Resolver:
    """Of a many-to-many table: what both have, one keeps."""
    other = next(
        found.name
        for found in model._meta.local_concrete_fields
        if found.is_relation and found.name != name
    )

    def resolve(clash: Clash) -> None:
        shared = list(clash.survivors.values_list(other, flat=True))
        clash.journal.take_out(clash.duplicates.filter(**{f"{other}__in": shared}))

    return resolve


def _is_in_uniqueness(model: type[models.Model], name: str) -> bool:
    if model._meta.get_field(name).unique:  # type: ignore[union-attr]
        return True
    if any(name in names for names in model._meta.unique_together):
        return True
    return any(
        name in {*constraint.fields, *_names_in(constraint.expressions)}
        for constraint in model._meta.constraints
        if isinstance(constraint, models.UniqueConstraint)
    )


def _names_in(expressions: Iterable[Any]) -> set[str]:
    names = {str(vars(one)["name"]) for one in expressions if isinstance(one, models.F)}
    for one in expressions:
        if hasattr(one, "get_source_expressions"):
            names |= _names_in(one.get_source_expressions())
    return names


def _relations(model: type[models.Model]) -> list[Any]:
    """Every foreign key to ``model``, also those without a name to come back by."""
    return [
        found
        for found in model._meta.get_fields(include_hidden=True)
        if isinstance(found, models.ManyToOneRel) and found.field.concrete
    ]


def _step(act: str, model: type[models.Model], **details: Any) -> Step:
    return {"act": act, "model": model._meta.label, **details}


def _columns(model: type[models.Model], names: Iterable[str] | None = None) -> list[str]:
    found = [known for known in model._meta.local_concrete_fields if not known.generated]
    if names is not None:
        wanted = {model._meta.pk.name if name == "pk" else name for name in names}
        found = [known for known in found if known.name in wanted]
    return [str(known.column) for known in found]


def _snapshot(model: type[models.Model], pks: list[Any], columns: list[str]) -> str:
    """The rows as a JSON array, made by PostgreSQL and kept as text: no number or moment is
    read and written again on the way.
    """
    query = sql.SQL(
        "SELECT coalesce(jsonb_agg(to_jsonb(kept) ORDER BY kept.{pk}), '[]')::text"
        " FROM (SELECT {columns} FROM {table} WHERE {pk} = ANY(%s)) AS kept"
    ).format(**_identifiers(model), columns=_list(columns))
    with connection.cursor() as cursor:
        cursor.execute(query, [pks])
        return str(cursor.fetchone()[0])


def _undo_change(model: type[models.Model], step: Step) -> None:
    pk = model._meta.pk.column
    for column in _columns_in(step["after"]):
        if column == pk:
            continue
        query = sql.SQL(
            "UPDATE {table} AS held SET {column} = was.{column}"
            " FROM jsonb_populate_recordset(NULL::{table}, %s) AS was"
            " JOIN jsonb_populate_recordset(NULL::{table}, %s) AS made USING ({pk})"
            " WHERE held.{pk} = was.{pk} AND held.{column} IS NOT DISTINCT FROM made.{column}"
        ).format(**_identifiers(model), column=sql.Identifier(column))
        with connection.cursor() as cursor:
            cursor.execute(query, [step["before"], step["after"]])


def _undo_take_out(model: type[models.Model], step: Step) -> None:
    query = sql.SQL(
        "INSERT INTO {table} ({columns})"
        " SELECT {columns} FROM jsonb_populate_recordset(NULL::{table}, %s)"
    ).format(**_identifiers(model), columns=_list(_columns_in(step["before"])))
    with connection.cursor() as cursor:
        cursor.execute(query, [step["before"]])


def _undo_add(model: type[models.Model], step: Step) -> None:
    model._base_manager.filter(pk__in=step["pks"]).delete()


_UNDO: dict[str, Callable[[type[models.Model], Step], None]] = {
    "change": _undo_change,
    "take_out": _undo_take_out,
    "add": _undo_add,
}


def _columns_in(snapshot: str) -> list[str]:
    return list(json.loads(snapshot)[0])


def _identifiers(model: type[models.Model]) -> dict[str, Any]:
    return {
        "table": sql.Identifier(model._meta.db_table),
        "pk": sql.Identifier(model._meta.pk.column),
    }


def _list(columns: list[str]) -> Any:
    return sql.SQL(", ").join(sql.Identifier(column) for column in columns)
