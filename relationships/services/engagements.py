"""Work for us over a time: beginning, changing and ending it."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from contacts.models import Contact, OrgUnit
from core import audit, events
from core.bulk import insert
from core.errors import DomainError
from core.models import User
from relationships.events import EngagementBegan, EngagementChanged, EngagementEnded
from relationships.models import Engagement

CHANGEABLE = (
    *("form", "unit", "role", "manager", "starts_on", "ends_on", "hours_per_week"),
    *("rate", "rate_per", "currency"),
)


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
    rate: Decimal | None = None,
    rate_per: str = "",
    currency: str = "EUR",
) -> Engagement:
    if contact.erased_at is not None or contact.merged_into_id is not None:
        raise EngagementRefused(_("This person was erased, or merged into another."))
    engagement = Engagement(
        contact=contact,
        form=form,
        starts_on=starts_on,
        ends_on=ends_on,
        unit=unit,
        role=role.strip(),
        manager=manager,
        hours_per_week=hours_per_week,
        rate=rate,
        rate_per=rate_per,
        currency=currency,
    )
    return begin_engagements(engagements=[engagement], actor=actor)[0]


@transaction.atomic
def begin_engagements(*, engagements: list[Engagement], actor: User | None) -> list[Engagement]:
    """Write unsaved ``engagements`` in a few statements. They may overlap: one may hold two."""
    for engagement in engagements:
        _check(engagement)
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
def update_engagement(*, engagement: Engagement, actor: User | None, **fields: Any) -> Engagement:
    """Change what is named, of ``CHANGEABLE``. What somebody is paid is recorded as changed, never
    how much. Nothing is written or told when nothing differs.
    """
    unknown = fields.keys() - set(CHANGEABLE)
    if unknown:
        raise TypeError(f"engagements have no field {', '.join(sorted(unknown))} to write")
    current = Engagement.objects.select_for_update().get(pk=engagement.pk)
    changed = sorted(name for name, value in fields.items() if getattr(current, name) != value)
    if not changed:
        return current
    for name in changed:
        setattr(current, name, fields[name])
    _check(current)
    current.save(update_fields=[*changed, "updated_at"])
    audit.record(
        actor=actor, action="relationships.engagement_changed", target=current, fields=changed
    )
    events.publish(
        EngagementChanged(
            engagement_id=current.pk,
            contact_id=current.contact_id,
            actor_id=actor.pk if actor else None,
            fields=changed,
        )
    )
    return current


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


def _check(engagement: Engagement) -> None:
    _check_dates(engagement.starts_on, engagement.ends_on)
    if engagement.manager_id is not None and engagement.manager_id == engagement.contact_id:
        raise EngagementRefused(_("Nobody is their own manager."))
    if (engagement.rate is None) != (not engagement.rate_per):
        raise EngagementRefused(_("A rate needs an amount, and what it is for."))


def _check_dates(starts_on: date, ends_on: date | None) -> None:
    if ends_on is not None and ends_on < starts_on:
        raise EngagementRefused(_("An engagement cannot end before it starts."))
