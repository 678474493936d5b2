"""The signed-in user's own account."""

from allauth.usersessions.models import UserSession
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core import audit
from core.forms import ProfileForm
from core.http import UserRequest
from core.toasts import toast


@login_required
@require_http_methods(["GET", "POST"])
def profile(request: UserRequest) -> HttpResponse:
    form = ProfileForm(request.POST or None, instance=request.user)
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "core/profile.html", {"form": form}, status=status)

    form.instance.save(update_fields=form.changed_data)

    toast(request, _("Your profile is kept."))
    return redirect("core:profile")


@login_required
@require_POST
def end_session(request: UserRequest, pk: int) -> HttpResponse:
    """Sign the user out on one of their other devices."""
    session = get_object_or_404(UserSession, pk=pk, user=request.user)

    session.end()
    audit.record(
        actor=request.user, action="core.session_ended", target=request.user, address=session.ip
    )

    toast(request, _("That device is signed out."))
    return redirect("usersessions_list")
