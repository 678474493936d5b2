"""What happened asks for a human, or answers what asked for one."""

from collections.abc import Sequence

from django.utils import timezone

from core.events import subscribe
from relationships.choices import Direction
from relationships.events import (
    EngagementEnded,
    InteractionLogged,
    InteractionTakenBack,
    StageChanged,
)
from relationships.services import occasions

SAID = (Direction.OUTBOUND, Direction.TWO_WAY)


@subscribe(InteractionLogged)
def on_interactions_logged(events: Sequence[InteractionLogged]) -> None:
    human = [event for event in events if not event.is_automated]
    said = [event.interaction_id for event in human if event.direction in SAID]
    if said:
        occasions.answer(interaction_ids=said)
    wrote = [event.interaction_id for event in human if event.direction == Direction.INBOUND]
    if wrote:
        occasions.ask_for_replies(interaction_ids=wrote, now=timezone.now())


@subscribe(InteractionTakenBack)
def on_interactions_taken_back(events: Sequence[InteractionTakenBack]) -> None:
    occasions.take_back(
        interaction_ids=[event.interaction_id for event in events],
        contact_ids=[event.contact_id for event in events],
    )


@subscribe(StageChanged)
def on_stages_changed(events: Sequence[StageChanged]) -> None:
    occasions.owe_for_moves(
        transition_ids=[event.transition_id for event in events], now=timezone.now()
    )


@subscribe(EngagementEnded)
def on_engagements_ended(events: Sequence[EngagementEnded]) -> None:
    """One that ends later is found by the nightly round."""
    occasions.owe_for_engagements(
        today=timezone.localdate(), engagement_ids=[event.engagement_id for event in events]
    )
