from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from campaigns.forms import CampaignForm
from campaigns.models import Campaign
from campaigns.selectors.campaigns import campaign_rows
from campaigns.services.campaigns import CampaignRefused, create_campaign, update_campaign
from campaigns.views.finding import RUN, frame, runnable
from contacts import listing
from contacts.models.access import covers
from core.http import UserRequest
from core.permissions import require
from core.toasts import toast, toast_refusal


@login_required
@require_safe
def campaigns(request: UserRequest) -> HttpResponse:
    require(request.user, "campaigns.view_campaign")
    context = {"rows": campaign_rows(request.user), "may_run": request.user.has_perm(RUN)}
    return render(request, "campaigns/campaigns.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: UserRequest) -> HttpResponse:
    """Begin a draft. The address may carry a selection of people, as on their list."""
    require(request.user, RUN)
    selection = listing.clean(dict(request.GET.lists()), request.user)
    form = CampaignForm(request.POST or None, user=request.user, initial={"purpose": "network"})
    if selection:
        del form.fields["intake"]
    if request.method == "POST" and form.is_valid() and _may_keep(request, form):
        made = create_campaign(actor=request.user, audience=selection, **form.cleaned_data)
        return redirect("campaigns:campaign", made.uid)
    context = {"form": form, "chips": listing.chips(selection, request.user)}
    return _show(request, form, context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: UserRequest, uid: UUID) -> HttpResponse:
    campaign = runnable(request, uid)
    initial = {"name": campaign.name, "purpose": campaign.purpose, "unit": campaign.unit_id}
    initial["intake"] = campaign.intake
    form = CampaignForm(request.POST or None, user=request.user, initial=initial)
    if campaign.state != Campaign.State.DRAFT:
        del form.fields["purpose"], form.fields["unit"], form.fields["intake"]
    if request.method == "POST" and form.is_valid() and _may_keep(request, form):
        try:
            update_campaign(campaign=campaign, actor=request.user, **form.cleaned_data)
        except CampaignRefused as refusal:
            toast_refusal(request, refusal)
        else:
            toast(request, _("Saved."))
        return redirect("campaigns:campaign", uid)
    return _show(request, form, {"form": form, **frame(request, campaign, "edit")})


def _may_keep(request: UserRequest, form: CampaignForm) -> bool:
    """A unit that one may not run campaigns for is not on offer; the whole is no unit at all."""
    if "unit" not in form.fields:
        return True
    unit = form.cleaned_data["unit"]
    return covers(request.user, RUN, unit.pk if unit else None)


def _show(request: UserRequest, form: CampaignForm, context: dict[str, Any]) -> HttpResponse:
    status = 422 if form.is_bound else 200
    return render(request, "campaigns/edit.html", context, status=status)
