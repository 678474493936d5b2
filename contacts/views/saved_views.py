from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect, HttpResponseClientRefresh

from contacts import listing
from contacts.list_state import ListState, state_of
from contacts.models import SavedView
from contacts.selectors.views import setting_of, views_of
from contacts.services import saved_views as services
from contacts.view_forms import ViewForm
from core.errors import DomainError
from core.http import UserRequest
from core.permissions import require
from core.toasts import toast, toast_refusal


@login_required
@require_GET
def views(request: UserRequest) -> HttpResponse:
    """Every view one has, to be named, shared, ordered, deleted."""
    require(request.user, "contacts.view_contact")
    return _page(request)


@login_required
@require_http_methods(["GET", "POST"])
def new_view(request: UserRequest) -> HttpResponse:
    """Keep the list as it stands under a name."""
    require(request.user, "contacts.view_contact")

    state = _state(request, request.POST if request.method == "POST" else request.GET)
    form = ViewForm(request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            view = services.create_view(actor=request.user, **_shown(state), **form.values())
        except DomainError as refusal:
            form.add_error("name", str(refusal))
        else:
            toast(request, _("“%(name)s” was kept.") % {"name": view.name})
            return _to_list(request, view)

    context = {"form": form, "state": state, "kept": state.params(is_open=True)}
    name = "contacts/view_new.html#form" if request.htmx else "contacts/view_new.html"
    return render(request, name, context, status=422 if request.method == "POST" else 200)


@login_required
@require_POST
def save_view(request: UserRequest, uid: UUID) -> HttpResponse:
    """Let it show what the list shows now."""
    view = _visible(request, uid)

    try:
        services.save_view(view=view, actor=request.user, **_shown(_state(request, request.POST)))
    except DomainError as refusal:
        toast_refusal(request, refusal)
    else:
        toast(request, _("“%(name)s” was saved.") % {"name": view.name})
    return redirect(_address(view))


@login_required
@require_POST
def discard_view(request: UserRequest, uid: UUID) -> HttpResponse:
    """Back to the view as it was saved."""
    view = _visible(request, uid)

    services.forget_columns(user=request.user, view=view)

    return redirect(_address(view))


@login_required
@require_POST
def change_view(request: UserRequest, uid: UUID) -> HttpResponse:
    view = _visible(request, uid)

    form = ViewForm(request.POST, user=request.user, view=view, prefix=str(view.uid))
    if not form.is_valid():
        return _page(request, form=form, changed=view, status=422)
    try:
        services.change_view(view=view, actor=request.user, **form.values())
    except DomainError as refusal:
        form.add_error("name", str(refusal))
        return _page(request, form=form, changed=view, status=422)
    toast(request, _("“%(name)s” was saved.") % {"name": form.cleaned_data["name"]})
    return redirect("contacts:views")


@login_required
@require_POST
def delete_view(request: UserRequest, uid: UUID) -> HttpResponse:
    view = _visible(request, uid)

    try:
        services.delete_view(view=view, actor=request.user)
    except DomainError as refusal:
        toast_refusal(request, refusal)
    else:
        undo_url = reverse("contacts:restore_view", args=[uid])
        text = _("“%(name)s” was deleted.") % {"name": view.name}
        toast(request, text, undo_url=undo_url)
    return redirect("contacts:views")


@login_required
@require_POST
def restore_view(request: UserRequest, uid: UUID) -> HttpResponse:
    require(request.user, "contacts.view_contact")
    view = get_object_or_404(SavedView, uid=uid, owner=request.user)

    try:
        services.restore_view(view=view, actor=request.user)
    except DomainError as refusal:
        toast_refusal(request, refusal)
    else:
        toast(request, _("“%(name)s” is back.") % {"name": view.name})
    return HttpResponseClientRefresh() if request.htmx else redirect("contacts:views")


@login_required
@require_POST
def arrange_views(request: UserRequest) -> HttpResponse:
    """One view a place up or down (``up``, ``down``), or what the list opens with (``first``)."""
    require(request.user, "contacts.view_contact")
    order = views_of(request.user, setting_of(request.user))
    asked = {key: request.POST.get(key, "") for key in ("up", "down", "first")}
    at = next((n for n, one in enumerate(order) if str(one.uid) in asked.values()), None)

    if asked["first"]:
        services.open_first(user=request.user, view=None if at is None else order[at])
    elif at is not None:
        to = at - 1 if asked["up"] else at + 1
        if 0 <= to < len(order):
            order[at], order[to] = order[to], order[at]
        services.arrange_views(user=request.user, order=order)

    return redirect("contacts:views")


def _page(
    request: UserRequest,
    *,
    form: ViewForm | None = None,
    changed: SavedView | None = None,
    status: int = 200,
) -> HttpResponse:
    setting = setting_of(request.user)
    rows: list[tuple[SavedView, ViewForm | None, str]] = []
    for view in views_of(request.user, setting, with_owners=True):
        own = ViewForm(user=request.user, view=view, prefix=str(view.uid))
        words = listing.words(listing.clean(view.selection, request.user), request.user)
        shown = form if changed == view else own
        rows.append((view, shown if view.owner_id == request.user.pk else None, words))
    context = {"rows": rows, "first_view": setting.first_view_id if setting else None}
    return render(request, "contacts/views.html", context, status=status)


def _visible(request: UserRequest, uid: UUID) -> SavedView:
    require(request.user, "contacts.view_contact")
    return get_object_or_404(SavedView.objects.visible_to(request.user), uid=uid)


def _state(request: UserRequest, data: QueryDict) -> ListState:
    setting = setting_of(request.user)
    views = views_of(request.user, setting)
    asked = {key: [str(value) for value in values] for key, values in data.lists()}
    return state_of(asked, request.user, views=views, setting=setting)


def _shown(state: ListState) -> dict[str, Any]:
    return {
        "selection": state.selection,
        "sort": state.order.name,
        "columns": state.keys,
    }


def _address(view: SavedView) -> str:
    return f"{reverse('contacts:people')}?view={view.uid}"


def _to_list(request: UserRequest, view: SavedView) -> HttpResponse:
    address = _address(view)
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)
