"""Tell the house what the demo wrote, as the services would have: the timeline follows from it."""

from collections.abc import Iterator
from datetime import date

from contacts.choices import Source
from contacts.events import ConsentChanged, ContactCreated
from contacts.models import Consent, Contact
from core import events
from core.events import Event
from relationships.events import (
    EngagementBegan,
    FollowUpClosed,
    InteractionLogged,
    RelationshipBegan,
    StageChanged,
)
from relationships.models import FollowUp
from trm.demo.history import History


def tell(
    contacts: list[Contact], consents: list[Consent], history: History, *, today: date
) -> None:
    """Publish all that happened until ``today``; who starts later has only been signed up."""
    events.publish(
        *_about_people(contacts, consents),
        *_about_relationships(history, today),
        *_about_contact(history),
    )


def _about_people(contacts: list[Contact], consents: list[Consent]) -> Iterator[Event]:
    for contact in contacts:
        yield ContactCreated(contact_id=contact.pk, actor_id=None, source=Source.DEMO)
    for consent in consents:
        yield ConsentChanged(
            contact_id=consent.contact_id,
            actor_id=None,
            consent_id=consent.pk,
            purpose=consent.purpose,
            decision=consent.decision,
        )


def _about_relationships(history: History, today: date) -> Iterator[Event]:
    for transition in history.transitions:
        relationship = transition.relationship
        if transition.from_stage_id is None:
            yield RelationshipBegan(
                relationship_id=relationship.pk,
                contact_id=relationship.contact_id,
                kind=relationship.kind,
                stage_id=transition.to_stage_id,
                began_at=transition.moved_at.isoformat(),
                actor_id=transition.moved_by_id,
            )
        else:
            yield StageChanged(
                relationship_id=relationship.pk,
                contact_id=relationship.contact_id,
                transition_id=transition.pk,
                from_stage_id=transition.from_stage_id,
                to_stage_id=transition.to_stage_id,
                actor_id=transition.moved_by_id,
            )
    for engagement in history.engagements:
        if engagement.starts_on > today or not engagement.is_binding:
            continue
        yield EngagementBegan(
            engagement_id=engagement.pk,
            contact_id=engagement.contact_id,
            form=engagement.form,
            actor_id=engagement.recorded_by_id,
        )


def _about_contact(history: History) -> Iterator[Event]:
    for interaction in history.interactions:
        yield InteractionLogged(
            interaction_id=interaction.pk,
            contact_id=interaction.contact_id,
            channel=interaction.channel,
            direction=interaction.direction,
            is_automated=interaction.is_automated,
            actor_id=interaction.author_id,
        )
    for follow_up in history.follow_ups:
        if follow_up.state == FollowUp.State.OPEN:
            continue
        yield FollowUpClosed(
            follow_up_id=follow_up.pk,
            contact_id=follow_up.contact_id,
            state=follow_up.state,
            actor_id=follow_up.closed_by_id,
        )
