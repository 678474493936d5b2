"""Moving those who are ticked on a board, together, and taking it back."""

from collections.abc import Sequence
from urllib.parse import urlsplit
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRefresh

from core.http import UserRequest
from core.permissions import require
from core.toasts import toast, toast_refusal
from relationships.board_forms import MoveManyForm
from relationships.choices import Kind
from relationships.models import Relationship, Stage, StageTransition
from relationships.selectors import board as selectors
from relationships.selectors.lifecycle import ways_out
from relationships.services.lifecycle import Moves, TransitionRefused, move_all_to_stage
from relationships.services.taking_back import take_back_together
from relationships.views.board import filter_form

MOVE = "relationships.move_relationship"
# So many at once from a board; the list of people moves as many as one likes, in the background.
MOST = 500
# More cards than these are not carried one by one: their columns come anew.
FEW = 50


@login_required
@require_http_methods(["GET", "POST"])
def new(request: UserRequest, kind: str) -> HttpResponse:
    """Ask where to, and move. What was posted without a stage is the question: the ids of hundreds
    do not fit an address.
    """
    require(request.user, MOVE)
    if kind not in Kind.values:
        raise Http404
    data = request.POST if request.method == "POST" else request.GET
    rows = _ticked(request, kind, data)

    if request.method != "POST" or "to_stage" not in data or not rows:
        form = MoveManyForm(kind=kind, initial={"to_stage": data.get("stage", "")})
        return _ask(request, kind, rows, form)
    form = MoveManyForm(data, kind=kind)
    if not form.is_valid():
        return _ask(request, kind, rows, form, status=422)
    moves = move_all_to_stage(relationships=rows, actor=request.user, **form.cleaned_data)
    _tell(request, form.cleaned_data["to_stage"], moves)
    return _shown(request, kind, rows, moves)


@login_required
@require_POST
def take_back(request: UserRequest, uid: UUID) -> HttpResponse:
    """Undo a move of many just made."""
    visible = Relationship.objects.visible_to(request.user)
    done = get_object_or_404(
        StageTransition.objects.filter(relationship__in=visible).select_related("relationship"),
        uid=uid,
    )
    kind = done.relationship.kind
    require(request.user, MOVE)

    try:
        taken = take_back_together(move=done, actor=request.user)
    except TransitionRefused as refusal:
        toast_refusal(request, refusal)
    else:
        count = len(taken.relationships)
        text = ngettext("%(n)s move was taken back.", "%(n)s moves were taken back.", count)
        left = ngettext(
            "%(n)s was moved again since and stays.",
            "%(n)s were moved again since and stay.",
            taken.left,
        )
        said = [text % {"n": count}, *([left % {"n": taken.left}] if taken.left else [])]
        toast(request, " ".join(said))
    return HttpResponseClientRefresh() if request.htmx else redirect("relationships:board", kind)


def _ticked(request: UserRequest, kind: str, data: QueryDict) -> list[Relationship]:
    uids = data.getlist("only")[:MOST]
    visible = Relationship.objects.visible_to(request.user).filter(kind=kind)
    try:
        found = visible.filter(uid__in=uids).for_board().select_related("health")
        rows = list(found)
    except ValidationError:
        raise Http404 from None
    for row in rows:
        require(request.user, MOVE, row)
    return rows


def _ask(
    request: UserRequest,
    kind: str,
    rows: Sequence[Relationship],
    form: MoveManyForm,
    status: int = 200,
) -> HttpResponse:
    context = {
        "kind": Kind(kind),
        "rows": rows,
        "form": form,
        "ways": ways_out(rows),
        "most": MOST if len(rows) == MOST else 0,
    }
    name = "relationships/move_many.html#form" if request.htmx else "relationships/move_many.html"
    return render(request, name, context, status=status)


def _tell(request: UserRequest, to_stage: Stage, moves: Moves) -> None:
    """How many came there, with an undo for all; on the cards stands why others did not."""
    if moves.made:
        count = len(moves.made)
        words = ngettext(
            "%(n)s person is now at “%(stage)s”.", "%(n)s people are now at “%(stage)s”.", count
        )
        undo_url = reverse("relationships:take-back-all", args=[moves.made[0].uid])
        toast(request, words % {"n": count, "stage": to_stage.label}, undo_url=undo_url)
    if moves.refused:
        count = len(moves.refused)
        words = ngettext("%(n)s stayed: %(why)s", "%(n)s stayed. The first: %(why)s", count)
        why = str(moves.refused[0][1])
        toast_refusal(request, TransitionRefused(words % {"n": count, "why": why}))


def _shown(
    request: UserRequest, kind: str, rows: Sequence[Relationship], moves: Moves
) -> HttpResponse:
    """On the board the cards at their new places, and on those that stayed why; many: the page."""
    board = reverse("relationships:board", args=[kind])
    if not request.htmx:
        return redirect(board)
    current = urlsplit(request.htmx.current_url or "")
    if current.path != board or len(rows) > FEW:
        return HttpResponseClientRefresh()
    now = timezone.now()
    stage_ids = {one.to_stage_id for one in moves.made} | {one.from_stage_id for one in moves.made}
    context = {
        "columns": selectors.columns(
            kind,
            request.user,
            filter_form(request, QueryDict(current.query)).chosen,
            now=now,
            only=[pk for pk in stage_ids if pk is not None],
            with_cards=False,
        ),
        "cards": [selectors.as_card(one.relationship, now=now) for one in moves.made],
        "stayed": [selectors.as_card(row, now=now) for row, _why in moves.refused],
        "refusals": {row.pk: str(why) for row, why in moves.refused},
        "may_move": True,
    }
    return render(request, "relationships/board.html#moved", context)
