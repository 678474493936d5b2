"""Becoming something else to us: a prospect an employee, an employee an alumnus, an alumnus back.

One act ends and begins relationships and engagements, all of it or nothing. The person is the same
person before and after: not a field of theirs is touched.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from contacts.models import Contact, OrgUnit
from core import audit, events
from core.errors import DomainError
from core.models import User
from relationships.choices import Cause, Kind
from relationships.events import KindChanged, KindChangeUndone
from relationships.kinds import FORMS, WAYS
from relationships.models import (
    Engagement,
    EngagementChange,
    KindChange,
    Relationship,
    Stage,
    StageTransition,
)
from relationships.reasons import BECAME_SOMETHING_ELSE
from relationships.selectors.lifecycle import onward_stage
from relationships.services.automation import undo_runs
from relationships.services.beginnings import begin_relationship
from relationships.services.engagement_undo import take_back_engagement, undo_change
from relationships.services.engagements import (
    begin_engagement,
    end_engagement,
)
from relationships.services.lifecycle import move_to_stage, put_back
from relationships.services.move_rules import put_aside
from relationships.services.ownership import Act, turn_to

# How long the whole act can be taken back by whoever did it.
SECOND_THOUGHTS = timedelta(days=1)
FARTHEST_AHEAD = timedelta(days=366)


class KindChangeRefused(DomainError):
    """``field`` is the part of the form that the refusal is about."""

    code = "kind_change_refused"

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, kw_only=True)
class NewWork:
    """The engagement that begins with it."""

    form: str
    role: str = ""
    unit: OrgUnit | None = None
    manager: Contact | None = None
    hours_per_week: Decimal | None = None
    ends_on: date | None = None


@transaction.atomic
def change_kind(
    *,
    relationship: Relationship,
    to_kind: str,
    actor: User | None,
    on: date,
    stage: Stage | None = None,
    owner: User | None = None,
    reason: str = "",
    work: NewWork | None = None,
    ends_work: Sequence[Engagement] = (),
    override_reason: str = "",
    now: datetime | None = None,
) -> KindChange:
    """End ``relationship`` where its lifecycle lets people become something else, and begin one of
    ``to_kind`` (at ``stage``, or where that begins).

    ``on`` is the first day as something else. Of ``ends_work`` the last day is the day before; with
    an alumnus it is the last day of work, and theirs. Whatever one of the parts refuses, the
    lifecycle first of all, the whole is refused for. Who becomes the owner of somebody whom a
    colleague holds says why in ``override_reason``.
    """
    moment = now or timezone.now()
    contact = Contact.objects.select_for_update(no_key=True).get(pk=relationship.contact_id)
    ending_at = _onward_stage(relationship.kind)
    Stage.objects.shared([ending_at.pk, *([stage.pk] if stage else [])])
    current = Relationship.objects.select_for_update().get(pk=relationship.pk)
    _check(current, to_kind, on, timezone.localdate(moment))
    if actor is not None and owner == actor:
        turn_to(contact=contact, actor=actor, act=Act.TAKE_OVER, reason=override_reason)
    changed_at = _moment_of(on, current, moment)
    ending = move_to_stage(
        relationship=current,
        to_stage=ending_at,
        actor=actor,
        reason=reason or BECAME_SOMETHING_ELSE,
        now=changed_at,
        cause=Cause.KIND_CHANGED,
    )
    last_day = on if to_kind == Kind.ALUMNUS else on - timedelta(days=1)
    ended = [_end(one, contact, last_day, actor) for one in ends_work]
    engagement = _begin_work(contact, to_kind, work, on, actor)
    begun = begin_relationship(
        contact=contact,
        kind=to_kind,
        actor=actor,
        owner=owner,
        stage=stage,
        started_on=min(on, timezone.localdate(moment)),
        now=moment,
        cause=Cause.KIND_CHANGED,
    )
    change = KindChange.objects.create(
        contact=contact,
        from_kind=current.kind,
        to_kind=to_kind,
        on=on,
        reason=reason.strip(),
        ending=ending,
        begun=begun,
        engagement=engagement,
        ended_engagements=ended,
        made_by=actor,
    )
    audit.record(
        actor=actor,
        action="relationships.kind_changed",
        target=change,
        before=current.kind,
        kind=to_kind,
        on=on.isoformat(),
    )
    events.publish(
        KindChanged(
            kind_change_id=change.pk,
            contact_id=contact.pk,
            from_kind=current.kind,
            to_kind=to_kind,
            actor_id=actor.pk if actor else None,
        )
    )
    return change


@transaction.atomic
def undo_kind_change(
    *, change: KindChange, actor: User, now: datetime | None = None
) -> Relationship:
    """As if it had never been: what was ended goes on where it stood, what was begun is gone. By
    whoever did it, for a day, and only while nothing of it was changed. Returns what goes on.
    """
    moment = now or timezone.now()
    Contact.objects.select_for_update(no_key=True).get(pk=change.contact_id)
    current = KindChange.objects.select_for_update().get(pk=change.pk)
    is_late = moment - current.created_at > SECOND_THOUGHTS
    if current.undone_at is not None or is_late or current.made_by_id != actor.pk:
        raise KindChangeRefused(_("This can no longer be undone."))
    ending, begun = current.ending, current.begun
    if ending is None or begun is None or ending.from_stage_id is None:
        raise KindChangeRefused(_("This can no longer be undone."))
    row = _go_on(ending, actor, moment)
    _take_back_beginning(begun, moment)
    if current.engagement is not None:
        take_back_engagement(engagement=current.engagement, actor=actor, now=moment)
    for change_id in current.ended_engagements:
        undo_change(change=EngagementChange.objects.get(pk=change_id), actor=actor)
    current.undone_at, current.undone_by = moment, actor
    current.begun = current.engagement = None
    current.save()
    audit.record(actor=actor, action="relationships.kind_change_undone", target=current)
    events.publish(
        KindChangeUndone(
            kind_change_id=current.pk,
            contact_id=current.contact_id,
            relationship_id=begun.pk,
            actor_id=actor.pk,
        )
    )
    begun.delete()
    return row


def _onward_stage(kind: str) -> Stage:
    found = onward_stage(kind)
    if found is None:
        raise KindChangeRefused(_("This lifecycle has no stage at which it ends."))
    return found


def _check(row: Relationship, to_kind: str, on: date, today: date) -> None:
    words = {"was": Kind(row.kind).label.lower()}
    if row.ended_on is not None:
        raise KindChangeRefused(_("This relationship has ended already."))
    if to_kind not in WAYS[Kind(row.kind)]:
        raise KindChangeRefused(
            _("From %(was)s one does not become %(kind)s here.")
            % {**words, "kind": Kind(to_kind).label.lower() if to_kind in Kind.values else to_kind}
        )
    if on > today and row.kind in FORMS:
        raise KindChangeRefused(
            _("Until that day they are still %(was)s. Come back on it.") % words, field="on"
        )
    if on > today + FARTHEST_AHEAD:
        raise KindChangeRefused(_("That day is too far ahead."), field="on")
    if on < row.started_on:
        raise KindChangeRefused(_("They were not yet %(was)s on that day.") % words, field="on")


def _moment_of(on: date, row: Relationship, now: datetime) -> datetime:
    """When it happened, for the history: the beginning of a past day, but never before the move
    that brought them to where they stand.
    """
    if on >= timezone.localdate(now):
        return now
    began = timezone.make_aware(datetime.combine(on, time.min))
    last = row.transitions.aggregate(last=Max("moved_at"))["last"]
    return max(began, row.stage_since, last or began)


def _end(one: Engagement, contact: Contact, last_day: date, actor: User | None) -> int:
    """The id of what was changed of it, by which it is undone."""
    if one.contact_id != contact.pk:
        raise KindChangeRefused(_("This is the work of somebody else."), field="ends_work")
    end_engagement(engagement=one, actor=actor, ends_on=max(last_day, one.starts_on))
    made = EngagementChange.objects.filter(engagement=one).order_by("-pk").first()
    if made is None or made.act != EngagementChange.Act.ENDED:
        raise KindChangeRefused(_("This work had ended already."), field="ends_work")
    return made.pk


def _begin_work(
    contact: Contact, to_kind: str, work: NewWork | None, on: date, actor: User | None
) -> Engagement | None:
    if work is None:
        return None
    if work.form not in FORMS.get(Kind(to_kind), ()):
        raise KindChangeRefused(_("That is no work of this kind."), field="form")
    return begin_engagement(
        contact=contact,
        actor=actor,
        form=work.form,
        starts_on=on,
        ends_on=work.ends_on,
        unit=work.unit,
        role=work.role,
        manager=work.manager,
        hours_per_week=work.hours_per_week,
    )


def _go_on(ending: StageTransition, actor: User, now: datetime) -> Relationship:
    """Open again, and at the stage where they stood since when they stood there."""
    before = Stage.objects.shared([ending.from_stage_id or 0])[ending.from_stage_id or 0]
    if before.archived_at is not None:
        raise KindChangeRefused(str(put_aside(before)))
    row = Relationship.objects.select_for_update().get(pk=ending.relationship_id)
    history = list(StageTransition.objects.filter(relationship=row).order_by("moved_at", "pk"))
    if not history or history[-1].pk != ending.pk:
        raise KindChangeRefused(_("Somebody moved this relationship since."))
    others = Relationship.objects.open().filter(contact=row.contact_id, kind=row.kind)
    if others.exists():
        raise KindChangeRefused(_("A newer relationship of this kind is open."))
    put_back([ending], before, [row], {row.pk: history[:-1]}, actor, now)
    return row


def _take_back_beginning(begun: Relationship, now: datetime) -> None:
    row = Relationship.objects.select_for_update().get(pk=begun.pk)
    moves = list(StageTransition.objects.filter(relationship=row))
    if len(moves) != 1 or row.ended_on is not None:
        raise KindChangeRefused(_("Somebody moved this relationship since."))
    undo_runs(Q(transition=moves[0]), now=now)
