"""Settings: the four lifecycles, their stages and the moves between them."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.errors import DomainError
from core.http import UserRequest
from core.permissions import require
from core.toasts import toast, toast_refusal
from relationships.choices import Kind
from relationships.models import Lifecycle
from relationships.selectors.lifecycle import matrix, put_aside, stages_of
from relationships.services.lifecycle_settings import set_moves
from relationships.stage_forms import MovesForm


@login_required
@require_safe
def lifecycles(request: UserRequest) -> HttpResponse:
    require(request.user, "relationships.manage_lifecycles")
    return redirect("relationships:lifecycle", Kind.PROSPECT)


@login_required
@require_safe
def lifecycle(request: UserRequest, kind: str) -> HttpResponse:
    require(request.user, "relationships.manage_lifecycles")
    if kind not in Kind.values:
        raise Http404
    context = {
        "kind": Kind(kind),
        "kinds": Kind,
        "matrix": matrix(kind),
        "put_aside": put_aside(kind),
    }
    return render(request, "relationships/lifecycle.html", context)


@login_required
@require_POST
def moves(request: UserRequest, kind: str) -> HttpResponse:
    require(request.user, "relationships.manage_lifecycles")
    found = get_object_or_404(Lifecycle, kind=kind)
    form = MovesForm(request.POST, stages=stages_of(kind))
    form.is_valid()
    try:
        set_moves(lifecycle=found, actor=request.user, moves=form.cleaned_data["moves"])
    except DomainError as refusal:
        toast_refusal(request, refusal)
    else:
        toast(request, _("The allowed moves are changed."))
    return redirect("relationships:lifecycle", kind)
