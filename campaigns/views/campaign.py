from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from campaigns.models import Campaign, Step
from campaigns.selectors.audience import is_whole
from campaigns.selectors.campaigns import overview
from campaigns.views.finding import frame, visible
from contacts import listing
from core import palette
from core.http import UserRequest


@login_required
@require_safe
def campaign(request: UserRequest, uid: UUID) -> HttpResponse:
    """A draft shows its story to be written; one that was started shows how it goes."""
    found = visible(request, uid)
    palette.visited(request, "campaigns", str(found.uid))
    if found.state == Campaign.State.DRAFT:
        return _draft(request, found)
    now = timezone.now()
    shown = overview(found, now=now)
    context = {
        **frame(request, found, "campaign"),
        "overview": shown,
        "is_moving": shown.is_moving(now),
        "chips": listing.chips(found.audience, request.user),
        "is_audience_whole": is_whole(found.audience, request.user),
    }
    name = "campaigns/campaign.html#progress" if request.htmx else "campaigns/campaign.html"
    return render(request, name, context)


def _draft(request: UserRequest, found: Campaign) -> HttpResponse:
    steps = list(found.steps.order_by("position"))
    selection = listing.clean(found.audience, request.user)
    context = {
        **frame(request, found, "campaign"),
        "steps": steps,
        "actions": Step.Action,
        "chips": listing.chips(selection, request.user),
        "is_audience_whole": selection == found.audience,
    }
    return render(request, "campaigns/draft.html", context)
