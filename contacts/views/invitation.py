from allauth.account.utils import perform_login
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from contacts.models import Invitation
from contacts.services.invitations import accept_invitation, find_invitation
from contacts.team_forms import AcceptForm
from core.errors import DomainError


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Where an invitation leads. Nobody is signed in here yet: the link itself is the proof."""
    now = timezone.now()
    invitation = find_invitation(token=token, now=now)
    if invitation is None:
        return render(request, "contacts/invitation_gone.html", status=410)
    with translation.override(invitation.language):
        return _answer(request, token, invitation)


def _answer(request: HttpRequest, token: str, invitation: Invitation) -> HttpResponse:
    initial = {"name": invitation.name}
    form = AcceptForm(request.POST or None, email=invitation.email, initial=initial)
    if form.is_valid():
        try:
            user = accept_invitation(token=token, now=timezone.now(), **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            # Whoever was signed in on this browser is not who was invited.
            logout(request)
            response: HttpResponse = perform_login(request, user)
            return response
    context = {"form": form, "invitation": invitation}
    status = 422 if form.is_bound else 200
    return render(request, "contacts/invitation.html", context, status=status)
