from datetime import timedelta
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from core.http import UserRequest
from relationships.desk_words import lines_of as desk_lines
from relationships.selectors.desk import Desk, todays
from relationships.selectors.desk import desk as desk_of
from relationships.selectors.desk_items import Sort
from relationships.selectors.timeline import lines_of
from relationships.selectors.waiting import COUNTED, waiting_page

LABELS = {
    Sort.PROMISE: _("Promises"),
    Sort.REPLY: _("Replies waiting"),
    Sort.CLOSING: _("Closing acts"),
    Sort.TASK: pgettext_lazy("panel", "Tasks"),
    Sort.MOMENT: _("Days and facts"),
    Sort.TOUCH: _("Contact moments"),
}
SET_ASIDE_SHOWN = timedelta(days=30)


@login_required
@require_safe
def desk(request: UserRequest) -> HttpResponse:
    """``?item=`` names a line, as a digest mail does: the focus goes to its act."""
    return render_desk(request)


def render_desk(request: UserRequest, *, focus: int | None = None) -> HttpResponse:
    """The page, or for htmx its list of today. ``focus``: the place of the item to look at next."""
    today = timezone.localdate()
    is_list = bool(request.htmx)
    found = todays(request.user, today=today) if is_list else desk_of(request.user, today=today)
    context = {
        "desk": found,
        "lines": desk_lines(found.items, request.user),
        "today": today,
        "recent": lines_of(found.recent),
        "focus": _place(found, request.GET.get("item", ""), focus),
    }
    name = "relationships/desk.html#today" if is_list else "relationships/desk.html"
    return render(request, name, context)


def _place(found: Desk, asked: str, focus: int | None) -> int | None:
    named = next((at for at, item in enumerate(found.items) if asked == item.key), None)
    if named is not None or focus is None:
        return named
    return min(focus, len(found.items) - 1)


@login_required
@require_safe
def waiting(request: UserRequest) -> HttpResponse:
    """All that asks for one's attention, a sort at a time: the twelve and what is behind them."""
    today = timezone.localdate()
    asked = request.GET.get("sort", "")
    found = waiting_page(
        request.user,
        today=today,
        since=today - SET_ASIDE_SHOWN,
        sort=Sort(asked) if asked in set(Sort) else None,
        after=_uid(request.GET.get("after", "")),
    )
    context = {
        "page": found,
        "lines": desk_lines(found.items, request.user),
        "tabs": [
            (sort, LABELS[sort], _count(n), sort == found.sort) for sort, n in found.counts.items()
        ],
        "next": request.get_full_path(),
    }
    name = "relationships/waiting.html#waiting" if request.htmx else "relationships/waiting.html"
    return render(request, name, context)


def _count(n: int) -> str:
    return f"{COUNTED}+" if n > COUNTED else str(n)


def _uid(given: str) -> UUID | None:
    try:
        return UUID(given)
    except ValueError:
        return None
