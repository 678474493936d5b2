from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from contacts.models import OrgUnit
from contacts.models.access import visible_units
from core.http import UserRequest
from core.permissions import require
from relationships.choices import PLURALS, Kind
from relationships.forms import BoardFilterForm
from relationships.models import Stage
from relationships.selectors import board as selectors

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
    columns = selectors.columns(kind, request.user, form.chosen, now=timezone.now())
    context = {
        "kind": Kind(kind),
        "kinds": PLURALS.items(),
        "title": PLURALS[Kind(kind)],
        "columns": columns,
        "total": sum(column.count for column in columns if not column.stage.is_closed),
        "form": form,
        "filters": form.chosen,
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
    cards, after = selectors.more_cards(
        column, request.user, filters, after=_uuid(request.GET.get("after", "")), now=timezone.now()
    )
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


def filter_form(request: UserRequest, address: QueryDict) -> BoardFilterForm:
    units = OrgUnit.objects.order_by("name", "pk")
    visible = visible_units(request.user, "relationships.view_relationship")
    if visible is not None:
        units = units.filter(pk__in=visible)
    return BoardFilterForm(address, user=request.user, units=units)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None
