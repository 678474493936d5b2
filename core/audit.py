from collections.abc import Iterable

from django.contrib.contenttypes.models import ContentType
from django.db import models

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
    AuditEntry.objects.bulk_create(
        [
            AuditEntry(
                actor=actor,
                action=action,
                target_type=ContentType.objects.get_for_model(target),
                target_id=target.pk,
                details=details,
            )
            for target, details in entries
        ],
        batch_size=1000,
    )
