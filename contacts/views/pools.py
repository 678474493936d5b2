"""Talent pools: the list of who is in, and the making of one."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRefresh

from contacts.conditions import sentences, shape
from contacts.models import Contact, PoolMember, Segment, TalentPool
from contacts.segment_forms import MANAGE, PoolForm, StepFormSet, TemplateForm
from contacts.selectors import pools as selectors
from contacts.selectors.search import suggestions
from contacts.services.pool_members import add_to_pool, put_back, remove_from_pool
from contacts.services.pools import (
    PoolRefused,
    StepEntry,
    archive_pool,
    change_pool,
    create_pool,
    review_pool,
)
from contacts.services.step_templates import TemplateRefused, save_steps_of
from contacts.views.segments import uid_in
from core import palette
from core.http import UserRequest
from core.permissions import require
from core.toasts import toast, toast_refusal

SUGGESTED = 8


@login_required
@require_GET
def pool(request: UserRequest, uid: UUID) -> HttpResponse:
    """Who is in it, by name."""
    found = visible_pool(request, uid)
    palette.visited(request, "pools", str(found.uid))
    text = request.GET.get("q", "")[:100]
    rows = selectors.in_pool(found, request.user, text=text)
    members, after = selectors.page_of(rows, after=uid_in(request, "after"))
    context = {**frame(request, found, "list"), "members": members, "after": after, "text": text}
    return render(request, "contacts/pool.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_pool(request: UserRequest) -> HttpResponse:
    require(request.user, MANAGE)
    form = PoolForm(request.POST or None, user=request.user, initial=_asked(request))
    steps: Any = StepFormSet(request.POST or None, prefix="steps")
    if request.method == "POST" and form.is_valid() and steps.is_valid():
        try:
            made = create_pool(actor=request.user, **_given(form, steps))
        except PoolRefused as refusal:
            _say(form, refusal)
        else:
            toast(request, _("“%(name)s” was made.") % {"name": made.name})
            return redirect("contacts:pool", uid=made.uid)
    return _form_page(request, form, steps, None)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit_pool(request: UserRequest, uid: UUID) -> HttpResponse:
    held = kept_pool(request, uid)
    form = PoolForm(
        request.POST or None, user=request.user, pool=held, initial=PoolForm.initial_of(held)
    )
    there = [{"uid": step.uid, "name": step.name} for step in held.steps.order_by("position")]
    steps: Any = StepFormSet(request.POST or None, prefix="steps", initial=there)
    if request.method == "POST" and form.is_valid() and steps.is_valid():
        try:
            change_pool(pool=held, actor=request.user, **_given(form, steps))
        except PoolRefused as refusal:
            _say(form, refusal)
        else:
            toast(request, _("“%(name)s” was saved.") % {"name": form.cleaned_data["name"]})
            return redirect("contacts:pool", uid=uid)
    return _form_page(request, form, steps, held)


def _given(form: PoolForm, steps: Any) -> dict[str, Any]:
    """With the steps of the chosen template where none were written."""
    data = dict(form.cleaned_data)
    template = data.pop("template", None)
    entries = steps.entries()
    if template is not None and not entries:
        entries = [StepEntry(step["name"]) for step in template.steps]
    return {**data, "steps": entries}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def save_as_template(request: UserRequest, uid: UUID) -> HttpResponse:
    """Keep the names of its steps, to be used again."""
    held = kept_pool(request, uid)
    form = TemplateForm(request.POST or None, initial={"name": held.name})
    if request.method == "POST" and form.is_valid():
        try:
            made = save_steps_of(pool=held, actor=request.user, **form.cleaned_data)
        except TemplateRefused as refusal:
            form.add_error(refusal.field or None, str(refusal))
        else:
            toast(request, _("The template “%(name)s” is kept.") % {"name": made.name})
            return redirect("contacts:pool", uid=uid)
    context = {"pool": held, "form": form}
    status = 422 if form.errors else 200
    return render(request, "contacts/pool_template.html", context, status=status)


@login_required
@require_POST
def review(request: UserRequest, uid: UUID) -> HttpResponse:
    """Still right, for another half a year."""
    held = kept_pool(request, uid)
    reviewed = review_pool(pool=held, actor=request.user)
    day = reviewed.review_due_on
    toast(
        request, _("Reviewed. The next time is before %(day)s.") % {"day": formats.date_format(day)}
    )
    return redirect("contacts:pool", uid=uid)


@login_required
@require_POST
def archive(request: UserRequest, uid: UUID) -> HttpResponse:
    held = kept_pool(request, uid)
    archive_pool(pool=held, actor=request.user)
    text = _("“%(name)s” was put aside.") % {"name": held.name}
    toast(request, text, undo_url=reverse("contacts:restore_pool", args=[uid]))
    return redirect("contacts:segments")


@login_required
@require_POST
def restore(request: UserRequest, uid: UUID) -> HttpResponse:
    held = kept_pool(request, uid)
    archive_pool(pool=held, actor=request.user, is_archived=False)
    toast(request, _("“%(name)s” is back.") % {"name": held.name})
    if request.htmx:
        return HttpResponseClientRefresh()
    return redirect("contacts:pool", uid=uid)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: UserRequest, uid: UUID) -> HttpResponse:
    """Find somebody by name and put them in."""
    held = kept_pool(request, uid)
    if request.method == "POST":
        return _add(request, held)
    words = request.GET.get("q", "")[:100]
    people = Contact.objects.visible_to(request.user).active()
    found = suggestions(people, words, limit=SUGGESTED) if words.strip() else []
    inside = selectors.members_of(request.user).filter(pool=held, contact__in=found)
    context = {
        "pool": held,
        "words": words,
        "found": found,
        "inside": set(inside.values_list("contact_id", flat=True)),
    }
    name = "contacts/pool_add.html#found" if request.htmx else "contacts/pool_add.html"
    return render(request, name, context)


@login_required
@require_POST
def remove(request: UserRequest, uid: UUID) -> HttpResponse:
    """Take those who were ticked out."""
    held = kept_pool(request, uid)
    chosen = _members(request, held)
    gone = remove_from_pool(
        pool=held,
        actor=request.user,
        contact_ids=[member.contact_id for member in chosen],
        why=request.POST.get("why", ""),
    )
    if not gone:
        toast(request, _("Choose somebody first."), level=messages.WARNING)
        return redirect("contacts:pool", uid=uid)
    text = ngettext("%(n)d person was taken out.", "%(n)d people were taken out.", len(gone))
    of = "&".join(f"of={member.uid}" for member in chosen)
    undo = reverse("contacts:put_back_in_pool", args=[uid])
    toast(request, text % {"n": len(gone)}, undo_url=f"{undo}?{of}")
    return redirect("contacts:pool", uid=uid)


@login_required
@require_POST
def put_back_in(request: UserRequest, uid: UUID) -> HttpResponse:
    """Undo a removal of those named in the address."""
    held = kept_pool(request, uid)
    named = _named(request.GET.getlist("of"), held)
    people = Contact.objects.visible_to(request.user).filter(
        pk__in=[member.contact_id for member in named]
    )
    put_back(pool=held, actor=request.user, contact_ids=list(people.values_list("pk", flat=True)))
    toast(request, _("They are back."))
    return HttpResponseClientRefresh() if request.htmx else redirect("contacts:pool", uid=uid)


def visible_pool(request: UserRequest, uid: UUID) -> TalentPool:
    found = TalentPool.objects.visible_to(request.user)
    return get_object_or_404(found.select_related("owner", "unit", "filled_from"), uid=uid)


def kept_pool(request: UserRequest, uid: UUID) -> TalentPool:
    """The pool of that uid, which the reader may change."""
    held = visible_pool(request, uid)
    require(request.user, MANAGE, held)
    return held


def frame(request: UserRequest, held: TalentPool, tab: str) -> dict[str, Any]:
    """What every page of a pool shows."""
    segment = held.filled_from
    may_see = (
        segment is not None
        and Segment.objects.visible_to(request.user).filter(pk=segment.pk).exists()
    )
    return {
        "pool": held,
        "tab": tab,
        "count": selectors.in_pool(held, request.user).count(),
        "is_stale": held.is_stale(),
        "has_steps": held.steps.exists(),
        "fills": segment if may_see else None,
        "fills_sentence": sentences.sentence_of(shape.stored(segment.rule), request.user)
        if segment and may_see
        else "",
        "may_manage": request.user.has_perm(MANAGE, held),
        "may_write": request.user.has_perm("campaigns.run_campaign"),
    }


def _add(request: UserRequest, held: TalentPool) -> HttpResponse:
    people = Contact.objects.visible_to(request.user).active()
    person = get_object_or_404(people, uid=_uid(request.POST.get("contact", "")))
    try:
        new = add_to_pool(
            pool=held,
            actor=request.user,
            contact_ids=[person.pk],
            why=request.POST.get("why", ""),
        )
    except PoolRefused as refusal:
        toast_refusal(request, refusal)
    else:
        words = {"name": person.full_name, "pool": held.name}
        text = _("%(name)s is in “%(pool)s”.") if new else _("%(name)s was in “%(pool)s” already.")
        toast(request, text % words)
    if request.htmx:
        return HttpResponseClientRefresh()
    return redirect("contacts:pool", uid=held.uid)


def _asked(request: UserRequest) -> dict[str, Any]:
    """A pool that is to be filled from a segment, or to have the steps of a template, where the
    address says so.
    """
    if "template" in request.GET:
        return {"template": request.GET["template"]}
    uid = uid_in(request, "segment")
    segment = Segment.objects.visible_to(request.user).filter(uid=uid).first() if uid else None
    return {"filled_from": segment.pk, "name": segment.name} if segment else {}


def _form_page(
    request: UserRequest, form: PoolForm, steps: Any, held: TalentPool | None
) -> HttpResponse:
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "steps": steps, "pool": held}
    return render(request, "contacts/pool_edit.html", context, status=status)


def _say(form: PoolForm, refusal: PoolRefused) -> None:
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))


def _members(request: UserRequest, held: TalentPool) -> list[PoolMember]:
    named = _named(request.POST.getlist("of"), held)
    seen = selectors.in_pool(held, request.user).filter(pk__in=[one.pk for one in named])
    return list(seen)


def _named(uids: list[str], held: TalentPool) -> list[PoolMember]:
    wanted = [found for uid in uids[:500] if (found := _uid(uid)) is not None]
    return list(PoolMember.objects.filter(pool=held, uid__in=wanted))


def _uid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
