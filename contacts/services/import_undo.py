"""Undoing a whole import, for as long as its rows are kept: by a worker, a batch at a time."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contacts.events import ContactRemoved, ContactUpdated
from contacts.imports import targets
from contacts.imports.notes import Note, note
from contacts.imports.undoing import Brought, put_back_fields, take_out_of_lists, touched
from contacts.models import Contact, ImportRow, ImportRun
from contacts.services.addresses import follow_place
from contacts.services.contacts import refresh_derived_columns
from contacts.services.import_lease import hold
from contacts.services.imports import ImportNotReady
from contacts.services.search_words import forget_words, words_of
from core import audit, events
from core.bulk import update_all, update_rows
from core.models import User

State = ImportRun.State
Undone = ImportRow.Undone
Outcome = ImportRow.Outcome
ROWS_PER_BATCH = 500


def undo_until(run: ImportRun) -> datetime | None:
    """Until when the import may be undone; None when it cannot."""
    if run.state != State.IMPORTED or run.finished_at is None or run.cleared_at is not None:
        return None
    until = run.finished_at + timedelta(days=settings.IMPORT_KEEP_DAYS)
    return until if timezone.now() < until else None


@transaction.atomic
def undo_import(*, run: ImportRun, actor: User) -> ImportRun:
    """Have a worker take back what the import did."""
    current = ImportRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
    if undo_until(current) is None:
        raise ImportNotReady(_("This import can no longer be undone."))
    current.state = State.UNDOING
    current.queue_state = ImportRun.QueueState.WAITING
    current.due_at = timezone.now()
    current.attempts = current.done_count = 0
    current.cursor = _last_number(current) + 1
    current.undone_by = actor
    current.counts = {**current.counts, "undone": {}}
    current.save()
    return current


def _last_number(run: ImportRun) -> int:
    last = run.rows.order_by("-number").values_list("number", flat=True).first()
    return last or 0


@dataclass(slots=True)
class _Row:
    pk: int
    number: int
    person: int
    outcome: str
    contact_id: int | None
    done_at: datetime
    before: dict[str, Any]
    notes: list[Note]
    undone_as: str = ""

    def become(self, undone_as: str, *notes: Note) -> None:
        self.undone_as = undone_as
        self.notes = [*self.notes, *(list(one) for one in notes)]  # type: ignore[list-item]


_COLUMNS = ("pk", "number", "person", "outcome", "contact_id", "done_at", "before", "notes")


def undo_rows(run: ImportRun, actor: User) -> None:
    """From the last row to the first, so that what two rows did to one field unfolds in turn."""
    while rows := _next_rows(run):
        with transaction.atomic():
            hold(run, cursor=min(row.number for row in rows))
            _undo(run, rows, actor)
            counts = Counter(run.counts.get("undone", {}))
            counts.update(row.undone_as for row in rows)
            hold(
                run,
                done_count=run.done_count + len(rows),
                counts={**run.counts, "undone": dict(counts)},
            )


@transaction.atomic
def close_undo(run: ImportRun, actor: User) -> None:
    hold(run)
    audit.record(
        actor=actor,
        action="contacts.import_undone",
        target=run,
        file=run.file_name,
        **{str(name): run.counts.get("undone", {}).get(name, 0) for name in Undone.values},
    )
    run.finish(state=State.UNDONE, undone_at=timezone.now())


def _next_rows(run: ImportRun) -> list[_Row]:
    """The last rows that did something, with all others about the same people."""
    did = run.rows.filter(outcome__in=[Outcome.CREATED, Outcome.UPDATED], undone_as="")
    chosen = did.filter(number__lt=run.cursor).order_by("-number")[:ROWS_PER_BATCH]
    people = list(chosen.values_list("person", flat=True))
    found = did.filter(person__any=people) | did.filter(number__any=people)
    return [_Row(*row) for row in found.order_by("-number").values_list(*_COLUMNS)]


@dataclass(slots=True)
class _Undoing:
    """What is known of the people of one batch."""

    contacts: dict[int, Contact]
    done_at: dict[int, datetime] = field(default_factory=dict)
    touched: set[int] = field(default_factory=set)


def _undo(run: ImportRun, rows: Sequence[_Row], actor: User) -> None:
    ids = {row.contact_id for row in rows if row.contact_id is not None}
    held = Contact.objects.select_for_update().filter(
        pk__any=list(ids), merged_into=None, erased_at=None, archived_at=None
    )
    undoing = _Undoing({contact.pk: contact for contact in held.order_by("pk")})
    for row in rows:
        if row.contact_id in undoing.contacts:
            known = undoing.done_at.get(row.contact_id, row.done_at)
            undoing.done_at[row.contact_id] = max(known, row.done_at)
    undoing.touched = touched(undoing.done_at)
    made = {row.contact_id for row in rows if row.outcome == Outcome.CREATED}
    _remove(rows, undoing, actor, {pk for pk in made if pk is not None})
    _put_back(run, rows, undoing, actor, made)
    update_rows(
        ImportRow,
        ["undone_as", "notes"],
        [row.pk for row in rows],
        [[row.undone_as for row in rows], [row.notes for row in rows]],
    )


def _remove(rows: Sequence[_Row], undoing: _Undoing, actor: User, made: set[int]) -> None:
    """Whom the file made, with all that hangs on them in every app."""
    gone = {pk for pk in made if pk in undoing.contacts and pk not in undoing.touched}
    for row in rows:
        if row.contact_id in gone:
            row.become(Undone.REMOVED)
        elif row.contact_id in made:
            row.become(Undone.KEPT, note("undo_touched"))
    if not gone:
        return
    words = words_of([undoing.contacts[pk] for pk in gone])
    Contact.objects.filter(pk__in=gone).delete()
    forget_words(words)
    events.publish(*(ContactRemoved(contact_id=pk, actor_id=actor.pk) for pk in sorted(gone)))


def _put_back(
    run: ImportRun,
    rows: Sequence[_Row],
    undoing: _Undoing,
    actor: User,
    made: set[int | None],
) -> None:
    waiting: dict[int, list[_Row]] = {}
    for row in rows:
        if row.undone_as:
            continue
        if row.contact_id is None or row.contact_id not in undoing.contacts:
            row.become(Undone.KEPT, note("undo_gone"))
        else:
            waiting.setdefault(row.contact_id, []).append(row)
    brought = [
        Brought(undoing.contacts[pk], undoing.done_at[pk], [row.before for row in theirs])
        for pk, theirs in waiting.items()
    ]
    put_back_fields(brought)
    update_all(
        [one.contact for one in brought if one.restored],
        sorted({column for one in brought for column in one.restored}),
    )
    take_out_of_lists(brought)
    _follow_back(brought)
    _put_back_targets(brought, actor)
    changed = [one for one in brought if one.restored]
    refresh_derived_columns(contact_ids=[one.contact.pk for one in changed])
    events.publish(
        *(
            ContactUpdated(
                contact_id=one.contact.pk,
                actor_id=actor.pk,
                fields=sorted(one.restored - {"field_sources"}),
            )
            for one in changed
        )
    )
    for one in brought:
        told = list(dict.fromkeys((code, values["key"]) for code, values in one.notes))
        notes = [note(code, key=key) for code, key in told]
        undone_as = Undone.PUT_BACK if not notes else Undone.PARTLY
        if notes and not one.restored:
            undone_as = Undone.KEPT
        for row in waiting[one.contact.pk]:
            row.become(undone_as, *notes)


def _follow_back(brought: Sequence[Brought]) -> None:
    """Where a city was put back, so is the address that is the primary one. What stood there of a
    city alone meanwhile, goes.
    """
    for one in brought:
        if {"city", "country"}.isdisjoint(one.restored) or not follow_place(one.contact):
            continue
        one.contact.postal_addresses.filter(lines="", postcode="", is_primary=False).delete()


def _put_back_targets(brought: Sequence[Brought], actor: User) -> None:
    """Ask the other parts of the house to take back what they made of the rows."""
    for target in targets.all_targets():
        if target.undo is None:
            continue
        made = [
            (one, before["targets"][target.key])
            for one in brought
            for before in one.befores
            if target.key in before.get("targets", {})
        ]
        if made:
            target.undo(made, actor)
