"""Ties of one person: adding, putting right, ending, taking out; each undone in one press."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh, trigger_client_event

from contacts.models import Contact, Organisation
from contacts.moved import person_or_404
from core.errors import DomainError
from core.http import UserRequest
from core.permissions import require
from core.toasts import toast, toast_refusal
from relationships import part_days
from relationships.models import Tie, TieKind
from relationships.panels import ties_shown
from relationships.selectors.organisations import ties_with
from relationships.selectors.ties import organisations_named, people_named
from relationships.services import ties as services
from relationships.tie_forms import FORMS, DetailsForm, EndForm, OrganisationTieForm, TieForm
from relationships.views.asking import ask
from relationships.views.returning import next_url, person_url

SEE = "relationships.view_relationship"
WRITE = "relationships.log_interaction"
CHANGED = "ties-changed"


@login_required
@require_safe
def panel(request: UserRequest, uid: UUID) -> HttpResponse:
    contact = person_or_404(request.user, uid)
    require(request.user, SEE, contact)
    if not request.htmx:
        return redirect(_url(contact))
    context = {"contact": contact, **ties_shown(contact, request.user)}
    return render(request, "relationships/panels/ties.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: UserRequest, uid: UUID) -> HttpResponse:
    """``?with=`` says to what it leads: a person, an organisation, a colleague."""
    contact = person_or_404(request.user, uid)
    require(request.user, WRITE, contact)

    among = request.GET.get("with") or TieKind.Among.PERSON.value
    if among not in FORMS:
        raise Http404
    form = FORMS[among](request.POST or None, contact=contact, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            tie = _add(request, contact, form)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            undo = reverse("relationships:tie-remove", args=[tie.uid])
            toast(request, _("Tie written down."), undo_url=undo)
            return _changed(request, contact)
    context = {
        "contact": contact,
        "form": form,
        "among": among,
        "choices": TieKind.Among.choices,
        "next": next_url(request, _url(contact)),
    }
    name = "relationships/tie_new.html#form" if request.htmx else "relationships/tie_new.html"
    return render(request, name, context, status=422 if form.errors else 200)


@transaction.atomic
def _add(request: UserRequest, contact: Contact, form: TieForm) -> Tie:
    kind, is_inverse = form.chosen_kind
    target: Any = form.target
    if isinstance(form, OrganisationTieForm):
        target = form.find_target()
    return services.add_tie(
        contact=contact,
        actor=request.user,
        kind=kind,
        target=target,
        is_inverse=is_inverse,
        **form.details(),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: UserRequest, uid: UUID) -> HttpResponse:
    tie = _get(request, uid)
    form = DetailsForm.of(tie, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_tie(tie=tie, actor=request.user, **form.details())
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            toast(request, _("Tie saved."))
            return _changed(request, tie.contact)
    return ask(request, form, title=_title(tie), submit=_("Save"), back=_url(tie.contact))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: UserRequest, uid: UUID) -> HttpResponse:
    tie = _get(request, uid)
    today = part_days.written(timezone.localdate(), is_year=False)
    form = EndForm(request.POST or None, initial={"until": today})
    if request.method == "POST" and form.is_valid():
        until, is_year = form.cleaned_data["until"]
        try:
            services.end_tie(tie=tie, actor=request.user, until=until, is_until_year=is_year)
        except DomainError as refusal:
            form.add_error("until", str(refusal))
        else:
            undo = reverse("relationships:tie-reopen", args=[uid])
            toast(request, _("Tie ended."), undo_url=undo)
            return _changed(request, tie.contact)
    title = _("End: %(tie)s") % {"tie": _title(tie)}
    return ask(request, form, title=title, submit=_("End tie"), back=_url(tie.contact))


@login_required
@require_POST
def reopen(request: UserRequest, uid: UUID) -> HttpResponse:
    """Undo an end."""
    tie = _get(request, uid)
    try:
        services.reopen_tie(tie=tie, actor=request.user)
    except DomainError as refusal:
        toast_refusal(request, refusal)
    return _undone(request, tie.contact)


@login_required
@require_POST
def remove(request: UserRequest, uid: UUID) -> HttpResponse:
    tie = _get(request, uid)
    services.remove_tie(tie=tie, actor=request.user)
    undo = reverse("relationships:tie-restore", args=[uid])
    toast(request, _("Tie taken out."), undo_url=undo)
    return _changed(request, tie.contact)


@login_required
@require_POST
def restore(request: UserRequest, uid: UUID) -> HttpResponse:
    """Undo a removal."""
    tie = _get(request, uid, is_removed=True)
    try:
        services.restore_tie(tie=tie, actor=request.user)
    except DomainError as refusal:
        toast_refusal(request, refusal)
    return _undone(request, tie.contact)


@login_required
@require_safe
def people(request: UserRequest, uid: UUID) -> HttpResponse:
    """Whom one may mean by what was typed so far: the options under the field."""
    contact = person_or_404(request.user, uid)
    require(request.user, WRITE, contact)
    found = people_named(request.user, _typed(request), but=contact)
    return render(request, "relationships/tie_people.html", {"found": found})


@login_required
@require_safe
def organisations(request: UserRequest) -> HttpResponse:
    require(request.user, WRITE)
    typed = _typed(request)
    found = organisations_named(typed) if typed else []
    return render(request, "relationships/tie_organisations.html", {"found": found})


@login_required
@require_safe
def organisation(request: UserRequest, uid: UUID) -> HttpResponse:
    """Who has a tie with it, of those whom one may see."""
    require(request.user, SEE)
    found = get_object_or_404(Organisation, uid=uid)
    page = ties_with(
        found,
        request.user,
        today=timezone.localdate(),
        after=_uid(request, "after"),
        before=_uid(request, "before"),
    )
    context = {
        "organisation": found,
        "page": page,
        "previous_url": page.previous and f"?before={page.previous}",
        "next_url": page.next and f"?after={page.next}",
    }
    return render(request, "relationships/organisation.html", context)


def _get(request: UserRequest, uid: UUID, *, is_removed: bool = False) -> Tie:
    """Whoever may write about one of its ends may write about the tie."""
    rows = Tie.objects.also_removed(request.user).filter(removed_at__isnull=not is_removed)
    parts = ("kind", "contact", "other", "organisation", "colleague")
    tie = get_object_or_404(rows.select_related(*parts), uid=uid)
    if tie.other is None or not request.user.has_perm(WRITE, tie.other):
        require(request.user, WRITE, tie.contact)
    return tie


def _title(tie: Tie) -> str:
    """ "Anna de Vries: mentor of Jan Bos"."""
    end = tie.other.full_name if tie.other else str(tie.organisation or tie.colleague)
    return f"{tie.contact.full_name}: {tie.kind.name} {end}"


def _typed(request: UserRequest) -> str:
    return request.GET.get("q", "").replace("\x00", "").strip()[:100]


def _uid(request: UserRequest, name: str) -> UUID | None:
    try:
        return UUID(request.GET.get(name, ""))
    except ValueError:
        return None


def _url(contact: Contact) -> str:
    return f"{person_url(contact)}?tab=ties"


def _changed(request: UserRequest, contact: Contact) -> HttpResponse:
    """An empty answer to htmx: it closes the dialog, and the list renews itself."""
    if request.htmx:
        return trigger_client_event(HttpResponse(), CHANGED)
    return redirect(next_url(request, _url(contact)))


def _undone(request: UserRequest, contact: Contact) -> HttpResponse:
    if request.htmx:
        return HttpResponseClientRefresh()
    return redirect(next_url(request, _url(contact)))
