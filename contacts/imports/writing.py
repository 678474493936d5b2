"""Carrying out the plans of one batch: a handful of statements however many people.

New rows go in by ``COPY`` and changed ones by one joined update, so ``save`` is not called:
what it would derive is worked out here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models

from contacts.choices import Source
from contacts.events import ContactCreated, ContactUpdated
from contacts.imports.labels import OTHER
from contacts.imports.persons import PersonPlan
from contacts.imports.places import Place
from contacts.imports.planning import BatchPlan
from contacts.imports.rows import FileRow
from contacts.imports.targets import TargetPlan
from contacts.models import (
    Contact,
    EmailAddress,
    ExternalId,
    ImportRow,
    PhoneNumber,
    PostalAddress,
    SocialProfile,
    Tag,
)
from contacts.names import fold
from core.bulk import copy_in, copy_rows, next_ids, update_all, update_rows
from core.events import Event
from core.models import User

_SOURCE = str(Source.IMPORT)
Outcome = ImportRow.Outcome
# What was added beside the contact's own columns, by its name in an event.
_LISTS = {
    **{name: name for name in ("emails", "phones", "profiles", "external_ids", "tags")},
    "places": "postal_addresses",
}

_RELABELLED = {"email": "emails", "phone": "phones", "street": "postal_addresses"}


@dataclass(frozen=True)
class Written:
    """``moved`` are people said to live in another city now, without a street there."""

    created: int
    updated: int
    events: list[Event]
    moved: list[Contact]


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
        person.was_new = True
    for person in (*new, *changed):
        _derive(person)
    copy_in([_contact_of(person) for person in new])
    _update(changed)
    _write_addresses([*new, *changed])
    _write_labels(changed)
    moved = _write_places([*new, *changed])
    _write_tags([*new, *changed], tags)
    ids = {
        person.rows[0].row.person: person.known.contact.pk for person in plan.people if person.known
    }
    for key, target_plan in plan.target_plans.items():
        target_plan.carry_out(ids, actor)
        _remember(plan.people, key, target_plan)
    return Written(len(new), len(changed), _events(new, changed, actor), moved)


def _remember(people: Sequence[PersonPlan], key: str, target_plan: TargetPlan) -> None:
    """What was made of people we knew stands with their first row, for an undo."""
    if not target_plan.made:
        return
    for person in people:
        made = target_plan.made.get(person.rows[0].row.person)
        if made and person.known and not person.was_new:
            person.accepted[0].before.setdefault("targets", {})[key] = made


def write_rows(plan: BatchPlan, *, is_dry: bool, at: datetime) -> None:
    """Write what became of each row, and of whom it tells.

    ``at``: no contact of the plan was changed by anybody else before then. What the dry run
    wrote of a row is left as it is where the import says the same.
    """
    silent: list[FileRow] = []
    told: list[FileRow] = []
    unsettled: list[FileRow] = []
    changed: list[FileRow] = []
    for person in plan.people:
        contact_id = person.known.contact.pk if person.known else None
        for planned in person.rows:
            row = planned.row
            notes: list[Any] = [list(one) for one in planned.notes]
            changes = [list(change) for change in planned.changes]
            is_told = notes != row.notes or changes != row.changes
            row.notes, row.changes = notes, changes
            (told if is_told else silent).append(row)
            if row.fingerprint and not planned.is_settled:
                row.fingerprint = ""
                unsettled.append(row)
            row.outcome = planned.outcome
            row.contact_id = contact_id if planned.outcome != Outcome.REFUSED else None
            if planned.before and not person.was_new:
                row.before = planned.before
                changed.append(row)
    outcome = {"checked_as" if is_dry else "outcome": "outcome", "contact": "contact_id"}
    _write_columns(silent, outcome, at)
    _write_columns(told, {**outcome, "notes": "notes", "changes": "changes"}, at)
    _write_columns(unsettled, {"fingerprint": "fingerprint"})
    if not is_dry:
        _write_columns(changed, {"before": "before"})


def _write_columns(
    rows: Sequence[FileRow], columns: Mapping[str, str], at: datetime | None = None
) -> None:
    values = [[getattr(row, name) for row in rows] for name in columns.values()]
    stamp = {} if at is None else {"done_at": [at.isoformat()] * len(rows)}
    update_rows(ImportRow, [*columns, *stamp], [row.pk for row in rows], [*values, *stamp.values()])


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
    emails: list[tuple[int, str, str, bool, str]] = []
    phones: list[tuple[int, str, str, bool, str]] = []
    profiles: list[tuple[int, str, str, str]] = []
    numbers: list[tuple[int, str, str]] = []
    for person in people:
        pk, known = _contact_of(person).pk, person.known
        if known is None:
            continue
        for address in person.emails:
            label = person.labels.get(address, OTHER)
            emails.append((pk, address, label, not known.has_email, _SOURCE))
            known.has_email = True
        for number in person.phones:
            label = person.labels.get(number, OTHER)
            phones.append((pk, number, label, not known.has_phone, _SOURCE))
            known.has_phone = True
        profiles += [(pk, str(network), url, _SOURCE) for network, url in person.profiles]
        numbers += [(pk, system, value) for system, value in person.external_ids]
    copy_rows(EmailAddress, ["contact_id", "address", "label", "is_primary", "source"], emails)
    copy_rows(PhoneNumber, ["contact_id", "number", "label", "is_primary", "source"], phones)
    copy_rows(SocialProfile, ["contact_id", "network", "url", "source"], profiles)
    copy_rows(ExternalId, ["contact_id", "system", "value"], numbers)


_LABELLED: dict[str, type[models.Model]] = {
    "email": EmailAddress,
    "phone": PhoneNumber,
    "street": PostalAddress,
}


def _write_labels(changed: Sequence[PersonPlan]) -> None:
    """Of what we have already; of two rows about one address the last one counts."""
    for key, model in _LABELLED.items():
        said = {
            pk: label for person in changed for kind, pk, label in person.relabelled if kind == key
        }
        update_rows(model, ["label"], list(said), [list(said.values())])


def _write_places(people: Sequence[PersonPlan]) -> list[Contact]:
    """Add what is new. The first of a person is their primary one, and so is one in the city to
    which the same file has them move.
    """
    rows, displaced, moved = [], [], []
    for person in people:
        contact, known = _contact_of(person), person.known
        if known is None:
            continue
        moves = not person.was_new and not {"city", "country"}.isdisjoint(person.fields)
        for place in person.places:
            is_there = moves and fold(place.city) == fold(contact.city)
            rows.append((contact.pk, *place, is_there or not known.has_place, _SOURCE))
            if is_there and known.has_place:
                displaced.append(contact.pk)
            moves, known.has_place = moves and not is_there, True
        if moves and known.has_place:
            moved.append(contact)
    PostalAddress.objects.filter(contact_id__any=displaced).update(is_primary=False)
    copy_rows(PostalAddress, ["contact_id", *Place._fields, "is_primary", "source"], rows)
    return moved


def _write_tags(people: Sequence[PersonPlan], tags: Mapping[str, Tag]) -> None:
    copy_rows(
        Contact.tags.through,
        ["contact_id", "tag_id"],
        [
            (_contact_of(person).pk, tags[tag.casefold()].pk)
            for person in people
            for tag in person.tags
            if tag.casefold() in tags  # two of one name in one writing may not be in another
        ],
        skips_conflicts=True,
    )


def _told_lists(person: PersonPlan) -> list[str]:
    told = [told for name, told in _LISTS.items() if getattr(person, name)]
    relabelled = {_RELABELLED[key] for key, _pk, _label in person.relabelled}
    return [*told, *sorted(relabelled.difference(told))]


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
            fields=sorted(person.fields - {"field_sources"}) + _told_lists(person),
            source=str(Source.IMPORT),
        )
        for person in changed
    ]
