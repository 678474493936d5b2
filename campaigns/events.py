from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True, kw_only=True)
class CampaignStarted(Event):
    campaign_id: int
    actor_id: int | None


@dataclass(frozen=True, kw_only=True)
class TouchpointFinished(Event):
    touchpoint_id: int
    contact_id: int
    result: str


@dataclass(frozen=True, kw_only=True)
class EnrolmentBegan(Event):
    """``actor_id`` is None when nobody did it by hand."""

    enrolment_id: int
    contact_id: int
    actor_id: int | None


@dataclass(frozen=True, kw_only=True)
class EnrolmentFinished(Event):
    enrolment_id: int
    contact_id: int


@dataclass(frozen=True, kw_only=True)
class EnrolmentStopped(Event):
    enrolment_id: int
    contact_id: int
    reason: str
    actor_id: int | None
