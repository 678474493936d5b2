from dataclasses import dataclass
from uuid import UUID

from django.apps import apps
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from contacts.models.access import visible_units
from contacts.services.roles import change_permissions, make_role
from contacts.team_forms import RoleForm
from core.errors import DomainError
from core.http import UserRequest
from core.models import Role
from core.permissions import Permission, catalogue, require
from core.toasts import toast

MANAGE = "core.manage_accounts"
AREAS = {
    "contacts": gettext_lazy("People"),
    "relationships": gettext_lazy("Relationships"),
    "campaigns": gettext_lazy("Campaigns"),
    "insights": gettext_lazy("Insights"),
    "integrations": gettext_lazy("Integrations"),
    "core": gettext_lazy("Administration"),
}


@dataclass(frozen=True)
class Area:
    """The permissions of one app, each with the roles that hold it."""

    name: str
    rows: list[tuple[Permission, list[bool]]]


@login_required
@require_GET
def matrix(request: UserRequest) -> HttpResponse:
    require(request.user, MANAGE)

    roles = list(Role.objects.order_by("pk"))
    context = {"roles": roles, "areas": _areas(roles), "may_change": _holds_whole(request)}
    return render(request, "contacts/roles.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def new(request: UserRequest) -> HttpResponse:
    require(request.user, MANAGE)

    form = RoleForm(request.POST or None)
    if form.is_valid():
        try:
            role = make_role(
                name=form.cleaned_data["name"],
                permissions=request.POST.getlist("permissions"),
                actor=request.user,
            )
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            toast(request, _("The role %(name)s is made.") % {"name": role.name})
            return redirect("contacts:roles")
    wanted = Role(permissions=request.POST.getlist("permissions"))
    context = {"form": form, "areas": _areas([wanted]), "may_change": _holds_whole(request)}
    status = 422 if form.is_bound else 200
    return render(request, "contacts/role.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: UserRequest, uid: UUID) -> HttpResponse:
    require(request.user, MANAGE)
    role = get_object_or_404(Role, uid=uid)

    refused = ""
    if request.method == "POST":
        wanted = request.POST.getlist("permissions")
        try:
            change_permissions(role=role, permissions=wanted, actor=request.user)
        except DomainError as refusal:
            refused = str(refusal)
            role.permissions = wanted
        else:
            toast(request, _("The role %(name)s is changed.") % {"name": str(role)})
            return redirect("contacts:roles")
    context = {
        "role": role,
        "areas": _areas([role]),
        "refused": refused,
        "may_change": _holds_whole(request),
    }
    return render(request, "contacts/role.html", context, status=422 if refused else 200)


def _holds_whole(request: UserRequest) -> bool:
    return visible_units(request.user, MANAGE) is None


def _areas(roles: list[Role]) -> list[Area]:
    """The catalogue by app, from the people upwards, administration last."""
    order = [*AREAS]
    found: dict[str, list[tuple[Permission, list[bool]]]] = {}
    for permission in catalogue():
        app = permission.codename.partition(".")[0]
        held = [permission.codename in role.permissions for role in roles]
        found.setdefault(app, []).append((permission, held))
    known = sorted(found, key=lambda app: order.index(app) if app in order else len(order) - 2)
    return [
        Area(str(AREAS.get(app) or apps.get_app_config(app).verbose_name), found[app])
        for app in known
    ]
