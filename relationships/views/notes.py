"""Notes that mean something: what is understood while one types, choices, putting them right."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from contacts.models import Contact
from contacts.moved import person_or_404
from core.errors import DomainError
from core.http import UserRequest
from core.permissions import require
from core.toasts import toast, toast_refusal
from relationships.ledger_forms import NoteForm
from relationships.models import FollowUp, Interaction, InteractionVersion, Mention
from relationships.selectors.notes import mentionable, topics_like, understand
from relationships.services.follow_ups import close_follow_up, reopen_follow_up
from relationships.services.notes import (
    change_note,
    put_back_gathering,
    put_back_note,
    read_mention,
    take_back_gathering,
    take_back_note,
    unread_mention,
)
from relationships.views.returning import back_to_person, next_url, person_url

WRITE = "relationships.log_interaction"


@login_required
@require_POST
def understood(request: UserRequest, uid: UUID) -> HttpResponse:
    """What the marks of a text would become if it were saved now. Nothing is saved."""
    contact = _contact(request, uid)
    if not request.htmx:
        return redirect(person_url(contact))
    text = f"{request.POST.get('summary', '')}\n{request.POST.get('body', '')}"
    found = understand(text, contact=contact, today=_written_on(request))
    # A name at the very end is still being typed: too early to say that nobody is called so.
    unknown = [(name, why) for name, why in found.unknown if not text.endswith(name)]
    found = replace(found, unknown=unknown)
    return render(request, "relationships/understood.html", {"understood": found})


@login_required
@require_safe
def choices(request: UserRequest, uid: UUID) -> JsonResponse:
    """Colleagues for what stands behind an @, topics for what stands behind a #."""
    contact = _contact(request, uid)
    typed = request.GET.get("q", "")[:60].replace("\x00", "")
    if request.GET.get("kind") == "mention":
        found = [
            {"value": f"@{handle}", "label": user.name}
            for handle, user in mentionable(typed, contact)
        ]
    else:
        found = [{"value": f"#{name}", "label": name} for name in topics_like(typed)]
    return JsonResponse({"choices": found})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: UserRequest, uid: UUID) -> HttpResponse:
    visible = Contact.objects.visible_to(request.user)
    rows = Interaction.objects.select_related("contact").filter(contact__in=visible)
    row = get_object_or_404(rows, uid=uid)
    require(request.user, WRITE, row)

    form = NoteForm(request.POST or None, row=row)
    if request.method == "POST" and form.is_valid():
        try:
            change_note(interaction=row, actor=request.user, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            toast(request, _("Put right."))
            return back_to_person(request, row.contact)
    context = {
        "contact": row.contact,
        "interaction": row,
        "form": form,
        "next": next_url(request, person_url(row.contact)),
        "written_on": timezone.localdate(row.created_at),
    }
    name = "relationships/note.html#form" if request.htmx else "relationships/note.html"
    return render(request, name, context, status=422 if form.errors else 200)


@login_required
@require_POST
def take_back(request: UserRequest, uid: UUID) -> HttpResponse:
    """It was logged by mistake: gone, but for a line that says so; with an undo."""
    visible = Contact.objects.visible_to(request.user)
    rows = Interaction.objects.select_related("contact").filter(contact__in=visible)
    row = get_object_or_404(rows, uid=uid)
    contact = row.contact
    require(request.user, WRITE, row)

    try:
        version = _take_back(request, row)
    except DomainError as refusal:
        toast_refusal(request, refusal)
    else:
        undo = reverse("relationships:put-back-log", args=[version.uid])
        toast(request, _("Taken back."), undo_url=undo + _as_asked(request))
    return _anew(request, contact)


@transaction.atomic
def _take_back(request: UserRequest, row: Interaction) -> InteractionVersion:
    """``all``: with everybody who was there; ``task``: and the next step that was agreed."""
    task = _next_step(request, FollowUp.State.OPEN)
    if task is not None:
        close_follow_up(
            follow_up=task,
            actor=request.user,
            state=FollowUp.State.NOT_NEEDED,
            outcome=_("The contact moment was taken back."),
        )
    if "all" in request.GET and row.gathering is not None:
        return take_back_gathering(gathering=row.gathering, actor=request.user)[0]
    return take_back_note(interaction=row, actor=request.user)


@transaction.atomic
def _put_back(request: UserRequest, version: InteractionVersion) -> None:
    task = _next_step(request, FollowUp.State.NOT_NEEDED)
    if task is not None:
        reopen_follow_up(follow_up=task, actor=request.user)
    if "all" in request.GET and version.held["gathering"]:
        put_back_gathering(version=version, actor=request.user)
    else:
        put_back_note(version=version, actor=request.user)


def _next_step(request: UserRequest, state: str) -> FollowUp | None:
    """The task that was made with the moment, as long as it is still one's own."""
    try:
        uid = UUID(request.GET.get("task", ""))
    except ValueError:
        return None
    mine = FollowUp.objects.visible_to(request.user).filter(assignee=request.user)
    return mine.filter(uid=uid, state=state).first()


def _as_asked(request: UserRequest) -> str:
    return f"?{request.GET.urlencode()}" if request.GET else ""


@login_required
@require_POST
def put_back(request: UserRequest, uid: UUID) -> HttpResponse:
    visible = Contact.objects.visible_to(request.user)
    versions = InteractionVersion.objects.select_related("contact")
    version = get_object_or_404(versions.filter(contact__in=visible, made_by=request.user), uid=uid)
    require(request.user, WRITE, version.contact)

    try:
        _put_back(request, version)
    except DomainError as refusal:
        toast_refusal(request, refusal)
    else:
        toast(request, _("Put back."))
    return _anew(request, version.contact)


def _anew(request: UserRequest, contact: Contact) -> HttpResponse:
    """Whatever page it was undone on shows it again."""
    return HttpResponseClientRefresh() if request.htmx else redirect(person_url(contact))


@login_required
@require_POST
def mention_read(request: UserRequest, uid: UUID) -> HttpResponse:
    read_mention(mention=_mention(request, uid))
    undo = reverse("relationships:mention-unread", args=[uid])
    toast(request, _("Read."), undo_url=undo)
    return HttpResponse() if request.htmx else redirect("relationships:desk")


@login_required
@require_POST
def mention_unread(request: UserRequest, uid: UUID) -> HttpResponse:
    unread_mention(mention=_mention(request, uid))
    if request.htmx:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return redirect("relationships:desk")


def _contact(request: UserRequest, uid: UUID) -> Contact:
    contact = person_or_404(request.user, uid)
    require(request.user, WRITE, contact)
    return contact


def _mention(request: UserRequest, uid: UUID) -> Mention:
    """One's own, of whatever person: it may be put away also when they can no longer be seen."""
    return get_object_or_404(Mention.objects.filter(user=request.user), uid=uid)


def _written_on(request: UserRequest) -> date:
    """From when "Friday" counts: of a note that is put right, the day on which it was written."""
    try:
        return date.fromisoformat(request.POST.get("written_on", ""))
    except ValueError:
        return timezone.localdate()
