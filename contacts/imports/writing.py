"""Carrying out the plans of one batch: a handful of statements however many people.

New rows go in by ``COPY`` and changed ones by one joined update, so ``save`` is not called:
what it would derive is worked out here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from contacts.choices import Source
from contacts.events import ContactCreated, ContactUpdated
from contacts.imports.planning import BatchPlan, PersonPlan
from contacts.models import (
    Contact,
    EmailAddress,
    ExternalId,
    PhoneNumber,
    SocialProfile,
    Tag,
)
from core.bulk import copy_in, next_ids, update_all
from core.events import Event
from core.models import User

_TOLD = {"source": str(Source.IMPORT)}
# Which names of an event stand for what was added beside the contact's own columns.
_LISTS = ("emails", "phones", "profiles", "external_ids", "tags")


@dataclass(frozen=True)
class Written:
    created: int
    updated: int
    events: list[Event]


def write(plan: BatchPlan, *, actor: User, tags: Mapping[str, Tag]) -> Written:
    """Write what ``plan`` says, in the caller's transaction. ``tags`` by their folded names.

    The events are handed back: whoever closes the batch publishes all of them at once.
    """
    new = [person for person in plan.people if person.is_new]
    changed = [
        person for person in plan.people if person.known and not person.is_new and person.is_changed
    ]
    for person, pk in zip(new, next_ids(Contact, len(new)), strict=True):
        _contact_of(person).pk = pk
    for person in (*new, *changed):
        _derive(person)
    copy_in([_contact_of(person) for person in new])
    _update(changed)
    _write_addresses([*new, *changed])
    _write_tags([*new, *changed], tags)
    ids = {
        person.rows[0].row.person: person.known.contact.pk for person in plan.people if person.known
    }
    for target_plan in plan.target_plans:
        target_plan.carry_out(ids, actor)
    return Written(len(new), len(changed), _events(new, changed, actor))


def write_rows(plan: BatchPlan, *, is_dry: bool) -> None:
    """Write what became of each row, and of whom it tells."""
    rows = []
    for person in plan.people:
        contact_id = person.known.contact.pk if person.known else None
        for planned in person.rows:
            row = planned.row
            row.notes = [list(one) for one in planned.notes]
            row.changes = [list(change) for change in planned.changes]
            if is_dry:
                row.checked_as = planned.outcome
            else:
                row.outcome = planned.outcome
            row.contact_id = contact_id if planned in person.accepted else None
            rows.append(row)
    kept = "checked_as" if is_dry else "outcome"
    update_all(rows, [kept, "notes", "changes", "contact"])


def _contact_of(person: PersonPlan) -> Contact:
    if person.known is None:
        raise ValueError("nobody to write: every row about them was refused")
    return person.known.contact


def _derive(person: PersonPlan) -> None:
    if person.known is not None:
        person.known.contact.refresh_derived(addresses=" ".join(person.known.emails))


def _update(changed: Sequence[PersonPlan]) -> None:
    """One statement for all: columns that only some of them change are written as they were."""
    columns = sorted({column for person in changed for column in person.fields})
    update_all([_contact_of(person) for person in changed], [*columns, "sort_key", "search_text"])


def _write_addresses(people: Sequence[PersonPlan]) -> None:
    """What is added. Someone's first address of a kind becomes their primary one."""
    emails: list[EmailAddress] = []
    phones: list[PhoneNumber] = []
    profiles: list[SocialProfile] = []
    numbers: list[ExternalId] = []
    for person in people:
        pk, known = _contact_of(person).pk, person.known
        if known is None:
            continue
        for address in person.emails:
            is_first, known.has_email = not known.has_email, True
            emails.append(
                EmailAddress(contact_id=pk, address=address, is_primary=is_first, **_TOLD)
            )
        for number in person.phones:
            is_first, known.has_phone = not known.has_phone, True
            phones.append(PhoneNumber(contact_id=pk, number=number, is_primary=is_first, **_TOLD))
        profiles += [
            SocialProfile(contact_id=pk, network=str(network), url=url, **_TOLD)
            for network, url in person.profiles
        ]
        numbers += [
            ExternalId(contact_id=pk, system=system, value=value)
            for system, value in person.external_ids
        ]
    copy_in(emails)
    copy_in(phones)
    copy_in(profiles)
    copy_in(numbers)


def _write_tags(people: Sequence[PersonPlan], tags: Mapping[str, Tag]) -> None:
    through = Contact.tags.through
    through.objects.bulk_create(
        [
            through(contact_id=_contact_of(person).pk, tag_id=tags[tag.casefold()].pk)
            for person in people
            for tag in person.tags
        ],
        ignore_conflicts=True,
        batch_size=5000,
    )


def _events(new: Sequence[PersonPlan], changed: Sequence[PersonPlan], actor: User) -> list[Event]:
    created: list[Event] = [
        ContactCreated(
            contact_id=_contact_of(person).pk,
            actor_id=actor.pk,
            source=str(_contact_of(person).source),
        )
        for person in new
    ]
    return created + [
        ContactUpdated(
            contact_id=_contact_of(person).pk,
            actor_id=actor.pk,
            fields=sorted(person.fields) + [name for name in _LISTS if getattr(person, name)],
            source=str(Source.IMPORT),
        )
        for person in changed
    ]
