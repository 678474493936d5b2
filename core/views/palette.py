from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from core import palette
from core.http import UserRequest


@login_required
@require_GET
def search(request: UserRequest) -> HttpResponse:
    """The search page, and for the command palette its results alone."""
    words = request.GET.get("q", "")[:100]
    recent = [(key, row_id) for key, row_id in request.session.get(palette.SESSION_KEY, [])]

    groups = palette.find(request.user, words, recent=recent)

    template = "core/search.html#results" if request.htmx else "core/search.html"
    return render(request, template, {"words": words, "groups": groups})
