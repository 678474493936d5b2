"""Promises: made, kept, agreed anew, broken, withdrawn; and each of these taken back."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contacts.models import Contact
from core import audit, events
from core.errors import DomainError
from core.models import User
from relationships.choices import Party
from relationships.events import PromiseChanged, PromiseMade, PromiseTakenBack
from relationships.models import Interaction, Promise
from relationships.services.cadence import refuse_unless_seen

State = Promise.State


class PromiseRefused(DomainError):
    code = "promise_refused"


@transaction.atomic
def make_promise(
    *,
    contact: Contact,
    actor: User | None,
    text: str,
    due_on: date,
    side: str = Party.US,
    promiser: User | None = None,
    interaction: Interaction | None = None,
    note_key: str = "",
) -> Promise:
    """``promiser``: who of us gave our word, or was given theirs. They must see the person."""
    refuse_unless_seen(contact.pk, promiser)
    promise = Promise.objects.create(
        contact=contact,
        side=side,
        text=_worded(text),
        due_on=due_on,
        promiser=promiser,
        interaction=interaction,
        note_key=note_key,
        created_by=actor,
    )
    _tell_made(promise, actor)
    return promise


def keep_promise(*, promise: Promise, actor: User | None, now: datetime | None = None) -> Promise:
    return _close(promise, actor, State.KEPT, now=now)


def break_promise(
    *, promise: Promise, actor: User | None, reason: str = "", now: datetime | None = None
) -> Promise:
    """It was not kept and will not be. Said plainly, it is the start of putting it right."""
    return _close(promise, actor, State.BROKEN, reason=reason, now=now)


def withdraw_promise(
    *, promise: Promise, actor: User | None, reason: str, now: datetime | None = None
) -> Promise:
    """It no longer stands, because of ``reason``: nobody waits for it any more."""
    if not reason.strip():
        raise PromiseRefused(_("Say why this promise no longer stands."))
    return _close(promise, actor, State.WITHDRAWN, reason=reason, now=now)


@transaction.atomic
def renegotiate_promise(
    *,
    promise: Promise,
    actor: User | None,
    due_on: date,
    text: str = "",
    reason: str = "",
    now: datetime | None = None,
) -> Promise:
    """Put another in its place, with the other side's consent; return the new one."""
    if due_on < timezone.localdate(now):
        raise PromiseRefused(_("What is agreed anew is for today or later."))
    current = _close(promise, actor, State.RENEGOTIATED, reason=reason, now=now)
    new = Promise.objects.create(
        contact_id=current.contact_id,
        side=current.side,
        text=_worded(text or current.text),
        due_on=due_on,
        promiser=current.promiser,
        interaction_id=current.interaction_id,
        replaces=current,
        created_by=actor,
    )
    _tell_made(new, actor)
    return new


@transaction.atomic
def reopen_promise(*, promise: Promise, actor: User | None) -> Promise:
    """Undo what closed it. What came in its place goes, unless that has a history of its own."""
    current = Promise.objects.select_for_update().get(pk=promise.pk)
    if current.is_open:
        return current
    successor = Promise.objects.select_for_update().filter(replaces=current).first()
    if successor is not None:
        take_back_promise(promise=successor, actor=actor)
    before = current.state
    current.state, current.reason = State.OPEN, ""
    current.closed_at, current.closed_by = None, None
    current.save(update_fields=["state", "reason", "closed_at", "closed_by", "updated_at"])
    audit.record(
        actor=actor, action="relationships.promise_reopened", target=current, before=before
    )
    _tell_changed(current, actor)
    return current


@transaction.atomic
def correct_promise(*, promise: Promise, actor: User | None, text: str, due_on: date) -> Promise:
    """It was written down wrongly, or its note was: what was agreed did not change."""
    current = _lock_open(promise)
    audit.record(
        actor=actor,
        action="relationships.promise_corrected",
        target=current,
        before=current.due_on.isoformat(),
        due_on=due_on.isoformat(),
    )
    current.text, current.due_on = _worded(text), due_on
    current.save(update_fields=["text", "due_on", "updated_at"])
    _tell_changed(current, actor)
    return current


@transaction.atomic
def put_promise_off_desk(*, promise: Promise, actor: User, until: date | None) -> Promise:
    """Have it back on the desk of who gave it from ``until`` on. The word itself stands: it is due
    when it was, and holds automated mail as before.
    """
    current = _lock_open(promise)
    audit.record(
        actor=actor,
        action="relationships.promise_put_off",
        target=current,
        until=until.isoformat() if until else None,
    )
    current.desk_from = until
    current.save(update_fields=["desk_from", "updated_at"])
    return current


@transaction.atomic
def hand_over_promise(
    *, promise: Promise, actor: User, promiser: User | None, note: str = ""
) -> Promise:
    """Let a colleague keep it, who must see the person; ``note``: a word with it."""
    current = _lock_open(promise)
    refuse_unless_seen(current.contact_id, promiser)
    audit.record(
        actor=actor,
        action="relationships.promise_handed_over",
        target=current,
        before=current.promiser_id,
        promiser=promiser.pk if promiser else None,
    )
    current.promiser, current.desk_from = promiser, None
    current.handed_over_by = actor if note else None
    current.handed_over_note = note.strip()[:300]
    current.save(
        update_fields=[
            *("promiser", "desk_from", "handed_over_by", "handed_over_note", "updated_at"),
        ]
    )
    _tell_changed(current, actor)
    return current


@transaction.atomic
def take_back_promise(*, promise: Promise, actor: User | None) -> None:
    """Undo the making: as if it had never been written down. Only one that is still open."""
    current = _lock_open(promise)
    audit.record(
        actor=actor,
        action="relationships.promise_taken_back",
        target=current.contact,
        promise=current.pk,
    )
    event = PromiseTakenBack(
        promise_id=current.pk,
        contact_id=current.contact_id,
        actor_id=actor.pk if actor else None,
    )
    current.delete()
    events.publish(event)


@transaction.atomic
def _close(
    promise: Promise, actor: User | None, state: str, *, reason: str = "", now: datetime | None
) -> Promise:
    """Of two who close it at once, one is refused."""
    current = _lock_open(promise)
    current.state, current.reason = state, reason.strip()[:300]
    current.closed_at, current.closed_by = now or timezone.now(), actor
    current.save(update_fields=["state", "reason", "closed_at", "closed_by", "updated_at"])
    audit.record(actor=actor, action=f"relationships.promise_{state}", target=current)
    _tell_changed(current, actor)
    return current


def _lock_open(promise: Promise) -> Promise:
    current = Promise.objects.select_for_update().filter(pk=promise.pk).first()
    if current is None:
        raise PromiseRefused(_("This promise was taken back."))
    if not current.is_open:
        raise PromiseRefused(_("This promise has been settled already."))
    return current


def _worded(text: str) -> str:
    words = " ".join(text.split())
    if not words:
        raise PromiseRefused(_("Say what was promised."))
    return words[:300]


def _tell_made(promise: Promise, actor: User | None) -> None:
    audit.record(
        actor=actor,
        action="relationships.promise_made",
        target=promise,
        side=promise.side,
        due_on=promise.due_on.isoformat(),
    )
    events.publish(
        PromiseMade(
            promise_id=promise.pk,
            contact_id=promise.contact_id,
            side=promise.side,
            actor_id=actor.pk if actor else None,
        )
    )


def _tell_changed(promise: Promise, actor: User | None) -> None:
    events.publish(
        PromiseChanged(
            promise_id=promise.pk,
            contact_id=promise.contact_id,
            side=promise.side,
            state=promise.state,
            actor_id=actor.pk if actor else None,
        )
    )
