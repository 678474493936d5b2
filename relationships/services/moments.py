"""Putting right what was logged, by its author: changed, taken back, put back, with a trace.

What stood there before is kept for ``KEPT_DAYS`` and then forgotten. That somebody put it right,
who and when, stays in the audit and on the line itself.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit, events
from core.models import User
from relationships.events import InteractionChanged, InteractionTakenBack
from relationships.models import Interaction, InteractionVersion
from relationships.services import timeline
from relationships.services.cadence import recount_touches, refresh_touches
from relationships.services.interactions import (
    InteractionRefused,
    began,
    logged_event,
    refuse_future,
)

KEPT_DAYS = 30
HELD = ("channel", "direction", "initiated_by", "is_automated", "summary", "body")
Act = InteractionVersion.Act


@transaction.atomic
def change_interaction(
    *,
    interaction: Interaction,
    actor: User,
    summary: str,
    body: str,
    channel: str | None = None,
    direction: str | None = None,
    initiated_by: str | None = None,
    happened_at: datetime | None = None,
) -> Interaction:
    """Put right what was written. Only who wrote it: nobody puts words into a colleague's mouth.

    What is None stays. Nothing is written down where nothing changed.
    """
    current = _lock_own(interaction, actor)
    now = timezone.now()
    before = _held(current)
    current.summary, current.body = summary.strip()[:200], body.strip()
    current.channel = channel or current.channel
    current.direction = direction or current.direction
    current.initiated_by = began(current.direction, initiated_by or current.initiated_by)
    current.happened_at = happened_at or current.happened_at
    refuse_future(current.happened_at, now)
    if _held(current) == before:
        return current
    _keep(current, actor, Act.CHANGED, before)
    current.save()
    recount_touches([current.contact_id])
    refresh_touches([current.contact_id])
    audit.record(
        actor=actor,
        action="relationships.interaction_changed",
        target=current,
        contact=current.contact_id,
    )
    events.publish(
        InteractionChanged(
            interaction_id=current.pk, contact_id=current.contact_id, actor_id=actor.pk
        )
    )
    return current


@transaction.atomic
def take_back_interaction(*, interaction: Interaction, actor: User) -> InteractionVersion:
    """It did not happen, or not with this person. Can be undone as long as the version is kept."""
    current = _lock_own(interaction, actor)
    version = _keep(current, actor, Act.TAKEN_BACK, _held(current))
    event = InteractionTakenBack(
        interaction_id=current.pk,
        contact_id=current.contact_id,
        is_automated=current.is_automated,
        actor_id=actor.pk,
    )
    audit.record(
        actor=actor,
        action="relationships.interaction_taken_back",
        target=current.contact,
        interaction=current.pk,
        channel=current.channel,
    )
    current.delete()
    recount_touches([event.contact_id])
    events.publish(event)
    return version


@transaction.atomic
def put_back_interaction(*, version: InteractionVersion, actor: User) -> Interaction:
    """Undo the taking back: the same moment under the same number. Once; by who took it back."""
    current = InteractionVersion.objects.select_for_update().get(pk=version.pk)
    if current.act != Act.TAKEN_BACK or current.put_back_at or current.made_by_id != actor.pk:
        raise InteractionRefused(_("This cannot be put back."))
    held = dict(current.held)
    happened_at = datetime.fromisoformat(held.pop("happened_at"))
    uid, gathering = UUID(held.pop("uid")), held.pop("gathering")
    row = Interaction(
        pk=current.number,
        uid=uid,
        contact_id=current.contact_id,
        author=actor,
        happened_at=happened_at,
        gathering=UUID(gathering) if gathering else None,
        **held,
    )
    row.save(force_insert=True)
    timeline.forget([f"interaction.taken_back:{row.pk}"])
    current.put_back_at = timezone.now()
    current.save(update_fields=["put_back_at", "updated_at"])
    refresh_touches([row.contact_id])
    audit.record(
        actor=actor,
        action="relationships.interaction_put_back",
        target=row.contact,
        interaction=row.pk,
        channel=row.channel,
    )
    events.publish(logged_event(row, actor))
    return row


def forget_versions(*, now: datetime) -> int:
    """What stood there before is nobody's business for ever."""
    old = InteractionVersion.objects.filter(created_at__lt=now - timedelta(days=KEPT_DAYS))
    return old.delete()[0]


def _lock_own(interaction: Interaction, actor: User) -> Interaction:
    current = Interaction.objects.select_for_update().filter(pk=interaction.pk).first()
    if current is None:
        raise InteractionRefused(_("This was taken back already."))
    if current.author_id != actor.pk:
        raise InteractionRefused(_("Only who wrote this can change it."))
    return current


def _held(row: Interaction) -> dict[str, Any]:
    return {
        **{name: getattr(row, name) for name in HELD},
        "happened_at": row.happened_at.isoformat(),
        "uid": str(row.uid),
        "gathering": str(row.gathering) if row.gathering else "",
    }


def _keep(row: Interaction, actor: User, act: str, held: dict[str, Any]) -> InteractionVersion:
    return InteractionVersion.objects.create(
        contact_id=row.contact_id, number=row.pk, act=act, made_by=actor, held=held
    )
