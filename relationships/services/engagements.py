from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from contacts.models import Contact, OrgUnit
from core import audit, events
from core.bulk import insert
from core.errors import DomainError
from core.models import User
from relationships.events import EngagementBegan, EngagementEnded
from relationships.models import Engagement


class EngagementRefused(DomainError):
    code = "engagement_refused"


def begin_engagement(
    *,
    contact: Contact,
    actor: User | None,
    form: str,
    starts_on: date,
    ends_on: date | None = None,
    unit: OrgUnit | None = None,
    role: str = "",
    manager: Contact | None = None,
    hours_per_week: Decimal | None = None,
) -> Engagement:
    engagement = Engagement(
        contact=contact,
        form=form,
        starts_on=starts_on,
        ends_on=ends_on,
        unit=unit,
        role=role.strip(),
        manager=manager,
        hours_per_week=hours_per_week,
    )
    return begin_engagements(engagements=[engagement], actor=actor)[0]


@transaction.atomic
def begin_engagements(*, engagements: list[Engagement], actor: User | None) -> list[Engagement]:
    """Write unsaved ``engagements`` in a few statements. They may overlap: one may hold two."""
    for engagement in engagements:
        _check_dates(engagement.starts_on, engagement.ends_on)
        engagement.recorded_by = actor
    rows = insert(engagements)
    audit.record_many(
        actor=actor,
        action="relationships.engagement_begun",
        entries=((row, {"contact": row.contact_id, "form": row.form}) for row in rows),
    )
    events.publish(
        *(
            EngagementBegan(
                engagement_id=row.pk,
                contact_id=row.contact_id,
                form=row.form,
                actor_id=actor.pk if actor else None,
            )
            for row in rows
        )
    )
    return rows


@transaction.atomic
def end_engagement(*, engagement: Engagement, actor: User | None, ends_on: date) -> Engagement:
    """Set the last day, also of one that was to end on another."""
    current = Engagement.objects.select_for_update().get(pk=engagement.pk)
    _check_dates(current.starts_on, ends_on)
    audit.record(
        actor=actor,
        action="relationships.engagement_ended",
        target=current,
        before=current.ends_on and current.ends_on.isoformat(),
        ends_on=ends_on.isoformat(),
    )
    current.ends_on = ends_on
    current.save(update_fields=["ends_on", "updated_at"])
    events.publish(
        EngagementEnded(
            engagement_id=current.pk,
            contact_id=current.contact_id,
            form=current.form,
            actor_id=actor.pk if actor else None,
        )
    )
    return current


def _check_dates(starts_on: date, ends_on: date | None) -> None:
    if ends_on is not None and ends_on < starts_on:
        raise EngagementRefused(_("An engagement cannot end before it starts."))
