from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from contacts.moved import person_or_404
from core.errors import DomainError
from core.http import UserRequest
from core.permissions import require
from core.toasts import toast
from relationships.forms import EndForm, EngagementForm
from relationships.models import Engagement
from relationships.services.engagements import (
    begin_engagement,
    end_engagement,
    update_engagement,
)
from relationships.views.asking import ask
from relationships.views.returning import back_to_person, person_url

RATES = "relationships.view_rates"


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: UserRequest, uid: UUID) -> HttpResponse:
    contact = person_or_404(request.user, uid)
    require(request.user, "relationships.move_relationship", contact)

    shows_rate = request.user.has_perm(RATES, contact)
    form = EngagementForm(request.POST or None, shows_rate=shows_rate)
    if request.method == "POST" and form.is_valid():
        try:
            begin_engagement(contact=contact, actor=request.user, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            toast(request, _("The engagement is recorded."))
            return back_to_person(request, contact)
    title = _("An engagement of %(name)s") % {"name": contact.full_name}
    return ask(request, form, title=title, submit=_("Record"), back=person_url(contact))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: UserRequest, uid: UUID) -> HttpResponse:
    engagement = _engagement(request, uid)

    shows_rate = request.user.has_perm(RATES, engagement.contact)
    form = EngagementForm(request.POST or None, shows_rate=shows_rate, initial=_initial(engagement))
    if request.method == "POST" and form.is_valid():
        try:
            update_engagement(engagement=engagement, actor=request.user, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            toast(request, _("The engagement was saved."))
            return back_to_person(request, engagement.contact)
    title = _("An engagement of %(name)s") % {"name": engagement.contact.full_name}
    back = person_url(engagement.contact)
    return ask(request, form, title=title, submit=_("Save"), back=back)


def _engagement(request: UserRequest, uid: UUID) -> Engagement:
    rows = Engagement.objects.visible_to(request.user).select_related("contact", "unit")
    engagement = get_object_or_404(rows, uid=uid)
    require(request.user, "relationships.move_relationship", engagement.contact)
    return engagement


def _initial(engagement: Engagement) -> dict[str, Any]:
    names = (
        *("form", "role", "starts_on", "ends_on", "hours_per_week"),
        *("rate", "rate_per"),
    )
    unit = engagement.unit.uid if engagement.unit else None
    return {**{name: getattr(engagement, name) for name in names}, "unit": unit}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: UserRequest, uid: UUID) -> HttpResponse:
    engagement = _engagement(request, uid)

    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            end_engagement(engagement=engagement, actor=request.user, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error("ends_on", str(refusal))
        else:
            toast(request, _("The last day is recorded."))
            return back_to_person(request, engagement.contact)
    words = {"role": engagement.role or engagement.get_form_display()}
    return ask(
        request,
        form,
        title=_("The end of “%(role)s”") % words,
        submit=_("Record"),
        back=person_url(engagement.contact),
    )
