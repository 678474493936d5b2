"""The kinds of ties that we tell apart: Settings, Kinds of ties."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import DomainError
from core.http import UserRequest
from core.permissions import require
from core.toasts import toast
from relationships.models import TieKind
from relationships.services import tie_kinds as services
from relationships.tie_forms import TieKindForm
from relationships.views.asking import ask

MANAGE = "relationships.manage_ties"


@login_required
@require_safe
def kinds(request: UserRequest) -> HttpResponse:
    require(request.user, MANAGE)
    rows = list(TieKind.objects.annotate(number=Count("ties")).order_by("position", "pk"))
    groups = [
        (label, [row for row in rows if row.among == among and row.retired_at is None])
        for among, label in TieKind.Among.choices
    ]
    context = {"groups": groups, "retired": [row for row in rows if row.retired_at is not None]}
    return render(request, "relationships/tie_kinds.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: UserRequest) -> HttpResponse:
    require(request.user, MANAGE)
    form = TieKindForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        kind = services.create_kind(actor=request.user, **form.cleaned_data)
        toast(request, _("The kind “%(name)s” is there.") % {"name": kind.name})
        return _back(request)
    return ask(
        request,
        form,
        title=_("New kind of tie"),
        submit=_("Make kind"),
        back=reverse("relationships:tie-kinds"),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: UserRequest, uid: UUID) -> HttpResponse:
    require(request.user, MANAGE)
    kind = get_object_or_404(TieKind, uid=uid)
    form = TieKindForm(request.POST or None, kind=kind)
    if request.method == "POST" and form.is_valid():
        try:
            changed = services.change_kind(kind=kind, actor=request.user, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            toast(request, _("“%(name)s” was saved.") % {"name": changed.name})
            return _back(request)
    return ask(
        request,
        form,
        title=kind.name,
        submit=_("Save"),
        back=reverse("relationships:tie-kinds"),
    )


@login_required
@require_POST
def retire(request: UserRequest, uid: UUID) -> HttpResponse:
    require(request.user, MANAGE)
    kind = get_object_or_404(TieKind, uid=uid)
    services.retire_kind(kind=kind, actor=request.user)
    text = _("“%(name)s” is out of use. Its ties are kept.") % {"name": kind.name}
    toast(request, text, undo_url=reverse("relationships:tie-kind-restore", args=[uid]))
    return _back(request)


@login_required
@require_POST
def restore(request: UserRequest, uid: UUID) -> HttpResponse:
    require(request.user, MANAGE)
    kind = get_object_or_404(TieKind, uid=uid)
    services.restore_kind(kind=kind, actor=request.user)
    toast(request, _("“%(name)s” is in use again.") % {"name": kind.name})
    return _back(request)


def _back(request: UserRequest) -> HttpResponse:
    url = reverse("relationships:tie-kinds")
    if request.htmx:
        return HttpResponse(headers={"HX-Redirect": url})
    return redirect(url)
