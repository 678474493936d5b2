"""Co-owners of a relationship, and how long owners hold people: Settings, Ownership."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.errors import DomainError
from core.http import UserRequest
from core.models import User
from core.permissions import require
from core.toasts import toast, toast_refusal
from relationships.choices import Kind
from relationships.models import Relationship
from relationships.ownership_forms import CoOwnerForm, RuleForm
from relationships.selectors.ownership import hold_against, rules_by_kind
from relationships.services import ownership as services
from relationships.views.asking import ask
from relationships.views.returning import back_to_person, person_url, undo_token, undo_words

MANAGE = "relationships.manage_lifecycles"


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def rules(request: UserRequest) -> HttpResponse:
    require(request.user, MANAGE)
    held = rules_by_kind()
    data = request.POST if request.method == "POST" else None
    forms = {
        kind: RuleForm(data, prefix=kind.value, initial={"basis": rule.basis, "days": rule.days})
        for kind in Kind
        if (rule := held.get(kind.value))
    }
    valid = [form.is_valid() for form in forms.values()]
    if request.method == "POST" and all(valid):
        for kind, form in forms.items():
            services.set_rule(kind=kind, actor=request.user, **form.cleaned_data)
        toast(request, _("The rules of ownership are saved."))
        return redirect("relationships:ownership")
    status = 422 if request.method == "POST" else 200
    rows = [(kind.label, form) for kind, form in forms.items()]
    return render(request, "relationships/ownership.html", {"rows": rows}, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: UserRequest, uid: UUID) -> HttpResponse:
    row = _get(request, uid)
    hold = hold_against(request.user, row.contact, today=timezone.localdate())
    form = CoOwnerForm(request.POST or None, relationship=row, hold=hold)
    if request.method == "POST" and form.is_valid():
        user = form.cleaned_data["user"]
        try:
            services.add_co_owner(relationship=row, actor=request.user, **form.cleaned_data)
        except services.HeldByColleague as refusal:
            form.add_error("override_reason", str(refusal))
        except DomainError as refusal:
            form.add_error("user", str(refusal))
        else:
            undo = reverse("relationships:co-owner-remove", args=[uid, user.uid])
            words = _("%(name)s keeps in touch as well.") % {"name": user.name}
            toast(request, words, undo_url=undo)
            return back_to_person(request, row.contact)
    title = _("Co-owner: %(name)s") % {"name": row.contact.full_name}
    return ask(request, form, title=title, submit=_("Add"), back=person_url(row.contact))


@login_required
@require_POST
def put_back(request: UserRequest, uid: UUID, user_uid: UUID) -> HttpResponse:
    """Undo a removal. Without the token that the removal gave, it is as if they were added."""
    row = _get(request, uid)
    user = get_object_or_404(User, uid=user_uid)
    removed = undo_words(request.user, request.GET.get("undo", ""))
    is_undo = removed == ["co-owner", str(uid), str(user_uid)]
    try:
        services.add_co_owner(relationship=row, user=user, actor=request.user, is_undo=is_undo)
    except DomainError as refusal:
        toast_refusal(request, refusal)
    return back_to_person(request, row.contact)


@login_required
@require_POST
def remove(request: UserRequest, uid: UUID, user_uid: UUID) -> HttpResponse:
    row = _get(request, uid)
    user = get_object_or_404(User, uid=user_uid)
    services.remove_co_owner(relationship=row, user=user, actor=request.user)
    token = undo_token(request.user, "co-owner", str(uid), str(user_uid))
    undo = reverse("relationships:co-owner-put-back", args=[uid, user_uid])
    words = _("%(name)s is no co-owner any more.") % {"name": user.name}
    toast(request, words, undo_url=f"{undo}?{urlencode({'undo': token})}")
    return back_to_person(request, row.contact)


def _get(request: UserRequest, uid: UUID) -> Relationship:
    rows = Relationship.objects.visible_to(request.user).select_related("contact", "owner")
    row = get_object_or_404(rows, uid=uid)
    require(request.user, "relationships.move_relationship", row)
    return row
