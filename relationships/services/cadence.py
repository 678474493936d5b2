"""How often we speak with someone: the day by which the next contact moment is due.

The days between come from the relationship itself or, when it has none of its own, from its
stage. Only what a person did counts, never a machine. What the other said (a conversation, a mail
from them) begins the time anew; what we alone did shows that somebody tried, and puts the question
off for ``PATIENCE_DAYS``.
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

from contacts.models import Contact
from core import audit, events
from core.errors import DomainError
from core.models import User
from relationships.choices import Channel, Direction
from relationships.events import OwnerChanged
from relationships.models import Interaction, Relationship, Stage
from relationships.services.health import mark

PATIENCE_DAYS = 7


class TouchRefused(DomainError):
    code = "touch_refused"


class HandOverRefused(DomainError):
    code = "hand_over_refused"


def next_touch(relationship: Relationship, stage: Stage, *, today: date) -> date | None:
    """When we should speak next, standing at ``stage``: never a day that is already past.

    None where neither the relationship nor the stage says how often, and at a closing stage.
    """
    days = relationship.cadence_days or stage.cadence_days
    if days is None or stage.is_closed:
        return None
    last = relationship.last_two_way_at
    since = timezone.localdate(last) if last else today
    return max(since + timedelta(days=days), today)


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
) -> Relationship:
    """Make a colleague the owner, as of ``since`` (today). They must be able to see the person."""
    current = _lock_open(relationship)
    refuse_unless_seen(current.contact_id, owner)
    before = current.owner_id
    current.owner = owner
    current.owner_since = since or timezone.localdate()
    current.save(update_fields=["owner", "owner_since", "updated_at"])
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


def _lock_open(relationship: Relationship) -> Relationship:
    current = Relationship.objects.select_for_update().get(pk=relationship.pk)
    if current.ended_on is not None:
        raise TouchRefused(_("This relationship has ended."))
    return current


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
