"""Moving one relationship: dragged on the board, by key, from a person's page, or plainly."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRefresh

from core.http import UserRequest
from core.permissions import require
from core.toasts import toast, toast_refusal
from relationships.forms import MoveForm
from relationships.models import AllowedMove, Relationship, StageTransition
from relationships.selectors import board as selectors
from relationships.selectors.lifecycle import allowed_moves, lacking_for
from relationships.services import lifecycle as services
from relationships.services.lifecycle import ReasonNeeded, TransitionRefused, move_to_stage
from relationships.views.board import filter_form


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: UserRequest, uid: UUID) -> HttpResponse:
    """Ask where to, and move. In the address ``to_stage`` says what to ask first."""
    relationship = get_object_or_404(
        Relationship.objects.visible_to(request.user).for_board(), uid=uid
    )
    require(request.user, "relationships.move_relationship", relationship)

    moves = allowed_moves(relationship)
    lacking = lacking_for(relationship, [move.to_stage for move in moves])
    asked: dict[str, Any] = {"relationship": relationship, "moves": moves, "lacking": lacking}
    if request.method != "POST":
        initial = {"to_stage": request.GET.get("to_stage") or _usual(relationship, moves)}
        form = MoveForm(**asked, initial=initial)
        return _ask(request, relationship, form)
    form = MoveForm(request.POST, **asked)
    if form.is_valid():
        try:
            done = move_to_stage(relationship=relationship, actor=request.user, **form.cleaned_data)
        except TransitionRefused as refusal:
            form.add_error("reason" if isinstance(refusal, ReasonNeeded) else None, str(refusal))
        else:
            return _moved(request, relationship, done)
    return _refused(request, relationship, form)


@login_required
@require_POST
def take_back(request: UserRequest, uid: UUID) -> HttpResponse:
    """Undo a move just made."""
    visible = Relationship.objects.visible_to(request.user)
    done = get_object_or_404(
        StageTransition.objects.filter(relationship__in=visible).select_related("from_stage"),
        uid=uid,
    )
    relationship = visible.for_board().get(pk=done.relationship_id)
    require(request.user, "relationships.move_relationship", relationship)

    try:
        back = services.take_back(move=done, actor=request.user)
    except TransitionRefused as refusal:
        toast_refusal(request, refusal)
        return HttpResponse(status=204) if request.htmx else _to_board(relationship)
    relationship.refresh_from_db()
    return _shown(request, relationship, back)


def _to_board(relationship: Relationship) -> HttpResponse:
    return redirect("relationships:board", relationship.kind)


def _usual(relationship: Relationship, moves: Sequence[AllowedMove]) -> str:
    """The stage one most often goes to from here: the next."""
    onwards = (move for move in moves if move.to_stage.position > relationship.stage.position)
    usual = next(onwards, moves[0] if moves else None)
    return usual.to_stage.key if usual else ""


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
        "cards": [selectors.as_card(relationship, now=timezone.now())],
        "refusals": {relationship.pk: " ".join(errors)},
        "may_move": True,
    }
    return render(request, "relationships/board.html#refused", context, status=422)


def _moved(request: UserRequest, relationship: Relationship, done: StageTransition) -> HttpResponse:
    words = {"name": relationship.contact.full_name, "stage": done.to_stage.label}
    text = _("%(name)s is now at “%(stage)s”.") % words
    toast(request, text, undo_url=reverse("relationships:take-back", args=[done.uid]))
    return _shown(request, relationship, done)


def _shown(request: UserRequest, relationship: Relationship, done: StageTransition) -> HttpResponse:
    """On the board the card at its new place; elsewhere the page anew."""
    path = urlsplit(request.htmx.current_url or "").path if request.htmx else ""
    if not request.htmx:
        return _to_board(relationship)
    if path != reverse("relationships:board", args=[relationship.kind]):
        return HttpResponseClientRefresh()
    return _cards_and_heads(request, relationship, done)


def _cards_and_heads(
    request: UserRequest, relationship: Relationship, done: StageTransition
) -> HttpResponse:
    """The card at its new place, and the heads of the two columns, put in their places by htmx."""
    now = timezone.now()
    address = QueryDict(urlsplit(request.htmx.current_url or "").query)
    context = {
        "columns": selectors.columns(
            relationship.kind,
            request.user,
            filter_form(request, address).chosen,
            now=now,
            only=[pk for pk in (done.from_stage_id, done.to_stage_id) if pk is not None],
            with_cards=False,
        ),
        "cards": [selectors.as_card(relationship, now=now)],
        "may_move": True,
    }
    return render(request, "relationships/board.html#moved", context)
