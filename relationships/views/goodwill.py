from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import trigger_client_event

from contacts.models import Contact
from contacts.moved import person_or_404
from core.errors import DomainError
from core.http import UserRequest
from core.permissions import require
from core.toasts import toast
from relationships.ledger_forms import GoodwillForm
from relationships.models import GoodwillEntry
from relationships.panels import goodwill_shown
from relationships.services.goodwill import note_goodwill, remove_goodwill
from relationships.views.asking import ask
from relationships.views.returning import next_url, person_url

WRITE = "relationships.log_interaction"


@login_required
@require_safe
def panel(request: UserRequest, uid: UUID) -> HttpResponse:
    contact = person_or_404(request.user, uid)
    require(request.user, "relationships.view_relationship", contact)
    if not request.htmx:
        return redirect(person_url(contact))
    context = {"contact": contact, **goodwill_shown(contact, request.user)}
    return render(request, "relationships/panels/goodwill.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: UserRequest, uid: UUID) -> HttpResponse:
    contact = person_or_404(request.user, uid)
    require(request.user, WRITE, contact)

    form = GoodwillForm(request.POST or None, contact=contact)
    if request.method == "POST" and form.is_valid():
        try:
            entry = note_goodwill(contact=contact, actor=request.user, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error("happened_on", str(refusal))
        else:
            undo = reverse("relationships:goodwill-remove", args=[entry.uid])
            toast(request, _("Written in the ledger."), undo_url=undo)
            return _changed(request, contact)
    title = _("Goodwill with %(name)s") % {"name": contact.full_name}
    return ask(request, form, title=title, submit=_("Add"), back=person_url(contact))


@login_required
@require_POST
def remove(request: UserRequest, uid: UUID) -> HttpResponse:
    rows = GoodwillEntry.objects.visible_to(request.user).select_related("contact")
    entry = get_object_or_404(rows, uid=uid)
    require(request.user, WRITE, entry)

    remove_goodwill(entry=entry, actor=request.user)
    return _changed(request, entry.contact)


def _changed(request: UserRequest, contact: Contact) -> HttpResponse:
    if request.htmx:
        return trigger_client_event(HttpResponse(), "goodwill-changed")
    return redirect(next_url(request, person_url(contact)))
