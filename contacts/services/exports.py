"""Files of people on their way out: asked for, made by a worker, fetched, and forgotten."""

import logging
import tempfile
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from contacts import listing
from contacts.exports.cards import write_cards
from contacts.exports.columns import chosen_columns, with_listed
from contacts.exports.people import in_sets
from contacts.exports.tables import MOST_ROWS_OF_A_SHEET, write_csv, write_workbook
from contacts.listing import Selection
from contacts.models import Contact, ExportRun
from contacts.models.access import visible_units
from contacts.models.contact import ContactQuerySet
from core import audit
from core.errors import DomainError
from core.models import User
from core.permissions import require

logger = logging.getLogger(__name__)

PERMISSION = "contacts.export_contacts"
LEASE = timedelta(seconds=120)
MAX_ATTEMPTS = 3
PAUSE = timedelta(seconds=20)
MOST_WAITING = 5
State = ExportRun.State
Format = ExportRun.Format


class ExportRefused(DomainError):
    code = "export_refused"


class LeaseLost(Exception):
    """Another worker makes the file; this one must not."""


@transaction.atomic
def request_export(
    *, actor: User, format: str, selection: Selection, columns: Sequence[str] = ()
) -> ExportRun:
    """Ask for a file of those whom ``selection`` finds by the time a worker looks."""
    require(actor, PERMISSION)
    if listing.clean(selection, actor) != selection:
        raise ExportRefused(_("One of the filters means nothing any more. Look at the list again."))
    waiting = ExportRun.objects.visible_to(actor).filter(state=State.WAITING)
    if waiting.count() >= MOST_WAITING:
        raise ExportRefused(_("Your earlier exports are still being made. Wait for them first."))
    return ExportRun.objects.create(
        format=format,
        selection=selection,
        columns=list(columns),
        language=actor.language,
        requested_by=actor,
        due_at=timezone.now(),
    )


def people_for(selection: Selection, user: User) -> ContactQuerySet:
    """Whom ``user`` may take along of those: seen by them, and kept where they may export."""
    people = listing.apply(Contact.objects.visible_to(user).active(), selection, user)
    units = visible_units(user, PERMISSION)
    return people if units is None else people.filter(unit__in=units)


def release_expired() -> int:
    return ExportRun.objects.release_expired(timezone.now())


def work_on_next() -> bool:
    """Make the file that waits longest; False when none is waiting."""
    claimed = ExportRun.objects.claim(now=timezone.now(), limit=1, lease=LEASE)
    if not claimed:
        return False
    run = claimed[0]
    try:
        with override(run.language):
            _make(run)
    except LeaseLost:
        logger.warning("Export %s was taken over by another worker", run.pk)
    except ExportRefused as refusal:
        run.finish(state=State.FAILED, outcome=str(refusal), finished_at=timezone.now())
    except Exception:
        logger.exception("Export %s stopped", run.pk)
        _try_later(run)
    return True


def _make(run: ExportRun) -> None:
    user = run.requested_by
    if not user.is_active or listing.clean(run.selection, user) != run.selection:
        raise ExportRefused(_("You may no longer see who this was about."))
    people = people_for(run.selection, user)
    ids = list(people.order_by("sort_key", "pk").values_list("pk", flat=True))
    if run.format == Format.XLSX and len(ids) > MOST_ROWS_OF_A_SHEET:
        raise ExportRefused(_("A workbook holds a million rows. Take CSV, or fewer people."))
    _hold(run, row_count=len(ids), done_count=0)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export"
        _write(run, path, _counted(run, in_sets(ids, Contact.objects.filter(erased_at=None))))
        _keep(run, path)


def _write(run: ExportRun, path: Path, sets: Iterator[Sequence[Contact]]) -> None:
    columns = chosen_columns(run.columns, run.requested_by)
    sets = with_listed(sets, columns, run.requested_by)
    match run.format:
        case Format.CSV:
            # Where a comma is part of a number, spreadsheets part columns by semicolons.
            write_csv(path, columns, sets, ";" if run.language == "nl" else ",")
        case Format.XLSX:
            write_workbook(path, columns, sets)
        case _:
            write_cards(path, sets)


def _counted(run: ExportRun, sets: Iterator[list[Contact]]) -> Iterator[Sequence[Contact]]:
    for people in sets:
        yield people
        _hold(run, done_count=run.done_count + len(people))


@transaction.atomic
def _keep(run: ExportRun, path: Path) -> None:
    _hold(run)
    with path.open("rb") as made:
        run.file.save("export", File(made), save=False)
    now = timezone.now()
    run.finish(
        state=State.READY,
        file=run.file.name,
        size=path.stat().st_size,
        row_count=run.done_count,
        finished_at=now,
        expires_at=now + ExportRun.KEPT,
    )
    audit.record(
        actor=run.requested_by,
        action="contacts.people_exported",
        target=run,
        count=run.done_count,
        format=run.format,
        people=listing.words(run.selection, run.requested_by, is_public=True),
        columns=run.columns,
    )


def _hold(run: ExportRun, **values: object) -> None:
    held = ExportRun.objects.filter(pk=run.pk, lease_token=run.lease_token)
    if not held.update(lease_until=timezone.now() + LEASE, updated_at=timezone.now(), **values):
        raise LeaseLost
    for name, value in values.items():
        setattr(run, name, value)


def _try_later(run: ExportRun) -> None:
    if run.attempts >= MAX_ATTEMPTS:
        words = _("Something went wrong on our side. It has been recorded.")
        run.finish(state=State.FAILED, outcome=words, finished_at=timezone.now())
        return
    run.put_back(due_at=timezone.now() + PAUSE * run.attempts)


def record_fetched(*, run: ExportRun, actor: User) -> None:
    """Whoever takes a file of people home leaves a trace."""
    audit.record(actor=actor, action="contacts.export_fetched", target=run, count=run.row_count)


def forget_old() -> int:
    """Delete the files whose day is over; the rows stay to tell that they were made."""
    over = ExportRun.objects.filter(state=State.READY, expires_at__lte=timezone.now())
    for run in over:
        discard(run=run)
    return len(over)


@transaction.atomic
def discard(*, run: ExportRun) -> None:
    """Delete its file now."""
    current = ExportRun.objects.select_for_update().get(pk=run.pk)
    if current.state != State.READY:
        return
    name, storage = str(current.file.name), current.file.storage
    current.state, current.file = State.GONE, ""
    current.save(update_fields=["state", "file", "updated_at"])
    transaction.on_commit(lambda: storage.delete(name))
