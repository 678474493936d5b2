"""What an import will do with each person of a batch: create, update, skip or refuse, and why.

The dry run and the import both go through here, so that what was promised is what is done.
Nothing is written; ``writing`` does that with the plans.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from contacts.choices import Source
from contacts.imports import targets
from contacts.imports.laying import Manner, Policies, lay
from contacts.imports.matching import Directory, Known, Match
from contacts.imports.notes import Note, is_refusal, note
from contacts.imports.persons import PersonPlan, RowPlan
from contacts.imports.rows import FileRow
from contacts.imports.scope import Scope
from contacts.imports.targets import TargetPlan, TargetRow
from contacts.models import Contact, ImportRow, ImportRun, Suppression
from contacts.suppression import digests_of
from core.bulk import like

Outcome = ImportRow.Outcome


@dataclass(slots=True)
class BatchPlan:
    people: list[PersonPlan]
    target_plans: dict[str, TargetPlan]

    @property
    def settled_until(self) -> date | None:
        """The first day on which some row of these may mean something else than today."""
        days = [
            outcome.holds_until
            for one in self.target_plans.values()
            for outcome in one.outcomes
            if outcome.holds_until is not None
        ]
        return min(days, default=None)


def plan(
    run: ImportRun, rows: Sequence[FileRow], scope: Scope, *, locks: bool = False
) -> BatchPlan:
    """Plan ``rows``: all rows of each person that they tell of, with their drafts, in the order of
    the file.

    ``locks``: the plan is going to be carried out, so the people in it are locked.
    """
    groups: dict[int, list[RowPlan]] = {}
    for row in rows:
        groups.setdefault(row.person, []).append(RowPlan(row, row.draft))
    people = [PersonPlan(group) for group in groups.values()]
    for person in people:
        for planned in person.rows:
            planned.notes.extend(planned.draft.notes)
            if is_refusal(planned.draft.notes):
                planned.outcome = Outcome.REFUSED
    _heed_suppressions(people)
    trusts_email = run.options.get("trusts_email") == "yes"
    drafts = [one.draft for person in people for one in person.accepted]
    frame = _Frame(run, scope, Policies(run.options), _blank(run))
    directory = Directory(drafts, scope.visible, locks=locks)
    for person in people:
        theirs = [one.draft for one in person.accepted]
        if theirs:
            match = directory.match(theirs, trusts_email=trusts_email)
            _plan_person(person, match, frame)
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


@dataclass(frozen=True, slots=True)
class _Frame:
    """What holds for every person of a batch; ``blank`` is what someone new begins as."""

    run: ImportRun
    scope: Scope
    policies: Policies
    blank: Contact


def _plan_person(person: PersonPlan, match: Match, frame: _Frame) -> None:
    known = match.known
    if known is not None and not _may_go_on(person, known, frame.scope):
        return
    first = person.accepted[0]
    if known is None:
        known = Known(like(frame.blank, custom_values={}, field_sources={}))
        first.outcome = Outcome.CREATED
    person.known = known
    first.notes.extend(_remarks(match, known))
    elsewhere = {one for other in match.others for one in other.external_ids}
    taken = elsewhere.union(match.taken_ids)
    manner = Manner(frame.policies, frame.run.file_name, taken, person.is_new)
    for row in person.accepted:
        row.changes = lay(person, known, row, manner)
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
    kept = known.contact.full_name if match.others else ""
    notes = [
        note("several_matches", kept=kept, other=other.contact.full_name) for other in match.others
    ]
    notes += [
        note("shared_address", name=other.contact.full_name) for other in match.shares_email_with
    ]
    return notes + [note("id_taken", value=value) for _system, value in match.taken_ids]


def _plan_targets(people: Sequence[PersonPlan], run: ImportRun) -> dict[str, TargetPlan]:
    """Ask the higher apps what the rows mean to them, and add that to each row."""
    rows = [
        (person, row) for person in people if person.known is not None for row in person.accepted
    ]
    asked = [
        TargetRow(row.row.person, person.known.contact.pk, row.draft)
        for person, row in rows
        if person.known is not None
    ]
    mapped = set(run.mapping.values())
    importer = run.started_by_id or run.uploaded_by_id
    options = {**run.options, "importer": str(importer)}
    plans = {
        one.key: one.plan(asked, options)
        for one in targets.all_targets()
        if one.options or any(field.key in mapped for field in one.all_fields)
    }
    for target_plan in plans.values():
        for (_person, row), outcome in zip(rows, target_plan.outcomes, strict=True):
            row.notes.extend(outcome.notes)
            row.changes.extend(outcome.changes)
            if outcome.changes and row.outcome == Outcome.SKIPPED:
                row.outcome = Outcome.UPDATED
    for _person, row in rows:
        if row.outcome == Outcome.SKIPPED:
            row.notes.append(note("unchanged"))
    return plans
