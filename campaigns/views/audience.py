from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import push_url

from campaigns.models import Campaign
from campaigns.selectors import audience as selectors
from campaigns.services.campaigns import CampaignRefused, update_campaign
from campaigns.views.finding import frame, runnable, visible
from contacts import listing
from contacts.listing import Filter, Selection
from contacts.models import Contact
from core.http import UserRequest
from core.models import User
from core.toasts import toast

SAMPLE = 8
CROWD = 10_000


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: UserRequest, uid: UUID) -> HttpResponse:
    """The same filters as on the list of people, with whom they find. What is not yet kept
    stands in the address.
    """
    campaign = runnable(request, uid)
    if campaign.state != Campaign.State.DRAFT or not campaign.has_audience:
        return redirect("campaigns:campaign", uid)
    if request.method == "POST":
        return _keep(request, campaign)
    asked = dict(request.GET.lists())
    selection = listing.clean(asked or campaign.audience, request.user)
    context = {
        **frame(request, campaign, "audience"),
        **_found(campaign, selection, request.user),
        "filters": _filters(selection, request.user),
        "is_kept": selection == campaign.audience,
        "is_whole": selectors.is_whole(campaign.audience, request.user),
    }
    if request.htmx:
        answer = render(request, "campaigns/audience.html#found", context)
        return push_url(answer, _address(campaign, selection))
    return render(request, "campaigns/audience.html", context)


@login_required
@require_safe
def preview(request: UserRequest, uid: UUID) -> HttpResponse:
    """Who gets what when, who is left out and why. Of a campaign that runs: who is not in it.

    A crowd takes seconds to sort out: the page comes first then, and asks for it by itself. Without
    a filter that is gone, or is not the reader's to use, it would tell of others: it says so.
    """
    campaign = visible(request, uid)
    if not campaign.has_audience:
        return redirect("campaigns:campaign", uid)
    context: dict[str, Any] = frame(request, campaign, "preview")
    if not selectors.is_whole(campaign.audience, request.user):
        return render(request, "campaigns/preview_refused.html", context)
    if "all" not in request.GET and _is_crowd(campaign, request.user):
        return render(request, "campaigns/preview_of_many.html", context)
    context["preview"] = selectors.preview(campaign=campaign, user=request.user, now=timezone.now())
    context["chips"] = listing.chips(listing.clean(campaign.audience, request.user), request.user)
    name = "campaigns/preview.html#sorted" if request.htmx else "campaigns/preview.html"
    return render(request, name, context)


def _is_crowd(campaign: Campaign, user: User) -> bool:
    return selectors.audience(campaign.audience, user)[: CROWD + 1].count() > CROWD


def _keep(request: UserRequest, campaign: Campaign) -> HttpResponse:
    """Keep what is chosen; without a script, ``count`` shows first whom it finds."""
    selection = listing.clean(dict(request.POST.lists()), request.user)
    if "count" in request.POST:
        return redirect(_address(campaign, selection))
    try:
        update_campaign(campaign=campaign, actor=request.user, audience=selection)
    except CampaignRefused as refusal:
        toast(request, str(refusal), level=messages.ERROR)
    else:
        toast(request, _("The audience is kept."))
    return redirect("campaigns:campaign", campaign.uid)


def _address(campaign: Campaign, selection: Selection) -> str:
    """The page with that choice; ``everyone`` is one too, and not what is kept."""
    chosen = urlencode(selection, doseq=True) or "everyone=1"
    return f"{reverse('campaigns:audience', args=[campaign.uid])}?{chosen}"


def _found(campaign: Campaign, selection: Selection, user: User) -> dict[str, Any]:
    people = selectors.audience(selection, user)
    return {
        "count": people.count(),
        "sample": list(people.in_name_order()[:SAMPLE]),
        "chips": listing.chips(selection, user),
    }


def _filters(selection: Selection, user: User) -> list[dict[str, Any]]:
    """Every filter with what is chosen of it, as the form draws it."""
    return [
        {
            "filter": known,
            "value": (selection.get(known.key) or [""])[0],
            "is_used": known.key in selection,
            "choices": [
                (value, label, value in selection.get(known.key, []))
                for value, label in _choices(known, selection, user)
            ],
        }
        for known in listing.filters_for(user)
        if known.is_offered or known.widget == "search" or known.key in selection
    ]


def _choices(known: Filter, selection: Selection, user: User) -> Sequence[tuple[str, Any]]:
    """People who were picked one by one can be let go here, and no others added."""
    if known.widget == "picked":
        people = Contact.objects.visible_to(user).filter(uid__in=selection[known.key])
        return [(str(person.uid), person.full_name) for person in people.in_name_order()]
    return known.choices(user) if known.choices else ()
