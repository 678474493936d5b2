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
