"""Undoing what was written down about work for us: the last change, or all of it."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit, events
from core.models import User
from relationships.events import (
    EngagementTakenBack,
)
from relationships.models import Engagement, EngagementChange
from relationships.services.engagement_changes import (
    EngagementRefused,
    changed,
    check,
    column,
    locked,
    stands,
    typed,
)
from relationships.services.leaving import stop_ways

# How long what was written down by mistake can be taken back whole.
SECOND_THOUGHTS = timedelta(days=1)


@transaction.atomic
def undo_change(*, change: EngagementChange, actor: User | None) -> Engagement:
    """Put back what was there before. Only the last change, and only where nothing that it wrote
    was written anew since.
    """
    current = locked(Engagement(pk=change.engagement_id))
    last = current.changes.filter(undone_at=None).order_by("-pk").first()
    if last is None or last.pk != change.pk or not stands(current, last.after):
        raise EngagementRefused(_("This engagement was changed since."))
    for name, value in last.before.items():
        setattr(current, column(name), typed(name, value))
    check(current)
    current.save(update_fields=[*last.before, "updated_at"])
    last.undone_at = timezone.now()
    last.save(update_fields=["undone_at", "updated_at"])
    audit.record(
        actor=actor,
        action="relationships.engagement_undone",
        target=current,
        fields=sorted(last.before),
    )
    events.publish(changed(current, actor, sorted(last.before)))
    return current


@transaction.atomic
def take_back_engagement(
    *, engagement: Engagement, actor: User, now: datetime | None = None
) -> None:
    """Undo the beginning: as if it had never been written down. By who wrote it, for a day, and
    only while nothing was changed of it.
    """
    current = locked(engagement)
    is_late = (now or timezone.now()) - current.created_at > SECOND_THOUGHTS
    if is_late or current.recorded_by_id != actor.pk or current.changes.exists():
        raise EngagementRefused(
            _("This can no longer be taken back. Put right what is wrong, or end it.")
        )
    audit.record(
        actor=actor,
        action="relationships.engagement_taken_back",
        target=current.contact,
        engagement=current.pk,
    )
    stop_ways(engagement_ids=[current.pk])
    event = EngagementTakenBack(
        engagement_id=current.pk, contact_id=current.contact_id, actor_id=actor.pk
    )
    current.delete()
    events.publish(event)
