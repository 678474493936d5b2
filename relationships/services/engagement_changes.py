"""What a change of an engagement keeps, so that it can be undone; and what no change may break."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from contacts.models import Contact, OrgUnit
from core.errors import DomainError
from core.events import Event
from core.models import User
from relationships.events import EngagementChanged
from relationships.models import Engagement, EngagementChange


class EngagementRefused(DomainError):
    code = "engagement_refused"


def write_change(
    current: Engagement,
    fields: Mapping[str, Any],
    *,
    actor: User | None,
    act: str,
    counts_from: date | None = None,
    reason: str = "",
) -> EngagementChange | None:
    """Write what differs to the locked ``current``, and keep what was there. None: nothing did."""
    changed = {name: value for name, value in fields.items() if getattr(current, name) != value}
    if not changed:
        return None
    before = {name: _plain(current, name) for name in changed}
    for name, value in changed.items():
        setattr(current, name, value)
    check(current)
    current.save(update_fields=[*changed, "updated_at"])
    return EngagementChange.objects.create(
        engagement=current,
        act=act,
        counts_from=counts_from,
        reason=reason.strip()[:300],
        before=before,
        after={name: _plain(current, name) for name in changed},
        actor=actor,
    )


def _plain(engagement: Engagement, name: str) -> Any:
    """A field as JSON can hold it."""
    value = getattr(engagement, column(name))
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value


def column(name: str) -> str:
    return Engagement._meta.get_field(name).attname  # type: ignore[union-attr]


def typed(name: str, value: Any) -> Any:
    """The other way. A manager who became one with another is that other."""
    if name == "manager" and value is not None:
        known = Contact.objects.filter(pk=value).first()
        while known is not None and known.merged_into_id is not None:
            known = Contact.objects.get(pk=known.merged_into_id)
        return known.pk if known is not None and known.erased_at is None else None
    if name == "unit" and value is not None:
        return value if OrgUnit.objects.filter(pk=value).exists() else None
    return Engagement._meta.get_field(name).to_python(value)  # type: ignore[union-attr]


def stands(current: Engagement, after: Mapping[str, Any]) -> bool:
    return all(getattr(current, column(name)) == typed(name, after[name]) for name in after)


def check(engagement: Engagement) -> None:
    check_dates(engagement.starts_on, engagement.ends_on)
    check_dates(engagement.starts_on, engagement.expected_end_on)
    if engagement.basis and engagement.basis not in Engagement.BASES.get(engagement.form, ()):
        raise EngagementRefused(
            _("“%(basis)s” does not go with “%(form)s”.")
            % {"basis": engagement.get_basis_display(), "form": engagement.get_form_display()}
        )
    if engagement.phase and engagement.form != Engagement.Form.ASSIGNMENT:
        raise EngagementRefused(_("Only an assignment stands in a phase."))
    if engagement.manager_id is not None and engagement.manager_id == engagement.contact_id:
        raise EngagementRefused(_("Nobody is their own manager."))
    if (engagement.rate is None) != (not engagement.rate_per):
        raise EngagementRefused(_("A rate needs an amount, and what it is for."))


def check_dates(starts_on: date, ends_on: date | None) -> None:
    if ends_on is not None and ends_on < starts_on:
        raise EngagementRefused(_("An engagement cannot end before it starts."))


def changed(engagement: Engagement, actor: User | None, fields: list[str]) -> Event:
    return EngagementChanged(
        engagement_id=engagement.pk,
        contact_id=engagement.contact_id,
        actor_id=actor.pk if actor else None,
        fields=fields,
    )


def locked(engagement: Engagement) -> Engagement:
    current = Engagement.objects.select_for_update().filter(pk=engagement.pk).first()
    if current is None:
        raise EngagementRefused(_("This engagement was taken back."))
    return current
