from contextlib import suppress
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from contacts.field_forms import custom_values_of
from contacts.forms import (
    ContactForm,
    EmailFormSet,
    EntryFormSet,
    PhoneFormSet,
    PostalFormSet,
    ProfileFormSet,
    initial_of,
)
from contacts.freshness import custom_name
from contacts.matching.facts import facts_of
from contacts.models import Contact
from contacts.selectors.likely_same import Hint, likely_same
from contacts.services.addresses import EmailEntry
from contacts.services.contacts import EditConflict, create_contact, lists_of, update_contact
from contacts.services.duplicate_flags import flag_pair
from contacts.tasks import hurry_duplicates
from contacts.views.conflicts import differences_of
from contacts.views.persons import visible_person
from core.errors import DomainError
from core.http import UserRequest
from core.permissions import require
from core.toasts import toast

COMPARED = (
    *("given_name", "preferred_name", "infix", "family_name", "native_name"),
    *("given_initials", "birth_name", "organisation_name", "city"),
)
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
        hints = _hints(request, forms)
        if any(str(hint.contact.uid) not in request.POST.getlist("seen") for hint in hints):
            return render(request, "contacts/edit.html", {**forms, "hints": hints, "asks": True})
        try:
            contact = create_contact(actor=request.user, **_values(forms))
        except DomainError as refusal:
            forms["form"].add_error(None, str(refusal))
        else:
            _flag_doubles(request, contact, hints)
            transaction.on_commit(hurry_duplicates)
            toast(request, _("%(name)s was added.") % {"name": contact.full_name})
            return redirect("contacts:person", uid=contact.uid)

    status = 422 if request.method == "POST" else 200
    return render(request, "contacts/edit.html", forms, status=status)


@login_required
@require_POST
def known(request: UserRequest) -> HttpResponse:
    """Whom we know already and who may be the person that is being written down, as one types."""
    require(request.user, "contacts.change_contact")

    forms = _forms(request, None)
    _are_valid(forms)  # what is not finished yet is left out of what is compared
    context = {"hints": _hints(request, forms)}
    return render(request, "contacts/edit.html#known", context)


def _flag_doubles(request: UserRequest, contact: Contact, hints: list[Hint]) -> None:
    """Of those who were added all the same, whom somebody else is to look at."""
    ticked = request.POST.getlist("double")
    for hint in hints:
        if str(hint.contact.uid) in ticked:
            with suppress(DomainError):  # decided meanwhile: there is nothing to look at
                flag_pair(one=contact, other=hint.contact, actor=request.user)


def _hints(request: UserRequest, forms: dict[str, Any]) -> list[Hint]:
    """Only of people whom the user may see: of others it is not told that they are here."""
    values = getattr(forms["form"], "cleaned_data", {})
    texts: dict[str, Any] = {name: values.get(name) or "" for name in COMPARED}
    for place in _entries(forms["postal_addresses"])[:1]:
        texts |= {"postcode": place.postcode, "street": place.lines}
        texts["city"] = texts["city"] or place.city
    facts = facts_of(
        **texts,
        emails=[entry.address for entry in _entries(forms["emails"])],
        phones=[entry.number for entry in _entries(forms["phones"])],
        profiles=[entry.url for entry in _entries(forms["profiles"])],
    )
    return likely_same(Contact.objects.visible_to(request.user), facts)


def _entries(formset: EntryFormSet) -> list[Any]:
    return formset.entries() if formset.is_valid() else []


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
    told = {} if contact else _told_beforehand(request)
    form = ContactForm(data, instance=contact, user=request.user, initial=told)
    lists = lists_of(contact) if contact else {}
    if told.get("email"):
        lists = {"emails": [EmailEntry(told["email"])]}
    forms: dict[str, Any] = {
        "form": form,
        "expected_updated_at": form["expected_updated_at"].value(),
    }
    for name, formset in FORM_SETS.items():
        forms[name] = formset(data, initial=initial_of(lists.get(name, [])), prefix=name)
    return forms


def _told_beforehand(request: UserRequest) -> dict[str, str]:
    """What another page knows already of somebody new; it stands in the address."""
    names = ("given_name", "infix", "family_name", "email")
    told = {name: request.GET.get(name, "").replace("\x00", "").strip()[:254] for name in names}
    return {name: value for name, value in told.items() if value}


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
