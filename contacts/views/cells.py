"""Changing one field of a person in the list itself."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods

from contacts import listing, table
from contacts.forms import CellForm
from contacts.listing import Column
from contacts.models import Contact, OrgUnit
from contacts.services.contacts import EditConflict, update_contact
from contacts.views.conflicts import differences_of
from contacts.views.persons import visible_person
from core.errors import DomainError
from core.http import UserRequest
from core.permissions import require


@login_required
@require_http_methods(["GET", "POST"])
def cell(request: UserRequest, uid: UUID, column: str) -> HttpResponse:
    """The field of one cell, to be swapped for what it showed; then what it shows now. With
    ``as-is``, only what it shows: for whoever thought better of it.
    """
    contact = visible_person(request, uid)
    require(request.user, "contacts.change_contact", contact)
    shown = _column(request, column)
    if "as-is" in request.GET:
        return HttpResponse(_shown(shown, contact, request))

    data = request.POST if request.method == "POST" else None
    form = CellForm(data, instance=contact, user=request.user, field=shown.edits)
    context: dict[str, Any] = {"form": form, "contact": contact, "column": shown}
    context["expected_updated_at"] = form["expected_updated_at"].value()
    context["was"] = request.POST.get("was", "") if data else form.initial.get(shown.edits) or ""
    if request.method == "POST" and form.is_valid():
        try:
            changed = _save(contact, request, form)
        except EditConflict as conflict:
            context["differences"] = differences_of(conflict, form)
            context["expected_updated_at"] = conflict.updated_at.isoformat()
        except DomainError as refusal:
            form.add_error(shown.edits, str(refusal))
        else:
            return HttpResponse(_shown(shown, changed, request))

    status = 422 if request.method == "POST" else 200
    return render(request, "contacts/cell.html", context, status=status)


def _save(contact: Contact, request: UserRequest, form: CellForm) -> Contact:
    """Whoever else saved meanwhile is in the way only if they wrote this very field."""
    values = dict(form.cleaned_data)
    expected = values.pop("expected_updated_at")
    try:
        return update_contact(
            contact=contact, actor=request.user, expected_updated_at=expected, **values
        )
    except EditConflict as conflict:
        ((theirs, _mine),) = conflict.differences.values()
        if _as_posted(theirs) != request.POST.get("was"):
            raise
        expected = conflict.updated_at
    return update_contact(
        contact=contact, actor=request.user, expected_updated_at=expected, **values
    )


def _as_posted(value: Any) -> str:
    """A value of the contact as the field of a form holds it."""
    if isinstance(value, list):
        return ", ".join(value)
    return str(value.pk if isinstance(value, OrgUnit) else value or "")


def _column(request: UserRequest, key: str) -> Column:
    columns = listing.columns_for(request.user)
    found = next((one for one in columns if one.key == key and one.edits), None)
    if found is None:
        raise Http404
    return found


def _shown(column: Column, contact: Contact, request: UserRequest) -> SafeString:
    values = listing.values_of([column], [contact], request.user)
    return table.cell_html(column, contact, values)
