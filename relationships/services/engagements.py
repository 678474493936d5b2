"""Work for us over a time: beginning, changing and ending it.

Every change keeps what was there before (``EngagementChange``), for ``engagement_undo``.
The phases of an assignment are moved in ``assignments``.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contacts.models import Contact, OrgUnit
from core import audit, events
from core.bulk import insert
from core.events import Event
from core.models import User
from relationships.events import (
    EngagementBegan,
    EngagementEnded,
)
from relationships.models import Engagement, EngagementChange
from relationships.services.engagement_changes import (
    EngagementRefused,
    changed,
    check,
    check_dates,
    locked,
    write_change,
)

Act = EngagementChange.Act
Form = Engagement.Form
Phase = Engagement.Phase

CHANGEABLE = (
    *("form", "basis", "unit", "role", "manager", "starts_on", "ends_on", "expected_end_on"),
    *("hours_per_week", "rate", "rate_per", "currency"),
)
# An assignment whose last day lies so far back when it is written down is closed with it.
LONG_OVER = timedelta(days=14)


def begin_engagement(
    *,
    contact: Contact,
    actor: User | None,
    form: str,
    starts_on: date,
    ends_on: date | None = None,
    expected_end_on: date | None = None,
    basis: str = "",
    phase: str = "",
    unit: OrgUnit | None = None,
    role: str = "",
    manager: Contact | None = None,
    hours_per_week: Decimal | None = None,
    rate: Decimal | None = None,
    rate_per: str = "",
    currency: str = "EUR",
) -> Engagement:
    """``phase`` is that of an assignment; without one, its days say where it stands."""
    if contact.erased_at is not None or contact.merged_into_id is not None:
        raise EngagementRefused(_("This person was erased, or merged into another."))
    engagement = Engagement(
        contact=contact,
        form=form,
        basis=basis,
        phase=phase,
        starts_on=starts_on,
        ends_on=ends_on,
        expected_end_on=expected_end_on,
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
    today = timezone.localdate()
    for engagement in engagements:
        if engagement.form == Form.ASSIGNMENT and not engagement.phase:
            engagement.phase = phase_by_days(engagement, today)
        check(engagement)
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


def phase_by_days(engagement: Engagement, today: date) -> str:
    """Where an assignment stands of which nothing but its days is known."""
    if engagement.ends_on is not None and engagement.ends_on < today:
        return Phase.CLOSED
    return Phase.AGREED if engagement.starts_on > today else Phase.RUNNING


@transaction.atomic
def update_engagement(
    *,
    engagement: Engagement,
    actor: User | None,
    is_correction: bool = False,
    counts_from: date | None = None,
    reason: str = "",
    **fields: Any,
) -> Engagement:
    """Change what is named, of ``CHANGEABLE``. What somebody is paid is recorded as changed, never
    how much. Nothing is written or told when nothing differs.

    ``is_correction``: it had been written down wrongly. Else the terms themselves changed, on
    ``counts_from`` where that is said.
    """
    unknown = fields.keys() - set(CHANGEABLE)
    if unknown:
        raise TypeError(f"engagements have no field {', '.join(sorted(unknown))} to write")
    current = locked(engagement)
    act = Act.CORRECTED if is_correction else Act.CHANGED
    written = write_change(
        current,
        _fitting(current, fields),
        actor=actor,
        act=act,
        counts_from=None if is_correction else counts_from,
        reason=reason,
    )
    if written is None:
        return current
    audit.record(
        actor=actor,
        action="relationships.engagement_changed",
        target=current,
        fields=sorted(written.after),
    )
    events.publish(changed(current, actor, sorted(written.after)))
    return current


@transaction.atomic
def end_engagement(*, engagement: Engagement, actor: User | None, ends_on: date) -> Engagement:
    """Set the last day, also of one that was to end on another. An assignment stays to be closed,
    unless it is long over.
    """
    current = locked(engagement)
    if not current.is_binding:
        raise EngagementRefused(_("Nothing was agreed yet: say that it did not go ahead."))
    check_dates(current.starts_on, ends_on)
    before = current.ends_on
    fields: dict[str, Any] = {"ends_on": ends_on}
    if current.phase and ends_on < timezone.localdate() - LONG_OVER:
        fields["phase"] = Phase.CLOSED
    write_change(current, fields, actor=actor, act=Act.ENDED)
    audit.record(
        actor=actor,
        action="relationships.engagement_ended",
        target=current,
        before=before and before.isoformat(),
        ends_on=ends_on.isoformat(),
    )
    events.publish(ended(current, actor))
    return current


@transaction.atomic
def resume_engagement(
    *, engagement: Engagement, actor: User | None, ends_on: date | None = None
) -> Engagement:
    """Take the end back: it goes on, or (``ends_on``) to the day that was set before. A closed
    assignment runs again.
    """
    current = locked(engagement)
    fields: dict[str, Any] = {"ends_on": ends_on}
    if current.phase == Phase.CLOSED:
        fields["phase"] = Phase.RUNNING
    written = write_change(current, fields, actor=actor, act=Act.RESUMED)
    if written is None:
        raise EngagementRefused(_("This engagement has no end to take back."))
    audit.record(
        actor=actor,
        action="relationships.engagement_resumed",
        target=current,
        before=written.before.get("ends_on"),
    )
    events.publish(changed(current, actor, sorted(written.after)))
    return current


def ended(engagement: Engagement, actor: User | None) -> Event:
    return EngagementEnded(
        engagement_id=engagement.pk,
        contact_id=engagement.contact_id,
        form=engagement.form,
        actor_id=actor.pk if actor else None,
    )


def _fitting(current: Engagement, fields: Mapping[str, Any]) -> dict[str, Any]:
    """What another form brings with it: only assignments stand in a phase, and an agreement that
    the new form does not know goes.
    """
    form = fields.get("form", current.form)
    fitting = dict(fields)
    if form == current.form:
        return fitting
    if current.basis not in Engagement.BASES.get(form, ()):
        fitting.setdefault("basis", "")
    fitting["phase"] = ""
    if form == Form.ASSIGNMENT:
        days = {name: fields.get(name, getattr(current, name)) for name in ("starts_on", "ends_on")}
        fitting["phase"] = phase_by_days(Engagement(**days), timezone.localdate())
    return fitting
