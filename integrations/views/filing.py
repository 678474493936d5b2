"""A colleague's own address to file mail at: shown, made and renewed."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.http import UserRequest
from core.permissions import require
from core.toasts import toast
from integrations.models import FilingAddress
from integrations.selectors.waiting import LOG
from integrations.services.filing_addresses import make_filing_address, renew_filing_address


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def filing(request: UserRequest) -> HttpResponse:
    require(request.user, LOG)

    if request.method == "POST":
        make_filing_address(actor=request.user)
        return redirect("integrations:filing")
    context = {
        "held": FilingAddress.objects.filter(user=request.user).first(),
        "is_open": bool(settings.CAPTURE_DOMAIN),
        "keep_days": settings.CAPTURE_KEEP_DAYS,
    }
    return render(request, "integrations/filing.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def renew(request: UserRequest) -> HttpResponse:
    """The one before is refused from that moment, so it is asked once more."""
    require(request.user, LOG)

    if request.method == "GET":
        return render(request, "integrations/filing_renew.html")
    renew_filing_address(actor=request.user)
    toast(request, _("You have a new address. The one before is refused from now on."))
    return redirect("integrations:filing")
