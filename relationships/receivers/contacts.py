"""What the timeline tells of a person. Each handler may be called again."""

from collections.abc import Sequence
from datetime import datetime

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
from relationships.models import (
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
