from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import trigger_client_event

from contacts.models import Contact
from contacts.moved import person_or_404
from core.errors import DomainError
from core.http import UserRequest
from core.permissions import require
from core.toasts import toast
from relationships.ledger_forms import FactForm
from relationships.models import PersonalFact
from relationships.panels import facts_shown
from relationships.services import facts as services
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
    context = {"contact": contact, **facts_shown(contact, request.user)}
    return render(request, "relationships/panels/facts.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: UserRequest, uid: UUID) -> HttpResponse:
    contact = person_or_404(request.user, uid)
    require(request.user, WRITE, contact)

    form = FactForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.add_fact(contact=contact, actor=request.user, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error("kept_until", str(refusal))
        else:
            toast(request, _("Fact added."))
            return _changed(request, contact)
    title = _("A personal fact of %(name)s") % {"name": contact.full_name}
    return ask(request, form, title=title, submit=_("Add fact"), back=person_url(contact))


@login_required
@require_POST
def remove(request: UserRequest, uid: UUID) -> HttpResponse:
    fact = _get(request, uid)
    services.remove_fact(fact=fact, actor=request.user)
    toast(request, _("Fact removed for good."))
    return _changed(request, fact.contact)


def _get(request: UserRequest, uid: UUID) -> PersonalFact:
    rows = PersonalFact.objects.visible_to(request.user).kept(timezone.localdate())
    fact = get_object_or_404(rows.select_related("contact"), uid=uid)
    require(request.user, WRITE, fact)
    return fact


def _changed(request: UserRequest, contact: Contact) -> HttpResponse:
    if request.htmx:
        return trigger_client_event(HttpResponse(), "facts-changed")
    return redirect(next_url(request, person_url(contact)))
