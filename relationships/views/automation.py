"""Settings: what is done by itself on coming to a stage or leaving it, and what became of it."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect, HttpResponseClientRefresh

from core.http import UserRequest
from core.permissions import require
from core.toasts import toast
from relationships import stage_acts
from relationships.models import Stage, StageAutomation
from relationships.selectors.automation import PAGE, automations_of, history
from relationships.services import automation as services
from relationships.services.automation import AutomationRefused
from relationships.stage_acts import StageAct
from relationships.views.asking import ask

MANAGE = "relationships.manage_lifecycles"


@login_required
@require_safe
def at_stage(request: UserRequest, uid: UUID) -> HttpResponse:
    stage = _stage(request, uid)
    given = request.GET.get("before", "")
    is_number = given.isdecimal() and len(given) < 19
    deeds = history(stage, request.user, before=int(given) if is_number else None)
    context = {
        "stage": stage,
        "automations": automations_of(stage),
        "acts": stage_acts.offered_to(request.user),
        "deeds": deeds[:PAGE],
        "after": deeds[PAGE - 1].run.pk if len(deeds) > PAGE else None,
        "is_continued": bool(given),
    }
    return render(request, "relationships/automation.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: UserRequest, uid: UUID) -> HttpResponse:
    """``act`` in the address says what; the form asks when and how."""
    stage = _stage(request, uid)
    act = _act(request, request.GET.get("act", ""))
    form = _form(request, act)
    if request.method == "POST" and form.is_valid():
        try:
            services.add_automation(
                stage=stage,
                actor=request.user,
                moment=form.cleaned_data["moment"],
                act=act.key,
                options=_options(form),
            )
        except AutomationRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            toast(request, _("From the next move on this is done by itself."))
            return _to_stage(request, stage)
    action = f"{request.path}?act={act.key}"
    return ask(
        request, form, title=str(act.label), submit=_("Add"), action=action, back=_page(stage)
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: UserRequest, uid: UUID) -> HttpResponse:
    automation = _automation(request, uid)
    act = _act(request, automation.act)
    form = _form(request, act, {"moment": automation.moment, **automation.options})
    if request.method == "POST" and form.is_valid():
        services.change_automation(
            automation=automation,
            actor=request.user,
            moment=form.cleaned_data["moment"],
            options=_options(form),
        )
        toast(request, _("The automation is changed."))
        return _to_stage(request, automation.stage)
    back = _page(automation.stage)
    return ask(request, form, title=str(act.label), submit=_("Save"), back=back)


@login_required
@require_POST
def switch(request: UserRequest, uid: UUID) -> HttpResponse:
    automation = _automation(request, uid)
    is_on = request.POST.get("to") == "on"
    services.switch_automation(automation=automation, actor=request.user, is_on=is_on)
    toast(request, _("It is at work.") if is_on else _("It is switched off."))
    return redirect("relationships:automation", automation.stage.uid)


@login_required
@require_POST
def remove(request: UserRequest, uid: UUID) -> HttpResponse:
    automation = _automation(request, uid)
    services.remove_automation(automation=automation, actor=request.user)
    undo = reverse("relationships:automation-restore", args=[uid])
    toast(request, _("The automation was taken out."), undo_url=undo)
    return redirect("relationships:automation", automation.stage.uid)


@login_required
@require_POST
def restore(request: UserRequest, uid: UUID) -> HttpResponse:
    automation = _automation(request, uid)
    services.remove_automation(automation=automation, actor=request.user, is_removed=False)
    if request.htmx:
        return HttpResponseClientRefresh()
    return redirect("relationships:automation", automation.stage.uid)


def _stage(request: UserRequest, uid: UUID) -> Stage:
    require(request.user, MANAGE)
    return get_object_or_404(Stage.objects.live().select_related("lifecycle"), uid=uid)


def _automation(request: UserRequest, uid: UUID) -> StageAutomation:
    require(request.user, MANAGE)
    return get_object_or_404(StageAutomation.objects.select_related("stage__lifecycle"), uid=uid)


def _act(request: UserRequest, key: str) -> StageAct:
    act = stage_acts.find(key)
    if act is None:
        raise Http404
    if act.permission:
        require(request.user, act.permission)
    return act


def _form(request: UserRequest, act: StageAct, initial: dict[str, Any] | None = None) -> forms.Form:
    """The act's own form with one question before it: when."""
    data = request.POST if request.method == "POST" else None
    form = act.form(data, user=request.user, initial=initial or {})  # type: ignore[call-arg]
    form.fields["moment"] = forms.ChoiceField(
        label=gettext_lazy("When"), choices=StageAutomation.Moment, widget=forms.RadioSelect
    )
    form.fields["moment"].initial = StageAutomation.Moment.ENTERS
    form.order_fields(["moment"])
    return form


def _options(form: forms.Form) -> stage_acts.Options:
    options: stage_acts.Options = form.options()  # type: ignore[attr-defined]
    return options


def _page(stage: Stage) -> str:
    return reverse("relationships:automation", args=[stage.uid])


def _to_stage(request: UserRequest, stage: Stage) -> HttpResponse:
    url = _page(stage)
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)
