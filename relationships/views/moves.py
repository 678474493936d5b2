"""Moving one relationship: dragged on the board, by key, from a person's page, or plainly."""

from urllib.parse import urlsplit
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRefresh

from core.http import UserRequest
from core.permissions import require
from core.toasts import toast
from relationships.forms import MoveForm
from relationships.models import Relationship, Stage, StageTransition
from relationships.selectors import board as selectors
from relationships.selectors.lifecycle import allowed_moves
from relationships.services.lifecycle import ReasonNeeded, TransitionRefused, move_to_stage
from relationships.views.board import filter_form


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: UserRequest, uid: UUID) -> HttpResponse:
    """Ask where to, and move. ``to_stage`` may stand in the address, for an undo."""
    relationship = get_object_or_404(
        Relationship.objects.visible_to(request.user).for_board(), uid=uid
    )
    require(request.user, "relationships.move_relationship", relationship)

    moves = allowed_moves(relationship)
    if request.method != "POST":
        initial = {"to_stage": request.GET.get("to_stage", "")}
        form = MoveForm(relationship=relationship, moves=moves, initial=initial)
        return _ask(request, relationship, form)
    data = request.POST if "to_stage" in request.POST else request.GET
    form = MoveForm(data, relationship=relationship, moves=moves)
    if form.is_valid():
        try:
            done = move_to_stage(relationship=relationship, actor=request.user, **form.cleaned_data)
        except TransitionRefused as refusal:
            form.add_error("reason" if isinstance(refusal, ReasonNeeded) else None, str(refusal))
        else:
            return _moved(request, relationship, done)
    return _refused(request, relationship, form)


def _ask(
    request: UserRequest, relationship: Relationship, form: MoveForm, status: int = 200
) -> HttpResponse:
    name = "relationships/move.html#form" if request.htmx else "relationships/move.html"
    context = {"relationship": relationship, "form": form}
    return render(request, name, context, status=status)


def _refused(request: UserRequest, relationship: Relationship, form: MoveForm) -> HttpResponse:
    """A dragged card says in itself why it went back; a form says it beside the question."""
    is_dragged = request.htmx and request.htmx.target != "dialog-content"
    if not is_dragged:
        return _ask(request, relationship, form, status=422)
    errors = [str(error) for messages in form.errors.values() for error in messages]
    context = {
        "card": selectors.as_card(relationship, now=timezone.now()),
        "refusal": " ".join(errors),
        "may_move": True,
    }
    return render(request, "relationships/board.html#refused", context, status=422)


def _moved(request: UserRequest, relationship: Relationship, done: StageTransition) -> HttpResponse:
    words = {"name": relationship.contact.full_name, "stage": done.to_stage.label}
    text = _("%(name)s is now at “%(stage)s”.") % words
    toast(request, text, undo_url=_undo_url(relationship, done.from_stage))
    path = urlsplit(request.htmx.current_url or "").path if request.htmx else ""
    if not request.htmx:
        return redirect("relationships:board", relationship.kind)
    if path != reverse("relationships:board", args=[relationship.kind]):
        return HttpResponseClientRefresh()
    return _cards_and_heads(request, relationship, done)


def _cards_and_heads(
    request: UserRequest, relationship: Relationship, done: StageTransition
) -> HttpResponse:
    """The card at its new place, and the heads of the two columns, put in their places by htmx."""
    now = timezone.now()
    address = QueryDict(urlsplit(request.htmx.current_url or "").query)
    stage_ids = [pk for pk in (done.from_stage_id, done.to_stage_id) if pk is not None]
    context = {
        "columns": selectors.columns(
            relationship.kind,
            request.user,
            filter_form(request, address).chosen,
            now=now,
            only=stage_ids,
        ),
        "card": selectors.as_card(relationship, now=now),
        "may_move": True,
    }
    return render(request, "relationships/board.html#moved", context)


def _undo_url(relationship: Relationship, from_stage: Stage | None) -> str:
    """Where an undo posts to; nothing, where the lifecycle does not simply let one go back."""
    back = [move for move in allowed_moves(relationship) if move.to_stage == from_stage]
    if from_stage is None or not back or back[0].needs_reason:
        return ""
    path = reverse("relationships:move", args=[relationship.uid])
    return f"{path}?{QueryDict(f'to_stage={from_stage.key}').urlencode()}"
