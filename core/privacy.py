"""The privacy registry: what every field of every table holds about people, and what becomes of it.

Each app's ``privacy.py`` registers its models, in ``apps.ready()``. Export and erasure walk the
registry, so what is not in it would be forgotten: a test fails for a model or a field that is
missing.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.functional import Promise


class Erasure(StrEnum):
    """What the erasure of a person does with a field of a row about them."""

    DELETE = "delete"
    ANONYMISE = "anonymise"
    KEEP = "keep"


@dataclass(frozen=True, kw_only=True)
class Personal:
    """A field that says something about a person.

    ``basis`` is the ground in law on which we hold it (a value of ``contacts.choices.Basis``).
    ``delete``: the row goes, so every personal field of its model must say so. ``anonymise``:
    the field becomes ``blank``, or what that gives if it can be called. ``keep``: it stays, because
    the ground outlives the request.
    ``in_export`` is False only for what repeats other fields (an index, a sort key).
    """

    basis: str
    erasure: str
    blank: Any = ""
    in_export: bool = True


NOT_PERSONAL = None

# Bookkeeping that every row has and that says nothing of anyone.
BOOKKEEPING = ("id", "uid", "created_at", "updated_at")


def neutral(*names: str) -> dict[str, None]:
    """Fields that say nothing about a person."""
    return dict.fromkeys(names, NOT_PERSONAL)


People = Sequence[models.Model]
Rows = models.QuerySet[Any]


@dataclass(frozen=True)
class Entry:
    """A registered model, and how its rows about a person are found."""

    model: type[models.Model]
    fields: Mapping[str, Personal | None]
    rows_about: Callable[[People], Rows]
    label: str | Promise

    @property
    def personal(self) -> dict[str, Personal]:
        return {name: field for name, field in self.fields.items() if field is not None}

    @property
    def is_deleted(self) -> bool:
        return any(field.erasure == Erasure.DELETE for field in self.personal.values())

    @property
    def blanks(self) -> dict[str, Any]:
        """What the anonymised fields become."""
        return {
            name: field.blank() if callable(field.blank) else field.blank
            for name, field in self.personal.items()
            if field.erasure == Erasure.ANONYMISE
        }


_entries: dict[type[models.Model], Entry] = {}


def register(
    model: type[models.Model],
    fields: Mapping[str, Personal | None],
    *,
    subjects: Iterable[str] = (),
    about: Callable[[People], Rows] | None = None,
    label: str | Promise = "",
) -> None:
    """Say of every field of ``model`` what it is: ``Personal(...)`` or ``NOT_PERSONAL``.

    ``subjects`` are the lookups that lead from a row to the contacts it is about, "contact" or
    "enrolment__contact"; a table whose personal fields are about others (colleagues, users) has
    none, and neither export nor erasure of a contact touches it. ``about`` finds the rows where
    no lookup does. ``label`` is what its rows are called on the page before an erasure; without
    one, what the model calls itself.
    """
    find = about or _by_lookups(model, tuple(subjects))
    called = label or model._meta.verbose_name_plural or model._meta.model_name or ""
    entry = Entry(model, {**_bookkeeping(model), **fields}, find, called)
    kinds = {Erasure(field.erasure) for field in entry.personal.values()}
    if Erasure.DELETE in kinds and len(kinds) > 1:
        raise ValueError(f"{model._meta.label}: a row that is deleted cannot keep a field")
    _entries[model] = entry


def entries() -> list[Entry]:
    """Every registered model; those that refer to others before those they refer to."""
    return list(reversed(_entries.values()))


def faults(app_labels: Iterable[str]) -> list[str]:
    """What the registry lacks or has too much, as ``app.Model.field``. Empty when it is whole."""
    found: list[str] = []
    labels = set(app_labels)
    for model in apps.get_models(include_auto_created=True):
        if model._meta.app_label not in labels or model._meta.proxy:
            continue
        entry = _entries.get(model)
        if entry is None:
            found.append(f"{model._meta.label} is not registered")
            continue
        known = {field.name for field in model._meta.local_concrete_fields}
        found += [f"{model._meta.label}.{name} is missing" for name in known - set(entry.fields)]
        found += [f"{model._meta.label}.{name} is no field" for name in set(entry.fields) - known]
    return sorted(found)


def _by_lookups(model: type[models.Model], subjects: tuple[str, ...]) -> Callable[[People], Rows]:
    def find(people: People) -> Rows:
        pks = [person.pk for person in people]
        about = models.Q(pk__in=[])
        for subject in subjects:
            about |= models.Q(**{f"{subject}__in": pks})
        return model._base_manager.filter(about)

    return find


def _bookkeeping(model: type[models.Model]) -> dict[str, Personal | None]:
    known = {field.name for field in model._meta.local_concrete_fields}
    return dict.fromkeys((name for name in BOOKKEEPING if name in known), NOT_PERSONAL)
