"""People who may be one: the queue, what is decided there, the search for all, the rules."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect, HttpResponseClientRefresh

from contacts.likeness import ALMOST_CERTAIN, VERY_LIKELY
from contacts.matching.safe import SAFE_RULES
from contacts.models import DuplicateProposal
from contacts.models.access import visible_units
from contacts.models.duplicate import DuplicateProposalQuerySet
from contacts.selectors import duplicates as selectors
from contacts.selectors.duplicates import Pair
from contacts.services import duplicates as services
from contacts.services import proposals as proposal_services
from contacts.tasks import hurry_duplicates
from core.errors import DomainError
from core.http import UserRequest
from core.permissions import require
from core.toasts import toast, toast_refusal

PERMISSION = "contacts.merge_contacts"
SHOWS = ("waiting", "later", "decided")
LEAST = {"almost": ALMOST_CERTAIN, "very": VERY_LIKELY}
FLAGGED = "flagged"
MOST_AT_ONCE = 50


@login_required
@require_GET
def queue(request: UserRequest) -> HttpResponse:
    """The pairs, the most certain first. The whole state stands in the address."""
    require(request.user, PERMISSION)

    asked = _asked(request)
    proposals = selectors.proposals_for(request.user)
    found = _narrowed(_shown(proposals, asked["show"]), asked)
    after = _after(request, proposals)
    flagged = _flagged_first(found, asked, after)
    page = selectors.page_of(found.not_flagged() if _sets_apart(asked) else found, after=after)
    exact = found.exclude(rule="").count() if asked["show"] == "waiting" else 0
    context = {
        **asked,
        "page": page,
        "pairs": [*flagged, *page.pairs],
        "exact_count": min(exact, MOST_AT_ONCE),
        "waiting_count": selectors.open_count(request.user, now=timezone.now()),
        "later_count": _shown(proposals, "later").count(),
        "search": selectors.last_search(),
        "needed": selectors.needed_points(),
        "is_narrowed": bool(asked["certainty"] or asked["q"]),
        "may_search_all": _may_search_all(request),
        "certainties": [
            (key, label, _url(asked, certainty=key))
            for key, label in (
                ("", _("All")),
                ("flagged", _("Flagged by a colleague")),
                ("very", _("Very likely and up")),
                ("almost", _("Almost certain")),
            )
        ],
        "next_url": page.next and _url(asked, after=str(page.next.uid)),
        "here": _url(asked),
    }
    return render(request, "contacts/duplicates.html", context)


@login_required
@require_POST
def decide(request: UserRequest, uid: UUID) -> HttpResponse:
    """One pair: ``act`` is merge, different or later."""
    require(request.user, PERMISSION)
    proposal = get_object_or_404(selectors.proposals_for(request.user), uid=uid)
    act = request.POST.get("act", "")

    try:
        _ACTS.get(act, _nothing)(request, proposal)
    except DomainError as refusal:
        toast_refusal(request, refusal)
    selectors.forget_count(request.user)
    if request.htmx:
        count = selectors.open_count(request.user, now=timezone.now())
        return render(request, "contacts/duplicates.html#decided", {"waiting_count": count})
    return redirect(_back(request))


@login_required
@require_POST
def reopen(request: UserRequest, uid: UUID) -> HttpResponse:
    """Undo what was decided."""
    require(request.user, PERMISSION)
    proposal = get_object_or_404(selectors.proposals_for(request.user), uid=uid)

    proposal_services.reopen(proposal=proposal, actor=request.user)

    selectors.forget_count(request.user)
    toast(request, _("The pair waits for a decision again."))
    return HttpResponseClientRefresh() if request.htmx else redirect("contacts:duplicates")


@login_required
@require_POST
def merge_many(request: UserRequest) -> HttpResponse:
    """The pairs that were ticked, or those that a rule for safe pairs fits."""
    require(request.user, PERMISSION)
    waiting = _shown(selectors.proposals_for(request.user), "waiting").order_by("-points", "pk")
    if request.POST.get("which") == "exact":
        chosen = waiting.exclude(rule="")
    else:
        chosen = waiting.filter(uid__in=_uids(request.POST.getlist("pair")))

    merged = services.merge_proposals(proposals=chosen[:MOST_AT_ONCE], actor=request.user)

    selectors.forget_count(request.user)
    number = len(merged.records)
    text = ngettext("%(n)s pair was merged.", "%(n)s pairs were merged.", number) % {"n": number}
    if merged.refused:
        text += " " + ngettext(
            "%(n)s pair was left: it had changed.",
            "%(n)s pairs were left: they had changed.",
            merged.refused,
        ) % {"n": merged.refused}
    toast(request, text)
    return redirect("contacts:merges" if number else "contacts:duplicates")


@login_required
@require_POST
def search(request: UserRequest) -> HttpResponse:
    """Have everybody searched: all of the organisation, so whoever asks holds all of it."""
    require(request.user, PERMISSION)

    if not _may_search_all(request):
        toast(request, _("Only who may merge anybody can have everybody searched."))
        return redirect("contacts:duplicates")
    try:
        services.start_search(actor=request.user)
    except DomainError as refusal:
        toast_refusal(request, refusal)
    else:
        transaction.on_commit(hurry_duplicates)
    return redirect("contacts:duplicates")


@login_required
@require_GET
def progress(request: UserRequest) -> HttpResponse:
    """How far the search is. Once it is done, the page is fetched anew with what was found."""
    require(request.user, PERMISSION)
    found = selectors.last_search()

    if found is not None and found.is_running:
        return render(request, "contacts/duplicates.html#progress", {"search": found})
    url = reverse("contacts:duplicates")
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)


@login_required
@require_http_methods(["GET", "POST"])
def rules(request: UserRequest) -> HttpResponse:
    """The rules by which safe pairs are merged without asking, each with what it would do now."""
    require(request.user, PERMISSION)
    may_change = _may_search_all(request)

    if request.method == "POST" and may_change:
        key = request.POST.get("rule", "")
        if key in {rule.key for rule in SAFE_RULES}:
            is_active = request.POST.get("is_active") == "1"
            services.switch_rule(key=key, is_active=is_active, actor=request.user)
            toast(request, _("The rule is on.") if is_active else _("The rule is off."))
            transaction.on_commit(hurry_duplicates)
        return redirect("contacts:duplicate_rules")

    lines = selectors.rule_lines(timezone.now())
    waiting = selectors.open_count(request.user, now=timezone.now())
    context = {"lines": lines, "may_change": may_change, "waiting_count": waiting}
    return render(request, "contacts/duplicate_rules.html", context)


def _merge(request: UserRequest, proposal: DuplicateProposal) -> None:
    record = services.merge_proposal(proposal=proposal, actor=request.user)
    toast(
        request,
        _("%(name)s now stands here once.") % {"name": record.survivor.full_name},
        undo_url=reverse("contacts:undo_merge", args=[record.uid]),
    )


def _different(request: UserRequest, proposal: DuplicateProposal) -> None:
    proposal_services.decide_different(proposal=proposal, actor=request.user)
    toast(request, _("They stay two people."), undo_url=_reopening(proposal))


def _later(request: UserRequest, proposal: DuplicateProposal) -> None:
    proposal_services.put_off(proposal=proposal, actor=request.user)
    toast(request, _("Put off for two weeks."), undo_url=_reopening(proposal))


def _nothing(request: UserRequest, proposal: DuplicateProposal) -> None:
    """An act that there is not: the page is shown as it is."""


_ACTS = {"merge": _merge, "different": _different, "later": _later}


def _reopening(proposal: DuplicateProposal) -> str:
    return reverse("contacts:reopen_duplicate", args=[proposal.uid])


def _asked(request: UserRequest) -> dict[str, str]:
    show = request.GET.get("show", "")
    certainty = request.GET.get("certainty", "")
    return {
        "show": show if show in SHOWS else "waiting",
        "certainty": certainty if certainty in (*LEAST, FLAGGED) else "",
        "q": request.GET.get("q", "").replace("\x00", "").strip()[:100],
    }


def _shown(proposals: DuplicateProposalQuerySet, show: str) -> DuplicateProposalQuerySet:
    now = timezone.now()
    if show == "decided":
        return proposals.exclude(decision="")
    of_that_sort = DuplicateProposal.objects.all()
    waiting = of_that_sort.put_off(now) if show == "later" else of_that_sort.open(now)
    return proposals.filter(pk__in=waiting.values("pk"))


def _sets_apart(asked: dict[str, str]) -> bool:
    """Whether what colleagues flagged stands ahead of the rest, whatever speaks for it."""
    return asked["show"] == "waiting" and not asked["certainty"]


def _flagged_first(
    found: DuplicateProposalQuerySet, asked: dict[str, str], after: DuplicateProposal | None
) -> list[Pair]:
    """On the first page; the rest of very many stands under "Flagged by a colleague"."""
    if after is not None or not _sets_apart(asked):
        return []
    return selectors.page_of(found.flagged()).pairs


def _narrowed(
    proposals: DuplicateProposalQuerySet, asked: dict[str, str]
) -> DuplicateProposalQuerySet:
    if asked["certainty"] == FLAGGED:
        proposals = proposals.flagged()
    elif asked["certainty"]:
        least = selectors.needed_points() + LEAST[asked["certainty"]]
        proposals = proposals.filter(points__gte=least)
    return selectors.named(proposals, asked["q"]) if asked["q"] else proposals


def _url(asked: dict[str, str], **others: str) -> str:
    values = {**asked, "show": asked["show"] if asked["show"] != "waiting" else "", **others}
    kept = {key: value for key, value in values.items() if value}
    address = reverse("contacts:duplicates")
    return f"{address}?{urlencode(kept)}" if kept else address


def _after(request: UserRequest, proposals: DuplicateProposalQuerySet) -> DuplicateProposal | None:
    uids = _uids([request.GET.get("after", "")])
    return proposals.filter(uid__in=uids).first() if uids else None


def _uids(texts: list[str]) -> list[UUID]:
    found = []
    for text in texts[:MOST_AT_ONCE]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def _may_search_all(request: UserRequest) -> bool:
    return visible_units(request.user, PERMISSION) is None


def _back(request: UserRequest) -> str:
    """The queue as it was asked for, and nowhere else."""
    asked: dict[str, Any] = {
        key: request.POST.get(key, "")
        for key in ("show", "certainty", "q")
        if request.POST.get(key)
    }
    address = reverse("contacts:duplicates")
    return f"{address}?{urlencode(asked)}" if asked else address
