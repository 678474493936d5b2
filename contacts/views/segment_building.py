"""Building a rule: with a mouse, with keys, with or without a script."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from contacts import listing, tasks
from contacts.conditions import rule as rules
from contacts.conditions import sentences, shape
from contacts.conditions.shape import Group, RuleRefused
from contacts.models import Segment
from contacts.rule_form import Draft, field_groups
from contacts.segment_forms import MANAGE, SegmentForm
from contacts.selectors import segments as selectors
from contacts.services.segments import SegmentRefused, change_segment, create_segment
from core.http import UserRequest
from core.permissions import require
from core.toasts import toast


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_segment(request: UserRequest) -> HttpResponse:
    """A rule from nothing, or from the filters of the list of people that stand in the address."""
    require(request.user, MANAGE)
    if request.method == "POST":
        return _posted(request, None)
    asked = {key: [str(value) for value in values] for key, values in request.GET.lists()}
    selection = listing.clean(asked, request.user)
    draft, lost = Draft.of_selection(selection)
    if lost:
        left_out = [
            chip.text for chip in listing.chips(selection, request.user) if chip.key in lost
        ]
        text = _("A rule cannot ask this, so it was left out: %(filters)s.")
        words = {"filters": "; ".join(left_out)}
        toast(request, text % words, level=messages.WARNING)
    return _page(request, None, draft, SegmentForm(user=request.user))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit_segment(request: UserRequest, uid: UUID) -> HttpResponse:
    segment = kept_segment(request, uid)
    if request.method == "POST":
        return _posted(request, segment)
    form = SegmentForm(user=request.user, initial=SegmentForm.initial_of(segment))
    return _page(request, segment, Draft(shape.stored(segment.rule)), form)


@login_required
@require_POST
def preview(request: UserRequest) -> HttpResponse:
    """Whom the rule would find as it stands, while it is typed."""
    require(request.user, MANAGE)
    if not request.htmx:
        return redirect("contacts:segments")
    try:
        draft = Draft.of_form(request.POST)
    except RuleRefused as refusal:
        return render(request, "contacts/segment_build.html#refused", {"refusal": refusal})
    form = SegmentForm(request.POST, user=request.user)
    context = _previewed(request, draft.rule, form)
    return render(request, "contacts/segment_build.html#preview", context)


@login_required
@require_POST
def exact(request: UserRequest) -> HttpResponse:
    """All whom the rule would find, where the preview stopped counting."""
    require(request.user, MANAGE)
    try:
        rule = rules.complete_part(Draft.of_form(request.POST).rule, request.user)
        unit = SegmentForm(request.POST, user=request.user).chosen_unit
        number = selectors.exact_count(rule, request.user, unit=unit, now=timezone.now())
    except (RuleRefused, selectors.TooSlow):
        return render(request, "contacts/segment_build.html#uncounted")
    return render(request, "contacts/segment_build.html#exact", {"number": number})


def kept_segment(request: UserRequest, uid: UUID) -> Segment:
    """The segment of that uid, which the reader may change; 404 to who may not know of it."""
    found = Segment.objects.visible_to(request.user).select_related("owner", "unit")
    segment = get_object_or_404(found, uid=uid)
    require(request.user, MANAGE, segment)
    return segment


def _posted(request: UserRequest, segment: Segment | None) -> HttpResponse:
    """Do what was pressed. Saving takes the whole form; all else draws it anew."""
    form = SegmentForm(request.POST, user=request.user)
    try:
        draft = Draft.of_form(request.POST)
    except RuleRefused as refusal:
        return _page(request, segment, Draft.empty(), form, faults=[refusal], status=422)
    if request.POST.get("do") != "save":
        blank = SegmentForm(user=request.user, initial=_as_typed(request))
        return _page(request, segment, draft, blank)
    faults = rules.faults(draft.rule, request.user)
    if form.is_valid() and not faults:
        try:
            saved = _save(request, segment, draft.rule, form)
        except (SegmentRefused, RuleRefused) as refusal:
            form.add_error(getattr(refusal, "field", "") or None, str(refusal))
        else:
            tasks.hurry_segments()
            toast(request, _("“%(name)s” was saved.") % {"name": saved.name})
            return redirect("contacts:segment", uid=saved.uid)
    return _page(request, segment, draft, form, faults=faults, status=422)


def _as_typed(request: UserRequest) -> dict[str, Any]:
    """What stands in the fields, without judging it yet."""
    typed: dict[str, Any] = {name: request.POST.get(name, "") for name in ("name", "purpose")}
    typed["unit"] = request.POST.get("unit", "")
    typed |= {name: name in request.POST for name in ("is_private", "is_reviewed")}
    return typed


def _save(request: UserRequest, segment: Segment | None, rule: Group, form: SegmentForm) -> Segment:
    if segment is None:
        return create_segment(actor=request.user, rule=rule, **form.cleaned_data)
    return change_segment(
        segment=segment, actor=request.user, rule=rule, keeps_unit=False, **form.cleaned_data
    )


def _page(
    request: UserRequest,
    segment: Segment | None,
    draft: Draft,
    form: SegmentForm,
    *,
    faults: Sequence[RuleRefused] = (),
    status: int = 200,
) -> HttpResponse:
    action = (
        reverse("contacts:edit_segment", args=[segment.uid])
        if segment
        else reverse("contacts:new_segment")
    )
    context = {
        "segment": segment,
        "form": form,
        "root": draft.drawn(request.user, faults=faults),
        "added": draft.added,
        "field_groups": field_groups(request.user),
        "action": action,
        "rule_fault": next((str(one) for one in faults if not one.path), ""),
        **_previewed(request, draft.rule, form),
    }
    is_fragment = request.htmx and not request.htmx.boosted and status == 200
    name = "contacts/segment_build.html#built" if is_fragment else "contacts/segment_build.html"
    return render(request, name, context, status=status)


def _previewed(request: UserRequest, rule: Group, form: SegmentForm) -> dict[str, Any]:
    """What can be asked already: an empty rule finds everybody, which it says."""
    askable = rules.complete_part(rule, request.user)
    unit = form.chosen_unit
    found = selectors.preview(askable, request.user, unit=unit, now=timezone.now())
    return {
        "sentence": sentences.sentence_of(askable, request.user),
        "is_everybody": not askable.rules,
        "is_part": askable != rule,
        "preview": found,
    }
