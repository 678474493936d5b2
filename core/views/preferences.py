from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from core.forms import PreferencesForm
from core.http import UserRequest
from core.toasts import toast


@login_required
@require_GET
def settings(request: UserRequest) -> HttpResponse:
    """All that the user may set, each with what it is for."""
    return render(request, "core/settings.html")


@login_required
@require_http_methods(["GET", "POST"])
def preferences(request: UserRequest) -> HttpResponse:
    """Language, theme and time zone. The user menu sends one of them; the page all three."""
    form = PreferencesForm(request.POST or None, instance=request.user)
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "core/preferences.html", {"form": form}, status=status)

    form.instance.save(update_fields=form.changed_data)

    if request.htmx:
        return HttpResponse(status=204)
    with translation.override(request.user.language):
        toast(request, _("Your preferences are kept."))
    after = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(after, allowed_hosts={request.get_host()})
    return redirect(after if is_ours else "core:preferences")
