"""One engagement: its page, and what one does with it."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from contacts.models import Contact
from contacts.moved import person_or_404
from core.errors import DomainError
from core.http import UserRequest
from core.permissions import require
from core.toasts import toast, toast_refusal
from relationships.engagement_forms import ChangeForm, EndForm, EngagementForm, PhaseForm
from relationships.models import Engagement, EngagementChange
from relationships.phases import ALLOWED
from relationships.selectors.dossiers import SEE as DOSSIERS
from relationships.selectors.dossiers import dossier_of
from relationships.selectors.engagements import engagement_shown
from relationships.selectors.leaving import way_of
from relationships.selectors.papers import SEE as PAPERS
from relationships.selectors.papers import papers_of
from relationships.selectors.rates import RATES
from relationships.services import engagement_undo
from relationships.services import engagements as services
from relationships.services.assignments import move_assignment
from relationships.views.asking import ask
from relationships.views.returning import back_to_person, came_from, next_url, person_url

SEE = "relationships.view_relationship"
MOVE = "relationships.move_relationship"
WRITE = "contacts.change_contact"


@login_required
@require_safe
def engagement(request: UserRequest, uid: UUID) -> HttpResponse:
    row = get_engagement(request, uid, SEE)

    shows_rates = request.user.has_perm(RATES, row.contact)
    shown = engagement_shown(row, today=timezone.localdate(), shows_rates=shows_rates)
    may_change = request.user.has_perm(MOVE, row.contact)
    sees_dossier = row.phase and request.user.has_perm(DOSSIERS, row.contact)
    sees_papers = request.user.has_perm(PAPERS, row.contact)
    context = {
        "sees_papers": sees_papers,
        "papers": papers_of(row, today=timezone.localdate()) if sees_papers else [],
        "may_add_papers": sees_papers and request.user.has_perm(WRITE, row.contact),
        "sees_dossier": sees_dossier,
        "dossier": dossier_of(row, today=timezone.localdate()) if sees_dossier else None,
        "way_out": way_of(row, today=timezone.localdate()),
        "shown": shown,
        "row": row,
        "contact": row.contact,
        "phases": _way(row),
        "shows_rates": shows_rates,
        "may_change": may_change,
        "may_take_back": may_change and not shown.history and row.recorded_by == request.user,
        "manager": row.manager if row.manager and _may_see(request, row.manager) else None,
    }
    return render(request, "relationships/engagement.html", context)


def _way(row: Engagement) -> list[tuple[str, bool, bool]]:
    """The phases in order: called what, done, here. None of an assignment that is off."""
    if not row.phase or row.phase == Engagement.Phase.OFF:
        return []
    way: list[Engagement.Phase] = [one for one in Engagement.Phase if one != Engagement.Phase.OFF]
    here = way.index(Engagement.Phase(row.phase))
    return [(str(one.label), at < here, at == here) for at, one in enumerate(way)]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: UserRequest, uid: UUID) -> HttpResponse:
    contact = person_or_404(request.user, uid)
    require(request.user, MOVE, contact)

    shows_rate = request.user.has_perm(RATES, contact)
    form = EngagementForm(request.POST or None, user=request.user, shows_rate=shows_rate)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.begin_engagement(
                contact=contact, actor=request.user, **form.cleaned_data
            )
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            undo = reverse("relationships:engagement-take-back", args=[made.uid])
            toast(request, _("The engagement is recorded."), undo_url=undo)
            return back_to_person(request, contact)
    title = _("An engagement of %(name)s") % {"name": contact.full_name}
    return _ask(request, form, title=title, submit=_("Record"), back=person_url(contact))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: UserRequest, uid: UUID) -> HttpResponse:
    row = get_engagement(request, uid, MOVE)

    form = ChangeForm(
        request.POST or None,
        user=request.user,
        shows_rate=request.user.has_perm(RATES, row.contact),
        initial=_initial(row),
    )
    form.fields["manager"].held = row.manager  # type: ignore[attr-defined]
    if row.manager is not None and not _may_see(request, row.manager):
        del form.fields["manager"]
    if request.method == "POST" and form.is_valid():
        try:
            services.update_engagement(engagement=row, actor=request.user, **form.arguments)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            _toast_change(request, row, _("The engagement was saved."))
            return back(request, row)
    title = _("An engagement of %(name)s") % {"name": row.contact.full_name}
    return _ask(request, form, title=title, submit=_("Save"), back=page_url(row))


def _ask(
    request: UserRequest, form: EngagementForm, *, title: str, submit: str, back: str
) -> HttpResponse:
    """As ``ask``, its many fields side by side."""
    context = {
        "form": form,
        "title": title,
        "submit": submit,
        "action": request.path,
        "next": next_url(request, back),
    }
    name = "relationships/engagement_form.html"
    name = f"{name}#form" if request.htmx else name
    return render(request, name, context, status=422 if form.errors else 200)


def _initial(row: Engagement) -> dict[str, Any]:
    names = (
        *("form", "basis", "role", "manager", "starts_on", "ends_on", "expected_end_on"),
        *("hours_per_week", "rate", "rate_per"),
    )
    unit = row.unit.uid if row.unit else None
    return {**{name: getattr(row, name) for name in names}, "unit": unit}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: UserRequest, uid: UUID) -> HttpResponse:
    row = get_engagement(request, uid, MOVE)

    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        before = row.ends_on.isoformat() if row.ends_on else ""
        try:
            services.end_engagement(engagement=row, actor=request.user, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error("ends_on", str(refusal))
        else:
            undo = reverse("relationships:engagement-resume", args=[row.uid])
            toast(request, _("The last day is recorded."), undo_url=f"{undo}?day={before}")
            return back(request, row)
    title = _("The end of “%(role)s”") % {"role": row.title}
    return ask(request, form, title=title, submit=_("Record"), back=page_url(row))


@login_required
@require_POST
def resume(request: UserRequest, uid: UUID) -> HttpResponse:
    """Take the end back; the day that was set before it may stand in the address."""
    row = get_engagement(request, uid, MOVE)
    try:
        day = parse_date(request.GET.get("day", ""))
    except ValueError:
        day = None
    try:
        services.resume_engagement(engagement=row, actor=request.user, ends_on=day)
    except DomainError as refusal:
        toast_refusal(request, refusal)
    else:
        _toast_change(request, row, _("The end was taken back."))
    return back(request, row)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: UserRequest, uid: UUID) -> HttpResponse:
    row = get_engagement(request, uid, MOVE)

    moves = [(key, str(Engagement.Phase(key).label)) for key in ALLOWED.get(row.phase, ())]
    form = PhaseForm(request.POST or None, moves=moves)
    if request.method == "POST" and form.is_valid():
        try:
            move_assignment(engagement=row, actor=request.user, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            _toast_change(request, row, _("The assignment was moved."))
            return back(request, row)
    title = _("Another phase for “%(role)s”") % {"role": row.title}
    return ask(request, form, title=title, submit=_("Move"), back=page_url(row))


@login_required
@require_POST
def take_back(request: UserRequest, uid: UUID) -> HttpResponse:
    row = get_engagement(request, uid, MOVE)
    try:
        engagement_undo.take_back_engagement(engagement=row, actor=request.user)
    except DomainError as refusal:
        toast_refusal(request, refusal)
        return back(request, row)
    toast(request, _("The engagement was taken back."))
    return back_to_person(request, row.contact)


@login_required
@require_POST
def undo(request: UserRequest, uid: UUID, change: UUID) -> HttpResponse:
    row = get_engagement(request, uid, MOVE)
    found = get_object_or_404(EngagementChange, engagement=row, uid=change)
    try:
        engagement_undo.undo_change(change=found, actor=request.user)
    except DomainError as refusal:
        toast_refusal(request, refusal)
    else:
        toast(request, _("The change was undone."))
    return back(request, row)


def get_engagement(request: UserRequest, uid: UUID, permission: str) -> Engagement:
    """404 to whoever may not know of it, 403 to whoever may not do this with it."""
    rows = Engagement.objects.visible_to(request.user).of_people_we_know()
    row = get_object_or_404(rows.select_related("contact", "unit", "manager"), uid=uid)
    require(request.user, permission, row.contact)
    return row


def page_url(row: Engagement) -> str:
    return reverse("relationships:engagement", args=[row.uid])


def back(request: UserRequest, row: Engagement) -> HttpResponse:
    """Where the change was asked for, anew: the page of the person, or of the engagement."""
    if request.htmx and came_from(request, page_url(row)):
        return HttpResponseClientRefresh()
    if request.htmx:
        return back_to_person(request, row.contact)
    return redirect(next_url(request, page_url(row)))


def _may_see(request: UserRequest, contact: Contact) -> bool:
    return request.user.has_perm("contacts.view_contact", contact)


def _toast_change(request: UserRequest, row: Engagement, text: str) -> None:
    """With an undo, where something was changed."""
    last = row.changes.filter(undone_at=None).order_by("-pk").first()
    address = "relationships:engagement-undo"
    toast(request, text, undo_url=reverse(address, args=[row.uid, last.uid]) if last else "")
