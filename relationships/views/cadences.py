"""Settings: how often we speak, of segments here, of stages with their lifecycle."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRefresh

from contacts.models import Segment
from core.errors import DomainError
from core.http import UserRequest
from core.permissions import require
from core.toasts import toast
from relationships.forms import SegmentCadenceForm
from relationships.models import SegmentCadence
from relationships.selectors.cadences import cadences as found_cadences
from relationships.services.segment_cadence import set_segment_cadence
from relationships.views.asking import ask

MANAGE = "relationships.manage_lifecycles"


@login_required
@require_safe
def cadences(request: UserRequest) -> HttpResponse:
    require(request.user, MANAGE)
    return render(request, "relationships/cadences.html", {"found": found_cadences(request.user)})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: UserRequest, uid: UUID) -> HttpResponse:
    """How often with the people of one segment; nothing: it says nothing about it."""
    require(request.user, MANAGE)
    segment = get_object_or_404(Segment.objects.visible_to(request.user).live(), uid=uid)

    held = SegmentCadence.objects.filter(segment=segment).first()
    form = SegmentCadenceForm(request.POST or None, initial={"days": held.days if held else None})
    if request.method == "POST" and form.is_valid():
        try:
            set_segment_cadence(segment=segment, actor=request.user, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error("days", str(refusal))
        else:
            toast(request, _("The cadence is set. The people of the segment follow in a moment."))
            if request.htmx:
                return HttpResponseClientRefresh()
            return redirect("relationships:cadences")
    title = _("How often with “%(name)s”") % {"name": segment.name}
    back = reverse("relationships:cadences")
    return ask(request, form, title=title, submit=_("Save"), back=back)
