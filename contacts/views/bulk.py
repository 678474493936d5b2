"""Acts on many people: begun from the list, followed, stopped and undone here."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import (
    HttpResponseClientRedirect,
    HttpResponseClientRefresh,
    trigger_client_event,
)

from contacts import bulk_acts, list_acts, listing
from contacts.bulk_acts import BulkAct, OptionsForm
from contacts.listing import Selection
from contacts.models import BulkRow, BulkRun
from contacts.selectors import bulk as selectors
from contacts.services import bulk as services
from contacts.services import bulk_work
from contacts.tasks import hurry_bulk_acts
from core.errors import DomainError
from core.http import UserRequest
from core.models import User
from core.permissions import require
from core.toasts import toast, toast_refusal

VIEW = "contacts.view_contact"
PAGE = "page:"
# So few are done while one waits; more are left to a worker.
FEW = 100


@login_required
@require_GET
def people_count(request: UserRequest) -> HttpResponse:
    """How many match, to the last one: asked for when somebody thinks of taking them all."""
    require(request.user, VIEW)

    selection = listing.clean(_asked_of_list(request.GET), request.user)
    count = services.people_of(selection, request.user).count()

    return render(request, "contacts/bulk_new.html#count", {"count": count})


@login_required
@require_http_methods(["GET", "POST"])
def bulk_new(request: UserRequest) -> HttpResponse:
    """What shall be done to those ticked, or to all who match: said once more, then done.

    ``ask`` in the address: asked with a body, as more were chosen than an address should hold.
    """
    require(request.user, VIEW)
    is_asked = request.method == "GET" or "ask" in request.GET
    data = request.GET if request.method == "GET" else request.POST
    selection = _picked(data, request.user) if is_asked else _confirmed(data)
    key = data.get("act", "")
    if key.startswith(PAGE):
        return _to_page(request, key.removeprefix(PAGE), selection)
    act = bulk_acts.known(key)
    if act is None:
        raise Http404
    require(request.user, act.permission)

    form = act.form(None if is_asked else data, user=request.user) if act.form else None
    if selection is not None and not is_asked and (form is None or form.is_valid()):
        return _begin(request, act, form.options() if form else {}, selection)

    return _ask(request, act, form, selection, status=200 if is_asked else 422)


def _ask(
    request: UserRequest,
    act: BulkAct,
    form: OptionsForm | None,
    selection: Selection | None,
    *,
    status: int,
) -> HttpResponse:
    chosen = listing.clean(selection or {}, request.user)
    context = {
        "act": act,
        "form": form,
        "is_nobody": selection is None,
        "count": services.people_of(chosen, request.user).count() if selection is not None else 0,
        "people": listing.words(chosen, request.user),
        "is_picked": list(chosen) == ["only"],
        "kept": [(f"list-{key}", value) for key, values in chosen.items() for value in values],
        "back": _back(request),
    }
    name = "contacts/bulk_new.html#form" if request.htmx else "contacts/bulk_new.html"
    return render(request, name, context, status=status)


def _begin(
    request: UserRequest, act: BulkAct, options: dict[str, Any], selection: Selection
) -> HttpResponse:
    """A few at once, while one waits; many by a worker."""
    try:
        run = services.begin(act=act, options=options, selection=selection, actor=request.user)
    except DomainError as refusal:
        toast_refusal(request, refusal)
        return _done(request)
    is_few = services.people_of(selection, request.user)[: FEW + 1].count() <= FEW
    if is_few:
        bulk_work.work_on(run)
        run.refresh_from_db()
        _tell(request, run)
    else:
        transaction.on_commit(hurry_bulk_acts)
    return trigger_client_event(_done(request), "chosen-done")


def _tell(request: UserRequest, run: BulkRun) -> None:
    """The outcome of what was done at once; more than that stands above the list."""
    done, skipped = run.outcomes["done"], run.outcomes["skipped"]
    if run.is_running or skipped:
        return
    services.dismiss(run=run, actor=request.user)
    words = ngettext("%(n)s person: %(act)s.", "%(n)s people: %(act)s.", done)
    text = words % {"n": done, "act": bulk_acts.words_of(run)} if done else _("Nothing to change.")
    undo_url = reverse("contacts:undo_bulk", args=[run.uid])
    toast(request, text, undo_url=undo_url if bulk_acts.is_undoable(run) else "")


@login_required
@require_GET
def bulk_runs(request: UserRequest) -> HttpResponse:
    require(request.user, VIEW)

    runs = BulkRun.objects.visible_to(request.user).select_related("started_by", "undone_by")
    before = _number(request.GET.get("before"))
    if before:
        runs = runs.filter(pk__lt=before)
    found = list(runs.recent_first()[: selectors.PAGE_SIZE + 1])
    page = found[: selectors.PAGE_SIZE]

    context = {
        "runs": [selectors.shown(run, request.user) for run in page],
        "older_url": f"?before={page[-1].pk}" if len(found) > len(page) else "",
    }
    return render(request, "contacts/bulk_runs.html", context)


@login_required
@require_GET
def bulk_run(request: UserRequest, uid: UUID) -> HttpResponse:
    """Its progress, then its report: what was done, who was left and why."""
    run = _run(request, uid)

    outcome = request.GET.get("outcome", "")
    outcome = outcome if outcome in BulkRow.Outcome.values else ""
    reasons = selectors.reasons_of(run)
    reason = next((code for code, _w, _n in reasons if code == request.GET.get("reason")), "")
    page = selectors.rows_of(
        run,
        request.user,
        outcome=outcome,
        reason=reason,
        after=_number(request.GET.get("after")),
        before=_number(request.GET.get("before")),
    )
    kept = {k: v for k, v in (("outcome", outcome), ("reason", reason)) if v}
    context = {
        "one": selectors.shown(run, request.user),
        "tabs": [
            (value, label, run.outcomes[value], value == outcome)
            for value, label in BulkRow.Outcome.choices
            if run.outcomes[value]
        ],
        "shows_all": not kept,
        "reasons": reasons,
        "reason": reason,
        "page": page,
        "previous_url": _turn(kept, before=page.previous),
        "next_url": _turn(kept, after=page.next),
    }
    return render(request, "contacts/bulk_run.html", context)


@login_required
@require_GET
def bulk_progress(request: UserRequest, uid: UUID) -> HttpResponse:
    """Asked for each second while it runs; the last answer asks for no more."""
    run = _run(request, uid)

    if "report" in request.GET and not run.is_running:
        return HttpResponseClientRefresh()

    context = {"one": selectors.shown(run, request.user), "is_report": "report" in request.GET}
    return render(request, "contacts/bulk_news.html#one", context)


@login_required
@require_POST
def stop_bulk(request: UserRequest, uid: UUID) -> HttpResponse:
    run = _run(request, uid)

    try:
        services.stop(run=run, actor=request.user)
    except DomainError as refusal:
        toast_refusal(request, refusal)
    return _done(request)


@login_required
@require_POST
def undo_bulk(request: UserRequest, uid: UUID) -> HttpResponse:
    run = _run(request, uid)

    try:
        undoing = services.undo(run=run, actor=request.user)
    except DomainError as refusal:
        toast_refusal(request, refusal)
        return _done(request)
    if undoing.total <= FEW:
        bulk_work.work_on(undoing)
        undoing.refresh_from_db()
    else:
        transaction.on_commit(hurry_bulk_acts)
    if not undoing.is_running and not undoing.outcomes["kept"]:
        services.dismiss(run=undoing, actor=request.user)
        toast(request, _("Undone."))
    return _done(request)


@login_required
@require_POST
def dismiss_bulk(request: UserRequest, uid: UUID) -> HttpResponse:
    run = _run(request, uid)

    services.dismiss(run=run, actor=request.user)

    return HttpResponse("") if request.htmx else _done(request)


def _run(request: UserRequest, uid: UUID) -> BulkRun:
    require(request.user, VIEW)
    runs = BulkRun.objects.visible_to(request.user).select_related("started_by", "undone_by")
    return get_object_or_404(runs, uid=uid)


def _picked(data: QueryDict, user: User) -> Selection | None:
    """Whom the list asks about: those ticked, or all of it; None if nobody was ticked."""
    if "all" in data:
        return listing.clean(_asked_of_list(data), user)
    return listing.clean({"only": [str(uid) for uid in data.getlist("only")]}, user) or None


def _confirmed(data: QueryDict) -> Selection | None:
    """What the page that asked sends back, whole: if part of it means nothing any more, it is
    refused.
    """
    asked = _asked_of_list(data)
    return asked if "all" in data or "only" in asked else None


def _asked_of_list(data: QueryDict) -> Selection:
    """The filters of the list that this comes from, each under its name after ``list-``."""
    return {
        key.removeprefix("list-"): [str(value) for value in values]
        for key, values in data.lists()
        if key.startswith("list-")
    }


def _to_page(request: UserRequest, key: str, selection: Selection | None) -> HttpResponse:
    """A page on which something begins with these people."""
    chosen = selection or {}
    found = [url for act, url in list_acts.acts_for(request.user, chosen) if act.key == key]
    if not found:
        raise Http404
    return HttpResponseClientRedirect(found[0]) if request.htmx else redirect(found[0])


def _back(request: UserRequest) -> str:
    """The page this was asked from, if it is one of ours."""
    given = request.POST.get("back") or request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(given, allowed_hosts={request.get_host()})
    return given if is_ours else reverse("contacts:people")


def _done(request: UserRequest) -> HttpResponse:
    """Back where one was, as it is now."""
    return HttpResponseClientRefresh() if request.htmx else redirect(_back(request))


def _turn(kept: dict[str, str], **turn: int) -> str:
    asked = {**kept, **{key: str(value) for key, value in turn.items() if value}}
    return f"?{urlencode(asked)}#rows" if len(asked) > len(kept) else ""


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 18 else 0
