from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True, kw_only=True)
class ContactCreated(Event):
    contact_id: int
    actor_id: int | None
    source: str


@dataclass(frozen=True, kw_only=True)
class ContactUpdated(Event):
    """``fields`` names what changed, never the values: they are personal. ``source`` is whose word
    it was, where that is known."""

    contact_id: int
    actor_id: int | None
    fields: list[str]
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class FieldsConfirmed(Event):
    """Somebody found ``fields`` still right. ``source`` is whose word it is."""

    contact_id: int
    actor_id: int | None
    fields: list[str]
    source: str


@dataclass(frozen=True, kw_only=True)
class ConsentChanged(Event):
    contact_id: int
    actor_id: int | None
    consent_id: int
    purpose: str
    decision: str


@dataclass(frozen=True, kw_only=True)
class DuplicateFlagged(Event):
    """A colleague says that two may be one; the first word about a pair, and each further one."""

    contact_id: int
    other_id: int
    actor_id: int | None


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
class ContactRemoved(Event):
    """An import was undone that had made this contact, whom nobody had touched since. The row,
    and all that hung on it, is gone."""

    contact_id: int
    actor_id: int | None


@dataclass(frozen=True, kw_only=True)
class ContactErased(Event):
    contact_id: int
    actor_id: int | None


@dataclass(frozen=True, kw_only=True)
class ContactSkillsChanged(Event):
    """Ids of skills that were added, that have another level or confirmation, or were taken away.

    ``at`` is when, as an ISO moment: one change is told from the next by it.
    """

    contact_id: int
    actor_id: int | None
    at: str
    added: list[int]
    changed: list[int]
    removed: list[int]


@dataclass(frozen=True, kw_only=True)
class SkillRenamed(Event):
    """A skill has other names now: what repeats them may be brought up to date."""

    skill_id: int
    actor_id: int | None


@dataclass(frozen=True, kw_only=True)
class SkillsMerged(Event):
    kept_id: int
    gone_id: int
    actor_id: int | None


@dataclass(frozen=True, kw_only=True)
class DocumentChanged(Event):
    """``act``: ``added``, ``replaced`` (a new version), ``deleted`` or ``restored``, ``at`` when
    (an ISO moment)."""

    contact_id: int
    document_id: int
    actor_id: int | None
    act: str
    at: str


@dataclass(frozen=True, kw_only=True)
class DocumentRead(Event):
    """The text of a version is there to be searched."""

    contact_id: int
    document_id: int
    version_id: int


@dataclass(frozen=True, kw_only=True)
class DocumentExpires(Event):
    """Told once for each day of expiry, some weeks ahead."""

    contact_id: int
    document_id: int
    kind: str
    title: str
    expires_on: str


@dataclass(frozen=True, kw_only=True)
class PoolJoined(Event):
    """People were put into a talent pool, up to a thousand at a time."""

    pool_id: int
    contact_ids: list[int]
    actor_id: int | None


@dataclass(frozen=True, kw_only=True)
class PoolLeft(Event):
    """People were taken out of a talent pool, up to a thousand at a time."""

    pool_id: int
    contact_ids: list[int]
    actor_id: int | None


@dataclass(frozen=True, kw_only=True)
class PoolWentStale(Event):
    """Nobody looked at a pool for half a year: its owner is to."""

    pool_id: int
    owner_id: int


@dataclass(frozen=True, kw_only=True)
class PoolReviewed(Event):
    """Somebody did look at a pool, or put it aside: nobody need be asked any more."""

    pool_id: int
    actor_id: int | None
