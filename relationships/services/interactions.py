from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contacts.models import Contact
from core import audit, events
from core.errors import DomainError
from core.models import User
from relationships.choices import Direction, Party
from relationships.events import InteractionLogged
from relationships.models import Interaction
from relationships.services.cadence import refresh_touches


class InteractionRefused(DomainError):
    code = "interaction_refused"


@dataclass(frozen=True, kw_only=True)
class Moment:
    """One contact moment to log. ``initiated_by``: who began it; ``gathering``: the same for all
    with whom we spoke at once.
    """

    contact: Contact
    channel: str
    direction: str
    initiated_by: str = Party.US
    happened_at: datetime | None = None
    summary: str = ""
    body: str = ""
    is_automated: bool = False
    gathering: UUID | None = None


def log_interaction(
    *,
    contact: Contact,
    actor: User | None,
    channel: str,
    direction: str,
    initiated_by: str = Party.US,
    happened_at: datetime | None = None,
    summary: str = "",
    body: str = "",
    is_automated: bool = False,
) -> Interaction:
    moment = Moment(
        contact=contact,
        channel=channel,
        direction=direction,
        initiated_by=initiated_by,
        happened_at=happened_at,
        summary=summary,
        body=body,
        is_automated=is_automated,
    )
    return log_interactions(moments=[moment], actor=actor)[0]


@transaction.atomic
def log_interactions(
    *, moments: Sequence[Moment], actor: User | None, now: datetime | None = None
) -> list[Interaction]:
    """Log many in a few statements. A human one brings the day of the next touch up to date."""
    at = now or timezone.now()
    logged = Interaction.objects.bulk_create(
        [_new_row(moment, actor, at) for moment in moments], batch_size=1000
    )
    refresh_touches({row.contact_id for row in logged if not row.is_automated})
    audit.record_many(
        actor=actor,
        action="relationships.interaction_logged",
        entries=((row, {"contact": row.contact_id, "channel": row.channel}) for row in logged),
    )
    events.publish(*(logged_event(row, actor) for row in logged))
    return logged


def logged_event(row: Interaction, actor: User | None) -> InteractionLogged:
    return InteractionLogged(
        interaction_id=row.pk,
        contact_id=row.contact_id,
        channel=row.channel,
        direction=row.direction,
        is_automated=row.is_automated,
        actor_id=actor.pk if actor else None,
    )


def refuse_future(happened_at: datetime, now: datetime) -> None:
    if happened_at > now:
        raise InteractionRefused(_("What is still to come is a task, not a contact moment."))


def began(direction: str, initiated_by: str) -> str:
    """What they alone said, they began."""
    return Party.THEM if direction == Direction.INBOUND else initiated_by


def _new_row(moment: Moment, actor: User | None, now: datetime) -> Interaction:
    happened_at = moment.happened_at or now
    refuse_future(happened_at, now)
    return Interaction(
        contact=moment.contact,
        happened_at=happened_at,
        channel=moment.channel,
        direction=moment.direction,
        initiated_by=began(moment.direction, moment.initiated_by),
        is_automated=moment.is_automated,
        summary=moment.summary.strip(),
        body=moment.body.strip(),
        author=actor,
        gathering=moment.gathering,
    )
