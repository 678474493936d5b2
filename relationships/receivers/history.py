"""What the timeline tells of relationships, moments and tasks. Each handler may be called again."""

from collections.abc import Sequence
from datetime import datetime, time

from django.utils import timezone

from core.events import subscribe
from core.models import User
from relationships.events import (
    FollowUpClosed,
    FollowUpReopened,
    GoodwillChanged,
    InteractionChanged,
    InteractionLogged,
    InteractionTakenBack,
    OwnerChanged,
    RelationshipBegan,
    StageChanged,
)
from relationships.models import (
    FollowUp,
    GoodwillEntry,
    Interaction,
    Relationship,
    Stage,
    StageTransition,
    TimelineEntry,
)
from relationships.services import timeline
from relationships.services.timeline import Line


@subscribe(RelationshipBegan)
def on_relationships_began(events: Sequence[RelationshipBegan]) -> None:
    asked = Relationship.objects.filter(pk__any=[event.relationship_id for event in events])
    there = set(asked.values_list("pk", flat=True))
    stages = Stage.objects.in_bulk({event.stage_id for event in events})
    timeline.record_lines(
        [
            Line(
                event.contact_id,
                datetime.fromisoformat(event.began_at),
                "relationship.began",
                f"relationship.began:{event.relationship_id}",
                event.actor_id,
                {"kind": event.kind, "stage": _name(stages[event.stage_id])},
            )
            for event in events
            if event.relationship_id in there
        ]
    )


@subscribe(StageChanged)
def on_stages_changed(events: Sequence[StageChanged]) -> None:
    transitions = StageTransition.objects.select_related(
        "relationship", "from_stage", "to_stage"
    ).in_bulk([event.transition_id for event in events])
    timeline.record(
        TimelineEntry(
            contact_id=event.contact_id,
            at=transitions[event.transition_id].moved_at,
            verb="stage.changed",
            key=f"stage.changed:{event.transition_id}",
            actor_id=event.actor_id,
            is_automated=event.actor_id is None,
            data=_move_data(transitions[event.transition_id]),
        )
        for event in events
        if event.transition_id in transitions
    )


def _move_data(transition: StageTransition) -> dict[str, object]:
    return {
        "kind": transition.relationship.kind,
        "from": _name(transition.from_stage) if transition.from_stage else None,
        "to": _name(transition.to_stage),
        "reason": transition.reason,
    }


def _name(stage: Stage) -> dict[str, str]:
    """As it is called now; a seeded name stays a key, to be read in the reader's language."""
    return {"key": stage.key, "name": stage.name}


@subscribe(OwnerChanged)
def on_owners_changed(events: Sequence[OwnerChanged]) -> None:
    rows = Relationship.objects.in_bulk([event.relationship_id for event in events])
    users = User.objects.in_bulk([event.to_owner_id for event in events if event.to_owner_id])
    timeline.record(
        TimelineEntry(
            contact_id=event.contact_id,
            at=rows[event.relationship_id].updated_at,
            verb="owner.changed",
            key=f"owner.changed:{event.relationship_id}:"
            f"{rows[event.relationship_id].updated_at:%Y%m%d%H%M%S%f}",
            actor_id=event.actor_id,
            data={
                "kind": rows[event.relationship_id].kind,
                "to": users[event.to_owner_id].name if event.to_owner_id else "",
            },
        )
        for event in events
        if event.relationship_id in rows
    )


@subscribe(InteractionLogged)
def on_interactions_logged(events: Sequence[InteractionLogged]) -> None:
    interactions = Interaction.objects.in_bulk([event.interaction_id for event in events])
    timeline.record(
        TimelineEntry(
            contact_id=row.contact_id,
            at=row.happened_at,
            verb="interaction.logged",
            key=f"interaction.logged:{row.pk}",
            direction=row.direction,
            channel=row.channel,
            is_automated=row.is_automated,
            actor_id=row.author_id,
            data=_moment_data(row),
        )
        for row in interactions.values()
    )


def _moment_data(row: Interaction) -> dict[str, object]:
    return {"interaction": row.pk, "initiated_by": row.initiated_by, "summary": row.summary}


@subscribe(InteractionChanged)
def on_interactions_changed(events: Sequence[InteractionChanged]) -> None:
    """The line stays where it is and reads as the row does now."""
    for row in Interaction.objects.filter(pk__in=[event.interaction_id for event in events]):
        TimelineEntry.objects.filter(key=f"interaction.logged:{row.pk}").update(
            at=row.happened_at,
            direction=row.direction,
            channel=row.channel,
            data={**_moment_data(row), "changed_at": row.updated_at.isoformat()},
        )


@subscribe(InteractionTakenBack)
def on_interactions_taken_back(events: Sequence[InteractionTakenBack]) -> None:
    """A quiet line stays in its place, without what was written: that somebody took it back."""
    ids = [event.interaction_id for event in events]
    back = set(Interaction.objects.filter(pk__in=ids).values_list("pk", flat=True))
    gone = [event for event in events if event.interaction_id not in back]
    keys = [f"interaction.logged:{event.interaction_id}" for event in gone]
    lines = {entry.key: entry for entry in TimelineEntry.objects.filter(key__in=keys)}
    timeline.forget(keys)
    timeline.record(
        TimelineEntry(
            contact_id=event.contact_id,
            at=lines[f"interaction.logged:{event.interaction_id}"].at,
            verb="interaction.taken_back",
            key=f"interaction.taken_back:{event.interaction_id}",
            actor_id=event.actor_id,
            data={"channel": lines[f"interaction.logged:{event.interaction_id}"].channel},
        )
        for event in gone
        if f"interaction.logged:{event.interaction_id}" in lines
    )


@subscribe(GoodwillChanged)
def on_goodwill_changed(events: Sequence[GoodwillChanged]) -> None:
    """From the row as it is now: what was taken out leaves no line."""
    rows = GoodwillEntry.objects.in_bulk([event.entry_id for event in events])
    timeline.forget([f"goodwill.noted:{event.entry_id}" for event in events])
    timeline.record(
        TimelineEntry(
            contact_id=row.contact_id,
            at=datetime.combine(row.happened_on, time.min, timezone.get_current_timezone()),
            verb="goodwill.noted",
            key=f"goodwill.noted:{row.pk}",
            actor_id=row.author_id,
            data={"direction": row.direction, "kind": row.kind, "note": row.note},
        )
        for row in rows.values()
    )


@subscribe(FollowUpClosed)
def on_follow_ups_closed(events: Sequence[FollowUpClosed]) -> None:
    """Only those that are still closed: one may have been opened again before a retry."""
    closed = FollowUp.objects.exclude(state=FollowUp.State.OPEN).filter(contact__isnull=False)
    rows = closed.in_bulk([event.follow_up_id for event in events])
    timeline.record(
        TimelineEntry(
            contact_id=row.contact_id or 0,
            at=row.closed_at or row.updated_at,
            verb="follow_up.closed",
            key=f"follow_up.closed:{row.pk}",
            actor_id=row.closed_by_id,
            is_automated=row.closed_by_id is None,
            data={"title": row.title, "state": row.state, "outcome": row.outcome},
        )
        for row in rows.values()
    )


@subscribe(FollowUpReopened)
def on_follow_ups_reopened(events: Sequence[FollowUpReopened]) -> None:
    still_open = FollowUp.objects.open().filter(pk__in=[event.follow_up_id for event in events])
    timeline.forget([f"follow_up.closed:{pk}" for pk in still_open.values_list("pk", flat=True)])
