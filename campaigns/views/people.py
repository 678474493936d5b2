from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from campaigns.models import Campaign, Enrolment
from campaigns.selectors.campaigns import overview
from campaigns.selectors.people import enrolment_page
from campaigns.services.enrolment import stop_enrolment
from campaigns.views.finding import RUN, frame, visible
from contacts.models import Contact
from core.http import UserRequest
from core.permissions import require
from core.toasts import toast


@login_required
@require_safe
def people(request: UserRequest, uid: UUID) -> HttpResponse:
    campaign = visible(request, uid)
    state = request.GET.get("state", "")
    state = state if state in Enrolment.State.values else ""
    after = request.GET.get("after", "")
    counts = overview(campaign, now=timezone.now())
    context = {
        **frame(request, campaign, "people"),
        "segments": [
            ("?", _("All"), counts.people, not state),
            ("?state=active", _("On the way"), counts.active, state == "active"),
            ("?state=finished", _("Finished"), counts.finished, state == "finished"),
            ("?state=stopped", _("Taken off"), counts.stopped, state == "stopped"),
        ],
        "page": enrolment_page(
            campaign, request.user, state=state, after=int(after) if after.isdecimal() else 0
        ),
        "state": state,
    }
    return render(request, "campaigns/people.html", context)


@login_required
@require_POST
def stop(request: UserRequest, uid: UUID) -> HttpResponse:
    enrolment = get_object_or_404(
        Enrolment.objects.select_related("campaign", "contact").filter(
            campaign__in=Campaign.objects.visible_to(request.user),
            contact__in=Contact.objects.visible_to(request.user),
        ),
        uid=uid,
    )
    require(request.user, RUN, enrolment.campaign)
    name = enrolment.contact.full_name
    if stop_enrolment(enrolment=enrolment, actor=request.user):
        toast(request, _("%(name)s is off this campaign.") % {"name": name})
    else:
        toast(request, _("%(name)s was not on the way any more.") % {"name": name})
    return redirect(_back(request, enrolment.campaign))


def _back(request: UserRequest, campaign: Campaign) -> str:
    given = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(given, allowed_hosts={request.get_host()}):
        return given
    return reverse("campaigns:people", args=[campaign.uid])
