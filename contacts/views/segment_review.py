"""The inbox of a segment that is reviewed first: a yes or a no, for one or for many."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRefresh

from contacts.models import Segment, SegmentProposal
from contacts.segment_forms import DecisionForm
from contacts.selectors import segments as selectors
from contacts.services.segments import (
    SegmentRefused,
    accept_proposals,
    decline_proposals,
    take_back_decisions,
)
from contacts.views.segment_building import kept_segment
from contacts.views.segments import frame, visible_segment
from core.http import UserRequest
from core.toasts import toast

AT_ONCE = 50


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: UserRequest, uid: UUID) -> HttpResponse:
    """Who waits, the longest first, and what was decided lately."""
    if request.method == "POST":
        return _decide(request, kept_segment(request, uid))
    return _page(request, visible_segment(request, uid), DecisionForm())


@login_required
@require_POST
def undo_review(request: UserRequest, uid: UUID) -> HttpResponse:
    """Those named in the address wait again."""
    segment = kept_segment(request, uid)
    proposals = _named(request.GET.getlist("of"), segment)
    take_back_decisions(segment=segment, actor=request.user, proposals=proposals)
    toast(request, _("They wait again."))
    return HttpResponseClientRefresh() if request.htmx else redirect(_inbox(segment))


def _decide(request: UserRequest, segment: Segment) -> HttpResponse:
    form = DecisionForm(request.POST)
    chosen = _named(request.POST.getlist("of"), segment)
    if not chosen:
        toast(request, _("Choose somebody first."), level=messages.WARNING)
        return _page(request, segment, form, status=422)
    if form.is_valid():
        try:
            text = _done(request, segment, chosen, form.cleaned_data)
        except SegmentRefused as refusal:
            form.add_error(refusal.field or None, str(refusal))
        else:
            of = "&".join(f"of={one.uid}" for one in chosen)
            undo = reverse("contacts:undo_review", args=[segment.uid])
            toast(request, text, undo_url=f"{undo}?{of}")
            segment.refresh_from_db()
            if request.htmx:
                return _page(request, segment, DecisionForm())
            return redirect(_inbox(segment))
    held = {str(one.uid) for one in chosen}
    return _page(request, segment, form, chosen=held, status=422)


def _done(
    request: UserRequest, segment: Segment, chosen: list[SegmentProposal], given: dict[str, Any]
) -> str:
    if given["decision"] == "accept":
        number = accept_proposals(segment=segment, actor=request.user, proposals=chosen)
        text = ngettext("%(n)d person is in.", "%(n)d people are in.", number)
    else:
        number = decline_proposals(
            segment=segment,
            actor=request.user,
            proposals=chosen,
            reason=given["reason"],
            not_before=given["not_before"],
        )
        text = ngettext("%(n)d person stays out.", "%(n)d people stay out.", number)
    return text % {"n": number}


def _page(
    request: UserRequest,
    segment: Segment,
    form: DecisionForm,
    *,
    chosen: set[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    waiting = selectors.waiting_for(segment, request.user)
    context = {
        **frame(request, segment, "review"),
        "waiting": list(waiting[:AT_ONCE]),
        "most": AT_ONCE,
        "decided": list(selectors.decided_for(segment, request.user)[:20]),
        "form": form,
        "chosen": chosen or set(),
    }
    name = "contacts/segment_review.html#inbox" if request.htmx else "contacts/segment_review.html"
    return render(request, name, context, status=status)


def _named(uids: list[str], segment: Segment) -> list[SegmentProposal]:
    try:
        wanted = [UUID(uid) for uid in uids[:AT_ONCE]]
    except ValueError:
        return []
    return list(segment.proposals.filter(uid__in=wanted))


def _inbox(segment: Segment) -> str:
    return reverse("contacts:review_segment", args=[segment.uid])
