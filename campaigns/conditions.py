"""What rules may ask of campaigns: who is in one now, who was, who ever came into it."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign, Enrolment
from contacts.conditions import building
from contacts.conditions.registry import Ask, Choices, Condition, Part, register
from core.models import User

SEE = "campaigns.view_campaign"
NOW, OVER = "now", "over"


def _enrolled(ask: Ask) -> QuerySet[Any]:
    """Whoever ever came into it, unless it is asked only of who is in it, or of who left."""
    rows = Enrolment.objects.all()
    asked = set(ask.parts.get("when", ()))
    if asked == {NOW}:
        return rows.filter(state=Enrolment.State.ACTIVE)
    if asked == {OVER}:
        return rows.exclude(state=Enrolment.State.ACTIVE)
    return rows


def _campaigns(user: User) -> Choices:
    """Those ``user`` may see. Nobody is in a draft, and only a draft can go away."""
    found = Campaign.objects.visible_to(user).exclude(state=Campaign.State.DRAFT)
    return [(str(one.uid), one.name) for one in found.order_by("name", "pk")]


register(
    Condition(
        key="campaign",
        label=_("In campaign"),
        noun=_("campaign"),
        group=_("Campaigns"),
        position=190,
        type="choice",
        build=building.some_row(_enrolled, "campaign__uid"),
        choices=_campaigns,
        parts=(
            Part(
                key="when",
                label=_("now or before"),
                sentence=_("(%(value)s)"),
                choices=lambda user: [(NOW, _("in it now")), (OVER, _("ended for them"))],
            ),
        ),
        permission=SEE,
        has_presence=False,
    ),
)
