"""Mail that nobody is known by: whose it is, or that it is not for here."""

from dataclasses import asdict
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRefresh

from contacts.models import Contact
from contacts.selectors.search import suggestions
from core.errors import DomainError
from core.http import UserRequest
from core.permissions import require
from core.toasts import toast, toast_refusal
from integrations.models import Correspondent, FilingAddress
from integrations.selectors.waiting import LOG, unknown_mail, waiting_count
from integrations.services import triage

FOUND = 8
CHANGE = "contacts.change_contact"
UNDO = "integrations.mail"
SECOND_THOUGHTS = timedelta(days=1)
State = Correspondent.State


@login_required
@require_GET
def unknown(request: UserRequest) -> HttpResponse:
    require(request.user, LOG)

    is_aside = request.GET.get("show") == "aside"
    context = {
        "mail": unknown_mail(request.user, State.SET_ASIDE if is_aside else State.WAITING),
        "is_aside": is_aside,
        "waiting_count": waiting_count(request.user),
        "held": FilingAddress.objects.filter(user=request.user).first(),
        "may_add": request.user.has_perm(CHANGE),
        "keep_days": settings.CAPTURE_KEEP_DAYS,
    }
    return render(request, "integrations/mail.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def place(request: UserRequest, uid: UUID) -> HttpResponse:
    """Whose address it is: the person is looked for, and chosen."""
    row = _own(request, uid)
    require(request.user, LOG)

    if request.method == "POST":
        return _placed(request, row)
    words = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    people = Contact.objects.visible_to(request.user).active()
    context = {
        "row": row,
        "q": words,
        "found": suggestions(people, words or row.name, limit=FOUND),
        "line": next(
            (one for one in unknown_mail(request.user, State.WAITING).lines if one.row == row), None
        ),
        "may_add": request.user.has_perm(CHANGE),
    }
    name = "integrations/mail_place.html"
    return render(request, f"{name}#found" if request.htmx else name, context)


@login_required
@require_POST
def set_aside(request: UserRequest, uid: UUID) -> HttpResponse:
    row = _own(request, uid)

    number = triage.set_aside(correspondent=row, actor=request.user)

    if number:
        text = ngettext("%(n)s mail is set aside.", "%(n)s mails are set aside.", number) % {
            "n": number
        }
        toast(request, text, undo_url=reverse("integrations:mail-take-back", args=[row.uid]))
    if request.htmx:
        count = waiting_count(request.user)
        return render(request, "integrations/mail.html#decided", {"waiting_count": count})
    return redirect("integrations:mail")


@login_required
@require_POST
def take_back(request: UserRequest, uid: UUID) -> HttpResponse:
    row = _own(request, uid)

    triage.take_back(correspondent=row, actor=request.user)

    toast(request, _("It waits here again."))
    return HttpResponseClientRefresh() if request.htmx else redirect("integrations:mail")


@login_required
@require_POST
def undo(request: UserRequest, token: str) -> HttpResponse:
    """It was somebody else. The token is of whoever said who it was, and lasts a day."""
    try:
        user_id, done = signing.loads(token, salt=UNDO, max_age=SECOND_THOUGHTS)
    except signing.BadSignature as error:
        raise Http404 from error
    if user_id != request.user.pk:
        raise Http404

    try:
        triage.undo_placing(placed=triage.Placed(**done), actor=request.user)
    except DomainError as refusal:
        toast_refusal(request, refusal)
    else:
        toast(request, _("It waits here again."))
    return HttpResponseClientRefresh() if request.htmx else redirect("integrations:mail")


def _placed(request: UserRequest, row: Correspondent) -> HttpResponse:
    people = Contact.objects.visible_to(request.user)
    contact = get_object_or_404(people, uid=_uuid(request.POST.get("person", "")))
    require(request.user, LOG, contact)
    if row.address and not contact.email_addresses.filter(address__iexact=row.address).exists():
        require(request.user, CHANGE, contact)

    try:
        placed = triage.place_with(correspondent=row, contact=contact, actor=request.user)
    except DomainError as refusal:
        toast_refusal(request, refusal)
    else:
        number = len(placed.rows)
        text = ngettext(
            "%(n)s mail now stands with %(name)s.", "%(n)s mails now stand with %(name)s.", number
        )
        token = signing.dumps([request.user.pk, asdict(placed)], salt=UNDO)
        toast(
            request,
            text % {"n": number, "name": contact.full_name},
            undo_url=reverse("integrations:mail-undo", args=[token]),
        )
    return redirect("integrations:mail")


def _own(request: UserRequest, uid: UUID) -> Correspondent:
    rows = Correspondent.objects.visible_to(request.user).select_related("mail")
    return get_object_or_404(rows.defer("mail__raw"), uid=uid)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
