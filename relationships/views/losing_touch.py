"""Whom we are losing touch with, in the order in which we would miss them."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from core.http import UserRequest
from core.permissions import require
from relationships.choices import Kind
from relationships.selectors.losing_touch import losing_touch as found_losing


@login_required
@require_safe
def losing_touch(request: UserRequest) -> HttpResponse:
    """One's own people, or with ``?whose=all`` everybody one may see; ``?kind=`` narrows."""
    require(request.user, "relationships.view_relationship")
    is_mine, kind = request.GET.get("whose") != "all", request.GET.get("kind", "")
    page = found_losing(
        request.user,
        today=timezone.localdate(),
        is_mine=is_mine,
        kind=kind,
        after=_uid(request.GET.get("after", "")),
    )
    filters = {**({} if is_mine else {"whose": "all"}), **({"kind": kind} if kind else {})}
    context = {
        "page": page,
        "is_mine": is_mine,
        "kind": kind,
        "kinds": Kind.choices,
        "next_query": urlencode({**filters, "after": page.next}) if page.next else "",
        "here": request.get_full_path(),
    }
    part = "#losing" if request.htmx else ""
    return render(request, f"relationships/losing_touch.html{part}", context)


def _uid(given: str) -> UUID | None:
    try:
        return UUID(given)
    except ValueError:
        return None
