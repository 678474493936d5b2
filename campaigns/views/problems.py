from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from campaigns import tasks
from campaigns.models import Campaign
from campaigns.selectors import people as selectors
from campaigns.services.decisions import leave, send_again
from campaigns.views.finding import frame, runnable, visible
from core.http import UserRequest
from core.toasts import toast


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def problems(request: UserRequest, uid: UUID) -> HttpResponse:
    """Mails that failed, or of which nobody knows whether they left, and what to do about them."""
    if request.method == "POST":
        return _decide(request, runnable(request, uid))
    campaign = visible(request, uid)
    context = frame(request, campaign, "problems")
    context["problems"] = selectors.problems(campaign, request.user)
    return render(request, "campaigns/problems.html", context)


def _decide(request: UserRequest, campaign: Campaign) -> HttpResponse:
    ticked = set(request.POST.getlist("touchpoint"))
    shown = selectors.problems(campaign, request.user)
    ids = [touchpoint.pk for touchpoint in shown if str(touchpoint.uid) in ticked]
    if request.POST.get("act") == "again":
        count = send_again(touchpoint_ids=ids, actor=request.user)
        transaction.on_commit(lambda: tasks.hint(tasks.deliver))
        words = ngettext("%(n)s mail is sent again.", "%(n)s mails are sent again.", count)
    elif request.POST.get("act") == "leave":
        count = leave(touchpoint_ids=ids, actor=request.user)
        words = ngettext(
            "%(n)s person goes on with the next step.",
            "%(n)s people go on with the next step.",
            count,
        )
    else:
        count, words = 0, _("Nothing was chosen.")
    toast(request, words % {"n": count} if count else _("Nothing was chosen."))
    return redirect("campaigns:problems", campaign.uid)
