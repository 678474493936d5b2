"""What the tables of core hold about people (``core.privacy``): about colleagues, mostly."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import (
    AccountMail,
    ApiToken,
    AuditEntry,
    Change,
    ChangeReader,
    HandlerFailure,
    Heartbeat,
    IdempotentReply,
    Role,
    User,
)
from core.privacy import Erasure, People, Personal, Rows, neutral, register

# A colleague signs in on the ground of their contract; an account is closed, not erased, because
# what its holder did must stay attributable.
_colleague = Personal(basis="contract", erasure=Erasure.KEEP, in_export=False)
_evidence = Personal(basis="legal_obligation", erasure=Erasure.KEEP, in_export=False)
_deleted = Personal(basis="legitimate_interest", erasure=Erasure.DELETE, in_export=False)


def _replies_about(people: People) -> Rows:
    """Answers of the API that are kept for a day, in case the same is asked again."""
    about = Q(pk__in=[])
    for person in people:
        about |= Q(body__contains=str(person.uid))  # type: ignore[attr-defined]
    return IdempotentReply.objects.filter(about)


register(
    User,
    {
        "email": _colleague,
        "name": _colleague,
        "language": _colleague,
        "theme": _colleague,
        "time_zone": _colleague,
        "last_login": _colleague,
        "date_joined": _colleague,
        "password": _colleague,
        **neutral("is_superuser", "is_staff", "is_active"),
    },
)
register(User.groups.through, neutral("user", "group"))
register(User.user_permissions.through, neutral("user", "permission"))
register(Role, neutral("key", "name", "permissions"))
register(
    ApiToken,
    {
        **neutral("user", "name", "hint", "digest", "scopes", "expires_at", "revoked_at"),
        "last_used_at": _colleague,
    },
)
register(
    AccountMail,
    {
        **neutral("queue_state", "due_at", "attempts", "lease_token", "lease_until", "outcome"),
        **neutral("is_once"),
        "to": _colleague,
        "subject": _colleague,
        "text": _colleague,
        "html": _colleague,
        "off_url": _colleague,
    },
)
# Audit and change log name rows by number and never hold what stood in them.
register(
    AuditEntry,
    {**neutral("at", "action", "target_type", "target_id", "details"), "actor": _evidence},
)
register(Change, neutral("transaction", "at", "event", "payload"))
register(ChangeReader, neutral("name", "transaction", "change_id"))
register(HandlerFailure, neutral("change", "handler", "attempts", "error", "next_try_at"))
register(Heartbeat, neutral("name", "at"))
register(
    IdempotentReply,
    {**neutral("token", "key", "fingerprint", "status", "headers"), "body": _deleted},
    about=_replies_about,
    label=_("answers kept for the API"),
)
