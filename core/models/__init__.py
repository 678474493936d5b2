from core.models.api_token import ApiToken
from core.models.audit import AuditEntry
from core.models.base import TimeStampedModel, uuid7
from core.models.change import Change, ChangeReader, HandlerFailure
from core.models.heartbeat import Heartbeat
from core.models.idempotent_reply import IdempotentReply
from core.models.mail import AccountMail
from core.models.queue import QueuedRow, QueuedRowQuerySet
from core.models.role import Role
from core.models.user import User

__all__ = [
    "AccountMail",
    "ApiToken",
    "AuditEntry",
    "Change",
    "ChangeReader",
    "HandlerFailure",
    "Heartbeat",
    "IdempotentReply",
    "QueuedRow",
    "QueuedRowQuerySet",
    "Role",
    "TimeStampedModel",
    "User",
    "uuid7",
]
