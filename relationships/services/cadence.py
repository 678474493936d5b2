"""How often we speak with someone: the day by which the next contact moment is due.

The days between come from the relationship itself; when it has none of its own, from the segments
that the person is in (the shortest of them, ``services.segment_cadence``); else from its stage.
Only what a person did counts, never a machine. What the other said (a conversation, a mail from
them) begins the time anew; what we alone did shows that somebody tried, and puts the question off
for ``PATIENCE_DAYS``.
"""

from collections.abc import Collection
from datetime import date, timedelta

from django.db import transaction
from django.db.models import (
    DateField,
    DateTimeField,
    Expression,
    ExpressionWrapper,
    F,
    Max,
    OuterRef,
    Q,
    Subquery,
)
from django.db.models.functions import Coalesce, Greatest, Now, TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from contacts.models import Contact
from core import audit, events
from core.errors import DomainError
from core.models import User
from relationships.choices import Channel, Direction
from relationships.events import OwnerChanged
from relationships.models import FollowUp, Interaction, Relationship, Stage
from relationships.services.health import mark

PATIENCE_DAYS = 7


class TouchRefused(DomainError):
    code = "touch_refused"


class HandOverRefused(DomainError):
    code = "hand_over_refused"


def next_touch(relationship: Relationship, stage: Stage, *, today: date) -> date | None:
    """When we should speak next, standing at ``stage``; a day that is past says how long overdue.

    Counted from the last time they said something, or from ``today`` where they never did. None
    where nothing says how often, and at a closing stage.
    """
    days = relationship.days_between(stage)
    if days is None or stage.is_closed:
        return None
    last = relationship.last_two_way_at
    return (timezone.localdate(last) if last else today) + timedelta(days=days)


def refresh_touches(contact_ids: Collection[int]) -> None:
    """Bring the open relationships of these people up to date with what was logged.

    Two statements however many people. May be repeated: it starts from the interactions.
    """
    rows = Relationship.objects.open().filter(contact__in=contact_ids)
    answered = Q(direction__in=[Direction.TWO_WAY, Direction.INBOUND])
    spoken = rows.annotate(spoken_at=_latest(answered)).filter(
        Q(last_two_way_at=None) | Q(last_two_way_at__lt=F("spoken_at")), spoken_at__isnull=False
    )
    cadence = Coalesce(
        F("cadence_days"),
        F("segment_days"),
        Subquery(Stage.objects.filter(pk=OuterRef("stage")).values("cadence_days")),
    )
    spoken.update(
        last_two_way_at=_latest(answered),
        next_touch_on=_plus_days(TruncDate(_latest(answered)), cadence),
        updated_at=Now(),
    )
    tried = rows.filter(next_touch_on__isnull=False).annotate(
        patient_until=_plus_days(TruncDate(_latest(Q(direction=Direction.OUTBOUND))), PATIENCE_DAYS)
    )
    tried.filter(next_touch_on__lt=F("patient_until")).update(
        next_touch_on=Greatest(F("next_touch_on"), F("patient_until")), updated_at=Now()
    )


def recount_touches(contact_ids: Collection[int]) -> None:
    """After a contact moment was put right or taken back: what was counted from it is counted anew.

    The next day follows from the last talk that is left; where none is, from today.
    """
    answered = _latest(Q(direction__in=[Direction.TWO_WAY, Direction.INBOUND]))
    rows = Relationship.objects.open().filter(contact__in=contact_ids).annotate(spoken_at=answered)
    changed = rows.filter(last_two_way_at__isnull=False).exclude(
        spoken_at__isnull=False, last_two_way_at=F("spoken_at")
    )
    today = timezone.localdate()
    spoken = dict(changed.values_list("pk", "spoken_at"))
    for row in Relationship.objects.filter(pk__in=spoken).select_related("stage"):
        row.last_two_way_at = spoken[row.pk]
        row.next_touch_on = next_touch(row, row.stage, today=today)
        row.save(update_fields=["last_two_way_at", "next_touch_on", "updated_at"])


def _latest(condition: Q) -> Subquery:
    """When the person of the row last had a human contact moment of that sort."""
    moments = (
        Interaction.objects.filter(condition, contact=OuterRef("contact"), is_automated=False)
        .exclude(channel=Channel.NOTE)
        .order_by()
        .values("contact")
        .annotate(latest=Max("happened_at"))
        .values("latest")
    )
    return Subquery(moments, output_field=DateTimeField())


def _plus_days(day: Expression, days: Expression | int) -> Expression:
    return ExpressionWrapper(day + days, output_field=DateField())


@transaction.atomic
def postpone_touch(
    *, relationship: Relationship, actor: User, until: date | None, reason: str = ""
) -> Relationship:
    """Ask again on another day. ``reason``: why nothing is needed before then."""
    current = _lock_open(relationship)
    audit.record(
        actor=actor,
        action="relationships.touch_postponed",
        target=current,
        before=_iso(current.next_touch_on),
        until=_iso(until),
        reason=reason,
    )
    current.next_touch_on = until
    current.save(update_fields=["next_touch_on", "updated_at"])
    relationship.next_touch_on = until
    return current


@transaction.atomic
def need_no_touch(
    *, relationship: Relationship, actor: User, reason: str, today: date | None = None
) -> FollowUp:
    """Nothing is needed this time, because of ``reason``: the time begins anew from today.

    The answer is kept as a task that was not needed, so that such answers can be counted and read.
    """
    current = _lock_open(relationship)
    day, reason = today or timezone.localdate(), reason.strip()
    if not reason:
        raise TouchRefused(_("Say why this is not needed."))
    days = current.days_between()
    answer = FollowUp.objects.create(
        contact_id=current.contact_id,
        kind=FollowUp.Kind.TOUCH,
        title=_("Speak again"),
        assignee=actor,
        due_on=current.next_touch_on or day,
        state=FollowUp.State.NOT_NEEDED,
        outcome=reason[:300],
        closed_at=timezone.now(),
        closed_by=actor,
    )
    audit.record(
        actor=actor,
        action="relationships.touch_not_needed",
        target=current,
        before=_iso(current.next_touch_on),
        follow_up=answer.pk,
    )
    current.next_touch_on = day + timedelta(days=days) if days else None
    current.save(update_fields=["next_touch_on", "updated_at"])
    relationship.next_touch_on = current.next_touch_on
    return answer


@transaction.atomic
def need_touch_after_all(*, relationship: Relationship, actor: User) -> None:
    """Undo ``actor``'s last ``need_no_touch``: due when it was, and no answer is kept."""
    current = _lock_open(relationship)
    answers = FollowUp.objects.filter(contact=current.contact_id, kind=FollowUp.Kind.TOUCH)
    held = answers.filter(closed_by=actor).order_by("-closed_at", "-pk").first()
    if held is None:
        return
    audit.record(
        actor=actor,
        action="relationships.touch_postponed",
        target=current,
        before=_iso(current.next_touch_on),
        until=_iso(held.due_on),
    )
    current.next_touch_on = held.due_on
    current.save(update_fields=["next_touch_on", "updated_at"])
    held.delete()


@transaction.atomic
def set_cadence(*, relationship: Relationship, actor: User, days: int | None) -> Relationship:
    """Give the relationship a cadence of its own, or (None) that of its stage."""
    current = _lock_open(relationship)
    audit.record(
        actor=actor,
        action="relationships.cadence_set",
        target=current,
        before=current.cadence_days,
        days=days,
    )
    current.cadence_days = days
    current.next_touch_on = next_touch(current, current.stage, today=timezone.localdate())
    current.save(update_fields=["cadence_days", "next_touch_on", "updated_at"])
    mark([current.contact_id])
    return current


@transaction.atomic
def hand_over_relationship(
    *,
    relationship: Relationship,
    actor: User,
    owner: User | None,
    since: date | None = None,
    note: str = "",
    is_undo: bool = False,
) -> Relationship:
    """Make a colleague the owner, as of ``since`` (today). They must be able to see the person; to
    give somebody back, that they once had them is enough (``is_undo``). A word to the new owner
    stands on their desk as a task. Who takes the person back takes that task along.
    """
    current = _lock_open(relationship)
    if not is_undo:
        refuse_unless_seen(current.contact_id, owner)
    before = current.owner_id
    words = FollowUp.objects.open().filter(
        kind=FollowUp.Kind.HANDED_OVER, contact=current.contact_id, assignee=before
    )
    words.filter(handed_over_by=actor).delete()
    current.owner = owner
    current.owner_since = since or timezone.localdate()
    current.save(update_fields=["owner", "owner_since", "updated_at"])
    if note.strip() and owner is not None:
        FollowUp.objects.create(
            contact_id=current.contact_id,
            kind=FollowUp.Kind.HANDED_OVER,
            title=_taken_over(owner),
            due_on=timezone.localdate(),
            assignee=owner,
            created_by=actor,
            handed_over_by=actor,
            handed_over_note=note.strip()[:300],
        )
    audit.record(
        actor=actor,
        action="relationships.owner_changed",
        target=current,
        before=before,
        owner=current.owner_id,
    )
    events.publish(
        OwnerChanged(
            relationship_id=current.pk,
            contact_id=current.contact_id,
            from_owner_id=before,
            to_owner_id=current.owner_id,
            actor_id=actor.pk,
        )
    )
    return current


def refuse_unless_seen(contact_id: int, colleague: User | None) -> None:
    """Nobody is given work with a person they cannot open."""
    if colleague is None:
        return
    if not Contact.objects.visible_to(colleague).filter(pk=contact_id).exists():
        raise HandOverRefused(_("%(name)s cannot see this person.") % {"name": colleague.name})


def _taken_over(owner: User) -> str:
    with override(owner.language):
        return _("Taken over: get in touch")


def _lock_open(relationship: Relationship) -> Relationship:
    current = Relationship.objects.select_for_update().get(pk=relationship.pk)
    if current.ended_on is not None:
        raise TouchRefused(_("This relationship has ended."))
    return current


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
