"""Starting, pausing, going on, ending."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from campaigns import tasks
from campaigns.models import Campaign, Enrolment
from campaigns.selectors.audience import is_whole, preview
from campaigns.services.campaigns import (
    CampaignRefused,
    delete_draft,
    end_campaign,
    pause_campaign,
    resume_campaign,
    start_campaign,
)
from campaigns.views.finding import runnable
from core.http import UserRequest
from core.toasts import toast, toast_refusal


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: UserRequest, uid: UUID) -> HttpResponse:
    campaign = runnable(request, uid)
    if request.method != "POST" and not campaign.has_audience:
        return _ask(request, campaign, "start")
    if request.method != "POST" and not is_whole(campaign.audience, request.user):
        return redirect("campaigns:preview", uid)
    if request.method != "POST":
        shown = preview(campaign=campaign, user=request.user, now=timezone.now())
        return _ask(request, campaign, "start", preview=shown)
    try:
        start_campaign(
            campaign=campaign,
            actor=request.user,
            override_reason=request.POST.get("override_reason", ""),
        )
    except CampaignRefused as refusal:
        toast_refusal(request, refusal)
        return redirect("campaigns:preview", uid)
    if campaign.has_audience:
        transaction.on_commit(lambda: tasks.hint(tasks.enrol))
        toast(request, _("Started. People are being taken in."))
    else:
        toast(request, _("Started. Who is taken in from now on is written to."))
    return redirect("campaigns:campaign", uid)


@login_required
@require_POST
def pause(request: UserRequest, uid: UUID) -> HttpResponse:
    campaign = runnable(request, uid)
    try:
        pause_campaign(campaign=campaign, actor=request.user)
    except CampaignRefused as refusal:
        toast_refusal(request, refusal)
    else:
        toast(request, _("Paused. Nothing goes out until you go on."))
    return redirect("campaigns:campaign", uid)


@login_required
@require_POST
def resume(request: UserRequest, uid: UUID) -> HttpResponse:
    campaign = runnable(request, uid)
    try:
        resume_campaign(campaign=campaign, actor=request.user)
    except CampaignRefused as refusal:
        toast_refusal(request, refusal)
    else:
        transaction.on_commit(lambda: tasks.hint(tasks.deliver))
        toast(request, _("Going on. What came due in the meantime goes out now."))
    return redirect("campaigns:campaign", uid)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: UserRequest, uid: UUID) -> HttpResponse:
    campaign = runnable(request, uid)
    if request.method != "POST":
        active = campaign.enrolments.filter(state=Enrolment.State.ACTIVE).count()
        return _ask(request, campaign, "end", active=active)
    try:
        end_campaign(campaign=campaign, actor=request.user)
    except CampaignRefused as refusal:
        toast_refusal(request, refusal)
    else:
        transaction.on_commit(lambda: tasks.hint(tasks.recover))
        toast(request, _("Ended. Everyone is being taken off."))
    return redirect("campaigns:campaign", uid)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: UserRequest, uid: UUID) -> HttpResponse:
    campaign = runnable(request, uid)
    if request.method != "POST":
        return _ask(request, campaign, "delete")
    try:
        delete_draft(campaign=campaign, actor=request.user)
    except CampaignRefused as refusal:
        toast_refusal(request, refusal)
        return redirect("campaigns:campaign", uid)
    toast(request, _("The draft “%(name)s” is gone.") % {"name": campaign.name})
    return redirect("campaigns:campaigns")


def _ask(request: UserRequest, campaign: Campaign, act: str, **shown: object) -> HttpResponse:
    """What will happen to how many, before it does: in the dialog, or on a page of its own."""
    name = "campaigns/confirm.html#form" if request.htmx else "campaigns/confirm.html"
    return render(request, name, {"campaign": campaign, "act": act, **shown})
