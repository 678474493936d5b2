"""The board of one kind: its page, what follows as one scrolls, what colleagues move."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from contacts.models import OrgUnit
from contacts.models.access import visible_units
from core.http import UserRequest
from core.permissions import require
from relationships.board_forms import BoardFilterForm
from relationships.choices import PLURALS, Kind
from relationships.models import Stage
from relationships.selectors import board as selectors
from relationships.selectors import board_changes

LAST_KIND = "board_kind"


@login_required
@require_safe
def boards(request: UserRequest) -> HttpResponse:
    """The board that was looked at last."""
    require(request.user, "relationships.view_relationship")
    kind = request.session.get(LAST_KIND, Kind.PROSPECT)
    return redirect("relationships:board", kind if kind in Kind.values else Kind.PROSPECT)


@login_required
@require_safe
def board(request: UserRequest, kind: str) -> HttpResponse:
    require(request.user, "relationships.view_relationship")
    if kind not in Kind.values:
        raise Http404
    if request.session.get(LAST_KIND) != kind:
        request.session[LAST_KIND] = kind
    form = filter_form(request, request.GET)
    seen = board_changes.seen_now()
    columns = selectors.columns(kind, request.user, form.chosen, now=timezone.now())
    context = {
        "kind": Kind(kind),
        "kinds": PLURALS.items(),
        "title": PLURALS[Kind(kind)],
        "columns": columns,
        "total": sum(column.head.count for column in columns if not column.stage.is_closed),
        "is_empty": not any(column.head.count for column in columns),
        "form": form,
        "filters": form.chosen,
        "seen": seen,
        "may_move": request.user.has_perm("relationships.move_relationship"),
        "query": request.GET.urlencode(),
    }
    return render(request, "relationships/board.html", context)


@login_required
@require_safe
def more(request: UserRequest, kind: str, stage: str) -> HttpResponse:
    """The next cards of one column. Without htmx there is nothing to add them to."""
    require(request.user, "relationships.view_relationship")
    column = get_object_or_404(
        Stage.objects.select_related("lifecycle"), lifecycle__kind=kind, key=stage
    )
    if not request.htmx:
        return redirect("relationships:board", kind)
    filters = filter_form(request, request.GET).chosen
    try:
        cards, after = selectors.more_cards(
            column, request.user, filters, after=request.GET.get("after", ""), now=timezone.now()
        )
    except ValueError:
        raise Http404 from None
    address = request.GET.copy()
    address.pop("after", None)
    context = {
        "kind": Kind(kind),
        "stage": column,
        "cards": cards,
        "after": after,
        "query": address.urlencode(),
        "may_move": request.user.has_perm("relationships.move_relationship"),
    }
    return render(request, "relationships/board.html#cards", context)


@login_required
@require_safe
def live(request: UserRequest, kind: str) -> HttpResponse:
    """What changed since ``seen``: cards and heads that htmx puts in their places."""
    require(request.user, "relationships.view_relationship")
    if kind not in Kind.values:
        raise Http404
    if not request.htmx:
        return redirect("relationships:board", kind)
    filters = filter_form(request, request.GET).chosen
    try:
        changes = board_changes.changes_since(
            request.GET.get("seen", ""), kind, request.user, filters, now=timezone.now()
        )
    except ValueError:
        raise Http404 from None
    address = request.GET.copy()
    address.pop("seen", None)
    context = {
        "kind": Kind(kind),
        "changes": changes,
        "seen": changes.seen,
        "query": address.urlencode(),
        "may_move": request.user.has_perm("relationships.move_relationship"),
    }
    return render(request, "relationships/board.html#live", context)


def filter_form(request: UserRequest, address: QueryDict) -> BoardFilterForm:
    units = OrgUnit.objects.order_by("name", "pk")
    visible = visible_units(request.user, "relationships.view_relationship")
    if visible is not None:
        units = units.filter(pk__in=visible)
    return BoardFilterForm(address, user=request.user, units=units)
