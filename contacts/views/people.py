from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from contacts import bulk_acts, list_acts, listing, table
from contacts.bulk_acts import BulkAct
from contacts.list_acts import ListAct
from contacts.list_state import ListState, state_of
from contacts.listing import Chip, Filter, Selection
from contacts.models import Contact, ListSetting, SavedView
from contacts.models.access import visible_units
from contacts.opposites import modes_of
from contacts.selectors import bulk as bulk_selectors
from contacts.selectors.paging import page_of
from contacts.selectors.people import count_of, few_of
from contacts.selectors.views import setting_of, views_of
from contacts.selectors.why import SHOWN, reasons_in_list
from contacts.sorting import DEFAULT, Order, sorts_for
from contacts.table import Head
from core.http import UserRequest
from core.menus import MenuLink, act_buttons, menu, menu_links
from core.models import User
from core.permissions import require


@login_required
@require_GET
def people(request: UserRequest) -> HttpResponse:
    """The list. Its whole state stands in the address, so that it can be kept and shared."""
    require(request.user, "contacts.view_contact")

    setting = setting_of(request.user)
    views = views_of(request.user, setting)
    state = state_of(asked_of(request), request.user, views=views, setting=setting)
    context = {**_results(request, state), **_view_bar(request.user, state, views, setting)}

    if request.htmx and not request.htmx.boosted:
        return render(request, "contacts/people.html#results", {**context, "is_fragment": True})
    context |= _filter_bar(request.user, state, editing=request.GET.get("add", ""))
    context |= {"peeked": _peeked(request), "news": bulk_selectors.news_for(request.user)}
    return render(request, "contacts/people.html", context)


def asked_of(request: UserRequest) -> dict[str, list[str]]:
    return {key: [str(value) for value in values] for key, values in request.GET.lists()}


def _results(request: UserRequest, state: ListState) -> dict[str, Any]:
    user = request.user
    units = visible_units(user, "contacts.view_contact")
    found = listing.apply(Contact.objects.visible_to(user).active(), state.selection, user)
    if state.selection or units is not None:
        found, count = few_of(found, is_search="q" in state.selection)
    else:
        count = count_of(found)
    words = state.selection.get("q", [])
    fields = table.fields_of(state.columns)
    page = page_of(
        found.only(*fields, *(SHOWN if words else ())),
        order=state.order,
        user=user,
        after=_uid(request, "after"),
        before=_uid(request, "before"),
    )
    acts = bulk_acts.acts_for(user)
    pages = list_acts.acts_for(user, state.selection)
    values = listing.values_of(state.columns, page.people, user)
    changeable = visible_units(user, "contacts.change_contact")
    heads = _heads(state, user)
    return {
        "page": page,
        "count": count,
        "heads": heads,
        "head_cells": table.heads(heads),
        "drawings": table.drawings(),
        "rows": table.rows(
            page.people,
            columns=state.columns,
            values=values,
            is_chosen=state.is_chosen,
            peek_url=state.url(peek=""),
            editable_units=changeable,
            is_tickable=bool(acts or pages),
            reasons=reasons_in_list(page.people, words, user) if words else {},
        ),
        "may_edit": changeable is None or bool(changeable),
        "state": state,
        "is_filtered": bool(state.selection),
        "previous_url": page.previous and state.url(before=str(page.previous)),
        "next_url": page.next and state.url(after=str(page.next)),
        "clear_url": state.url(selection={}),
        "everywhere_url": words and f"{reverse('core:search')}?{urlencode({'q': ' '.join(words)})}",
        "list_params": state.params(is_open=True),
        "list_acts": pages,
        "act_menu": _act_menu(acts, pages, state) if page.people else "",
        "act_buttons": act_buttons((act.key, act.label, act.icon) for act in acts),
        "page_buttons": act_buttons(
            (f"page:{act.key}", act.label, act.icon) for act, _url in pages
        ),
        "is_tickable": bool(acts or pages),
        "most_picked": listing.MOST_PICKED,
    }


def _act_menu(
    acts: Sequence[BulkAct], pages: Sequence[tuple[ListAct, str]], state: ListState
) -> SafeString | str:
    """What can be begun for all who match."""
    if not acts and not pages:
        return ""
    begin = reverse("contacts:bulk_new")
    asked = [(f"list-{key}", value) for key, values in state.selection.items() for value in values]
    links = [MenuLink(act.label, url, act.icon) for act, url in pages]
    links += [
        MenuLink(
            act.label,
            f"{begin}?{urlencode([('act', act.key), ('all', '1'), *asked])}",
            act.icon,
            in_dialog=True,
        )
        for act in acts
    ]
    recent = MenuLink(_("Recent bulk acts"), reverse("contacts:bulk_runs"), "history")
    return menu(
        _("With all of them"), menu_links(links), icon="users-round", rest=menu_links([recent])
    )


def _heads(state: ListState, user: User) -> list[Head]:
    """Names first; the others by the columns chosen. One by which it can be ordered says how."""
    sorts = {sort.key: sort for sort in sorts_for(user)}
    named = [(sorts[DEFAULT].label, DEFAULT, "")]
    named += [
        (one.label, one.key, table.width_at(at, is_chosen=state.is_chosen))
        for at, one in enumerate(state.columns)
    ]
    heads = []
    for label, key, width in named:
        if key not in sorts:
            heads.append(Head(label, width))
            continue
        is_current = key == state.order.sort.key
        order = state.order.turned if is_current else Order(sorts[key])
        direction = "descending" if state.order.is_down else "ascending"
        url = state.url(order=order)
        heads.append(Head(label, width, url, direction if is_current else "none"))
    return heads


def _view_bar(
    user: User, state: ListState, views: Sequence[SavedView], setting: ListSetting | None
) -> dict[str, Any]:
    view = state.view
    return {
        "views": views,
        "view": view,
        "is_own_view": view is not None and view.owner_id == user.pk,
        "is_changed": state.is_changed,
        "first_view": setting.first_view_id if setting else None,
        "lost": view is not None
        and state.saved is not None
        and not state.is_changed
        and len(state.saved.selection) < len(view.selection),
    }


def _sort_menu(user: User, state: ListState) -> SafeString:
    current = state.order.sort
    links = menu_links(
        MenuLink(sort.label, state.url(order=Order(sort)), is_current=sort.key == current.key)
        for sort in sorts_for(user)
    )
    return menu(_("Order: %(by)s") % {"by": current.label}, links, icon="arrow-down-up")


def _filter_bar(user: User, state: ListState, *, editing: str) -> dict[str, Any]:
    filters = listing.filters_for(user)
    edited = next((one for one in filters if one.key == editing and one.is_askable), None)
    selection = state.selection
    return {
        "chips": [
            (
                chip,
                state.url(selection=state.without(chip.key)),
                state.url(add=chip.key) if chip.filter.is_askable else "",
            )
            for chip in _shown(listing.chips(selection, user))
        ],
        "filter_menu": _filter_menu(filters, state),
        "sort_menu": _sort_menu(user, state),
        "edited": edited,
        "edited_modes": [
            (word, state.url(selection=state.without(edited.key), add=mode.key), mode == edited)
            for mode, word in modes_of(edited, user)
        ]
        if edited
        else [],
        "edited_choices": _choices(edited, selection, user),
        "edited_values": selection.get(editing, []),
        "kept_by_search": state.params(selection=state.without("q"), is_open=True),
        "kept_by_editor": state.params(selection=state.without(editing), is_open=True),
        "words": " ".join(selection.get("q", [])),
        "list_url": state.url(),
    }


def _filter_menu(filters: Sequence[Filter], state: ListState) -> SafeString:
    begin = state.url(add="")
    links = menu_links(
        MenuLink(known.label, f"{begin}{known.key}", known.icon, known.key in state.selection)
        for known in filters
        if known.is_offered
    )
    return menu(_("Filter"), links, icon="list-filter", css_class="menu-start")


def _shown(chips: list[Chip]) -> list[Chip]:
    return [chip for chip in chips if chip.filter.widget != "search"]


def _choices(
    edited: Filter | None, selection: Selection, user: User
) -> list[tuple[str, Any, bool]]:
    if edited is None or edited.choices is None:
        return []
    held = selection.get(edited.key, [])
    return [(value, label, value in held) for value, label in edited.choices(user)]


def _uid(request: UserRequest, name: str) -> UUID | None:
    try:
        return UUID(request.GET.get(name, ""))
    except ValueError:
        return None


def _peeked(request: UserRequest) -> Contact | None:
    uid = _uid(request, "peek")
    if uid is None:
        return None
    people = Contact.objects.visible_to(request.user).active().select_related("unit")
    return people.filter(uid=uid).first()
