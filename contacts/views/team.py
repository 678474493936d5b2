from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from contacts.models import RoleGrant
from contacts.selectors.team import colleagues, managed_accounts, managed_invitations
from contacts.services import invitations, team
from contacts.services.inheriting import lists_kept_by
from contacts.team_forms import GrantForm, InvitationForm
from contacts.views.inheriting import HeirForm
from core.errors import DomainError
from core.http import UserRequest
from core.models import User
from core.permissions import require
from core.toasts import toast, toast_refusal

MANAGE = "core.manage_accounts"


@login_required
@require_GET
def overview(request: UserRequest) -> HttpResponse:
    require(request.user, MANAGE)

    text = request.GET.get("q", "").strip()
    context = {
        "q": text,
        "colleagues": colleagues(request.user, text=text),
        "invitations": managed_invitations(request.user),
        "now": timezone.now(),
    }
    return render(request, "contacts/team.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def invite(request: UserRequest) -> HttpResponse:
    require(request.user, MANAGE)

    initial = {"language": request.user.language}
    form = InvitationForm(request.POST or None, actor=request.user, initial=initial)
    if form.is_valid():
        try:
            invitations.invite(actor=request.user, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            toast(request, _("The invitation is on its way."))
            return redirect("contacts:team")
    status = 422 if form.is_bound else 200
    return render(request, "contacts/team_invite.html", {"form": form}, status=status)


@login_required
@require_POST
def resend(request: UserRequest, uid: UUID) -> HttpResponse:
    require(request.user, MANAGE)
    invitation = get_object_or_404(managed_invitations(request.user), uid=uid)

    try:
        invitations.resend_invitation(invitation=invitation, actor=request.user)
    except DomainError as refusal:
        toast_refusal(request, refusal)
    else:
        toast(request, _("A new link is on its way. The old one no longer works."))
    return redirect("contacts:team")


@login_required
@require_POST
def revoke(request: UserRequest, uid: UUID) -> HttpResponse:
    require(request.user, MANAGE)
    invitation = get_object_or_404(managed_invitations(request.user), uid=uid)

    try:
        invitations.revoke_invitation(invitation=invitation, actor=request.user)
    except DomainError as refusal:
        toast_refusal(request, refusal)
    else:
        toast(request, _("The invitation is withdrawn. Its link no longer works."))
    return redirect("contacts:team")


@login_required
@require_http_methods(["GET", "POST"])
def colleague(request: UserRequest, uid: UUID) -> HttpResponse:
    """One account: its roles, to add to and take from, and whether it is open."""
    require(request.user, MANAGE)
    user = get_object_or_404(managed_accounts(request.user), uid=uid)

    form = GrantForm(request.POST or None, actor=request.user)
    if form.is_valid():
        try:
            team.grant_role(user=user, actor=request.user, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            toast(request, _("The role is given."))
            return redirect("contacts:colleague", uid=user.uid)
    (shown,) = [one for one in colleagues(request.user, text=user.email) if one.user == user]
    status = 422 if form.is_bound else 200
    context = {
        "form": form,
        "colleague": shown,
        "kept": lists_kept_by(user),
        "heir_form": HeirForm(leaver=user),
    }
    return render(request, "contacts/team_colleague.html", context, status=status)


@login_required
@require_POST
def take_role(request: UserRequest, uid: UUID, grant_uid: UUID) -> HttpResponse:
    require(request.user, MANAGE)
    user = get_object_or_404(managed_accounts(request.user), uid=uid)
    grant = get_object_or_404(
        RoleGrant.objects.select_related("user", "role", "unit"), user=user, uid=grant_uid
    )

    try:
        team.revoke_role(grant=grant, actor=request.user)
    except DomainError as refusal:
        toast_refusal(request, refusal)
    else:
        toast(request, _("The role is taken back."))
    return redirect(_still_there(request, user))


@login_required
@require_POST
def close(request: UserRequest, uid: UUID) -> HttpResponse:
    require(request.user, MANAGE)
    user = get_object_or_404(managed_accounts(request.user), uid=uid)

    try:
        team.deactivate_account(user=user, actor=request.user)
    except DomainError as refusal:
        toast_refusal(request, refusal)
    else:
        toast(request, _("The account is closed. They are signed out everywhere."))
        if lists_kept_by(user).total:
            toast(request, _("They kept lists of people: give these an heir below."))
    return redirect("contacts:colleague", uid=user.uid)


@login_required
@require_POST
def reopen(request: UserRequest, uid: UUID) -> HttpResponse:
    require(request.user, MANAGE)
    user = get_object_or_404(managed_accounts(request.user), uid=uid)

    try:
        team.reactivate_account(user=user, actor=request.user)
    except DomainError as refusal:
        toast_refusal(request, refusal)
    else:
        toast(request, _("The account is open again, with the roles it had."))
    return redirect("contacts:colleague", uid=user.uid)


def _still_there(request: UserRequest, user: User) -> str:
    """Their page, or the list when their last role in the reader's part is gone."""
    is_there = managed_accounts(request.user).filter(pk=user.pk).exists()
    return reverse("contacts:colleague", args=[user.uid]) if is_there else reverse("contacts:team")
