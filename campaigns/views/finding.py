"""The campaign that an address names: 404 to strangers, 403 to who may only look."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns.models import Campaign
from core.http import UserRequest
from core.permissions import require

RUN = "campaigns.run_campaign"


def visible(request: UserRequest, uid: UUID) -> Campaign:
    campaigns = Campaign.objects.visible_to(request.user).select_related("owner", "unit")
    return get_object_or_404(campaigns, uid=uid)


def runnable(request: UserRequest, uid: UUID) -> Campaign:
    campaign = visible(request, uid)
    require(request.user, RUN, campaign)
    return campaign


@dataclass(frozen=True)
class Tab:
    label: str
    url: str
    icon: str
    is_current: bool


def frame(request: UserRequest, campaign: Campaign, tab: str) -> dict[str, Any]:
    """What the head and the tabs of every page of a campaign show."""
    is_draft = campaign.state == Campaign.State.DRAFT
    may_run = request.user.has_perm(RUN, campaign)
    shown = [("campaign", _("Story"), "route")]
    if is_draft:
        if campaign.has_audience:
            shown += [("audience", _("Audience"), "users-round")] if may_run else []
            shown += [("preview", _("Preview"), "scan-eye")]
    else:
        shown += [
            ("people", _("People"), "users-round"),
            *([("preview", _("Left out"), "user-round-x")] if campaign.has_audience else []),
            ("problems", _("Problems"), "mail-warning"),
        ]
    return {
        "campaign": campaign,
        "tabs": [
            Tab(label, reverse(f"campaigns:{key}", args=[campaign.uid]), icon, key == tab)
            for key, label, icon in shown
        ],
        "tab": tab,
        "is_draft": is_draft,
        "may_run": may_run,
    }
