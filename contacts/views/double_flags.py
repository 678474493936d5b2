"""Saying that two may be one, for colleagues who may not merge them."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRefresh

from contacts.models import Contact, DuplicateFlag
from contacts.selectors import duplicates
from contacts.selectors.search import suggestions
from contacts.services.duplicate_flags import LONGEST, flag_pair, withdraw_flag
from contacts.views.persons import visible_person
from core.errors import DomainError
from core.http import UserRequest
from core.permissions import require
from core.toasts import toast, toast_refusal

PERMISSION = "contacts.change_contact"
MOST_FOUND = 10


@login_required
@require_http_methods(["GET", "POST"])
def flag(request: UserRequest, uid: UUID) -> HttpResponse:
    """The other one and a word why; without ``with``, the way to find the other one."""
    contact = visible_person(request, uid)
    require(request.user, PERMISSION, contact)
    other = _other(request, contact)

    if other is None:
        return _search_page(request, contact)
    if request.method == "POST":
        why = request.POST.get("why", "")
        try:
            made = flag_pair(one=contact, other=other, actor=request.user, why=why)
        except DomainError as refusal:
            toast_refusal(request, refusal)
        else:
            text = _("Who may merge them will look.")
            toast(request, text, undo_url=reverse("contacts:unflag_double", args=[made.uid]))
        return redirect("contacts:person", uid=uid)
    context = {"contact": contact, "other": other, "longest": LONGEST}
    return render(request, "contacts/flag_double.html", context)


@login_required
@require_POST
def unflag(request: UserRequest, uid: UUID) -> HttpResponse:
    """One's own word is taken back."""
    require(request.user, PERMISSION)
    held = DuplicateFlag.objects.filter(flagged_by=request.user).select_related("proposal__first")
    found = get_object_or_404(held, uid=uid)
    contact = found.proposal.first

    withdraw_flag(flag=found, actor=request.user)

    toast(request, _("Taken back."))
    if request.htmx:
        return HttpResponseClientRefresh()
    return redirect("contacts:person", uid=contact.uid)


def _other(request: UserRequest, contact: Contact) -> Contact | None:
    """Who is named by ``with``: 404 for whoever may not be seen."""
    named = request.POST.get("with") or request.GET.get("with", "")
    if not named and request.method == "GET":
        return None
    try:
        uid = UUID(named)
    except ValueError as error:
        raise Http404 from error
    people = Contact.objects.visible_to(request.user).exclude(pk=contact.pk)
    return get_object_or_404(people.filter(merged_into=None, erased_at=None), uid=uid)


def _search_page(request: UserRequest, contact: Contact) -> HttpResponse:
    words = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    people = Contact.objects.visible_to(request.user).active().exclude(pk=contact.pk)
    context = {
        "contact": contact,
        "q": words,
        "found": suggestions(people, words, limit=MOST_FOUND) if words else [],
        "pairs": [
            (pair, pair.other_than(contact))
            for pair in duplicates.pairs_seen(contact, request.user)
        ],
    }
    is_fragment = request.htmx and not request.htmx.boosted
    page = "contacts/flag_double_with.html"
    return render(request, f"{page}#found" if is_fragment else page, context)
