"""Settings: the stages of a lifecycle, one by one."""

from uuid import UUID

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect, HttpResponseClientRefresh

from core.errors import DomainError
from core.http import UserRequest
from core.permissions import require
from core.toasts import toast, toast_refusal
from relationships.models import Lifecycle, Stage
from relationships.selectors.lifecycle import open_at
from relationships.services.stage_order import StageRefused
from relationships.services.stage_removal import (
    MOST_AT_ONCE,
    bring_stage_back,
    delete_stage,
    put_stage_aside,
)
from relationships.services.stages import add_stage, change_stage, place_stage, set_entry_rules
from relationships.stage_forms import EntryRulesForm, PutAsideForm, StageForm
from relationships.views.asking import ask

MANAGE = "relationships.manage_lifecycles"


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: UserRequest, kind: str) -> HttpResponse:
    require(request.user, MANAGE)
    lifecycle = get_object_or_404(Lifecycle, kind=kind)
    form = StageForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = add_stage(lifecycle=lifecycle, actor=request.user, **form.cleaned_data)
        except StageRefused as refusal:
            _say(form, refusal)
        else:
            toast(request, _("The stage “%(stage)s” is there.") % {"stage": made.label})
            return _to_lifecycle(request, kind)
    return ask(request, form, title=_("A new stage"), submit=_("Add"), back=_page(kind))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: UserRequest, kind: str, key: str) -> HttpResponse:
    require(request.user, MANAGE)
    stage = get_object_or_404(
        Stage.objects.live().select_related("lifecycle"), lifecycle__kind=kind, key=key
    )
    form = StageForm(request.POST or None, stage=stage)
    if request.method == "POST" and form.is_valid():
        data = {"cadence_days": None, **form.cleaned_data}
        try:
            change_stage(stage=stage, actor=request.user, **data)
        except StageRefused as refusal:
            _say(form, refusal)
        else:
            toast(request, _("The stage is changed."))
            return _to_lifecycle(request, kind)
    title = _("Stage “%(stage)s”") % {"stage": stage.label}
    return ask(request, form, title=title, submit=_("Save"), back=_page(kind))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def rules(request: UserRequest, uid: UUID) -> HttpResponse:
    """What must be there before somebody comes to it."""
    stage = _stage(request, uid)
    form = EntryRulesForm(_sent(request), stage=stage)
    if request.method == "POST" and form.is_valid():
        try:
            set_entry_rules(stage=stage, actor=request.user, rules=form.chosen())
        except StageRefused as refusal:
            _say(form, refusal)
        else:
            toast(request, _("What the stage asks for is changed."))
            return _to_lifecycle(request, stage.lifecycle.kind)
    title = _("What “%(stage)s” asks for") % {"stage": stage.label}
    back = _page(stage.lifecycle.kind)
    return ask(request, form, title=title, submit=_("Save"), back=back)


@login_required
@require_POST
def place(request: UserRequest, uid: UUID) -> HttpResponse:
    """Up or down in the order."""
    stage = _stage(request, uid)
    place_stage(stage=stage, actor=request.user, up=request.POST.get("to") == "up")
    return redirect("relationships:lifecycle", stage.lifecycle.kind)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def put_aside(request: UserRequest, uid: UUID) -> HttpResponse:
    stage = _stage(request, uid)
    count = open_at(stage)
    form = PutAsideForm(_sent(request), stage=stage, count=count)
    if request.method == "POST" and form.is_valid():
        try:
            put_stage_aside(stage=stage, actor=request.user, **form.cleaned_data)
        except DomainError as refusal:
            _say(form, refusal)
        else:
            text = _("“%(stage)s” was put aside.") % {"stage": stage.label}
            toast(request, text, undo_url=reverse("relationships:stage-back", args=[uid]))
            return _to_lifecycle(request, stage.lifecycle.kind)
    context = {"stage": stage, "count": count, "form": form, "most": MOST_AT_ONCE}
    name = "relationships/put_aside.html#form" if request.htmx else "relationships/put_aside.html"
    return render(request, name, context, status=422 if form.errors else 200)


@login_required
@require_POST
def bring_back(request: UserRequest, uid: UUID) -> HttpResponse:
    """Also the undo of putting it aside; who was moved stays where they went."""
    stage = _stage(request, uid)
    try:
        bring_stage_back(stage=stage, actor=request.user)
    except StageRefused as refusal:
        toast_refusal(request, refusal)
    else:
        toast(request, _("“%(stage)s” is back.") % {"stage": stage.label})
    if request.htmx:
        return HttpResponseClientRefresh()
    return redirect("relationships:lifecycle", stage.lifecycle.kind)


@login_required
@require_POST
def delete(request: UserRequest, uid: UUID) -> HttpResponse:
    stage = _stage(request, uid)
    try:
        delete_stage(stage=stage, actor=request.user)
    except StageRefused as refusal:
        toast_refusal(request, refusal)
    else:
        toast(request, _("The stage “%(stage)s” is deleted.") % {"stage": stage.label})
    return redirect("relationships:lifecycle", stage.lifecycle.kind)


def _stage(request: UserRequest, uid: UUID) -> Stage:
    require(request.user, MANAGE)
    return get_object_or_404(Stage.objects.select_related("lifecycle"), uid=uid)


def _sent(request: UserRequest) -> QueryDict | None:
    """What was sent, also when nothing is ticked."""
    return request.POST if request.method == "POST" else None


def _say(form: forms.Form, refusal: DomainError) -> None:
    field = getattr(refusal, "field", "")
    form.add_error(field if field in form.fields else None, str(refusal))


def _page(kind: str) -> str:
    return reverse("relationships:lifecycle", args=[kind])


def _to_lifecycle(request: UserRequest, kind: str) -> HttpResponse:
    url = _page(kind)
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)
