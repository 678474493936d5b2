from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from core.http import UserRequest
from relationships.selectors.desk import desk as desk_of
from relationships.selectors.timeline import lines_of


@login_required
@require_safe
def desk(request: UserRequest) -> HttpResponse:
    return render_desk(request)


def render_desk(request: UserRequest, *, focus: int | None = None) -> HttpResponse:
    """The page, or for htmx its list of today. ``focus``: the place of the item to look at next."""
    today = timezone.localdate()
    found = desk_of(request.user, today=today)
    context = {
        "desk": found,
        "today": today,
        "recent": lines_of(found.recent),
        "focus": None if focus is None else min(focus, len(found.items) - 1),
    }
    name = "relationships/desk.html#today" if request.htmx else "relationships/desk.html"
    return render(request, name, context)
