"""Promises: made, kept, agreed anew, broken, withdrawn; and each of these undone."""

from functools import partial
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
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
from relationships.forms import LaterForm
from relationships.ledger_forms import PromiseForm, ReasonForm, RenegotiateForm
from relationships.models import Promise
from relationships.panels import promises_shown
from relationships.services import promises as services
from relationships.views import handing_over
from relationships.views.asking import ask
from relationships.views.desk import render_desk
from relationships.views.returning import (
    next_url,
    person_url,
    place_of,
    tasks_changed,
)

WRITE = "relationships.log_interaction"


@login_required
@require_safe
def panel(request: UserRequest, uid: UUID) -> HttpResponse:
    """The promises between us and one person, as their page shows them at the side."""
    contact = person_or_404(request.user, uid)
    require(request.user, "relationships.view_relationship", contact)
    if not request.htmx:
        return redirect(person_url(contact))
    context = {"contact": contact, **promises_shown(contact, request.user)}
    return render(request, "relationships/panels/promises.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: UserRequest, uid: UUID) -> HttpResponse:
    contact = person_or_404(request.user, uid)
    require(request.user, WRITE, contact)

    form = PromiseForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.make_promise(contact=contact, actor=request.user, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error("promiser", str(refusal))
        else:
            undo = reverse("relationships:promise-take-back", args=[made.uid])
            toast(request, _("Promise written down."), undo_url=undo)
            return _done(request, person_url(contact))
    title = _("A promise with %(name)s") % {"name": contact.full_name}
    return ask(request, form, title=title, submit=_("Add promise"), back=person_url(contact))


@login_required
@require_POST
def keep(request: UserRequest, uid: UUID) -> HttpResponse:
    promise = _get(request, uid)
    try:
        services.keep_promise(promise=promise, actor=request.user)
    except DomainError as refusal:
        toast_refusal(request, refusal)
    else:
        _say(request, promise, _("Kept: %(text)s"))
    return _answer(request, promise)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def renegotiate(request: UserRequest, uid: UUID) -> HttpResponse:
    promise = _get(request, uid)
    form = RenegotiateForm(request.POST or None, promise=promise)
    if request.method == "POST" and form.is_valid():
        try:
            services.renegotiate_promise(promise=promise, actor=request.user, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            day = formats.date_format(form.cleaned_data["due_on"], "MONTH_DAY_FORMAT")
            _say(request, promise, _("Agreed anew, by %(day)s: %(text)s"), day=day)
            return _answer(request, promise)
    title = _("Agree a new day: %(text)s") % {"text": promise.text}
    back = person_url(promise.contact)
    return ask(request, form, title=title, submit=_("Agree anew"), back=back)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: UserRequest, uid: UUID) -> HttpResponse:
    promise = _get(request, uid)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.withdraw_promise(promise=promise, actor=request.user, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            _say(request, promise, _("Withdrawn: %(text)s"))
            return _answer(request, promise)
    title = _("No longer stands: %(text)s") % {"text": promise.text}
    back = person_url(promise.contact)
    return ask(request, form, title=title, submit=_("Withdraw"), back=back)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def broken(request: UserRequest, uid: UUID) -> HttpResponse:
    promise = _get(request, uid)
    form = ReasonForm(request.POST or None, required=False)
    if request.method == "POST" and form.is_valid():
        try:
            services.break_promise(promise=promise, actor=request.user, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            _say(request, promise, _("Broken: %(text)s"))
            return _answer(request, promise)
    title = _("Not kept: %(text)s") % {"text": promise.text}
    back = person_url(promise.contact)
    return ask(request, form, title=title, submit=_("Mark as broken"), back=back)


@login_required
@require_POST
def reopen(request: UserRequest, uid: UUID) -> HttpResponse:
    """Undo a settling."""
    promise = _get(request, uid)
    try:
        services.reopen_promise(promise=promise, actor=request.user)
    except DomainError as refusal:
        toast_refusal(request, refusal)
    return _answer(request, promise)


@login_required
@require_POST
def take_back(request: UserRequest, uid: UUID) -> HttpResponse:
    """Undo the making."""
    promise = _get(request, uid)
    try:
        services.take_back_promise(promise=promise, actor=request.user)
    except DomainError as refusal:
        toast_refusal(request, refusal)
    return _answer(request, promise)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def later(request: UserRequest, uid: UUID) -> HttpResponse:
    """Off one's desk until another day; the promise stands."""
    promise = _get(request, uid)
    form = LaterForm(request.POST or None)
    del form.fields["reason"]
    if request.method == "POST" and form.is_valid():
        try:
            services.put_promise_off_desk(promise=promise, actor=request.user, until=form.day)
        except DomainError as refusal:
            toast_refusal(request, refusal)
        else:
            day = formats.date_format(form.day, "MONTH_DAY_FORMAT")
            words = _("%(text)s: on your desk again on %(day)s. The promise stands.")
            undo = reverse("relationships:promise-back", args=[uid])
            toast(request, words % {"text": promise.text, "day": day}, undo_url=undo)
        return _answer(request, promise)
    title = _("Put off: %(title)s") % {"title": promise.text}
    return ask(request, form, title=title, submit=_("Put off"), back=person_url(promise.contact))


@login_required
@require_POST
def back_on_desk(request: UserRequest, uid: UUID) -> HttpResponse:
    """Undo a putting off."""
    promise = _get(request, uid)
    try:
        services.put_promise_off_desk(promise=promise, actor=request.user, until=None)
    except DomainError as refusal:
        toast_refusal(request, refusal)
    return _answer(request, promise)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: UserRequest, uid: UUID) -> HttpResponse:
    """A colleague keeps it in our name."""
    promise = _get(request, uid)
    give = partial(services.hand_over_promise, promise=promise, actor=request.user)
    return handing_over.hand_over(
        request,
        title=_("Hand over: %(title)s") % {"title": promise.text},
        holder=promise.promiser,
        give=lambda colleague, note: give(promiser=colleague, note=note),
        answer=lambda: _answer(request, promise),
        undo_url=reverse("relationships:promise-promiser", args=[uid]),
        back=person_url(promise.contact),
    )


@login_required
@require_POST
def restore_promiser(request: UserRequest, uid: UUID) -> HttpResponse:
    """Undo a handing over."""
    promise = _get(request, uid)
    give = partial(services.hand_over_promise, promise=promise, actor=request.user)
    handing_over.give_back(request, lambda holder: give(promiser=holder))
    return _answer(request, promise)


def _get(request: UserRequest, uid: UUID) -> Promise:
    rows = Promise.objects.visible_to(request.user).select_related("contact", "promiser")
    promise = get_object_or_404(rows, uid=uid)
    require(request.user, WRITE, promise)
    return promise


def _say(request: UserRequest, promise: Promise, words: str, **more: str) -> None:
    undo = reverse("relationships:promise-reopen", args=[promise.uid])
    toast(request, words % {"text": promise.text, **more}, undo_url=undo)


def _answer(request: UserRequest, promise: Promise) -> HttpResponse:
    """The desk's list anew where it was asked for; else a word to the lists that they changed."""
    if request.htmx and request.htmx.target == "today":
        return render_desk(request, focus=place_of(request))
    return _done(request, person_url(promise.contact))


def _done(request: UserRequest, fallback: str) -> HttpResponse:
    return tasks_changed(request) if request.htmx else redirect(next_url(request, fallback))
