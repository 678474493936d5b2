"""Tasks: made for a person, done, not needed, put off, handed over; and each of these undone."""

from datetime import date
from functools import partial
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contacts.moved import person_or_404
from core.errors import DomainError
from core.http import UserRequest
from core.permissions import require
from core.toasts import toast, toast_refusal
from relationships.forms import (
    CloseForm,
    FollowUpForm,
    IntroductionForm,
    LaterForm,
)
from relationships.models import FollowUp
from relationships.panels import tasks_of
from relationships.services import follow_ups as services
from relationships.views import handing_over
from relationships.views.asking import ask
from relationships.views.desk import render_desk
from relationships.views.returning import next_url, person_url, place_of, tasks_changed


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: UserRequest, uid: UUID) -> HttpResponse:
    """A task with a person."""
    contact = person_or_404(request.user, uid)
    require(request.user, "relationships.change_follow_up", contact)

    form = FollowUpForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            services.create_follow_up(contact=contact, actor=request.user, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error("assignee", str(refusal))
        else:
            toast(request, _("Task added."))
            return _done(request, person_url(contact))
    title = _("A task with %(name)s") % {"name": contact.full_name}
    return ask(request, form, title=title, submit=_("Add task"), back=person_url(contact))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def introduction(request: UserRequest, uid: UUID) -> HttpResponse:
    """Ask a colleague who knows this person to bring us together."""
    contact = person_or_404(request.user, uid)
    require(request.user, "relationships.change_follow_up", contact)

    form = IntroductionForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.ask_introduction(contact=contact, actor=request.user, **data)
        except DomainError as refusal:
            form.add_error("colleague", str(refusal))
        else:
            toast(request, _("%(name)s is asked.") % {"name": data["colleague"].name})
            return _done(request, person_url(contact))
    title = _("Ask for an introduction to %(name)s") % {"name": contact.full_name}
    return ask(request, form, title=title, submit=_("Ask"), back=person_url(contact))


@login_required
@require_POST
def close(request: UserRequest, uid: UUID) -> HttpResponse:
    follow_up = _get(request, uid)
    form = CloseForm(request.POST)
    if not form.is_valid():
        return _answer(request)
    try:
        services.close_follow_up(follow_up=follow_up, actor=request.user, **form.cleaned_data)
    except DomainError as refusal:
        toast_refusal(request, refusal)
    else:
        is_done = form.cleaned_data["state"] == FollowUp.State.DONE
        text = _("Done: %(title)s") if is_done else _("Not needed: %(title)s")
        undo = reverse("relationships:task-reopen", args=[uid])
        toast(request, text % {"title": follow_up.title}, undo_url=undo)
    return _answer(request)


@login_required
@require_safe
def ask_not_needed(request: UserRequest, uid: UUID) -> HttpResponse:
    """Why not? The answer goes to ``close``."""
    follow_up = _get(request, uid)
    form = CloseForm(initial={"state": FollowUp.State.NOT_NEEDED})
    form.fields["outcome"].required = True
    return ask(
        request,
        form,
        title=_("Not needed: %(title)s") % {"title": follow_up.title},
        submit=_("Not needed"),
        action=reverse("relationships:task-close", args=[uid]),
    )


@login_required
@require_POST
def reopen(request: UserRequest, uid: UUID) -> HttpResponse:
    follow_up = _get(request, uid)
    services.reopen_follow_up(follow_up=follow_up, actor=request.user)
    return _answer(request)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def snooze(request: UserRequest, uid: UUID) -> HttpResponse:
    """Ask until when, or put off by ``days`` from today."""
    follow_up = _get(request, uid)
    form = LaterForm(request.POST or None)
    del form.fields["reason"]
    if request.method == "POST" and form.is_valid():
        try:
            services.snooze_follow_up(follow_up=follow_up, actor=request.user, until=form.day)
        except DomainError as refusal:
            toast_refusal(request, refusal)
        else:
            words = {
                "title": follow_up.title,
                "day": formats.date_format(form.day, "MONTH_DAY_FORMAT"),
            }
            undo = _undo_url("relationships:task-due", uid, day=follow_up.due_on.isoformat())
            toast(request, _("%(title)s: again on %(day)s.") % words, undo_url=undo)
        return _answer(request)
    title = _("Put off: %(title)s") % {"title": follow_up.title}
    return ask(request, form, title=title, submit=_("Put off"))


@login_required
@require_POST
def restore_due(request: UserRequest, uid: UUID) -> HttpResponse:
    """Undo a putting off: the day before stands in the address."""
    follow_up = _get(request, uid)
    try:
        day = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        raise Http404 from None
    services.snooze_follow_up(follow_up=follow_up, actor=request.user, until=day)
    return _answer(request)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: UserRequest, uid: UUID) -> HttpResponse:
    follow_up = _get(request, uid)
    give = partial(services.hand_over_follow_up, follow_up=follow_up, actor=request.user)
    return handing_over.hand_over(
        request,
        title=_("Hand over: %(title)s") % {"title": follow_up.title},
        holder=follow_up.assignee,
        give=lambda colleague, note: give(assignee=colleague, note=note),
        answer=lambda: _answer(request),
        undo_url=reverse("relationships:task-assignee", args=[uid]),
    )


@login_required
@require_POST
def restore_assignee(request: UserRequest, uid: UUID) -> HttpResponse:
    """Undo a handing over, by whoever did it: they may no longer hold the task."""
    follow_up = get_object_or_404(FollowUp.objects.visible_to(request.user), uid=uid)
    require(request.user, "relationships.change_follow_up", follow_up)
    give = partial(services.hand_over_follow_up, follow_up=follow_up, actor=request.user)
    handing_over.give_back(request, lambda holder: give(assignee=holder))
    return _answer(request)


@login_required
@require_safe
def panel(request: UserRequest, uid: UUID) -> HttpResponse:
    """The tasks with one person, as their page shows them at the side."""
    contact = person_or_404(request.user, uid)
    if not request.htmx:
        return redirect(person_url(contact))
    context = {"contact": contact, **tasks_of(contact, request.user)}
    return render(request, "relationships/panels/tasks.html", context)


def _get(request: UserRequest, uid: UUID) -> FollowUp:
    rows = FollowUp.objects.visible_to(request.user).select_related("contact", "assignee")
    follow_up = get_object_or_404(rows, uid=uid)
    require(request.user, "relationships.change_follow_up", follow_up)
    return follow_up


def _answer(request: UserRequest) -> HttpResponse:
    """The desk's list anew where it was asked for; else a word to the lists that they changed."""
    if request.htmx and request.htmx.target == "today":
        return render_desk(request, focus=place_of(request))
    return _done(request, reverse("relationships:desk"))


def _done(request: UserRequest, fallback: str) -> HttpResponse:
    if request.htmx:
        return tasks_changed(request)
    return redirect(next_url(request, fallback))


def _undo_url(name: str, uid: UUID, **query: str) -> str:
    return f"{reverse(name, args=[uid])}?{urlencode(query)}"
