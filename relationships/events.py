from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True, kw_only=True)
class RelationshipBegan(Event):
    """``began_at``: the moment, as ISO 8601 writes it; long ago where a past is written down."""

    relationship_id: int
    contact_id: int
    kind: str
    stage_id: int
    began_at: str
    actor_id: int | None


@dataclass(frozen=True, kw_only=True)
class StageChanged(Event):
    relationship_id: int
    contact_id: int
    transition_id: int
    from_stage_id: int
    to_stage_id: int
    actor_id: int | None


@dataclass(frozen=True, kw_only=True)
class OwnerChanged(Event):
    """A relationship was handed over; either owner may be nobody."""

    relationship_id: int
    contact_id: int
    from_owner_id: int | None
    to_owner_id: int | None
    actor_id: int | None


@dataclass(frozen=True, kw_only=True)
class InteractionLogged(Event):
    interaction_id: int
    contact_id: int
    channel: str
    direction: str
    is_automated: bool
    actor_id: int | None


@dataclass(frozen=True, kw_only=True)
class FollowUpCreated(Event):
    """``contact_id`` is None for a task about a talent pool, here and in the two below."""

    follow_up_id: int
    contact_id: int | None
    assignee_id: int | None
    actor_id: int | None


@dataclass(frozen=True, kw_only=True)
class FollowUpClosed(Event):
    """``state`` is ``done`` or ``not_needed``."""

    follow_up_id: int
    contact_id: int | None
    state: str
    actor_id: int | None


@dataclass(frozen=True, kw_only=True)
class FollowUpReopened(Event):
    follow_up_id: int
    contact_id: int | None
    actor_id: int | None


@dataclass(frozen=True, kw_only=True)
class EngagementBegan(Event):
    engagement_id: int
    contact_id: int
    form: str
    actor_id: int | None


@dataclass(frozen=True, kw_only=True)
class EngagementEnded(Event):
    engagement_id: int
    contact_id: int
    form: str
    actor_id: int | None


@dataclass(frozen=True, kw_only=True)
class InteractionChanged(Event):
    """What was written of a contact moment was put right."""

    interaction_id: int
    contact_id: int
    actor_id: int | None


@dataclass(frozen=True, kw_only=True)
class InteractionTakenBack(Event):
    """It was logged by mistake: the row is gone. Putting it back is logging it again."""

    interaction_id: int
    contact_id: int
    is_automated: bool
    actor_id: int | None


@dataclass(frozen=True, kw_only=True)
class PromiseMade(Event):
    promise_id: int
    contact_id: int
    side: str
    actor_id: int | None


@dataclass(frozen=True, kw_only=True)
class PromiseChanged(Event):
    """``state`` is what it became: open again, too, when an act was undone."""

    promise_id: int
    contact_id: int
    side: str
    state: str
    actor_id: int | None


@dataclass(frozen=True, kw_only=True)
class PromiseTakenBack(Event):
    """It was written down by mistake: the row is gone."""

    promise_id: int
    contact_id: int
    actor_id: int | None


@dataclass(frozen=True, kw_only=True)
class GoodwillChanged(Event):
    """An entry of the ledger was added, put right or taken out."""

    entry_id: int
    contact_id: int
    actor_id: int | None


@dataclass(frozen=True, kw_only=True)
class EngagementChanged(Event):
    """``fields`` names what changed, never the values."""

    engagement_id: int
    contact_id: int
    actor_id: int | None
    fields: list[str]


@dataclass(frozen=True, kw_only=True)
class EngagementTakenBack(Event):
    """It was written down by mistake: the row is gone."""

    engagement_id: int
    contact_id: int
    actor_id: int | None


@dataclass(frozen=True, kw_only=True)
class LeavingBegan(Event):
    """The end of work for us was said, or came near: the way out has begun."""

    engagement_id: int
    contact_id: int
    form: str
    last_day: str


@dataclass(frozen=True, kw_only=True)
class LeavingStopped(Event):
    """The end was taken back, and the way out with it."""

    engagement_id: int
    contact_id: int


@dataclass(frozen=True, kw_only=True)
class StayInTouchChosen(Event):
    """``answer`` is ``yes``, ``later`` or ``no``."""

    engagement_id: int
    contact_id: int
    answer: str
    actor_id: int | None


@dataclass(frozen=True, kw_only=True)
class TieAdded(Event):
    """``contact_ids`` are the ends of it that we keep as people: two, or one. Also when a tie that
    was taken out came back.
    """

    tie_id: int
    contact_ids: list[int]
    actor_id: int | None


@dataclass(frozen=True, kw_only=True)
class TieChanged(Event):
    """``fields`` names what changed, never the values; ``until``: it ended, or was opened again."""

    tie_id: int
    contact_ids: list[int]
    actor_id: int | None
    fields: list[str]


@dataclass(frozen=True, kw_only=True)
class TieRemoved(Event):
    tie_id: int
    contact_ids: list[int]
    actor_id: int | None


@dataclass(frozen=True, kw_only=True)
class OwnershipOverridden(Event):
    """``actor_id`` turned to somebody whom ``owner_id`` holds."""

    override_id: int
    contact_id: int
    owner_id: int
    actor_id: int | None


@dataclass(frozen=True, kw_only=True)
class KindChanged(Event):
    """Somebody became something else to us, in one act; told after what it ended and began."""

    kind_change_id: int
    contact_id: int
    from_kind: str
    to_kind: str
    actor_id: int | None


@dataclass(frozen=True, kw_only=True)
class KindChangeUndone(Event):
    """The relationship that it began, ``relationship_id``, is gone as if it had never been."""

    kind_change_id: int
    contact_id: int
    relationship_id: int
    actor_id: int | None
