from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from contacts.forms import ConsentForm
from contacts.services.consent import record_consent
from contacts.services.privacy import erase_person, export_person, footprint_of
from contacts.views.persons import visible_person
from core import audit
from core.http import UserRequest
from core.permissions import require
from core.toasts import toast


@login_required
@require_POST
def consent(request: UserRequest, uid: UUID) -> HttpResponse:
    contact = visible_person(request, uid)
    require(request.user, "contacts.change_contact", contact)

    form = ConsentForm(request.POST)
    if form.is_valid():
        record_consent(contact=contact, actor=request.user, **form.cleaned_data)
        toast(request, _("Recorded."))
    response = redirect("contacts:person", uid=uid)
    response["Location"] += "?tab=privacy"
    return response


@login_required
@require_GET
def export(request: UserRequest, uid: UUID) -> HttpResponse:
    """Everything we hold about a person, as a file to hand to them. It leaves an audit entry."""
    contact = visible_person(request, uid)
    require(request.user, "contacts.erase_contact", contact)

    exported = export_person(contact=contact, now=timezone.now())
    audit.record(actor=request.user, action="contacts.exported", target=contact)
    response = JsonResponse(exported, json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = f'attachment; filename="person-{contact.uid}.json"'
    return response


@login_required
@require_http_methods(["GET", "POST"])
def erase(request: UserRequest, uid: UUID) -> HttpResponse:
    """Erase a person, after a page that names what will happen. It cannot be undone."""
    contact = visible_person(request, uid)
    require(request.user, "contacts.erase_contact", contact)

    if request.method == "POST":
        erase_person(contact=contact, actor=request.user)
        toast(request, _("The person was erased."))
        return redirect("contacts:people")
    context = {"contact": contact, "footprint": footprint_of(contact)}
    return render(request, "contacts/erase.html", context)
