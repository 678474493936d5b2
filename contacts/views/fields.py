"""The fields that the organisation makes itself: Settings, Fields."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from contacts.field_forms import ChoiceFormSet, FieldForm, initial_choices
from contacts.models import CustomField
from contacts.selectors.custom_fields import field_lines
from contacts.services.custom_fields import (
    change_field,
    create_field,
    move_field,
    restore_field,
    retire_field,
)
from contacts.tasks import hurry_custom_indexes
from core.errors import DomainError
from core.http import UserRequest
from core.permissions import require
from core.toasts import toast, toast_refusal

MANAGE = "contacts.manage_fields"


@login_required
@require_GET
def fields(request: UserRequest) -> HttpResponse:
    require(request.user, MANAGE)

    lines = field_lines()
    context = {
        "active": [line for line in lines if line.field.retired_at is None],
        "retired": [line for line in lines if line.field.retired_at is not None],
    }
    return render(request, "contacts/fields.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def new(request: UserRequest) -> HttpResponse:
    require(request.user, MANAGE)

    forms = _forms(request, None)
    if request.method == "POST" and _are_valid(forms):
        try:
            field = create_field(
                actor=request.user,
                choices=forms["choices"].entries(),
                **forms["form"].cleaned_data,
            )
        except DomainError as refusal:
            forms["form"].add_error(None, str(refusal))
        else:
            transaction.on_commit(hurry_custom_indexes)
            toast(request, _("The field “%(name)s” is there.") % {"name": field.label})
            return redirect("contacts:fields")
    status = 422 if request.method == "POST" else 200
    return render(request, "contacts/field.html", forms, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: UserRequest, uid: UUID) -> HttpResponse:
    require(request.user, MANAGE)
    field = get_object_or_404(CustomField, uid=uid)

    forms = _forms(request, field)
    if request.method == "POST" and _are_valid(forms):
        try:
            changed = change_field(
                field=field,
                actor=request.user,
                choices=forms["choices"].entries() if field.has_choices else None,
                **forms["form"].cleaned_data,
            )
        except DomainError as refusal:
            forms["form"].add_error(None, str(refusal))
        else:
            toast(request, _("“%(name)s” was saved.") % {"name": changed.label})
            return redirect("contacts:fields")
    status = 422 if request.method == "POST" else 200
    return render(request, "contacts/field.html", {**forms, "field": field}, status=status)


@login_required
@require_POST
def retire(request: UserRequest, uid: UUID) -> HttpResponse:
    require(request.user, MANAGE)
    field = get_object_or_404(CustomField, uid=uid)

    retire_field(field=field, actor=request.user)

    text = _("“%(name)s” is out of use. What people hold in it is kept.") % {"name": field.label}
    toast(request, text, undo_url=reverse("contacts:restore_field", args=[uid]))
    return redirect("contacts:fields")


@login_required
@require_POST
def restore(request: UserRequest, uid: UUID) -> HttpResponse:
    require(request.user, MANAGE)
    field = get_object_or_404(CustomField, uid=uid)

    try:
        restore_field(field=field, actor=request.user)
    except DomainError as refusal:
        toast_refusal(request, refusal)
    else:
        toast(request, _("“%(name)s” is in use again.") % {"name": field.label})
    return redirect("contacts:fields")


@login_required
@require_POST
def move(request: UserRequest, uid: UUID) -> HttpResponse:
    require(request.user, MANAGE)
    field = get_object_or_404(CustomField, uid=uid)

    move_field(field=field, by=-1 if request.POST.get("to") == "up" else 1, actor=request.user)

    return redirect("contacts:fields")


def _forms(request: UserRequest, field: CustomField | None) -> dict[str, Any]:
    data = request.POST if request.method == "POST" else None
    return {
        "form": FieldForm(data, instance=field),
        "choices": ChoiceFormSet(data, initial=initial_choices(field), prefix="choices"),
    }


def _are_valid(forms: dict[str, Any]) -> bool:
    valid = [forms["form"].is_valid(), forms["choices"].is_valid()]
    return all(valid)
