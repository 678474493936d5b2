"""What the timeline and our own rows make of what happened. Each handler may be called again."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import NamedTuple

from django.utils import timezone

from contacts.choices import Source
from contacts.events import (
    ConsentChanged,
    ContactCreated,
    ContactErased,
    ContactSkillsChanged,
    ContactsMerged,
    ContactsParted,
    ContactUpdated,
    DocumentChanged,
    DocumentExpires,
    FieldsConfirmed,
)
from contacts.models import Consent, Contact, Document, MergeRecord, Skill
from core.events import subscribe
from core.models import User
from relationships.events import (
    EngagementBegan,
    EngagementChanged,
    EngagementEnded,
    EngagementTakenBack,
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
    Engagement,
    FollowUp,
    GoodwillEntry,
    Interaction,
    Relationship,
    Stage,
    StageTransition,
    TimelineEntry,
)
from relationships.services import expiring, timeline
from relationships.services.lifecycle import end_for_erased
from relationships.services.timeline import Line


@subscribe(ContactCreated)
def on_contacts_created(events: Sequence[ContactCreated]) -> None:
    people = Contact.objects.filter(pk__any=[event.contact_id for event in events])
    created_at = dict(people.values_list("pk", "created_at"))
    timeline.record_lines(
        [
            Line(
                event.contact_id,
                created_at[event.contact_id],
                "contact.created",
                f"contact.created:{event.contact_id}",
                event.actor_id,
                {"source": event.source},
            )
            for event in events
            if event.contact_id in created_at
        ]
    )


@subscribe(ContactUpdated)
def on_contacts_updated(events: Sequence[ContactUpdated]) -> None:
    """The row's own ``updated_at`` tells one change from the next: the event has no id."""
    contacts = Contact.objects.in_bulk([event.contact_id for event in events])
    timeline.record(
        TimelineEntry(
            contact_id=event.contact_id,
            at=contacts[event.contact_id].updated_at,
            verb="contact.updated",
            key=f"contact.updated:{event.contact_id}:{contacts[event.contact_id].updated_at:%Y%m%d%H%M%S%f}",
            actor_id=event.actor_id,
            data=_what_changed(event, contacts[event.contact_id]),
        )
        for event in events
        if event.contact_id in contacts
    )


def _what_changed(event: ContactUpdated, contact: Contact) -> dict[str, object]:
    if "archived_at" not in event.fields:
        by_themself = {"source": event.source} if event.source == Source.SELF else {}
        return {"fields": event.fields, **by_themself}
    return {"fields": event.fields, "archived": contact.archived_at is not None}


@subscribe(ContactSkillsChanged)
def on_contact_skills_changed(events: Sequence[ContactSkillsChanged]) -> None:
    ids = {pk for event in events for pk in (*event.added, *event.changed, *event.removed)}
    skills = Skill.objects.in_bulk(ids)
    timeline.record(
        TimelineEntry(
            contact_id=event.contact_id,
            at=datetime.fromisoformat(event.at),
            verb="skills.changed",
            key=f"skills.changed:{event.contact_id}:{event.at}",
            actor_id=event.actor_id,
            data={
                act: [_names(skills[pk]) for pk in getattr(event, act) if pk in skills]
                for act in ("added", "changed", "removed")
            },
        )
        for event in events
    )


def _names(skill: Skill) -> dict[str, str]:
    """In both languages: the line is read in the reader's."""
    return {"en": skill.name_en, "nl": skill.name_nl}


@subscribe(FieldsConfirmed)
def on_fields_confirmed(events: Sequence[FieldsConfirmed]) -> None:
    """The row's own ``updated_at`` tells one time from the next, as with a change."""
    contacts = Contact.objects.in_bulk([event.contact_id for event in events])
    timeline.record(
        TimelineEntry(
            contact_id=event.contact_id,
            at=contacts[event.contact_id].updated_at,
            verb="contact.confirmed",
            key=f"contact.confirmed:{event.contact_id}:{contacts[event.contact_id].updated_at:%Y%m%d%H%M%S%f}",
            actor_id=event.actor_id,
            data={"fields": event.fields, "source": event.source},
        )
        for event in events
        if event.contact_id in contacts
    )


@subscribe(DocumentChanged)
def on_documents_changed(events: Sequence[DocumentChanged]) -> None:
    """Confidential ones leave no line: everybody who may see the person reads the timeline."""
    documents = Document.objects.filter(is_confidential=False).in_bulk(
        [event.document_id for event in events]
    )
    timeline.record(
        TimelineEntry(
            contact_id=event.contact_id,
            at=datetime.fromisoformat(event.at),
            verb="document.changed",
            key=f"document.changed:{event.document_id}:{event.at}",
            actor_id=event.actor_id,
            data={"act": event.act, "title": documents[event.document_id].title},
        )
        for event in events
        if event.document_id in documents
    )


@subscribe(DocumentExpires)
def on_documents_expire(events: Sequence[DocumentExpires]) -> None:
    expiring.remind_owners(events=events)


@subscribe(ConsentChanged)
def on_consents_changed(events: Sequence[ConsentChanged]) -> None:
    consents = Consent.objects.in_bulk([event.consent_id for event in events])
    timeline.record(
        TimelineEntry(
            contact_id=event.contact_id,
            at=consents[event.consent_id].decided_at,
            verb="consent.changed",
            key=f"consent.changed:{event.consent_id}",
            actor_id=event.actor_id,
            data={"purpose": event.purpose, "decision": event.decision},
        )
        for event in events
        if event.consent_id in consents
    )


@subscribe(ContactsMerged)
def on_contacts_merged(events: Sequence[ContactsMerged]) -> None:
    _record_merges(events, verb="contacts.merged")


@subscribe(ContactsParted)
def on_contacts_parted(events: Sequence[ContactsParted]) -> None:
    _record_merges(events, verb="contacts.parted")


def _record_merges(events: Sequence[ContactsMerged | ContactsParted], *, verb: str) -> None:
    """Written once for a pair, at the moment that the duplicate's row last changed."""
    merges = {
        (record.survivor_id, record.duplicate_id): str(record.uid)
        for record in MergeRecord.objects.filter(
            survivor__in=[event.survivor_id for event in events],
            duplicate__in=[event.duplicate_id for event in events],
        ).order_by("pk")
    }
    duplicates = Contact.objects.in_bulk([event.duplicate_id for event in events])
    timeline.record(
        TimelineEntry(
            contact_id=event.survivor_id,
            at=duplicates[event.duplicate_id].updated_at,
            verb=verb,
            key=f"{verb}:{event.duplicate_id}:{duplicates[event.duplicate_id].updated_at:%Y%m%d%H%M%S%f}",
            actor_id=event.actor_id,
            data={
                "name": duplicates[event.duplicate_id].full_name,
                "merge": merges.get((event.survivor_id, event.duplicate_id), ""),
            },
        )
        for event in events
        if event.duplicate_id in duplicates
    )


@subscribe(ContactErased)
def on_contacts_erased(events: Sequence[ContactErased]) -> None:
    """Whoever was erased is on no board and no desk any more. What remains of the timeline is
    that it happened; the privacy registry has taken out the rest.
    """
    end_for_erased(contact_ids=[event.contact_id for event in events])
    now = timezone.now()
    timeline.record(
        TimelineEntry(
            contact_id=event.contact_id,
            at=now,
            verb="contact.erased",
            key=f"contact.erased:{event.contact_id}",
            actor_id=event.actor_id,
        )
        for event in events
    )


@subscribe(RelationshipBegan)
def on_relationships_began(events: Sequence[RelationshipBegan]) -> None:
    first = StageTransition.objects.filter(
        relationship_id__any=[event.relationship_id for event in events], from_stage=None
    )
    begun_at = dict(first.values_list("relationship_id", "moved_at"))
    stages = Stage.objects.in_bulk({event.stage_id for event in events})
    timeline.record_lines(
        [
            Line(
                event.contact_id,
                begun_at[event.relationship_id],
                "relationship.began",
                f"relationship.began:{event.relationship_id}",
                event.actor_id,
                {"kind": event.kind, "stage": _name(stages[event.stage_id])},
            )
            for event in events
            if event.relationship_id in begun_at
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


@subscribe(EngagementBegan)
def on_engagements_began(events: Sequence[EngagementBegan]) -> None:
    """Also the end of one that is over: written down at once, with its past."""
    timeline.record_lines(_engagement_lines(_engagements(events)))


@subscribe(EngagementChanged)
def on_engagements_changed(events: Sequence[EngagementChanged]) -> None:
    """Its lines move to the days that it has now, and say what it is now; an assignment that is no
    longer agreed has none.
    """
    shown = [event for event in events if _shows(event.fields)]
    rows = _engagements(shown)
    timeline.forget(
        [f"engagement.{act}:{one.engagement_id}" for one in shown for act in ("began", "ended")]
    )
    timeline.record_lines(_engagement_lines(rows))


def _shows(fields: Sequence[str]) -> bool:
    return not {"form", "phase", "unit", "role", "starts_on", "ends_on"}.isdisjoint(fields)


@subscribe(EngagementTakenBack)
def on_engagements_taken_back(events: Sequence[EngagementTakenBack]) -> None:
    timeline.forget(
        [f"engagement.{act}:{one.engagement_id}" for one in events for act in ("began", "ended")]
    )


@subscribe(EngagementEnded)
def on_engagements_ended(events: Sequence[EngagementEnded]) -> None:
    """The last day may be set again: the line then moves to it."""
    rows = _engagements(events)
    timeline.forget([f"engagement.ended:{row.pk}" for row in rows])
    timeline.record_lines([_engagement_line(row, "engagement.ended") for row in rows])


class _Worked(NamedTuple):
    """Of an engagement, what its lines say."""

    pk: int
    contact_id: int
    starts_on: date
    ends_on: date | None
    form: str
    role: str
    unit: str | None
    actor_id: int | None


def _engagements(
    events: Sequence[EngagementBegan] | Sequence[EngagementChanged] | Sequence[EngagementEnded],
) -> list[_Worked]:
    rows = Engagement.objects.binding().filter(pk__any=[event.engagement_id for event in events])
    columns = ("pk", "contact_id", "starts_on", "ends_on", "form", "role", "unit__name")
    return [_Worked(*row) for row in rows.values_list(*columns, "recorded_by_id").order_by("pk")]


def _engagement_lines(rows: Sequence[_Worked]) -> list[Line]:
    today = timezone.localdate()
    lines = [_engagement_line(row, "engagement.began") for row in rows]
    return lines + [
        _engagement_line(row, "engagement.ended")
        for row in rows
        if row.ends_on is not None and row.ends_on <= today
    ]


def _engagement_line(row: _Worked, verb: str) -> Line:
    day = row.ends_on if verb == "engagement.ended" and row.ends_on else row.starts_on
    return Line(
        row.contact_id,
        timezone.make_aware(datetime.combine(day, time.min)),
        verb,
        f"{verb}:{row.pk}",
        row.actor_id,
        {"form": row.form, "role": row.role, "unit": row.unit or ""},
    )
