"""A colleague leaves: who goes on with each of the people they keep in touch with."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRefresh

from core.errors import DomainError
from core.http import UserRequest
from core.models import User
from core.permissions import require
from core.toasts import toast, toast_refusal
from relationships.models import Bequest, Relationship
from relationships.selectors.colleagues import colleagues
from relationships.selectors.leavers import bequest, owned_by
from relationships.services.bequests import hand_on, take_back

MOVE = "relationships.move_relationship"
AT_ONCE = 50


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def heirs(request: UserRequest, uid: UUID) -> HttpResponse:
    """Fifty at a time, each with whoever of us knows the person best."""
    leaver = _leaver(request, uid)
    if request.method == "POST":
        return _give(request, leaver)
    rows = owned_by(leaver, request.user)
    page = Paginator(rows, AT_ONCE).get_page(1)
    today = timezone.localdate()
    context = {
        "leaver": leaver,
        "left": page.paginator.count,
        "lines": bequest(list(page.object_list), leaver=leaver, today=today),
        "colleagues": colleagues().exclude(pk=leaver.pk),
    }
    return render(request, "relationships/heirs.html", context)


def _give(request: UserRequest, leaver: User) -> HttpResponse:
    chosen = _chosen(request, leaver)
    outcome = hand_on(
        leaver=leaver,
        heirs=chosen,
        actor=request.user,
        introduces="introduces" in request.POST,
    )
    if outcome.bequest is not None:
        words = ngettext(
            "%(count)d relationship has an heir.",
            "%(count)d relationships have an heir.",
            outcome.given,
        ) % {"count": outcome.given}
        undo = reverse("relationships:heirs-undo", args=[outcome.bequest.uid])
        toast(request, words, undo_url=undo)
    elif not chosen:
        toast(request, _("Choose an heir for at least one of them."))
    for words in sorted(set(outcome.refused.values())):
        toast(request, words)
    return redirect("relationships:heirs", leaver.uid)


def _chosen(request: UserRequest, leaver: User) -> dict[Relationship, User]:
    """What was chosen row by row; where nobody was, who was chosen for all the others."""
    able = {str(user.uid): user for user in colleagues().exclude(pk=leaver.pk)}
    rows = owned_by(leaver, request.user)
    asked = {
        name.removeprefix("heir-"): value
        for name, value in request.POST.items()
        if name.startswith("heir-")
    }
    uids = [uid for uid in asked if _is_uid(uid)]
    rest = able.get(str(request.POST.get("rest", "")))
    chosen: dict[Relationship, User] = {}
    for row in rows.filter(uid__in=uids)[:AT_ONCE]:
        heir = able.get(str(asked[str(row.uid)])) or rest
        if heir is not None and request.user.has_perm(MOVE, row):
            chosen[row] = heir
    return chosen


def _is_uid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


@login_required
@require_POST
def undo(request: UserRequest, uid: UUID) -> HttpResponse:
    made = get_object_or_404(Bequest, uid=uid, made_by=request.user)
    try:
        back = take_back(bequest=made, actor=request.user)
    except DomainError as refusal:
        toast_refusal(request, refusal)
    else:
        words = ngettext("%(count)d came back.", "%(count)d came back.", back) % {"count": back}
        toast(request, words)
    if request.htmx:
        return HttpResponseClientRefresh()
    return redirect("relationships:heirs", made.leaver.uid)


def _leaver(request: UserRequest, uid: UUID) -> User:
    """One's own people, those of whose account is closed, and those of whom one manages."""
    require(request.user, MOVE)
    leaver = get_object_or_404(User, uid=uid)
    is_free = leaver == request.user or not leaver.is_active
    if not is_free and not request.user.has_perm("core.manage_accounts", leaver):
        raise PermissionDenied
    return leaver
