"""Somebody becomes something else to us: asked in one form, done in one act."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRefresh

from core.errors import DomainError
from core.http import UserRequest
from core.permissions import require
from core.toasts import toast, toast_refusal
from relationships.choices import Kind
from relationships.kind_forms import KindChangeForm
from relationships.kinds import WAYS
from relationships.models import KindChange, Relationship
from relationships.selectors.lifecycle import onward_stage
from relationships.services.kind_changes import change_kind, undo_kind_change
from relationships.services.ownership import HeldByColleague
from relationships.views.returning import back_to_person, person_url

MOVE = "relationships.move_relationship"


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def become(request: UserRequest, uid: UUID, to: str) -> HttpResponse:
    rows = Relationship.objects.visible_to(request.user).for_board()
    row = get_object_or_404(rows, uid=uid)
    require(request.user, MOVE, row)
    if to not in WAYS[Kind(row.kind)]:
        raise Http404

    data = request.POST if request.method == "POST" else None
    form = KindChangeForm(data, relationship=row, to_kind=Kind(to), user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            made = change_kind(relationship=row, to_kind=to, actor=request.user, **form.arguments())
        except HeldByColleague as refusal:
            form.add_error("override_reason", str(refusal))
        except DomainError as refusal:
            field = getattr(refusal, "field", "")
            form.add_error(field if field in form.fields else None, str(refusal))
        else:
            return _became(request, made)
    context = {
        "relationship": row,
        "kind": Kind(to),
        "form": form,
        "ending_at": onward_stage(row.kind),
        "back": person_url(row.contact),
    }
    name = "relationships/become.html#form" if request.htmx else "relationships/become.html"
    return render(request, name, context, status=422 if form.errors else 200)


@login_required
@require_POST
def undo(request: UserRequest, uid: UUID) -> HttpResponse:
    rows = KindChange.objects.visible_to(request.user).select_related("contact")
    made = get_object_or_404(rows, uid=uid)
    require(request.user, MOVE, made.contact)

    try:
        undo_kind_change(change=made, actor=request.user)
    except DomainError as refusal:
        toast_refusal(request, refusal)
    else:
        toast(request, _("It is as it was before."))
    if request.htmx:
        return HttpResponseClientRefresh()
    return redirect(person_url(made.contact))


def _became(request: UserRequest, made: KindChange) -> HttpResponse:
    words = {"name": made.contact.full_name, "kind": Kind(made.to_kind).label.lower()}
    undo_url = reverse("relationships:kind-change-undo", args=[made.uid])
    toast(request, _("%(name)s is %(kind)s now.") % words, undo_url=undo_url)
    return back_to_person(request, made.contact)
