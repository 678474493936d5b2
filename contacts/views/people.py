from typing import Any, cast
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from contacts import list_acts, listing
from contacts.listing import Chip, Filter, Selection
from contacts.models import Contact
from contacts.selectors.people import Sort, count_of, page_of
from core.http import UserRequest
from core.models import User
from core.permissions import require

SORTS = ("name", "changed")


@login_required
@require_GET
def people(request: UserRequest) -> HttpResponse:
    """The list. Its whole state stands in the address, so that it can be kept and shared."""
    require(request.user, "contacts.view_contact")
    asked = {key: [str(value) for value in values] for key, values in request.GET.lists()}
    selection = listing.clean(asked, request.user)
    sort = cast(Sort, request.GET["sort"] if request.GET.get("sort") in SORTS else "name")
    context = {
        **_results(request, selection, sort),
        **_filter_bar(request.user, selection, sort, editing=request.GET.get("add", "")),
        "peeked": _peeked(request),
    }
    is_fragment = request.htmx and not request.htmx.boosted
    name = "contacts/people.html#results" if is_fragment else "contacts/people.html"
    return render(request, name, context)


def _results(request: UserRequest, selection: Selection, sort: Sort) -> dict[str, Any]:
    user = request.user
    found = listing.apply(Contact.objects.visible_to(user).active(), selection, user)
    page = page_of(
        found.select_related("unit"),
        sort=sort,
        after=_uid(request, "after"),
        before=_uid(request, "before"),
    )
    columns = listing.columns_for(user)
    return {
        "page": page,
        "count": count_of(found),
        "columns": columns,
        "values": listing.values_of(columns, page.people, user),
        "sort": sort,
        "sort_urls": {key: _url(selection, sort=key) for key in SORTS},
        "previous_url": page.previous and _url(selection, sort=sort, before=str(page.previous)),
        "next_url": page.next and _url(selection, sort=sort, after=str(page.next)),
        "list_url": _url(selection, sort=sort),
        "peek_url": _url(selection, sort=sort, peek=""),
        "list_acts": list_acts.acts_for(user, selection),
    }


def _filter_bar(user: User, selection: Selection, sort: Sort, *, editing: str) -> dict[str, Any]:
    filters = [known for known in listing.filters_for(user) if known.widget != "search"]
    edited = next((known for known in filters if known.key == editing), None)
    return {
        "chips": [
            (
                chip,
                _url(_without(selection, chip.key), sort=sort),
                _url(selection, sort=sort, add=chip.key),
            )
            for chip in _shown(listing.chips(selection, user))
        ],
        "filters": [
            (known, _url(selection, sort=sort, add=known.key), known.key in selection)
            for known in filters
        ],
        "edited": edited,
        "edited_choices": _choices(edited, selection, user),
        "edited_values": selection.get(editing, []),
        "kept_by_search": _hidden(_without(selection, "q"), sort),
        "kept_by_editor": _hidden(_without(selection, editing), sort),
        "words": " ".join(selection.get("q", [])),
        "clear_url": _url({}, sort=sort),
        "is_filtered": bool(selection),
    }


def _shown(chips: list[Chip]) -> list[Chip]:
    return [chip for chip in chips if chip.filter.widget != "search"]


def _choices(
    edited: Filter | None, selection: Selection, user: User
) -> list[tuple[str, Any, bool]]:
    if edited is None or edited.choices is None:
        return []
    held = selection.get(edited.key, [])
    return [(value, label, value in held) for value, label in edited.choices(user)]


def _without(selection: Selection, key: str) -> Selection:
    return {name: values for name, values in selection.items() if name != key}


def _hidden(selection: Selection, sort: Sort) -> list[tuple[str, str]]:
    kept = [(key, value) for key, values in selection.items() for value in values]
    return kept if sort == "name" else [*kept, ("sort", sort)]


def _url(selection: Selection, *, sort: str, **others: str) -> str:
    asked: dict[str, Any] = {**selection, **others}
    if sort != "name":
        asked["sort"] = sort
    address = reverse("contacts:people")
    return f"{address}?{urlencode(asked, doseq=True)}" if asked else address


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
