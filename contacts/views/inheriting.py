"""Who leaves hands on their segments, talent pools and views; a manager of accounts sees to it."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRefresh

from contacts.selectors.team import managed_accounts
from contacts.services import inheriting
from core.errors import DomainError
from core.http import UserRequest
from core.models import User
from core.permissions import require
from core.toasts import toast, toast_refusal

MANAGE = "core.manage_accounts"
KEPT = "lists-handed-on"


class HeirForm(forms.Form):
    """Colleagues who are here, and who may keep segments somewhere."""

    heir = forms.ChoiceField(label=gettext_lazy("Heir"))

    def __init__(self, *args: Any, leaver: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = User.objects.filter(is_active=True).exclude(pk=leaver.pk).order_by("name", "pk")
        able = {str(one.uid): one for one in here if one.has_perm(inheriting.KEEP)}
        self.able = able
        names = [(uid, one.name) for uid, one in able.items()]
        self.fields["heir"].choices = [("", _("Choose a colleague")), *names]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> User:
        return self.able[self.cleaned_data["heir"]]


@login_required
@require_POST
def hand_on(request: UserRequest, uid: UUID) -> HttpResponse:
    leaver = _leaver(request, uid)
    form = HeirForm(request.POST, leaver=leaver)
    if not form.is_valid():
        toast(request, _("Choose a colleague who goes on with them."))
        return redirect("contacts:colleague", uid)
    try:
        made = inheriting.hand_on_lists(leaver=leaver, heir=form.chosen, actor=request.user)
    except DomainError as refusal:
        toast_refusal(request, refusal)
        return redirect("contacts:colleague", uid)
    if made.total:
        given = {"leaver": str(uid), "heir": str(form.chosen.uid), "parts": made.parts}
        request.session[KEPT] = given
        words = ngettext(
            "%(count)d list is with %(name)s now.",
            "%(count)d lists are with %(name)s now.",
            made.total,
        )
        words %= {"count": made.total, "name": form.chosen.name}
        toast(request, words, undo_url=reverse("contacts:take_lists_back", args=[uid]))
    if made.left:
        words = _("%(name)s may not keep these, so they stayed: %(lists)s")
        toast(request, words % {"name": form.chosen.name, "lists": ", ".join(made.left)})
    return redirect("contacts:colleague", uid)


@login_required
@require_POST
def take_back(request: UserRequest, uid: UUID) -> HttpResponse:
    """Undo what this manager handed on last, of this leaver."""
    leaver = _leaver(request, uid)
    given = request.session.pop(KEPT, None)
    if not given or given["leaver"] != str(uid):
        toast(request, _("There is nothing to undo any more."))
    else:
        heir = get_object_or_404(User, uid=given["heir"])
        back = inheriting.take_lists_back(
            leaver=leaver, heir=heir, parts=given["parts"], actor=request.user
        )
        toast(
            request,
            ngettext("%(count)d came back.", "%(count)d came back.", back) % {"count": back},
        )
    return HttpResponseClientRefresh() if request.htmx else redirect("contacts:colleague", uid)


def _leaver(request: UserRequest, uid: UUID) -> User:
    require(request.user, MANAGE)
    return get_object_or_404(managed_accounts(request.user), uid=uid)
