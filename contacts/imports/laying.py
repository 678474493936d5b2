"""Laying one row of a file over a person: what it changes, and what was there before."""

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TypeVar

from contacts import freshness
from contacts.choices import Source
from contacts.imports.drafts import are_alike
from contacts.imports.labels import OTHER
from contacts.imports.matching import Known
from contacts.imports.notes import note
from contacts.imports.persons import Change, PersonPlan, RowPlan
from contacts.imports.policies import LISTS, Policy, may_write, policy_for

# Field of a draft: column of a contact.
PLAIN_FIELDS = {
    "preferred": "preferred_name",
    "native": "native_name",
    "initials": "given_initials",
    "birth": "birth_name",
    "birthday": "birthday",
    "headline": "headline",
    "organisation": "organisation_name",
    "city": "city",
    "country": "country",
    "form_of_address": "form_of_address",
}
# By which key of ``columns`` a change is shown, and a policy is chosen.
SHOWN_AS = {"headline": "position", "birth": "birth_name"}
# Columns in which every contact holds something from the beginning.
PRESETS = ("language", "time_zone", "do_not_contact")
_said = attrgetter(*PLAIN_FIELDS)
_NAMES = ("given_name", "infix", "family_name")


class Policies:
    """What the options of a run say of each column, worked out once."""

    def __init__(self, options: Mapping[str, str]) -> None:
        keys = ["full", *PRESETS, *(SHOWN_AS.get(source, source) for source in PLAIN_FIELDS)]
        self.of = {key: policy_for(options, key) for key in keys}
        self.kept = {key for key in LISTS if policy_for(options, key) == Policy.KEEP}
        self.overwritten = {key for key in LISTS if policy_for(options, key) == Policy.OVERWRITE}


@dataclass(slots=True)
class Manner:
    """How the rows of one person are laid over them. What a row has ``written``, or found to be
    so, a later row of the same file does not change: else the file would never come to rest.
    """

    policies: Policies
    file_name: str
    taken_ids: Collection[tuple[str, str]]
    is_new: bool
    written: set[str] = field(default_factory=set)

    def adds(self, key: str) -> bool:
        return self.is_new or key not in self.policies.kept


def lay(person: PersonPlan, known: Known, row: RowPlan, manner: Manner) -> list[Change]:
    """Lay one row over the person; answer what that changes."""
    draft = row.draft
    changes = _lay_name(person, known, row, manner) + _lay_plain(person, known, row, manner)
    if draft.note:
        changes += _lay_note(person, known, row, manner)
    changes += _lay_reach(person, known, row, manner)
    if draft.external_ids and manner.adds("external_id"):
        numbers = [one for one in draft.external_ids if one not in manner.taken_ids]
        ids = _add(known.external_ids, person.external_ids, numbers, row, "external_ids")
        changes += [("external_id", "", value) for _system, value in ids]
    if draft.tags and manner.adds("tags"):
        changes += _lay_tags(person, known, row)
    return changes


def _lay_reach(person: PersonPlan, known: Known, row: RowPlan, manner: Manner) -> list[Change]:
    draft, changes = row.draft, []
    if draft.emails and manner.adds("email"):
        added = _add(known.emails, person.emails, draft.emails, row, "emails")
        changes += [(shown_as("email", draft.labels.get(one, "")), "", one) for one in added]
    if draft.phones and manner.adds("phone"):
        added = _add(known.phones, person.phones, draft.phones, row, "phones")
        changes += [(shown_as("phone", draft.labels.get(one, "")), "", one) for one in added]
    if draft.profiles and manner.adds("profile"):
        pages = _add(known.profiles, person.profiles, draft.profiles, row, "profiles")
        changes += [("profile", "", url) for _network, url in pages]
    if draft.places and manner.adds("street"):
        changes += _lay_places(person, known, row)
    if draft.labels or draft.places:
        changes += _lay_labels(person, known, row, manner)
    return changes


def shown_as(key: str, label: str) -> str:
    """What a change of a list is called: "email:work" where its kind is said."""
    return f"{key}:{label}" if label and label != OTHER else key


def _lay_name(person: PersonPlan, known: Known, row: RowPlan, manner: Manner) -> list[Change]:
    """A name is one thing: it is taken whole or not at all."""
    contact, draft = known.contact, row.draft
    before, after = contact.full_name, draft.name
    is_first = "name" not in manner.written
    manner.written.add("name")
    if not after or before == after or _is_name_of(known, row):
        return []
    if before and not (is_first and _may_rename(known, manner)):
        if draft.family and contact.family_name and not are_alike(draft, known.named):
            row.notes.append(note("name_differs", here=after, kept=before))
        return []
    given = dict(zip(_NAMES, (draft.given, draft.infix, draft.family), strict=True))
    _write(person, known, row, manner, given)
    return [("full", before, after)]


def _is_name_of(known: Known, row: RowPlan) -> bool:
    """Part by part: what somebody is called (``preferred_name``) is not in question."""
    held = tuple(getattr(known.contact, column) for column in _NAMES)
    return held == (row.draft.given, row.draft.infix, row.draft.family)


def _may_rename(known: Known, manner: Manner) -> bool:
    sources = known.contact.field_sources
    policy = manner.policies.of["full"]
    return all(may_write(policy, "named", sources, column) for column in _NAMES)


def _lay_plain(person: PersonPlan, known: Known, row: RowPlan, manner: Manner) -> list[Change]:
    contact, draft, changes = known.contact, row.draft, []
    for (source, column), after in zip(PLAIN_FIELDS.items(), _said(draft), strict=True):
        if not after or column in manner.written:
            continue
        manner.written.add(column)
        before, shown = getattr(contact, column), SHOWN_AS.get(source, source)
        if before == after:
            continue
        if not manner.is_new and not may_write(
            manner.policies.of[shown], before, contact.field_sources, column
        ):
            continue
        _write(person, known, row, manner, {column: after})
        changes.append((shown, before, after))
    if draft.language or draft.time_zone or draft.is_closed:
        changes += _lay_presets(person, known, row, manner)
    return changes


def _lay_presets(person: PersonPlan, known: Known, row: RowPlan, manner: Manner) -> list[Change]:
    """What everybody has from the beginning: there is nothing of it to be filled in, only to be
    said otherwise."""
    contact, draft, changes = known.contact, row.draft, []
    said = {
        "language": draft.language,
        "time_zone": draft.time_zone,
        "do_not_contact": draft.is_closed,
    }
    for column, after in said.items():
        before = getattr(contact, column)
        if not after or column in manner.written:
            continue
        manner.written.add(column)
        if before == after:
            continue
        policy = manner.policies.of[column]
        if not manner.is_new:
            if not may_write(policy, before or True, contact.field_sources, column):
                continue
            changes.append((column, str(before or ""), str(after)))
        _write(person, known, row, manner, {column: after})
    return changes


def _lay_note(person: PersonPlan, known: Known, row: RowPlan, manner: Manner) -> list[Change]:
    """A note is added to what stands there. Only with a new note does its wish count: a colleague
    may have lifted the mark since."""
    contact, draft = known.contact, row.draft
    if draft.note in contact.note or not manner.adds("note"):
        return []
    values: dict[str, object] = {"note": f"{contact.note}\n{draft.note}".strip()}
    if draft.do_not_contact and not contact.do_not_contact:
        values["do_not_contact"] = True
    _write(person, known, row, manner, values)
    return [("note", "", draft.note)]


def _write(
    person: PersonPlan, known: Known, row: RowPlan, manner: Manner, values: Mapping[str, object]
) -> None:
    """Set columns, and keep what stood there where somebody might want it back."""
    contact = known.contact
    for column, after in values.items():
        if not manner.is_new:
            row.before.setdefault("fields", {})[column] = [getattr(contact, column), after]
        setattr(contact, column, after)
        person.fields.add(column)
    told = [column for column in values if column in freshness.FIELDS]
    if told and not manner.is_new:
        held = row.before.setdefault("sources", {})
        held.update({column: contact.field_sources.get(column) for column in told})
        contact.field_sources = freshness.said(
            contact.field_sources, told, source=Source.IMPORT, detail=manner.file_name
        )
        person.fields.add("field_sources")


T = TypeVar("T")


def _add(held: list[T], added: list[T], given: Sequence[T], row: RowPlan, name: str) -> Iterable[T]:
    fresh = [one for one in given if one not in held]
    if fresh:
        held.extend(fresh)
        added.extend(fresh)
        row.before[name] = fresh
    return fresh


def _lay_labels(person: PersonPlan, known: Known, row: RowPlan, manner: Manner) -> list[Change]:
    """Of what kind an address is that we have: said where nobody did, or written over."""
    said: list[tuple[str, Hashable, str, str]] = [
        ("email" if "@" in value else "phone", value, label, value)
        for value, label in row.draft.labels.items()
    ]
    said += [("street", place.key, place.label, place.words) for place in row.draft.places]
    for value, label in row.draft.labels.items():
        person.labels.setdefault(value, label)
    changes = []
    for key, held, label, shown in said:
        pk, before = known.labels.get(held, (0, label))
        if label in (before, OTHER) or not manner.adds(key):
            continue
        if before != OTHER and key not in manner.policies.overwritten:
            continue
        known.labels[held] = (pk, label)
        person.relabelled.append((key, pk, label))
        row.before.setdefault("labels", []).append([key, pk, before])
        changes.append((shown_as(key, label), "", shown))
    return changes


def _lay_places(person: PersonPlan, known: Known, row: RowPlan) -> list[Change]:
    held = {place.key for place in known.places}
    fresh = [place for place in row.draft.places if place.key not in held]
    if fresh:
        known.places.extend(fresh)
        person.places.extend(fresh)
        row.before["places"] = fresh
    return [(shown_as("street", place.label), "", place.words) for place in fresh]


def _lay_tags(person: PersonPlan, known: Known, row: RowPlan) -> list[Change]:
    fresh = [tag for tag in row.draft.tags if tag.casefold() not in known.tags]
    if fresh:
        known.tags.extend(tag.casefold() for tag in fresh)
        person.tags.extend(fresh)
        row.before["tags"] = fresh
    return [("tags", "", tag) for tag in fresh]
