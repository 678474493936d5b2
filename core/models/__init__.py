from core.models.api_token import ApiToken
from core.models.audit import AuditEntry
from core.models.base import TimeStampedModel, uuid7
from core.models.change import Change, HandlerFailure
from core.models.heartbeat import Heartbeat
from core.models.queue import QueuedRow, QueuedRowQuerySet
from core.models.role import Role
from core.models.user import User

__all__ = [
    "ApiToken",
    "AuditEntry",
    "Change",
    "HandlerFailure",
    "Heartbeat",
    "QueuedRow",
    "QueuedRowQuerySet",
    "Role",
    "TimeStampedModel",
    "User",
    "uuid7",
]
