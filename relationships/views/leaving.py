"""The way out: who is leaving, what they and we say, and the steps of each form of work."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import DomainError
from core.http import UserRequest
from core.permissions import require
from core.toasts import toast
from relationships.choices import Party
from relationships.leaving_forms import FeedbackForm, StayInTouchForm, StepFormSet, steps_of
from relationships.models import ClosingFeedback, ClosingStep, Engagement, Leaving
from relationships.selectors.leaving import ways_under_way
from relationships.services.closing import record_feedback, record_stay_in_touch
from relationships.services.leaving_settings import set_steps
from relationships.views.asking import ask
from relationships.views.engagement_lists import uid_or_none
from relationships.views.engagements import MOVE, back, get_engagement, page_url

Form = Engagement.Form
STEPS = "steps"


@login_required
@require_safe
def leaving(request: UserRequest) -> HttpResponse:
    require(request.user, "relationships.view_relationship")
    after = uid_or_none(request.GET.get("after"))
    page = ways_under_way(request.user, today=timezone.localdate(), after=after)
    context = {"page": page, "is_later": after is not None}
    return render(request, "relationships/leaving.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def feedback(request: UserRequest, uid: UUID, side: str) -> HttpResponse:
    row = get_engagement(request, uid, MOVE)
    if side not in Party.values:
        raise Http404
    held = ClosingFeedback.objects.filter(engagement=row, side=side).first()
    names = ("went_well", "could_be_better", "again", "given_on")
    initial = {name: getattr(held, name) for name in names} if held else None
    form = FeedbackForm(request.POST or None, side=side, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            record_feedback(engagement=row, actor=request.user, side=side, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            toast(request, _("The feedback is written down."))
            return back(request, row)
    words = {"name": row.contact.full_name, "role": row.title}
    title = _("What %(name)s says of it") if side == Party.THEM else _("What we say to %(name)s")
    return ask(request, form, title=title % words, submit=_("Record"), back=page_url(row))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def stay_in_touch(request: UserRequest, uid: UUID) -> HttpResponse:
    row = get_engagement(request, uid, MOVE)
    require(request.user, "contacts.change_contact", row.contact)
    held = Leaving.objects.filter(engagement=row).first()
    initial = {"answer": held.stays_in_touch, "note": held.touch_note} if held else None
    form = StayInTouchForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            record_stay_in_touch(engagement=row, actor=request.user, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            toast(request, _("The answer is written down."))
            return back(request, row)
    title = _("Does %(name)s want to stay in touch?") % {"name": row.contact.full_name}
    return ask(request, form, title=title, submit=_("Record"), back=page_url(row))


@login_required
@require_safe
def settings(request: UserRequest) -> HttpResponse:
    require(request.user, "relationships.manage_lifecycles")
    return redirect("relationships:closing-steps", Form.EMPLOYMENT)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def steps(request: UserRequest, form: str) -> HttpResponse:
    require(request.user, "relationships.manage_lifecycles")
    if form not in Form.values:
        raise Http404
    rows = StepFormSet(request.POST or None, prefix=STEPS, initial=_held(form))
    refusal = ""
    if request.method == "POST" and rows.is_valid():
        try:
            set_steps(form=form, actor=request.user, steps=steps_of(rows))
        except DomainError as error:
            refusal = str(error)
        else:
            toast(request, _("The steps are saved. Ways out that began go on as they were."))
            return redirect("relationships:closing-steps", form)
    context = {"rows": rows, "form_of_work": Form(form), "forms": Form, "refusal": refusal}
    status = 422 if refusal or (rows.is_bound and not rows.is_valid()) else 200
    return render(request, "relationships/closing_steps.html", context, status=status)


def _held(form: str) -> list[dict[str, object]]:
    held = ClosingStep.objects.filter(form=form).select_related("colleague")
    return [
        {
            "what": one.what,
            "name": one.name,
            "days": one.days,
            "who": one.who,
            "colleague": one.colleague.uid if one.colleague else None,
        }
        for one in held.order_by("days", "pk")
    ]
