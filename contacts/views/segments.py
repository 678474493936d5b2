"""Segments: the list, one with its people, and who was in it when."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRefresh

from contacts import tasks
from contacts.conditions import rule as rules
from contacts.conditions import sentences, shape
from contacts.models import Segment
from contacts.segment_forms import MANAGE, OnForm
from contacts.selectors import pools as pool_selectors
from contacts.selectors import segments as selectors
from contacts.selectors.paging import page_of
from contacts.selectors.people import count_of
from contacts.services.segments import SegmentRefused, archive_segment, restore_segment
from contacts.sorting import DEFAULT as BY_NAME
from contacts.sorting import order_for
from contacts.views.segment_building import kept_segment
from core import palette
from core.http import UserRequest
from core.permissions import require
from core.toasts import toast, toast_refusal


@login_required
@require_GET
def segments(request: UserRequest) -> HttpResponse:
    """Segments and talent pools, each with how it goes."""
    require(request.user, "contacts.view_contact")
    today = timezone.localdate()
    context = {
        "rows": selectors.segment_rows(request.user, today=today),
        "pools": pool_selectors.pool_rows(request.user, today=today),
        "may_manage": request.user.has_perm(MANAGE),
    }
    return render(request, "contacts/segments.html", context)


@login_required
@require_GET
def segment(request: UserRequest, uid: UUID) -> HttpResponse:
    """The people in it now."""
    found = visible_segment(request, uid)
    palette.visited(request, "segments", str(found.uid))
    people = selectors.members_of(found, request.user)
    context = {**frame(request, found, "members"), **_people(request, found, people)}
    is_fragment = request.htmx and request.htmx.target == "segment-members"
    name = "contacts/segment.html#members" if is_fragment else "contacts/segment.html"
    return render(request, name, context)


@login_required
@require_GET
def history(request: UserRequest, uid: UUID) -> HttpResponse:
    """Who came and went; for a day (``?on=``), who was in it then."""
    found = visible_segment(request, uid)
    form = OnForm(request.GET if "on" in request.GET else None)
    context = {**frame(request, found, "history"), "form": form}
    if form.is_bound and form.is_valid():
        day = form.cleaned_data["on"]
        people = selectors.members_of(found, request.user, on=day)
        context |= {**_people(request, found, people, on=day), "on": day}
    else:
        context["lines"] = selectors.latest_changes(found, request.user)
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "contacts/segment_history.html", context, status=status)


@login_required
@require_POST
def archive(request: UserRequest, uid: UUID) -> HttpResponse:
    found = kept_segment(request, uid)
    try:
        archive_segment(segment=found, actor=request.user)
    except SegmentRefused as refusal:
        toast_refusal(request, refusal)
        return redirect("contacts:segment", uid=uid)
    text = _("“%(name)s” was put aside.") % {"name": found.name}
    toast(request, text, undo_url=reverse("contacts:restore_segment", args=[uid]))
    return redirect("contacts:segments")


@login_required
@require_POST
def restore(request: UserRequest, uid: UUID) -> HttpResponse:
    found = kept_segment(request, uid)
    restore_segment(segment=found, actor=request.user)
    tasks.hurry_segments()
    toast(request, _("“%(name)s” is back.") % {"name": found.name})
    if request.htmx:
        return HttpResponseClientRefresh()
    return redirect("contacts:segment", uid=uid)


def visible_segment(request: UserRequest, uid: UUID) -> Segment:
    found = Segment.objects.visible_to(request.user).select_related("owner", "unit")
    return get_object_or_404(found, uid=uid)


def frame(request: UserRequest, found: Segment, tab: str) -> dict[str, Any]:
    """What every page of a segment shows."""
    rule = shape.stored(found.rule)
    return {
        "segment": found,
        "sentence": sentences.sentence_of(rule, request.user),
        "is_whole": rules.is_whole(rule),
        "row": selectors.row_of(found, today=timezone.localdate()),
        "tab": tab,
        "may_manage": request.user.has_perm(MANAGE, found),
        "may_write": request.user.has_perm("campaigns.run_campaign"),
    }


def _people(request: UserRequest, found: Segment, people: Any, on: Any = None) -> dict[str, Any]:
    page = page_of(
        people,
        order=order_for(BY_NAME, request.user),
        user=request.user,
        after=uid_in(request, "after"),
        before=uid_in(request, "before"),
    )
    address = f"?on={on.isoformat()}&" if on else "?"
    return {
        "page": page,
        "count": count_of(people),
        "places": selectors.places_of(found, page.people, on=on),
        "previous_url": page.previous and f"{address}before={page.previous}",
        "next_url": page.next and f"{address}after={page.next}",
    }


def uid_in(request: UserRequest, name: str) -> UUID | None:
    try:
        return UUID(request.GET.get(name, ""))
    except ValueError:
        return None
