from dataclasses import replace

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from contacts import listing
from contacts.list_state import ListState, columns_named, default_columns, state_of
from contacts.listing import Column
from contacts.selectors.views import setting_of, views_of
from contacts.services.saved_views import choose_columns, forget_columns
from core.http import UserRequest
from core.permissions import require


@login_required
@require_http_methods(["GET", "POST"])
def columns(request: UserRequest) -> HttpResponse:
    """Which columns, in which order. Each press of a button gives the form back as it then is,
    where no script does that in the page; "apply" keeps the choice for this view, "usual" goes
    back to what it shows to everybody.
    """
    require(request.user, "contacts.view_contact")

    data = request.POST if request.method == "POST" else request.GET
    asked = {key: [str(value) for value in values] for key, values in data.lists()}
    setting = setting_of(request.user)
    views = views_of(request.user, setting)
    state = state_of(asked, request.user, views=views, setting=setting)
    if "usual" in asked and request.method == "POST":
        forget_columns(user=request.user, view=state.view)
        return _to_list(request, state)
    chosen = columns_named(asked.get("column", []), request.user)
    chosen = _moved(chosen, asked) if asked.keys() & {"column", "apply"} else state.columns
    if "apply" in asked and request.method == "POST":
        keys = [column.key for column in chosen or default_columns(request.user)]
        choose_columns(user=request.user, view=state.view, columns=keys)
        return _to_list(request, state)

    held = {column.key for column in chosen}
    every = listing.columns_for(request.user)
    others = [one for one in every if one.key not in held]
    moved = next((asked[key][0] for key in ("up", "down", "add", "drop") if key in asked), "")
    kept = [(key, value) for key, value in state.params(is_open=True) if key != "columns"]
    context = {
        "chosen": chosen,
        "every": every,
        "others": others,
        "kept": kept,
        "moved": moved,
        "state": state,
    }
    name = "contacts/columns.html#form" if request.htmx else "contacts/columns.html"
    return render(request, name, context)


def _moved(chosen: list[Column], asked: dict[str, list[str]]) -> list[Column]:
    """The columns after one button was pressed."""
    up, down, drop = (asked.get(key, [""])[0] for key in ("up", "down", "drop"))
    kept = [column for column in chosen if column.key != drop]
    at = next((n for n, column in enumerate(kept) if column.key in (up, down)), None)
    if at is not None:
        to = at - 1 if up else at + 1
        if 0 <= to < len(kept):
            kept[at], kept[to] = kept[to], kept[at]
    return kept


def _to_list(request: UserRequest, state: ListState) -> HttpResponse:
    """The list as it was, with the columns as they are remembered now."""
    address = replace(state, has_columns=False).url()
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)
