"""What an import will do with each person of a batch: create, update, skip or refuse, and why.

The dry run and the import both go through here, so that what was promised is what is done.
Nothing is written; ``writing`` does that with the plans.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from contacts.choices import Source
from contacts.imports import targets
from contacts.imports.drafts import Draft, are_alike
from contacts.imports.matching import Directory, Known, Match
from contacts.imports.notes import Note, is_refusal, note
from contacts.imports.rows import FileRow, RowReader
from contacts.imports.scope import Scope
from contacts.imports.targets import TargetPlan, TargetRow
from contacts.models import Contact, ImportRow, ImportRun, Suppression
from contacts.suppression import digests_of
from core.bulk import like

Outcome = ImportRow.Outcome
Change = tuple[str, str, str]
OVERWRITE = "overwrite"

# Field of a draft: column of a contact. What is filled, or overwritten if the run says so.
PLAIN_FIELDS = {
    "preferred": "preferred_name",
    "headline": "headline",
    "organisation": "organisation_name",
    "city": "city",
    "country": "country",
}
# By which key of ``columns`` a change is shown.
SHOWN_AS = {"headline": "position"}


@dataclass(slots=True)
class RowPlan:
    row: FileRow
    draft: Draft
    outcome: str = ""
    notes: list[Note] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    # What an undo needs that the changes, made for reading, do not hold.
    before: dict[str, Any] = field(default_factory=dict)

    @property
    def is_settled(self) -> bool:
        """Whether the row speaks for itself: nothing to remark but what its own cells gave cause
        for, so that the same row again has nothing new to say either."""
        if self.outcome == Outcome.REFUSED:
            return False
        return all(one in self.draft.notes or one[0] == "unchanged" for one in self.notes)

    def refuse(self, *notes: Note) -> None:
        self.outcome = Outcome.REFUSED
        self.notes.extend(notes)


@dataclass(slots=True)
class PersonPlan:
    """The rows about one person, and the person as they will be.

    ``known.contact`` has no primary key when they are to be made. ``fields`` are the columns that
    change; the lists hold what is added.
    """

    rows: list[RowPlan]
    known: Known | None = None
    fields: set[str] = field(default_factory=set)
    emails: list[str] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)
    profiles: list[tuple[str, str]] = field(default_factory=list)
    external_ids: list[tuple[str, str]] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    was_new: bool = False

    @property
    def is_new(self) -> bool:
        return self.known is not None and self.known.contact.pk is None

    @property
    def is_changed(self) -> bool:
        """Whether anything of the person themself changes."""
        added = self.emails or self.phones or self.profiles or self.external_ids or self.tags
        return bool(self.fields or added)

    @property
    def accepted(self) -> list[RowPlan]:
        return [row for row in self.rows if row.outcome != Outcome.REFUSED]


@dataclass(slots=True)
class BatchPlan:
    people: list[PersonPlan]
    target_plans: list[TargetPlan]

    @property
    def settled_until(self) -> date | None:
        """The first day on which some row of these may mean something else than today."""
        days = [
            outcome.holds_until
            for one in self.target_plans
            for outcome in one.outcomes
            if outcome.holds_until is not None
        ]
        return min(days, default=None)


def plan(
    run: ImportRun, rows: Sequence[FileRow], scope: Scope, *, locks: bool = False
) -> BatchPlan:
    """Plan ``rows``: all rows of each person that they tell of, in the order of the file.

    ``locks``: the plan is going to be carried out, so the people in it are locked.
    """
    reader = RowReader(run)
    groups: dict[int, list[RowPlan]] = {}
    for row in rows:
        groups.setdefault(row.person, []).append(RowPlan(row, reader.read(row)))
    people = [PersonPlan(group) for group in groups.values()]
    for person in people:
        for planned in person.rows:
            planned.notes.extend(planned.draft.notes)
            if is_refusal(planned.draft.notes):
                planned.outcome = Outcome.REFUSED
    _heed_suppressions(people)
    trusts_email = run.options.get("trusts_email") == "yes"
    drafts = [one.draft for person in people for one in person.accepted]
    blank = _blank(run)
    directory = Directory(drafts, scope.visible, locks=locks)
    for person in people:
        theirs = [one.draft for one in person.accepted]
        if theirs:
            match = directory.match(theirs, trusts_email=trusts_email)
            _plan_person(person, match, run, scope, blank)
    return BatchPlan(people, _plan_targets(people, run))


def _heed_suppressions(people: Sequence[PersonPlan]) -> None:
    """Say which addresses are never written to, and keep out who asked to be erased."""
    digests = {
        digest: address
        for person in people
        for row in person.accepted
        for address in row.draft.emails
        for digest in digests_of(address)
    }
    held = Suppression.objects.filter(digest__any=list(digests)).values_list("digest", "reason")
    reasons = {digests[digest]: reason for digest, reason in held}
    if not reasons:
        return
    for person in people:
        for row in person.accepted:
            for address in row.draft.emails:
                if reasons.get(address) == Suppression.Reason.ERASED:
                    row.refuse(note("erased"))
                elif address in reasons:
                    row.notes.append(note("suppressed", address=address))


def _plan_person(
    person: PersonPlan, match: Match, run: ImportRun, scope: Scope, blank: Contact
) -> None:
    known = match.known
    if known is not None and not _may_go_on(person, known, scope):
        return
    first = person.accepted[0]
    if known is None:
        known = Known(like(blank, custom_values={}, field_sources={}))
        first.outcome = Outcome.CREATED
    person.known = known
    first.notes.extend(_remarks(match, known))
    elsewhere = {one for other in match.others for one in other.external_ids}
    manner = _Manner(
        overwrites=run.options.get("policy") == OVERWRITE,
        taken_ids=elsewhere.union(match.taken_ids),
    )
    for row in person.accepted:
        row.changes = _bring(person, known, row, manner)
        if row is not first:
            row.notes.insert(0, note("same_person", row=first.row.number))
        if not row.outcome:
            row.outcome = Outcome.UPDATED if row.changes else Outcome.SKIPPED


def _may_go_on(person: PersonPlan, known: Known, scope: Scope) -> bool:
    reason = ""
    if known.contact.archived_at is not None:
        reason = "archived"
    elif not scope.may_change(known.contact):
        reason = "not_yours"
    if reason:
        for row in person.accepted:
            row.refuse(note(reason, name=known.contact.full_name))
    return not reason


def _blank(run: ImportRun) -> Contact:
    return Contact(
        source=Source.IMPORT, unit_id=run.unit_id, language=run.options.get("language") or "nl"
    )


def _remarks(match: Match, known: Known) -> list[Note]:
    kept = known.contact.full_name
    notes = [
        note("several_matches", kept=kept, other=other.contact.full_name) for other in match.others
    ]
    notes += [
        note("shared_address", name=other.contact.full_name) for other in match.shares_email_with
    ]
    return notes + [note("id_taken", value=value) for _system, value in match.taken_ids]


@dataclass(slots=True)
class _Manner:
    """How the rows of one person are laid over them. What a row has ``written``, or found to be
    so, a later row of the same file does not change: else the file would never come to rest.
    """

    overwrites: bool
    taken_ids: Collection[tuple[str, str]]
    written: set[str] = field(default_factory=set)


def _bring(person: PersonPlan, known: Known, row: RowPlan, manner: _Manner) -> list[Change]:
    """Lay one row over the person; answer what that changes."""
    draft = row.draft
    numbers = [one for one in draft.external_ids if one not in manner.taken_ids]
    changes = _bring_name(person, known, row, manner)
    changes += _bring_plain(person, known, draft, manner)
    changes += _bring_note(person, known, draft)
    added = _add(known.emails, person.emails, draft.emails)
    changes += [("email", "", address) for address in added]
    added = _add(known.phones, person.phones, draft.phones)
    changes += [("phone", "", number) for number in added]
    pages = _add(known.profiles, person.profiles, draft.profiles)
    changes += [("profile", "", url) for _network, url in pages]
    changes += [
        ("external_id", "", value)
        for _system, value in _add(known.external_ids, person.external_ids, numbers)
    ]
    return changes + _bring_tags(person, known, draft)


def _bring_name(person: PersonPlan, known: Known, row: RowPlan, manner: _Manner) -> list[Change]:
    """A name is one thing: it is taken whole or not at all."""
    contact, draft = known.contact, row.draft
    before, after = contact.full_name, draft.name
    is_open = "name" not in manner.written and (manner.overwrites or not before)
    manner.written.add("name")
    if before == after:
        return []
    if not is_open:
        if draft.family and contact.family_name and not are_alike(draft, known.named):
            row.notes.append(note("name_differs", here=after, kept=before))
        return []
    contact.given_name, contact.infix, contact.family_name = draft.given, draft.infix, draft.family
    person.fields |= {"given_name", "infix", "family_name"}
    return [("full", before, after)]


def _bring_plain(person: PersonPlan, known: Known, draft: Draft, manner: _Manner) -> list[Change]:
    contact, changes = known.contact, []
    for source, column in PLAIN_FIELDS.items():
        after, before = getattr(draft, source), getattr(contact, column)
        if not after or column in manner.written:
            continue
        manner.written.add(column)
        if before == after or (before and not manner.overwrites):
            continue
        setattr(contact, column, after)
        person.fields.add(column)
        changes.append((SHOWN_AS.get(source, source), before, after))
    if draft.language and contact.pk is None and "language" not in manner.written:
        manner.written.add("language")
        contact.language = draft.language
    return changes


def _bring_note(person: PersonPlan, known: Known, draft: Draft) -> list[Change]:
    """A note is added to what stands there. Only with a new note does its wish count: a colleague
    may have lifted the mark since."""
    contact = known.contact
    if not draft.note or draft.note in contact.note:
        return []
    changes: list[Change] = [("note", "", draft.note)]
    contact.note = f"{contact.note}\n{draft.note}".strip()
    person.fields.add("note")
    if draft.do_not_contact and not contact.do_not_contact:
        contact.do_not_contact = True
        person.fields.add("do_not_contact")
    return changes


T = TypeVar("T")


def _add(held: list[T], added: list[T], given: Sequence[T]) -> list[T]:
    fresh = [one for one in given if one not in held]
    held.extend(fresh)
    added.extend(fresh)
    return fresh


def _bring_tags(person: PersonPlan, known: Known, draft: Draft) -> list[Change]:
    fresh = [tag for tag in draft.tags if tag.casefold() not in known.tags]
    known.tags.extend(tag.casefold() for tag in fresh)
    person.tags.extend(fresh)
    return [("tags", "", tag) for tag in fresh]


def _plan_targets(people: Sequence[PersonPlan], run: ImportRun) -> list[TargetPlan]:
    """Ask the higher apps what the rows mean to them, and add that to each row."""
    rows = [
        (person, row) for person in people if person.known is not None for row in person.accepted
    ]
    asked = [
        TargetRow(row.row.person, person.known.contact.pk, row.draft)
        for person, row in rows
        if person.known is not None
    ]
    plans = [target.plan(asked, run.options) for target in targets.all_targets()]
    for target_plan in plans:
        for (_person, row), outcome in zip(rows, target_plan.outcomes, strict=True):
            row.notes.extend(outcome.notes)
            row.changes.extend(outcome.changes)
            if outcome.changes and row.outcome == Outcome.SKIPPED:
                row.outcome = Outcome.UPDATED
    for _person, row in rows:
        if row.outcome == Outcome.SKIPPED:
            row.notes.append(note("unchanged"))
    return plans
