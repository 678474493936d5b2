from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from campaigns.forms import StepForm
from campaigns.merge_tags import REGISTRY
from campaigns.models import Campaign, Step
from campaigns.selectors import trial as trials
from campaigns.services.campaigns import (
    CampaignRefused,
    StepRefused,
    add_step,
    change_step,
    move_step,
    remove_step,
)
from campaigns.views.finding import frame, runnable
from core.errors import DomainError
from core.http import UserRequest
from core.toasts import toast, toast_refusal

DAYS_BETWEEN = 7


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: UserRequest, uid: UUID, action: str) -> HttpResponse:
    campaign = runnable(request, uid)
    _check_action(action)
    last = campaign.steps.order_by("-position").first()
    form = StepForm(
        request.POST or None,
        action=action,
        initial={"offset_days": last.offset_days + DAYS_BETWEEN if last else 0},
    )
    if form.is_valid() and _saved(request, form, campaign, None):
        return redirect("campaigns:campaign", uid)
    return _show(request, form, campaign, None)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: UserRequest, uid: UUID, step_uid: UUID) -> HttpResponse:
    campaign = runnable(request, uid)
    step = get_object_or_404(campaign.steps, uid=step_uid)
    form = StepForm(request.POST or None, action=step.action, step=step)
    if form.is_valid() and _saved(request, form, campaign, step):
        return redirect("campaigns:campaign", uid)
    return _show(request, form, campaign, step)


@login_required
@require_POST
def trial(request: UserRequest, uid: UUID, action: str) -> HttpResponse:
    """The mail as it stands in the form, unsaved, as one person would get it."""
    campaign = runnable(request, uid)
    _check_action(action)
    form = StepForm(request.POST, action=action)
    return render(request, "campaigns/step.html#trial", _trial(request, form, campaign))


@login_required
@require_POST
def move(request: UserRequest, uid: UUID, step_uid: UUID) -> HttpResponse:
    campaign = runnable(request, uid)
    step = get_object_or_404(campaign.steps, uid=step_uid)
    try:
        move_step(step=step, actor=request.user, up=request.POST.get("to") == "up")
    except CampaignRefused as refusal:
        toast_refusal(request, refusal)
    return redirect("campaigns:campaign", uid)


@login_required
@require_POST
def remove(request: UserRequest, uid: UUID, step_uid: UUID) -> HttpResponse:
    campaign = runnable(request, uid)
    step = get_object_or_404(campaign.steps, uid=step_uid)
    try:
        remove_step(step=step, actor=request.user)
    except CampaignRefused as refusal:
        toast_refusal(request, refusal)
    else:
        toast(request, _("The step is gone."))
    return redirect("campaigns:campaign", uid)


def _saved(request: UserRequest, form: StepForm, campaign: Campaign, step: Step | None) -> bool:
    fields = {
        "offset_days": form.cleaned_data["offset_days"],
        "subject": form.texts("subject"),
        "body": form.texts("body"),
    }
    try:
        if step is None:
            add_step(campaign=campaign, actor=request.user, action=form.action, **fields)
        else:
            change_step(step=step, actor=request.user, **fields)
    except (CampaignRefused, StepRefused) as refusal:
        form.add_error(_field_of(refusal), str(refusal))
        return False
    toast(request, _("Saved."))
    return True


def _field_of(refusal: DomainError) -> str | None:
    return (refusal.field or None) if isinstance(refusal, StepRefused) else None


def _show(
    request: UserRequest, form: StepForm, campaign: Campaign, step: Step | None
) -> HttpResponse:
    context = {
        **frame(request, campaign, "campaign"),
        **_trial(request, form, campaign, step),
        "form": form,
        "step": step,
        "is_mail": form.action == Step.Action.MAIL,
        "merge_tags": REGISTRY.values(),
    }
    return render(request, "campaigns/step.html", context, status=422 if form.errors else 200)


def _trial(
    request: UserRequest, form: StepForm, campaign: Campaign, step: Step | None = None
) -> dict[str, Any]:
    people = trials.trial_people(campaign, request.user)
    asked = request.POST.get("as", "")
    contact = next((one for one in people if str(one.uid) == asked), people[0] if people else None)
    is_typed = form.is_bound or step is None
    languages = [language for language, _name in settings.LANGUAGES]
    asked_language = request.POST.get("in", "")
    return {
        "action": form.action,
        "people": people,
        "tried_on": contact,
        "trial": contact
        and trials.trial(
            campaign=campaign,
            contact=contact,
            subject=form.texts("subject") if is_typed or step is None else step.subject,
            body=form.texts("body") if is_typed or step is None else step.body,
            language=asked_language if asked_language in languages else "",
        ),
    }


def _check_action(action: str) -> None:
    if action not in Step.Action.values:
        raise Http404
