from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from contacts.columns import in_tree_order
from contacts.forms import UnitForm
from contacts.models import OrgUnit
from contacts.models.access import visible_units
from contacts.models.unit import OrgUnitQuerySet
from contacts.services.units import create_unit, move_unit, rename_unit
from core.errors import DomainError
from core.http import UserRequest
from core.permissions import require
from core.toasts import toast


@login_required
@require_GET
def units(request: UserRequest) -> HttpResponse:
    require(request.user, "contacts.manage_units")

    people = Count("contacts", filter=Q(contacts__archived_at=None, contacts__erased_at=None))
    tree = in_tree_order(_manageable(request).annotate(people=people))
    return render(request, "contacts/units.html", {"tree": tree})


@login_required
@require_http_methods(["GET", "POST"])
def new_unit(request: UserRequest) -> HttpResponse:
    require(request.user, "contacts.manage_units")

    held = visible_units(request.user, "contacts.manage_units")
    above = _manageable(request).filter(uid__in=_uids(request.GET.getlist("parent"))).first()
    form = UnitForm(request.POST or None, unit_ids=held, initial={"parent": above})
    if request.method == "POST" and form.is_valid():
        try:
            unit = create_unit(actor=request.user, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            toast(request, _("%(name)s was added.") % {"name": unit.name})
            return redirect("contacts:units")
    status = 422 if request.method == "POST" else 200
    return render(request, "contacts/unit.html", {"form": form}, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def edit_unit(request: UserRequest, uid: UUID) -> HttpResponse:
    require(request.user, "contacts.manage_units")
    unit = get_object_or_404(_manageable(request), uid=uid)

    held = visible_units(request.user, "contacts.manage_units")
    form = UnitForm(request.POST or None, instance=unit, unit_ids=held)
    if request.method == "POST" and form.is_valid():
        try:
            _save(request, unit, form)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            toast(request, _("%(name)s was saved.") % {"name": form.cleaned_data["name"]})
            return redirect("contacts:units")
    status = 422 if request.method == "POST" else 200
    return render(request, "contacts/unit.html", {"form": form, "unit": unit}, status=status)


def _save(request: UserRequest, unit: OrgUnit, form: UnitForm) -> None:
    values = form.cleaned_data
    rename_unit(unit=unit, name=values["name"], code=values["code"], actor=request.user)
    if "parent" in form.changed_data:
        move_unit(unit=unit, parent=values["parent"], actor=request.user)


def _manageable(request: UserRequest) -> OrgUnitQuerySet:
    held = visible_units(request.user, "contacts.manage_units")
    return OrgUnit.objects.all() if held is None else OrgUnit.objects.filter(pk__in=held)


def _uids(given: list[str]) -> list[UUID]:
    try:
        return [UUID(value) for value in given]
    except ValueError:
        return []
