"""The campaign that an address names: 404 to strangers, 403 to who may only look."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404

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


def frame(request: UserRequest, campaign: Campaign, tab: str) -> dict[str, Any]:
    """What the head and the tabs of every page of a campaign show."""
    return {
        "campaign": campaign,
        "tab": tab,
        "is_draft": campaign.state == Campaign.State.DRAFT,
        "may_run": request.user.has_perm(RUN, campaign),
    }
