"""The board of a pool: its steps, and moving people from one to the other."""

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRefresh

from contacts.models import Contact, PoolMember, PoolMove
from contacts.segment_forms import MANAGE, PoolChoiceForm, PoolMoveForm
from contacts.selectors import pools as selectors
from contacts.services.pool_members import add_to_pool, move_in_pool, take_move_back
from contacts.services.pools import PoolRefused
from contacts.views.persons import visible_person
from contacts.views.pools import frame, visible_pool
from core.http import UserRequest
from core.permissions import require
from core.toasts import toast, toast_refusal


@login_required
@require_GET
def board(request: UserRequest, uid: UUID) -> HttpResponse:
    pool = visible_pool(request, uid)
    context = {
        **frame(request, pool, "board"),
        "columns": selectors.board_of(pool, request.user, now=timezone.now()),
        "moves": selectors.moves_in(pool, request.user),
    }
    return render(request, "contacts/pool_board.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: UserRequest, uid: UUID) -> HttpResponse:
    """Ask where to, and move. In the address ``to_stage`` says what to ask first."""
    member = _member(request, uid)
    require(request.user, MANAGE, member.pool)
    if request.method != "POST":
        form = PoolMoveForm(member=member, initial={"to_stage": _next_step(request, member)})
        return _ask(request, member, form)
    form = PoolMoveForm(request.POST, member=member)
    if form.is_valid():
        to_step, reason = form.cleaned_data["to_stage"], form.cleaned_data["reason"]
        try:
            done = move_in_pool(member=member, to_step=to_step, actor=request.user, reason=reason)
        except PoolRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            return _moved(request, member, done)
    return _refused(request, member, form)


@login_required
@require_POST
def take_back(request: UserRequest, uid: UUID) -> HttpResponse:
    """Undo a move just made."""
    seen = PoolMember.objects.visible_to(request.user)
    done = get_object_or_404(PoolMove.objects.filter(member__in=seen), uid=uid)
    member = _member(request, done.member.uid)
    require(request.user, MANAGE, member.pool)
    left = member.step_id
    try:
        take_move_back(move=done, actor=request.user)
    except PoolRefused as refusal:
        toast_refusal(request, refusal)
        return HttpResponse(status=204) if request.htmx else _to_board(member)
    return _shown(request, _member(request, member.uid), left)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def put_person(request: UserRequest, uid: UUID) -> HttpResponse:
    """Put one person into a pool, from their own page."""
    contact: Contact = visible_person(request, uid)
    require(request.user, MANAGE)
    form = PoolChoiceForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        pool = form.cleaned_data["pool"]
        require(request.user, MANAGE, pool)
        try:
            add_to_pool(
                pool=pool,
                actor=request.user,
                contact_ids=[contact.pk],
                why=form.cleaned_data["why"],
            )
        except PoolRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            words = {"name": contact.full_name, "pool": pool.name}
            toast(request, _("%(name)s is in “%(pool)s”.") % words)
            if request.htmx:
                return HttpResponseClientRefresh()
            return redirect("contacts:person", uid=uid)
    status = 422 if request.method == "POST" else 200
    name = "contacts/pool_choose.html#form" if request.htmx else "contacts/pool_choose.html"
    return render(request, name, {"contact": contact, "form": form}, status=status)


def _member(request: UserRequest, uid: UUID) -> PoolMember:
    seen = PoolMember.objects.visible_to(request.user)
    rows = seen.select_related("contact", "step", "pool", "pool__owner", "added_by")
    member: PoolMember = get_object_or_404(rows, uid=uid)
    return member


def _next_step(request: UserRequest, member: PoolMember) -> str:
    """The one asked for, or the one after theirs."""
    asked = request.GET.get("to_stage")
    if asked:
        return asked
    here = member.step.position if member.step else 0
    steps = member.pool.steps.order_by("position")
    others = steps.exclude(pk=member.step_id) if member.step_id else steps
    following = steps.filter(position__gt=here).first() or others.first()
    return str(following.uid) if following else ""


def _to_board(member: PoolMember) -> HttpResponse:
    return redirect("contacts:pool_board", uid=member.pool.uid)


def _ask(
    request: UserRequest, member: PoolMember, form: PoolMoveForm, status: int = 200
) -> HttpResponse:
    name = "contacts/pool_move.html#form" if request.htmx else "contacts/pool_move.html"
    return render(request, name, {"member": member, "form": form}, status=status)


def _refused(request: UserRequest, member: PoolMember, form: PoolMoveForm) -> HttpResponse:
    """A dragged card says in itself why it went back; a form says it beside the question."""
    if not request.htmx or request.htmx.target == "dialog-content":
        return _ask(request, member, form, status=422)
    errors = [str(error) for said in form.errors.values() for error in said]
    context: dict[str, Any] = {
        "card": selectors.as_card(member, now=timezone.now()),
        "refusal": " ".join(errors),
        "may_manage": True,
    }
    return render(request, "contacts/pool_board.html#refused", context, status=422)


def _moved(request: UserRequest, member: PoolMember, done: PoolMove) -> HttpResponse:
    words = {"name": member.contact.full_name, "step": done.to_name}
    text = _("%(name)s is now at “%(step)s”.") % words
    toast(request, text, undo_url=reverse("contacts:take_back_pool_move", args=[done.uid]))
    return _shown(request, _member(request, member.uid), done.from_step_id)


def _shown(request: UserRequest, member: PoolMember, left: int | None) -> HttpResponse:
    """On the board the card at its new place; elsewhere the page anew."""
    if not request.htmx:
        return _to_board(member)
    path = urlsplit(request.htmx.current_url or "").path
    if path != reverse("contacts:pool_board", args=[member.pool.uid]):
        return HttpResponseClientRefresh()
    now = timezone.now()
    context = {
        "columns": selectors.board_of(
            member.pool, request.user, now=now, only=[left, member.step_id]
        ),
        "card": selectors.as_card(member, now=now),
        "may_manage": True,
    }
    return render(request, "contacts/pool_board.html#moved", context)
