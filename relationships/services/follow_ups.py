"""Follow-ups: what a colleague must do by a day. People read them as tasks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from contacts.models import Contact, TalentPool
from core import audit, events
from core.errors import DomainError
from core.models import User
from relationships.events import FollowUpClosed, FollowUpCreated, FollowUpReopened
from relationships.models import FollowUp
from relationships.services.cadence import refuse_unless_seen


class FollowUpRefused(DomainError):
    code = "follow_up_refused"


@dataclass(frozen=True, kw_only=True)
class NewFollowUp:
    contact: Contact
    title: str
    due_on: date
    assignee: User | None = None
    body: str = ""
    kind: str = FollowUp.Kind.TASK
    key: str | None = None
    occurred_on: date | None = None
    interaction_id: int | None = None
    fact_id: int | None = None


def create_follow_up(
    *,
    contact: Contact,
    actor: User | None,
    title: str,
    due_on: date,
    assignee: User | None = None,
    body: str = "",
    kind: str = FollowUp.Kind.TASK,
) -> FollowUp:
    """One task. Unlike the plural, which is for machines, it asks that the assignee can do it."""
    refuse_unless_seen(contact.pk, assignee)
    new = NewFollowUp(
        contact=contact, title=title, due_on=due_on, assignee=assignee, body=body, kind=kind
    )
    return create_follow_ups(new=[new], actor=actor)[0]


def ask_introduction(
    *, contact: Contact, actor: User, colleague: User, note: str, due_on: date
) -> FollowUp:
    """Ask a colleague who knows somebody to introduce ``actor``: a task of theirs."""
    with override(colleague.language):
        title = _("Introduce %(who)s to %(name)s") % {"who": actor.name, "name": contact.full_name}
    return create_follow_up(
        contact=contact,
        actor=actor,
        title=title[:200],
        due_on=due_on,
        assignee=colleague,
        body=note,
        kind=FollowUp.Kind.INTRODUCTION,
    )


@transaction.atomic
def create_follow_ups(*, new: Sequence[NewFollowUp], actor: User | None) -> list[FollowUp]:
    rows = FollowUp.objects.bulk_create(
        [
            FollowUp(
                contact=one.contact,
                title=one.title.strip(),
                body=one.body.strip(),
                due_on=one.due_on,
                assignee=one.assignee,
                created_by=actor,
                kind=one.kind,
                key=one.key,
                occurred_on=one.occurred_on,
                interaction_id=one.interaction_id,
                fact_id=one.fact_id,
            )
            for one in new
        ],
        batch_size=1000,
    )
    audit.record_many(
        actor=actor,
        action="relationships.follow_up_created",
        entries=((row, {"assignee": row.assignee_id}) for row in rows),
    )
    events.publish(
        *(
            FollowUpCreated(
                follow_up_id=row.pk,
                contact_id=row.contact_id,
                assignee_id=row.assignee_id,
                actor_id=actor.pk if actor else None,
            )
            for row in rows
        )
    )
    return rows


@transaction.atomic
def ask_to_review(*, pools: Mapping[TalentPool, User], due_on: date) -> list[FollowUp]:
    """A task for each owner to look their pool over; a pool that waits already is left alone."""
    asked = FollowUp.objects.open().filter(pool__in=pools).values_list("pool", flat=True)
    waiting = set(asked)
    rows = FollowUp.objects.bulk_create(
        FollowUp(
            pool=pool,
            title=_("Look over the talent pool “%(name)s”") % {"name": pool.name},
            due_on=due_on,
            assignee=owner,
        )
        for pool, owner in pools.items()
        if pool.pk not in waiting
    )
    audit.record_many(
        actor=None,
        action="relationships.follow_up_created",
        entries=((row, {"assignee": row.assignee_id}) for row in rows),
    )
    return rows


@transaction.atomic
def close_review(*, pool_ids: Sequence[int], actor: User | None, now: datetime) -> None:
    """Somebody looked the pools over: what asked for it is done."""
    rows = list(FollowUp.objects.select_for_update().open().filter(pool__in=pool_ids))
    for row in rows:
        row.state, row.closed_at, row.closed_by = FollowUp.State.DONE, now, actor
    FollowUp.objects.bulk_update(rows, ["state", "closed_at", "closed_by"])
    audit.record_many(
        actor=actor,
        action="relationships.follow_up_closed",
        entries=((row, {"state": row.state}) for row in rows),
    )


@transaction.atomic
def close_follow_up(
    *,
    follow_up: FollowUp,
    actor: User | None,
    state: str = FollowUp.State.DONE,
    outcome: str = "",
    now: datetime | None = None,
) -> FollowUp:
    """Done, or not needed because of ``outcome``. Of two who close it at once, one is refused."""
    current = _lock_open(follow_up)
    outcome = outcome.strip()
    if state not in (FollowUp.State.DONE, FollowUp.State.NOT_NEEDED):
        raise FollowUpRefused(_("A task is closed as done or as not needed."))
    if state == FollowUp.State.NOT_NEEDED and not outcome:
        raise FollowUpRefused(_("Say why this is not needed."))
    current.state = state
    current.outcome = outcome
    current.closed_at = now or timezone.now()
    current.closed_by = actor
    current.save(update_fields=["state", "outcome", "closed_at", "closed_by", "updated_at"])
    audit.record(actor=actor, action="relationships.follow_up_closed", target=current, state=state)
    events.publish(
        FollowUpClosed(
            follow_up_id=current.pk,
            contact_id=current.contact_id,
            state=state,
            actor_id=actor.pk if actor else None,
        )
    )
    return current


@transaction.atomic
def reopen_follow_up(*, follow_up: FollowUp, actor: User | None) -> FollowUp:
    """Undo a closing. One that is open stays as it is."""
    current = FollowUp.objects.select_for_update().get(pk=follow_up.pk)
    if current.state == FollowUp.State.OPEN:
        return current
    current.state = FollowUp.State.OPEN
    current.outcome = ""
    current.closed_at = None
    current.closed_by = None
    current.save(update_fields=["state", "outcome", "closed_at", "closed_by", "updated_at"])
    audit.record(actor=actor, action="relationships.follow_up_reopened", target=current)
    events.publish(
        FollowUpReopened(
            follow_up_id=current.pk,
            contact_id=current.contact_id,
            actor_id=actor.pk if actor else None,
        )
    )
    return current


@transaction.atomic
def snooze_follow_up(*, follow_up: FollowUp, actor: User | None, until: date) -> FollowUp:
    current = _lock_open(follow_up)
    audit.record(
        actor=actor,
        action="relationships.follow_up_snoozed",
        target=current,
        before=current.due_on.isoformat(),
        until=until.isoformat(),
    )
    current.due_on = until
    current.save(update_fields=["due_on", "updated_at"])
    return current


@transaction.atomic
def hand_over_follow_up(
    *, follow_up: FollowUp, actor: User | None, assignee: User | None, note: str = ""
) -> FollowUp:
    """Give a task to a colleague, with a word; to nobody, or back, it goes without."""
    current = _lock_open(follow_up)
    if current.contact_id is None:
        raise FollowUpRefused(_("A talent pool is looked over by its owner."))
    refuse_unless_seen(current.contact_id, assignee)
    audit.record(
        actor=actor,
        action="relationships.follow_up_handed_over",
        target=current,
        before=current.assignee_id,
        assignee=assignee.pk if assignee else None,
    )
    current.assignee = assignee
    current.handed_over_by = actor if note else None
    current.handed_over_note = note.strip()[:300]
    current.save(update_fields=["assignee", "handed_over_by", "handed_over_note", "updated_at"])
    return current


def _lock_open(follow_up: FollowUp) -> FollowUp:
    current = FollowUp.objects.select_for_update().get(pk=follow_up.pk)
    if current.state != FollowUp.State.OPEN:
        raise FollowUpRefused(_("This task has been closed already."))
    return current
