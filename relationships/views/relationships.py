"""What a person is to us: begun, handed over, its cadence set, its next touch put off."""

from datetime import date
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from contacts.moved import person_or_404
from core.errors import DomainError
from core.http import UserRequest
from core.models import User
from core.permissions import require
from core.toasts import toast, toast_refusal
from relationships.forms import BeginForm, CadenceForm, LaterForm, NotNeededForm
from relationships.models import Relationship
from relationships.ownership_forms import TakeOverForm
from relationships.selectors.ownership import hold_against
from relationships.services import cadence
from relationships.services.ownership import HeldByColleague, begin_or_give, take_over_or_give
from relationships.views.asking import ask
from relationships.views.desk import render_desk
from relationships.views.returning import (
    back_to_person,
    next_url,
    person_url,
    tasks_changed,
    undo_token,
    undo_words,
    user_or_404,
)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: UserRequest, uid: UUID) -> HttpResponse:
    contact = person_or_404(request.user, uid)
    require(request.user, "relationships.move_relationship", contact)

    form = BeginForm(request.POST or None, contact=contact, user=request.user)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            begin_or_give(
                contact=contact, actor=request.user, kind=data["stage"].lifecycle.kind, **data
            )
        except HeldByColleague as refusal:
            form.add_error("override_reason", str(refusal))
        except DomainError as refusal:
            form.add_error("stage", str(refusal))
        else:
            toast(request, _("The relationship has begun."))
            return back_to_person(request, contact)
    title = _("Begin a relationship with %(name)s") % {"name": contact.full_name}
    return ask(request, form, title=title, submit=_("Begin"), back=person_url(contact))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def set_cadence(request: UserRequest, uid: UUID) -> HttpResponse:
    """How often we want to speak."""
    row = _get(request, uid)
    form = CadenceForm(request.POST or None, initial={"days": row.cadence_days})
    if request.method == "POST" and form.is_valid():
        try:
            cadence.set_cadence(relationship=row, actor=request.user, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error("days", str(refusal))
        else:
            toast(request, _("The cadence is set."))
            return back_to_person(request, row.contact)
    title = _("How often with %(name)s") % {"name": row.contact.full_name}
    return ask(request, form, title=title, submit=_("Save"), back=person_url(row.contact))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: UserRequest, uid: UUID) -> HttpResponse:
    row = _get(request, uid)
    hold = hold_against(request.user, row.contact, today=timezone.localdate())
    form = TakeOverForm(request.POST or None, without=row.owner, hold=hold)
    if request.method == "POST" and form.is_valid():
        colleague, reason = form.cleaned_data["colleague"], form.cleaned_data["override_reason"]
        try:
            take_over_or_give(
                relationship=row,
                actor=request.user,
                owner=colleague,
                override_reason=reason,
                note=form.cleaned_data["note"],
            )
        except HeldByColleague as refusal:
            form.add_error("override_reason", str(refusal))
        except DomainError as refusal:
            form.add_error("colleague", str(refusal))
        else:
            undo = _undo_url(
                "relationships:restore-owner", uid, undo=_owner_token(request, row, colleague)
            )
            toast(request, _("Handed over to %(name)s.") % {"name": colleague.name}, undo_url=undo)
            return _answer(request, row)
    title = _("Hand over: %(name)s") % {"name": row.contact.full_name}
    return ask(request, form, title=title, submit=_("Hand over"), back=person_url(row.contact))


@login_required
@require_POST
def restore_owner(request: UserRequest, uid: UUID) -> HttpResponse:
    """Undo a handing over, by whoever did it and while nobody did so since."""
    row = _get(request, uid)
    words = undo_words(request.user, request.GET.get("undo", "")) or []
    now = str(row.owner.uid) if row.owner else ""
    if words[:3] != ["owner", str(uid), now]:
        toast(request, _("This can no longer be undone."), level=messages.ERROR)
        return _answer(request, row)
    before, since = words[3:]
    try:
        cadence.hand_over_relationship(
            relationship=row,
            actor=request.user,
            owner=user_or_404(before) if before else None,
            since=date.fromisoformat(since),
            is_undo=True,
        )
    except DomainError as refusal:
        toast_refusal(request, refusal)
    return _answer(request, row)


def _owner_token(request: UserRequest, row: Relationship, to: User) -> str:
    """Who owned ``row`` before it was given to ``to``, and since when."""
    before = str(row.owner.uid) if row.owner else ""
    since = min(row.owner_since or row.started_on, timezone.localdate())
    words = ("owner", str(row.uid), str(to.uid), before, since.isoformat())
    return undo_token(request.user, *words)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def postpone(request: UserRequest, uid: UUID) -> HttpResponse:
    """Ask again later, with or without a word of why nothing is needed before then."""
    row = _get(request, uid)
    form = LaterForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            cadence.postpone_touch(
                relationship=row,
                actor=request.user,
                until=form.day,
                reason=form.cleaned_data["reason"],
            )
        except DomainError as refusal:
            toast_refusal(request, refusal)
        else:
            _tell_postponed(request, row, form.day)
        return _answer(request, row)
    title = _("Put off: %(name)s") % {"name": row.contact.full_name}
    return ask(request, form, title=title, submit=_("Put off"), back=person_url(row.contact))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def not_needed(request: UserRequest, uid: UUID) -> HttpResponse:
    """Why not? The time begins anew, and the answer is kept."""
    row = _get(request, uid)
    form = NotNeededForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            cadence.need_no_touch(
                relationship=row, actor=request.user, reason=form.cleaned_data["reason"]
            )
        except DomainError as refusal:
            form.add_error("reason", str(refusal))
        else:
            undo = reverse("relationships:needed-after-all", args=[uid])
            words = _("Not needed: %(title)s") % {"title": row.contact.full_name}
            toast(request, words, undo_url=undo)
            return _answer(request, row)
    title = _("Not needed: %(title)s") % {"title": row.contact.full_name}
    return ask(request, form, title=title, submit=_("Not needed"), back=person_url(row.contact))


@login_required
@require_POST
def needed_after_all(request: UserRequest, uid: UUID) -> HttpResponse:
    row = _get(request, uid)
    try:
        cadence.need_touch_after_all(relationship=row, actor=request.user)
    except DomainError as refusal:
        toast_refusal(request, refusal)
    return _answer(request, row)


def _tell_postponed(request: UserRequest, row: Relationship, day: date) -> None:
    before = row.next_touch_on.isoformat() if row.next_touch_on else ""
    words = {"name": row.contact.full_name, "day": formats.date_format(day, "MONTH_DAY_FORMAT")}
    toast(
        request,
        _("%(name)s: again on %(day)s.") % words,
        undo_url=_undo_url("relationships:restore-touch", row.uid, day=before),
    )


@login_required
@require_POST
def restore_touch(request: UserRequest, uid: UUID) -> HttpResponse:
    row = _get(request, uid)
    given = request.GET.get("day", "")
    try:
        day = date.fromisoformat(given) if given else None
    except ValueError:
        raise Http404 from None
    cadence.postpone_touch(relationship=row, actor=request.user, until=day)
    return _answer(request, row)


def _get(request: UserRequest, uid: UUID) -> Relationship:
    rows = Relationship.objects.visible_to(request.user).for_board()
    row = get_object_or_404(rows, uid=uid)
    require(request.user, "relationships.move_relationship", row)
    return row


def _answer(request: UserRequest, row: Relationship) -> HttpResponse:
    if request.htmx and request.htmx.target == "today":
        given = request.POST.get("place", "")
        return render_desk(request, focus=int(given) if given.isdigit() else 0)
    if request.htmx:
        return tasks_changed(request)
    return redirect(next_url(request, person_url(row.contact)))


def _undo_url(name: str, uid: UUID, **query: str) -> str:
    return f"{reverse(name, args=[uid])}?{urlencode(query)}"
