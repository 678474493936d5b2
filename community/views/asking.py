from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from community.forms import AskForm
from community.models import ProfileAsk
from community.selectors.asking import to_be_asked, usable_campaigns
from community.services.asking import change_ask
from core.errors import DomainError
from core.http import UserRequest
from core.permissions import require
from core.toasts import toast


@login_required
@require_http_methods(["GET", "POST"])
def profile_ask(request: UserRequest) -> HttpResponse:
    """Whether people are asked each year if what we hold is still right."""
    require(request.user, "community.ask_profiles")

    ask = ProfileAsk.objects.select_related("campaign__owner").filter(pk=ProfileAsk.ONLY).first()
    ask = ask or ProfileAsk()
    campaigns = usable_campaigns(request.user)
    form = AskForm(
        request.POST if request.method == "POST" else None, instance=ask, campaigns=campaigns
    )
    if request.method == "POST" and form.is_valid():
        try:
            change_ask(actor=request.user, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error("campaign", str(refusal))
        else:
            toast(request, _("Saved."))
            return redirect("community:profile_ask")
    context = {
        "form": form,
        "ask": ask,
        "campaigns": campaigns,
        "waiting": to_be_asked(ask, today=timezone.localdate()).count() if ask.is_on else None,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "community/profile_ask.html", context, status=status)
