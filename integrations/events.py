from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True, kw_only=True)
class MailFiled(Event):
    """A mail became a contact moment with ``contact_id``."""

    contact_id: int
    interaction_id: int
    actor_id: int
