"""Beginning, stopping and undoing an act on many people. ``bulk_work`` does it."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from contacts import bulk_acts, listing
from contacts.bulk_acts import BulkAct, Options
from contacts.listing import Selection
from contacts.models import BulkRow, BulkRun, Contact
from contacts.models.contact import ContactQuerySet
from core import audit
from core.errors import DomainError
from core.models import QueuedRow, User
from core.permissions import require

State = BulkRun.State


class BulkRefused(DomainError):
    code = "bulk_refused"


def people_of(selection: Selection, user: User) -> ContactQuerySet:
    """Whom ``selection`` means for ``user``, each once."""
    found = listing.apply(Contact.objects.visible_to(user).active(), selection, user)
    return Contact.objects.filter(pk__in=found.order_by().values("pk"))


def begin(*, act: BulkAct, options: Options, selection: Selection, actor: User) -> BulkRun:
    """Ask for ``act`` on all whom ``selection`` finds by the time a worker looks.

    A selection of which ``actor`` may not use a part is refused: without it, it would find more.
    """
    require(actor, act.permission)
    if listing.clean(selection, actor) != selection:
        raise BulkRefused(_("One of the filters means nothing any more. Look at the list again."))
    return BulkRun.objects.create(
        act=act.key,
        options=options,
        selection=selection,
        started_by=actor,
        due_at=timezone.now(),
    )


@transaction.atomic
def stop(*, run: BulkRun, actor: User) -> BulkRun:
    """Do no more of it: who was not reached stays as they are."""
    current = BulkRun.objects.select_for_update().get(pk=run.pk)
    if current.state not in (State.GATHERING, State.RUNNING):
        raise BulkRefused(_("It is not running any more."))
    _move(current, State.STOPPED, QueuedRow.QueueState.DONE, finished_at=timezone.now())
    record_end(current, actor)
    return current


@transaction.atomic
def undo(*, run: BulkRun, actor: User) -> BulkRun:
    """Give everybody back what they had; whoever was changed since is left, and reported."""
    current = BulkRun.objects.select_for_update().get(pk=run.pk)
    if not bulk_acts.is_undoable(current):
        raise BulkRefused(_("This can no longer be undone."))
    return _move(
        current,
        State.UNDOING,
        QueuedRow.QueueState.WAITING,
        due_at=timezone.now(),
        undone_by=actor,
        attempts=0,
        cursor=0,
        done_count=0,
        total=current.rows.filter(outcome=BulkRow.Outcome.DONE).count(),
        dismissed_at=None,
    )


def dismiss(*, run: BulkRun, actor: User) -> None:
    """Take its outcome away from above the list; it stays among the bulk acts."""
    BulkRun.objects.filter(pk=run.pk, started_by=actor).update(dismissed_at=timezone.now())


def forget_rows() -> int:
    """Drop what people had before acts that can no longer be undone; the counts stay."""
    old = BulkRun.objects.filter(created_at__lt=timezone.now() - bulk_acts.KEPT_FOR)
    ended = old.filter(queue_state=QueuedRow.QueueState.DONE)
    count, _by_model = BulkRow.objects.filter(run__in=ended.values("pk")).delete()
    return count


def record_end(run: BulkRun, actor: User) -> None:
    """The one entry of the audit log that tells of the whole, in the words of who did it."""
    with override(actor.language):
        audit.record(
            actor=actor,
            action=f"contacts.bulk_{run.state}",
            target=run,
            act=bulk_acts.words_of(run),
            people=listing.words(run.selection, run.started_by, is_public=True),
            **run.outcomes,
        )


def _move(run: BulkRun, state: str, queue_state: str, **fields: object) -> BulkRun:
    """To another state, out of the hands of any worker: its token is good no longer."""
    run.state, run.queue_state = state, queue_state
    run.lease_token = run.lease_until = None
    for name, value in fields.items():
        setattr(run, name, value)
    run.save()
    return run
