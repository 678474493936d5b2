from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True, kw_only=True)
class ContactCreated(Event):
    contact_id: int
    actor_id: int | None
    source: str


@dataclass(frozen=True, kw_only=True)
class ContactUpdated(Event):
    """``fields`` names what changed, never the values: they are personal."""

    contact_id: int
    actor_id: int | None
    fields: list[str]


@dataclass(frozen=True, kw_only=True)
class ConsentChanged(Event):
    contact_id: int
    actor_id: int | None
    consent_id: int
    purpose: str
    decision: str


@dataclass(frozen=True, kw_only=True)
class ContactsMerged(Event):
    survivor_id: int
    duplicate_id: int
    actor_id: int | None


@dataclass(frozen=True, kw_only=True)
class ContactsParted(Event):
    """A merge was undone."""

    survivor_id: int
    duplicate_id: int
    actor_id: int | None


@dataclass(frozen=True, kw_only=True)
class ContactErased(Event):
    contact_id: int
    actor_id: int | None
