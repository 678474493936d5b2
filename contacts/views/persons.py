from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRefresh

from contacts.models import Contact
from contacts.moved import person_or_404
from contacts.panels import Panel, panels_for
from contacts.selectors.persons import reach_shown, tags_of
from contacts.services.confirming import confirm_fields
from contacts.services.contacts import archive_contact, restore_contact
from core import palette
from core.errors import DomainError
from core.http import UserRequest
from core.permissions import require
from core.toasts import toast, toast_refusal

# Said by the script of every page: a browser that has none gets the page in one piece.
SCRIPTED = "scripted"


def visible_person(request: UserRequest, uid: UUID) -> Contact:
    """The person of that uid, or 404; one who was merged leads on (``contacts.moved``)."""
    return person_or_404(request.user, uid)


@login_required
@require_GET
def person(request: UserRequest, uid: UUID) -> HttpResponse:
    contact = visible_person(request, uid)
    if contact.erased_at is not None:
        return render(request, "contacts/erased.html", {"contact": contact}, status=410)

    if request.htmx and request.GET.get("part") == "aside":
        later = {"contact": contact, "later_panels": _aside(contact, request, waits=True)}
        return render(request, "contacts/person.html#later", later)
    palette.visited(request, "people", str(contact.uid))
    context = {**_head(contact, request), **_tabs(contact, request)}
    is_tab = request.htmx and not request.htmx.boosted and request.htmx.target == "person-tab"
    name = "contacts/person.html#tab" if is_tab else "contacts/person.html"
    return render(request, name, context)


@login_required
@require_GET
def peek(request: UserRequest, uid: UUID) -> HttpResponse:
    """A look at someone from a list: what the side panel shows."""
    contact = visible_person(request, uid)
    context = {
        **_head(contact, request),
        "aside_panels": panels_for(contact, request.user, "aside"),
    }
    return render(request, "contacts/peek.html", context)


@login_required
@require_POST
def archive(request: UserRequest, uid: UUID) -> HttpResponse:
    contact = visible_person(request, uid)
    require(request.user, "contacts.change_contact", contact)

    archive_contact(contact=contact, actor=request.user)

    text = _("%(name)s was put aside.") % {"name": contact.full_name}
    toast(request, text, undo_url=reverse("contacts:restore", args=[uid]))
    return redirect("contacts:people")


@login_required
@require_POST
def restore(request: UserRequest, uid: UUID) -> HttpResponse:
    contact = visible_person(request, uid)
    require(request.user, "contacts.change_contact", contact)

    restore_contact(contact=contact, actor=request.user)

    toast(request, _("%(name)s is back.") % {"name": contact.full_name})
    if request.htmx:  # undone from a toast: whatever list that stands on shows the person again
        return HttpResponseClientRefresh()
    return redirect("contacts:person", uid=uid)


@login_required
@require_POST
def confirm(request: UserRequest, uid: UUID) -> HttpResponse:
    """One field, or all of them, are right as they stand."""
    contact = visible_person(request, uid)
    require(request.user, "contacts.change_contact", contact)

    fields = None if request.POST.get("all") else request.POST.getlist("field")
    try:
        confirm_fields(contact=contact, actor=request.user, fields=fields)
    except DomainError as refusal:
        toast_refusal(request, refusal)
    else:
        toast(request, _("Noted as still right."))
    response = redirect("contacts:person", uid=uid)
    response["Location"] += "?tab=about"
    return response


def _head(contact: Contact, request: UserRequest) -> dict[str, Any]:
    return {
        "contact": contact,
        "reach": reach_shown(contact),
        "tags": tags_of(contact),
        "head_panels": panels_for(contact, request.user, "head"),
        "may_change": request.user.has_perm("contacts.change_contact", contact),
        "may_export": request.user.has_perm("contacts.export_contacts", contact),
        "may_merge": request.user.has_perm("contacts.merge_contacts", contact),
        "may_erase": request.user.has_perm("contacts.erase_contact", contact),
    }


def _tabs(contact: Contact, request: UserRequest) -> dict[str, Any]:
    tabs = panels_for(contact, request.user, "tab")
    later = _aside(contact, request, waits=True)
    chosen = next((tab for tab in tabs if tab.key == request.GET.get("tab")), tabs[0])
    return {
        "main_panels": panels_for(contact, request.user, "main"),
        "aside_panels": _aside(contact, request, waits=False),
        "later_panels": later,
        "is_later": bool(later) and request.COOKIES.get(SCRIPTED) == "yes",
        "tabs": tabs,
        "chosen_tab": chosen,
    }


def _aside(contact: Contact, request: UserRequest, *, waits: bool) -> list[Panel]:
    return [one for one in panels_for(contact, request.user, "aside") if one.waits == waits]
