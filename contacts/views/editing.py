from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from contacts.field_forms import custom_values_of
from contacts.forms import (
    ContactForm,
    EmailFormSet,
    PhoneFormSet,
    PostalFormSet,
    ProfileFormSet,
    initial_of,
)
from contacts.freshness import custom_name
from contacts.models import Contact
from contacts.services.contacts import EditConflict, create_contact, lists_of, update_contact
from contacts.views.conflicts import differences_of
from contacts.views.persons import visible_person
from core.errors import DomainError
from core.http import UserRequest
from core.permissions import require
from core.toasts import toast

FORM_SETS = {
    "emails": EmailFormSet,
    "phones": PhoneFormSet,
    "postal_addresses": PostalFormSet,
    "profiles": ProfileFormSet,
}


@login_required
@require_http_methods(["GET", "POST"])
def new(request: UserRequest) -> HttpResponse:
    require(request.user, "contacts.change_contact")

    forms = _forms(request, None)
    if request.method == "POST" and _are_valid(forms):
        try:
            contact = create_contact(actor=request.user, **_values(forms))
        except DomainError as refusal:
            forms["form"].add_error(None, str(refusal))
        else:
            toast(request, _("%(name)s was added.") % {"name": contact.full_name})
            return redirect("contacts:person", uid=contact.uid)

    status = 422 if request.method == "POST" else 200
    return render(request, "contacts/edit.html", forms, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: UserRequest, uid: UUID) -> HttpResponse:
    """Change a person. Two who save at once are both shown what the other wrote, to choose."""
    contact = visible_person(request, uid)
    require(request.user, "contacts.change_contact", contact)

    forms = _forms(request, contact)
    differences: list[Any] = []
    if request.method == "POST" and _are_valid(forms):
        try:
            return _save(request, contact, _values(forms))
        except EditConflict as conflict:
            differences = differences_of(conflict, forms["form"])
            forms["expected_updated_at"] = conflict.updated_at.isoformat()
        except DomainError as refusal:
            forms["form"].add_error(None, str(refusal))

    context = {**forms, "contact": contact, "differences": differences}
    status = 422 if request.method == "POST" else 200
    return render(request, "contacts/edit.html", context, status=status)


def _save(request: UserRequest, contact: Contact, values: dict[str, Any]) -> HttpResponse:
    kept = {
        name: value
        for name, value in values.items()
        if request.POST.get(f"keep-{name}") != "theirs"
    }
    kept["custom_values"] = {
        key: value
        for key, value in values["custom_values"].items()
        if request.POST.get(f"keep-{custom_name(key)}") != "theirs"
    }
    changed = update_contact(contact=contact, actor=request.user, **kept)
    toast(request, _("%(name)s was saved.") % {"name": changed.full_name})
    return redirect("contacts:person", uid=contact.uid)


def _forms(request: UserRequest, contact: Contact | None) -> dict[str, Any]:
    data = request.POST if request.method == "POST" else None
    form = ContactForm(data, instance=contact, user=request.user)
    lists = lists_of(contact) if contact else {}
    forms: dict[str, Any] = {
        "form": form,
        "expected_updated_at": form["expected_updated_at"].value(),
    }
    for name, formset in FORM_SETS.items():
        forms[name] = formset(data, initial=initial_of(lists.get(name, [])), prefix=name)
    return forms


def _are_valid(forms: dict[str, Any]) -> bool:
    """Each is asked, so that all errors show at once."""
    valid = [forms[name].is_valid() for name in ("form", *FORM_SETS)]
    return all(valid)


def _values(forms: dict[str, Any]) -> dict[str, Any]:
    """What the services take. A new person has no moment to expect."""
    values = dict(forms["form"].cleaned_data)
    values["custom_values"] = custom_values_of(values)
    expected = values.pop("expected_updated_at")
    if forms["form"].instance.pk:
        values["expected_updated_at"] = expected
    return {**values, **{name: forms[name].entries() for name in FORM_SETS}}
