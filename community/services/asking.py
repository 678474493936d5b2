"""Asking people each year whether what we hold of them is still right.

It goes by a campaign like any other, so that consent, suppression, quiet and the delivery itself
are asked and done in one place.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.models import Campaign
from campaigns.services.enrolment import enrol_again
from community.models import ProfileAsk
from community.selectors.asking import holds_link, to_be_asked
from core import audit
from core.errors import DomainError
from core.models import User

CHUNK = 200


class AskRefused(DomainError):
    code = "profile_ask_refused"


@transaction.atomic
def change_ask(*, actor: User, is_on: bool, campaign: Campaign | None, per_day: int) -> ProfileAsk:
    if is_on and campaign is None:
        raise AskRefused(_("Choose the campaign by which people are asked."))
    if campaign is not None and not holds_link(campaign):
        raise AskRefused(_("The mail of this campaign lacks the link to one's own profile."))
    ProfileAsk.load()
    ask = ProfileAsk.objects.select_for_update().get(pk=ProfileAsk.ONLY)
    wanted: dict[str, Any] = {"is_on": is_on, "campaign": campaign, "per_day": per_day}
    if any(getattr(ask, name) != value for name, value in wanted.items()):
        for name, value in wanted.items():
            setattr(ask, name, value)
        ask.save()
        audit.record(
            actor=actor, action="community.ask_changed", target=ask, is_on=is_on, per_day=per_day
        )
    return ask


@transaction.atomic
def ask_due(*, now: datetime | None = None) -> int:
    """Once a day: enrol the next people whose turn it is. Says how many are asked."""
    now = now or timezone.now()
    today = timezone.localdate(now)
    row = ProfileAsk.objects.select_for_update(skip_locked=True).filter(
        pk=ProfileAsk.ONLY, is_on=True, campaign__state=Campaign.State.RUNNING
    )
    ask = row.select_related(None).first()
    if ask is None or ask.campaign is None or ask.last_run_on == today:
        return 0
    asked = _ask(ask, ask.campaign, now)
    ask.last_run_on = today
    ask.save(update_fields=["last_run_on", "last_contact_id", "updated_at"])
    return asked


def _ask(ask: ProfileAsk, campaign: Campaign, now: datetime) -> int:
    """Up to ``per_day`` from where it came to yesterday; at the end it begins anew tomorrow."""
    asked = 0
    people = to_be_asked(ask, today=timezone.localdate(now)).order_by("pk")
    while asked < ask.per_day:
        wanted = min(CHUNK, ask.per_day - asked)
        ahead = people.filter(pk__gt=ask.last_contact_id)
        ids = list(ahead.values_list("pk", flat=True)[:wanted])
        if not ids:
            ask.last_contact_id = 0
            break
        asked += enrol_again(campaign=campaign, contact_ids=ids, actor=campaign.owner, now=now)
        ask.last_contact_id = ids[-1]
    return asked
