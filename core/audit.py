"""Who did what: one entry for every act that has a consequence, and the sentence it is read as."""

from collections.abc import Iterable, Mapping

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.functional import Promise

from core.bulk import MANY, copy_rows
from core.models import AuditEntry, User


def record(
    *, actor: User | None, action: str, target: models.Model | None = None, **details: object
) -> AuditEntry:
    """Write an audit entry in the caller's transaction, so neither exists without the other."""
    entry = AuditEntry(actor=actor, action=action, details=details)
    if target is not None:
        entry.target = target
    entry.save()
    return entry


def record_many(
    *, actor: User | None, action: str, entries: Iterable[tuple[models.Model, dict[str, object]]]
) -> None:
    """As ``record``, for a bulk act: one entry per ``(target, details)``, in one statement."""
    actor_id = actor.pk if actor else None
    types: dict[type[models.Model], int] = {}
    rows = []
    for target, details in entries:
        model = type(target)
        if model not in types:
            types[model] = ContentType.objects.get_for_model(model).pk
        rows.append((actor_id, action, types[model], target.pk, details))
    names = ["actor_id", "action", "target_type_id", "target_id", "details"]
    if len(rows) >= MANY:
        copy_rows(AuditEntry, names, rows)
    else:
        AuditEntry.objects.bulk_create(
            AuditEntry(**dict(zip(names, row, strict=True))) for row in rows
        )


_sentences: dict[str, str | Promise] = {}
_words: dict[str, str | Promise] = {}


def declare(sentences: Mapping[str, str | Promise]) -> None:
    """Say how actions are read: "{actor} archived {target}". Details of the entry may be named too.

    Each app declares its own in ``acts.py``.
    """
    _sentences.update(sentences)


def sentences() -> Mapping[str, str | Promise]:
    return _sentences


def declare_words(words: Mapping[str, str | Promise]) -> None:
    """Say how codes among the details are read, where they stand in a sentence."""
    _words.update(words)


def words() -> Mapping[str, str | Promise]:
    return _words
