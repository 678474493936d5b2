"""The desk by mail: one's own wish, and the link in the mail that stops it."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from core.http import UserRequest
from core.toasts import toast
from relationships.forms import DigestForm
from relationships.models import DigestSetting
from relationships.services.digest import choose_digest, turn_off, user_of


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def digest(request: UserRequest) -> HttpResponse:
    held = DigestSetting.objects.filter(user=request.user).first()
    form = DigestForm(request.POST or None, instance=held)
    if request.method != "POST" or not form.is_valid():
        status = 422 if form.errors else 200
        return render(request, "relationships/digest.html", {"form": form}, status=status)

    data = form.cleaned_data
    choose_digest(
        user=request.user,
        is_on=data["is_on"],
        hour=data["hour"],
        workdays_only=data["workdays_only"],
    )
    toast(request, _("Your preferences are kept."))
    return redirect("relationships:digest")


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def off(request: HttpRequest, token: str) -> HttpResponse:
    """Looking changes nothing: mail programs and scanners follow links. The link is what one needs
    to act, so there is no cookie to forge: a mailbox posts here from its own server (RFC 8058).
    """
    user = user_of(token)
    if user is None:
        return render(request, "relationships/digest_off.html", {"is_known": False}, status=404)
    with translation.override(user.language):
        if request.method == "POST":
            turn_off(user=user)
        context = {"is_known": True, "is_off": request.method == "POST"}
        return render(request, "relationships/digest_off.html", context)
