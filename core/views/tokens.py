"""API tokens: a user's own, and for who manages accounts also their colleagues'.

A secret outlives the session in which it is made. So it is shown only to who has lately proved
who they are: a borrowed browser does not make a key for the year.
"""

from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from core.http import UserRequest
from core.models import ApiToken, User
from core.permissions import require
from core.services.tokens import TokenRefused, make_token, revoke_token, rotate_token
from core.toasts import toast, toast_refusal
from core.token_forms import RotateForm, TokenForm


@login_required
@require_GET
def tokens(request: UserRequest) -> HttpResponse:
    user = request.user
    require(user, "core.use_api")

    valid = ApiToken.objects.valid(timezone.now()).select_related("user").order_by("-pk")
    context = {
        "own": valid.filter(user=user),
        "colleagues": _of_colleagues(user, list(valid.exclude(user=user))),
    }
    return render(request, "core/tokens.html", context)


@login_required
@reauthentication_required
@never_cache
@require_http_methods(["GET", "POST"])
def new(request: UserRequest) -> HttpResponse:
    require(request.user, "core.use_api")

    form = TokenForm(request.POST or None)
    if form.is_valid():
        now = timezone.now()
        try:
            token, secret = make_token(
                actor=request.user,
                name=form.cleaned_data["name"],
                scope_names=form.cleaned_data["scope_names"],
                expires_at=now + form.lifetime,
                now=now,
            )
        except TokenRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            return render(request, "core/token_secret.html", {"token": token, "secret": secret})

    status = 422 if form.is_bound else 200
    return render(request, "core/token_new.html", {"form": form}, status=status)


@login_required
@reauthentication_required
@never_cache
@require_http_methods(["GET", "POST"])
def rotate(request: UserRequest, uid: UUID) -> HttpResponse:
    """Only one's own: the new secret acts for the token's user, and is shown to who asks."""
    require(request.user, "core.use_api")
    token = get_object_or_404(ApiToken, uid=uid, user=request.user)

    form = RotateForm(request.POST or None)
    if form.is_valid():
        try:
            successor, secret = rotate_token(
                token=token, actor=request.user, overlap=form.overlap, now=timezone.now()
            )
        except TokenRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            context = {"token": successor, "secret": secret, "old": token}
            return render(request, "core/token_secret.html", context)

    status = 422 if form.is_bound else 200
    return render(request, "core/token_rotate.html", {"form": form, "token": token}, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def revoke(request: UserRequest, uid: UUID) -> HttpResponse:
    token = get_object_or_404(ApiToken.objects.select_related("user"), uid=uid)
    if token.user != request.user and not _manages(request.user, token.user):
        raise Http404

    if request.method == "GET":
        return render(request, "core/token_revoke.html", {"token": token})
    try:
        revoke_token(token=token, actor=request.user, now=timezone.now())
    except TokenRefused as refusal:
        toast_refusal(request, refusal)
    else:
        toast(request, _("The token is revoked. Whatever used it is refused from now on."))
    return redirect("core:tokens")


def _manages(user: User, colleague: User) -> bool:
    return user.has_perm("core.manage_accounts", colleague)


def _of_colleagues(user: User, found: list[ApiToken]) -> list[ApiToken]:
    if not user.has_perm("core.manage_accounts"):
        return []
    owners = {token.user_id: token.user for token in found}
    managed = {pk for pk, owner in owners.items() if _manages(user, owner)}
    return [token for token in found if token.user_id in managed]
