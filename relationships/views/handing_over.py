"""To hand over what one holds: a task, a promise. The colleague is asked for, and so is a word."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils.translation import gettext as _

from core.errors import DomainError
from core.http import UserRequest
from core.models import User
from core.toasts import toast, toast_refusal
from relationships.forms import HandOverForm
from relationships.views.asking import ask
from relationships.views.returning import user_or_404


def hand_over(
    request: UserRequest,
    *,
    title: str,
    holder: User | None,
    give: Callable[[User, str], object],
    answer: Callable[[], HttpResponse],
    undo_url: str,
    back: str = "",
) -> HttpResponse:
    """``give`` hands it to a colleague with a note; ``answer`` comes when that is done. The view
    at ``undo_url`` calls ``give_back``, and learns in its address who held it before.
    """
    form = HandOverForm(request.POST or None, without=holder)
    if request.method == "POST" and form.is_valid():
        colleague = form.cleaned_data["colleague"]
        before = str(holder.uid) if holder else ""
        try:
            give(colleague, form.cleaned_data["note"])
        except DomainError as refusal:
            form.add_error("colleague", str(refusal))
        else:
            undo = f"{undo_url}?{urlencode({'user': before})}"
            toast(request, _("Handed over to %(name)s.") % {"name": colleague.name}, undo_url=undo)
            return answer()
    return ask(request, form, title=title, submit=_("Hand over"), back=back)


def give_back(request: UserRequest, give: Callable[[User | None], object]) -> None:
    """Undo a handing over: who held it before stands in the address."""
    before = request.GET.get("user", "")
    holder = user_or_404(before) if before else None
    try:
        give(holder)
    except DomainError as refusal:
        toast_refusal(request, refusal)
