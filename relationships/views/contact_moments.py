"""Logging what happened between us, from a person's page, the desk or anywhere by ``c``."""

from collections.abc import Iterable
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import trigger_client_event

from contacts.models import Contact
from contacts.moved import person_or_404
from contacts.selectors.search import suggestions
from core.errors import DomainError
from core.http import UserRequest
from core.permissions import require
from core.toasts import toast
from relationships.choices import Direction
from relationships.forms import LogForm
from relationships.models import Interaction, Relationship
from relationships.selectors.ownership import hold_against
from relationships.services.follow_ups import create_follow_up
from relationships.services.interactions import log_interaction
from relationships.services.notes import read_note
from relationships.services.ownership import Act, HeldByColleague, turn_to
from relationships.views.returning import (
    TASKS_CHANGED,
    back_to_person,
    came_from,
    next_url,
    person_url,
)

FOUND = 8


@login_required
@require_safe
def choose(request: UserRequest) -> HttpResponse:
    """With whom? The people of one's own relationships first; what is typed finds others."""
    require(request.user, "relationships.log_interaction")
    people = Contact.objects.visible_to(request.user).active()
    words = request.GET.get("q", "").strip()
    found: Iterable[Contact]
    if words:
        found = suggestions(people, words, limit=FOUND)
    else:
        mine = Relationship.objects.open().filter(owner=request.user).order_by()
        found = people.filter(pk__in=mine.values("contact")).order_by("-updated_at", "-pk")[:FOUND]
    name = "relationships/log_whom.html#found" if request.htmx else "relationships/log_whom.html"
    return render(request, name, {"found": found, "q": words})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def log(request: UserRequest, uid: UUID) -> HttpResponse:
    contact = person_or_404(request.user, uid)
    require(request.user, "relationships.log_interaction", contact)

    form = LogForm(request.POST or None)
    held = {"hold": hold_against(request.user, contact, today=timezone.localdate())}
    if request.method == "POST" and form.is_valid():
        try:
            _log(request, contact, form)
        except HeldByColleague as refusal:
            form.add_error(None, str(refusal))
        except DomainError as refusal:
            form.add_error("happened_at", str(refusal))
        else:
            toast(request, _("Logged with %(name)s.") % {"name": contact.full_name})
            return _logged(request, contact)
    context = {
        "contact": contact,
        "form": form,
        "next": next_url(request, person_url(contact)),
        **held,
        "override_reason": request.POST.get("override_reason", ""),
    }
    name = "relationships/log.html#form" if request.htmx else "relationships/log.html"
    return render(request, name, context, status=422 if form.errors else 200)


@transaction.atomic
def _log(request: UserRequest, contact: Contact, form: LogForm) -> Interaction:
    data = dict(form.cleaned_data)
    title, due_on = data.pop("next_step"), data.pop("next_on")
    if data["direction"] == Direction.OUTBOUND:
        # What they said to us, or with us, is written down whoever keeps in touch.
        reason = request.POST.get("override_reason", "")
        turn_to(contact=contact, actor=request.user, act=Act.MAIL, reason=reason)
    interaction = log_interaction(contact=contact, actor=request.user, **data)
    if title:
        create_follow_up(
            contact=contact,
            actor=request.user,
            title=title,
            due_on=due_on,
            assignee=request.user,
        )
    read_note(interaction=interaction, actor=request.user)
    return interaction


def _logged(request: UserRequest, contact: Contact) -> HttpResponse:
    """The desk renews its list; a person's page shows it in many places and comes anew."""
    if came_from(request, reverse("relationships:desk")):
        return trigger_client_event(HttpResponse(), TASKS_CHANGED)
    return back_to_person(request, contact)
