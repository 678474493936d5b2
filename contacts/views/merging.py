"""Making two people one, side by side, and parting them again."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect, HttpResponseClientRefresh

from contacts.likeness import certainty_of, reasons_of
from contacts.models import Contact, MergeRecord
from contacts.selectors import duplicates, merging
from contacts.selectors.search import suggestions
from contacts.services import proposals
from contacts.services.merging import merge_contacts, merge_to_undo_first, undo_merge
from contacts.views.persons import visible_person
from core.errors import DomainError
from core.http import UserRequest
from core.permissions import require
from core.toasts import toast, toast_refusal

PERMISSION = "contacts.merge_contacts"
MOST_FOUND = 10
MERGES_PER_PAGE = 25


@login_required
@require_http_methods(["GET", "POST"])
def merge(request: UserRequest, uid: UUID) -> HttpResponse:
    """Two people side by side; without ``with``, the way to find the other one.

    Whose page this is stays; ``with`` becomes part of them.
    """
    survivor = visible_person(request, uid)
    require(request.user, PERMISSION, survivor)
    duplicate = _other(request, survivor)

    if duplicate is None:
        return _search_page(request, survivor)
    if request.method == "POST":
        try:
            return _merge(request, survivor, duplicate)
        except DomainError as refusal:
            toast_refusal(request, refusal)
    proposal = duplicates.proposal_of(survivor, duplicate)
    needed = duplicates.needed_points()
    context = {
        "preview": merging.preview_of(survivor, duplicate, now=timezone.now()),
        "contact": survivor,
        "other": duplicate,
        "proposal": proposal,
        "reasons": reasons_of(proposal.parts) if proposal else [],
        "certainty": certainty_of(proposal.points, needed) if proposal else None,
        "turned_url": f"{reverse('contacts:merge', args=[duplicate.uid])}?with={survivor.uid}",
        "default_survivor": duplicates.in_order(survivor, duplicate)[0],
    }
    status = 409 if request.method == "POST" else 200
    return render(request, "contacts/merge.html", context, status=status)


@login_required
@require_GET
def merge_two(request: UserRequest) -> HttpResponse:
    """Two who were ticked in the list: to their page, whom we know longest staying."""
    require(request.user, PERMISSION)
    people = Contact.objects.visible_to(request.user).active()
    chosen = list(people.filter(uid__in=_uids(request))[:3])

    if len(chosen) != 2:
        toast(request, _("Tick exactly two people to merge them."))
        return HttpResponse(status=204) if request.htmx else redirect("contacts:people")
    survivor, duplicate = duplicates.in_order(*chosen)
    url = f"{reverse('contacts:merge', args=[survivor.uid])}?with={duplicate.uid}"
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)


@login_required
@require_GET
def merges(request: UserRequest) -> HttpResponse:
    """What was merged, and by whom, with a way back where there is one."""
    require(request.user, PERMISSION)

    page = Paginator(merging.merges_for(request.user), MERGES_PER_PAGE).get_page(
        request.GET.get("page")
    )
    now = timezone.now()
    lines = [(record, record.may_be_undone(now)) for record in page]
    context = {
        "page": page,
        "lines": lines,
        "days": MergeRecord.UNDONE_FOR.days,
        "waiting_count": duplicates.open_count(request.user, now=now),
    }
    return render(request, "contacts/merges.html", context)


@login_required
@require_GET
def one_merge(request: UserRequest, uid: UUID) -> HttpResponse:
    """One merge: what the line in a timeline and in the log leads to."""
    record = _record(request, uid)

    context = {
        "record": record,
        "may_be_undone": record.may_be_undone(timezone.now()),
        "first": merge_to_undo_first(record),
        "days": MergeRecord.UNDONE_FOR.days,
    }
    return render(request, "contacts/merge_record.html", context)


@login_required
@require_POST
def undo(request: UserRequest, uid: UUID) -> HttpResponse:
    """Part them again. With ``are_two``, that they are two people is remembered."""
    record = _record(request, uid)

    try:
        parted = undo_merge(record=record, actor=request.user)
        if request.POST.get("are_two"):
            _remember_two(parted, request)
    except DomainError as refusal:
        toast_refusal(request, refusal)
        url = reverse("contacts:one_merge", args=[record.uid])
        return HttpResponseClientRedirect(url) if request.htmx else redirect(url)
    duplicates.forget_count(request.user)
    names = {"one": parted.survivor.full_name, "other": parted.duplicate.full_name}
    toast(request, _("%(one)s and %(other)s stand here apart again.") % names)
    if request.htmx:
        return HttpResponseClientRefresh()
    return redirect("contacts:person", uid=parted.survivor.uid)


def _remember_two(record: MergeRecord, request: UserRequest) -> None:
    proposal = duplicates.proposal_of(record.survivor, record.duplicate)
    if proposal is not None and not proposal.decision:
        proposals.decide_different(proposal=proposal, actor=request.user)


def _record(request: UserRequest, uid: UUID) -> MergeRecord:
    require(request.user, PERMISSION)
    return get_object_or_404(merging.merges_for(request.user), uid=uid)


def _merge(request: UserRequest, survivor: Contact, duplicate: Contact) -> HttpResponse:
    preview = merging.preview_of(survivor, duplicate, now=timezone.now())
    offered = {choice.name for choice in preview.choices}
    choices = {
        name: value
        for name in offered
        if (value := request.POST.get(f"choice-{name}", "")) in ("survivor", "duplicate")
    }
    record = merge_contacts(
        survivor=survivor, duplicate=duplicate, actor=request.user, choices=choices
    )
    duplicates.forget_count(request.user)
    kept = record.survivor
    toast(
        request,
        _("%(name)s now stands here once.") % {"name": kept.full_name},
        undo_url=reverse("contacts:undo_merge", args=[record.uid]),
    )
    return redirect("contacts:person", uid=survivor.uid)


def _other(request: UserRequest, survivor: Contact) -> Contact | None:
    """Who is named by ``with``: 404 for whoever may not be seen or merged."""
    named = request.POST.get("with") or request.GET.get("with", "")
    if not named:
        return None
    try:
        uid = UUID(named)
    except ValueError as error:
        raise Http404 from error
    people = Contact.objects.visible_to(request.user).select_related("unit")
    other = get_object_or_404(people.filter(merged_into=None, erased_at=None), uid=uid)
    if other.pk == survivor.pk:
        raise Http404
    require(request.user, PERMISSION, other)
    return other


def _search_page(request: UserRequest, survivor: Contact) -> HttpResponse:
    words = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    people = Contact.objects.visible_to(request.user).active().exclude(pk=survivor.pk)
    context: dict[str, Any] = {
        "contact": survivor,
        "q": words,
        "found": suggestions(people, words, limit=MOST_FOUND) if words else [],
        "pairs": duplicates.pairs_of(survivor, request.user),
    }
    is_fragment = request.htmx and not request.htmx.boosted
    name = "contacts/merge_with.html#found" if is_fragment else "contacts/merge_with.html"
    return render(request, name, context)


def _uids(request: UserRequest) -> list[UUID]:
    found = []
    for text in request.GET.getlist("only")[:3]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
