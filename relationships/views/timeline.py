from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe
from django_htmx.http import replace_url

from contacts.models import Contact
from contacts.moved import person_or_404
from core.http import UserRequest
from core.permissions import require
from relationships.selectors.colleagues import colleagues
from relationships.selectors.timeline_years import years_of
from relationships.timeline_forms import asked_of, timeline_shown
from relationships.views.returning import came_from, person_url

SEE = "relationships.view_relationship"


@login_required
@require_safe
def timeline(request: UserRequest, uid: UUID) -> HttpResponse:
    """The timeline narrowed, and its next pages: in place for htmx, else a page of its own."""
    contact = _contact(request, uid)
    asked = asked_of(request.GET)
    context = {"contact": contact, **timeline_shown(contact, request.user, asked)}
    name = "relationships/timeline.html"
    if not request.htmx:
        return render(request, name, context)
    if asked.place.after or asked.place.before:
        return render(request, f"{name}#entries", context)
    return replace_url(render(request, f"{name}#timeline", context), _address(request, contact))


@login_required
@require_safe
def more_filters(request: UserRequest, uid: UUID) -> HttpResponse:
    """What is folded away until somebody looks for it; without a script, the page with it."""
    contact = _contact(request, uid)
    asked = asked_of(request.GET)
    context = {
        "contact": contact,
        **timeline_shown(contact, request.user, asked),
        "colleagues": colleagues(),
        "shows_more": True,
    }
    name = "relationships/timeline.html"
    return render(request, f"{name}#more" if request.htmx else name, context)


@login_required
@require_safe
def years(request: UserRequest, uid: UUID) -> HttpResponse:
    """How much happened in each month: a way to any of them, and a report of who spoke how."""
    contact = _contact(request, uid)
    asked = asked_of(request.GET)
    context = {
        "contact": contact,
        "asked": asked,
        "years": years_of(contact, asked.filters),
        "months": range(1, 13),
        "base": _base(request, contact),
    }
    name = "relationships/timeline_years.html"
    return render(request, f"{name}#years" if request.htmx else name, context)


def _contact(request: UserRequest, uid: UUID) -> Contact:
    contact = person_or_404(request.user, uid)
    require(request.user, SEE, contact)
    return contact


def _address(request: UserRequest, contact: Contact) -> str:
    """The page that one stands on, with the filters that are now chosen."""
    given = request.GET.copy()
    for name in list(given):
        if not given[name] or name == "tab":
            del given[name]
    query = given.urlencode()
    base = _base(request, contact)
    return f"{base}{query}" if query else base.rstrip("?&")


def _base(request: UserRequest, contact: Contact) -> str:
    if came_from(request, person_url(contact)):
        return f"{person_url(contact)}?tab=timeline&"
    return f"{reverse('relationships:timeline', args=[contact.uid])}?"
