"""Settings: stages kept as templates, and a template used for a lifecycle."""

from uuid import UUID

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRedirect

from contacts.models import StepTemplate
from contacts.services.step_templates import TemplateRefused, delete_template
from core.errors import DomainError
from core.http import UserRequest
from core.permissions import require
from core.toasts import toast, toast_refusal
from relationships.choices import Kind
from relationships.models import Lifecycle
from relationships.services.stage_templates import (
    plan_template,
    save_stages_of,
    step_label,
    use_template,
)
from relationships.stage_forms import TemplateNameForm
from relationships.views.asking import ask

MANAGE = "relationships.manage_lifecycles"


@login_required
@require_safe
def templates(request: UserRequest) -> HttpResponse:
    require(request.user, MANAGE)
    found = StepTemplate.objects.select_related("made_by").order_by("name", "pk")
    shown = [(one, [(step_label(step), step) for step in one.steps]) for one in found]
    context = {"templates": shown, "kinds": Kind}
    return render(request, "relationships/stage_templates.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def save(request: UserRequest, kind: str) -> HttpResponse:
    """Keep the stages of a lifecycle, with their moves and entry rules, under a name."""
    require(request.user, MANAGE)
    lifecycle = get_object_or_404(Lifecycle, kind=kind)
    form = TemplateNameForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = save_stages_of(lifecycle=lifecycle, actor=request.user, **form.cleaned_data)
        except TemplateRefused as refusal:
            form.add_error(refusal.field or None, str(refusal))
        else:
            toast(request, _("The template “%(name)s” is kept.") % {"name": made.name})
            return _go(request, reverse("relationships:templates"))
    back = reverse("relationships:lifecycle", args=[kind])
    title = _("Keep these stages as a template")
    return ask(request, form, title=title, submit=_("Keep as a template"), back=back)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def use(request: UserRequest, uid: UUID, kind: str) -> HttpResponse:
    """What it would do, then that it is done."""
    require(request.user, MANAGE)
    template = get_object_or_404(StepTemplate, uid=uid)
    lifecycle = get_object_or_404(Lifecycle, kind=kind)
    if request.method == "POST":
        try:
            use_template(lifecycle=lifecycle, template=template, actor=request.user)
        except DomainError as refusal:
            toast_refusal(request, refusal)
        else:
            words = {"name": template.name}
            toast(request, _("The stages are those of “%(name)s” now.") % words)
            return redirect("relationships:lifecycle", kind)
    plan = plan_template(lifecycle=lifecycle, template=template)
    context = {
        "template": template,
        "kind": Kind(kind),
        "plan": plan,
        "steps": [(step_label(step), step, stage) for step, stage in plan.steps],
    }
    return render(request, "relationships/stage_template.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: UserRequest, uid: UUID) -> HttpResponse:
    require(request.user, MANAGE)
    template = get_object_or_404(StepTemplate, uid=uid)
    back = reverse("relationships:templates")
    if request.method == "POST":
        delete_template(template=template, actor=request.user)
        toast(request, _("The template “%(name)s” is deleted.") % {"name": template.name})
        return _go(request, back)
    title = _("Delete the template “%(name)s” for good?") % {"name": template.name}
    return ask(request, forms.Form(), title=title, submit=_("Delete"), back=back)


def _go(request: UserRequest, url: str) -> HttpResponse:
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)
