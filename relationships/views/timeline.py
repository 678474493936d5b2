from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from contacts.moved import person_or_404
from core.http import UserRequest
from core.permissions import require
from relationships.selectors.timeline import BY, Filters, group_choices, timeline_page


@login_required
@require_safe
def timeline(request: UserRequest, uid: UUID) -> HttpResponse:
    """The timeline narrowed, and its next pages: in place for htmx, else a page of its own."""
    contact = person_or_404(request.user, uid)
    require(request.user, "relationships.view_relationship", contact)
    groups = group_choices()
    group, by, after = (request.GET.get(name, "") for name in ("group", "by", "after"))
    filters = Filters(group=group if group in dict(groups) else "", by=by if by in BY else "")
    context = {
        "contact": contact,
        "filters": filters,
        "groups": groups,
        "page": timeline_page(contact, filters, after=after),
    }
    name = "relationships/timeline.html"
    if request.htmx:
        name += "#entries" if after else "#timeline"
    return render(request, name, context)
