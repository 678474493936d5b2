"""What moves ask for is noted down with them. Each handler may be called again."""

from collections.abc import Sequence

from django.utils import timezone

from core.events import subscribe
from relationships.events import RelationshipBegan, StageChanged
from relationships.models import StageTransition
from relationships.services.automation import call_off, note_down


@subscribe(RelationshipBegan)
def on_relationships_began(events: Sequence[RelationshipBegan]) -> None:
    begun = [event.relationship_id for event in events]
    first = StageTransition.objects.filter(relationship_id__any=begun, from_stage=None)
    note_down(first.filter(relationship__ended_on=None), now=timezone.now())


@subscribe(StageChanged)
def on_stages_changed(events: Sequence[StageChanged]) -> None:
    made = [event.transition_id for event in events]
    note_down(StageTransition.objects.filter(pk__any=made), now=timezone.now())
    call_off(transition_ids=made, now=timezone.now())
