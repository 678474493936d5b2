"""Logging what happened between us, from a person's page, the desk or anywhere by ``c``."""

from collections.abc import Iterable, Sequence
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import reswap, retarget, trigger_client_event

from contacts.models import Contact
from contacts.moved import person_or_404
from contacts.selectors.search import suggestions
from core.errors import DomainError
from core.http import UserRequest
from core.permissions import require
from core.toasts import toast, toast_refusal
from relationships.choices import Direction
from relationships.forms import LogForm
from relationships.log_forms import QUICK, QuickForm, chosen_people
from relationships.models import FollowUp, Interaction, Relationship
from relationships.selectors.ownership import hold_to_explain, kept_by
from relationships.services.follow_ups import create_follow_up
from relationships.services.interactions import Moment, log_interaction
from relationships.services.notes import log_with_all
from relationships.services.ownership import Act, HeldByColleague, turn_to
from relationships.views.returning import (
    TASKS_CHANGED,
    back_to_person,
    came_from,
    next_url,
    person_url,
)

FOUND = 8
LOG = "relationships.log_interaction"


@login_required
@require_safe
def choose(request: UserRequest) -> HttpResponse:
    """With whom? The people of one's own relationships first; what is typed finds others."""
    require(request.user, LOG)
    words = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    context = {
        "found": _found(request, words),
        "q": words,
        "text": request.GET.get("text", "")[:2000].replace("\x00", ""),
        "in_dialog": request.htmx and not came_from(request, reverse("relationships:log-whom")),
    }
    name = "relationships/log_whom.html"
    if request.htmx:
        name += "#found" if request.htmx.target == "found" else "#whom"
    return render(request, name, context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def log(request: UserRequest, uid: UUID) -> HttpResponse:
    contact = person_or_404(request.user, uid)
    require(request.user, LOG, contact)

    given = {"body": request.GET.get("text", "")[:2000].replace("\x00", "")}
    form = LogForm(request.POST or None, initial=given)
    others = chosen_people(request.user, request.POST.getlist("with"), without=contact)
    is_searching = "find" in request.POST
    if request.method == "POST" and not is_searching and form.is_valid():
        try:
            logged, task = _log(request, [contact, *others], form)
        except HeldByColleague as refusal:
            form.add_error(None, str(refusal))
        except DomainError as refusal:
            form.add_error("happened_at", str(refusal))
        else:
            _toast_logged(request, logged, contact, task)
            return _logged(request, contact)
    words = request.POST.get("also", "").replace("\x00", "").strip()[:100]
    context = {
        "contact": contact,
        "form": form,
        "others": others,
        "also": words,
        "also_found": _others_found(request, words, [contact, *others]),
        "next": next_url(request, person_url(contact)),
        "hold": hold_to_explain(request.user, contact, today=timezone.localdate()),
        "override_reason": request.POST.get("override_reason", ""),
    }
    name = "relationships/log.html#form" if request.htmx else "relationships/log.html"
    status = 422 if form.errors and not is_searching else 200
    return render(request, name, context, status=status)


@login_required
@require_safe
def also(request: UserRequest, uid: UUID) -> HttpResponse:
    """Who else was there: people to tick for what was typed, under those who are ticked."""
    contact = person_or_404(request.user, uid)
    require(request.user, LOG, contact)
    others = chosen_people(request.user, request.GET.getlist("with"), without=contact)
    words = request.GET.get("also", "").replace("\x00", "").strip()[:100]
    context = {
        "contact": contact,
        "others": others,
        "also": words,
        "also_found": _others_found(request, words, [contact, *others]),
    }
    return render(request, "relationships/log.html#others", context)


@login_required
@require_POST
def quick(request: UserRequest, uid: UUID) -> HttpResponse:
    """One press: that we called, mailed, wrote by WhatsApp. A line can be added afterwards."""
    contact = person_or_404(request.user, uid)
    require(request.user, LOG, contact)

    form = QuickForm(request.POST)
    if form.is_valid():
        try:
            with transaction.atomic():
                _turn_to(request, [contact], form.cleaned_data["direction"])
                row = log_interaction(contact=contact, actor=request.user, **form.cleaned_data)
        except HeldByColleague as refusal:
            return _ask_why(request, contact, form, refusal)
        except DomainError as refusal:
            toast_refusal(request, refusal)
        else:
            _toast_logged(request, [row], contact)
    return _logged(request, contact)


def _ask_why(
    request: UserRequest, contact: Contact, quick: QuickForm, refusal: HeldByColleague
) -> HttpResponse:
    """One press is not enough for whom a colleague holds: the log opens, filled in as far as it
    went, and asks for the word of why.
    """
    said = QUICK[quick.cleaned_data["channel"]][1]
    form = LogForm(initial={**quick.cleaned_data, "summary": said})
    context = {
        "contact": contact,
        "form": form,
        "others": [],
        "next": next_url(request, person_url(contact)),
        "hold": refusal.hold,
    }
    if not request.htmx:
        return render(request, "relationships/log.html", context, status=422)
    answer = render(request, "relationships/log.html#form", context, status=422)
    return reswap(retarget(answer, "#dialog-content"), "innerHTML")


@transaction.atomic
def _log(
    request: UserRequest, people: Sequence[Contact], form: LogForm
) -> tuple[list[Interaction], FollowUp | None]:
    data = dict(form.cleaned_data)
    title, due_on = data.pop("next_step"), data.pop("next_on")
    for one in people:
        require(request.user, LOG, one)
    _turn_to(request, people, data["direction"])
    logged = log_with_all(
        moments=[Moment(contact=one, **data) for one in people], actor=request.user
    )
    if not title:
        return logged, None
    return logged, create_follow_up(
        contact=people[0],
        actor=request.user,
        title=title,
        due_on=due_on,
        assignee=request.user,
    )


def _turn_to(request: UserRequest, people: Sequence[Contact], direction: str) -> None:
    """What is from us alone needs a word where a colleague keeps in touch; what they said to us, or
    with us, is written down whoever does.
    """
    if direction != Direction.OUTBOUND:
        return
    reason = request.POST.get("override_reason", "")
    for one in people:
        turn_to(contact=one, actor=request.user, act=Act.MAIL, reason=reason)


def _found(request: UserRequest, words: str) -> Iterable[Contact]:
    people = Contact.objects.visible_to(request.user).active()
    if words:
        return suggestions(people, words, limit=FOUND)
    mine = Relationship.objects.open().filter(kept_by(request.user)).order_by()
    return people.filter(pk__in=mine.values("contact")).order_by("-updated_at", "-pk")[:FOUND]


def _others_found(request: UserRequest, words: str, without: Sequence[Contact]) -> list[Contact]:
    if not words:
        return []
    people = Contact.objects.visible_to(request.user).active()
    known = {one.pk for one in without}
    return [one for one in suggestions(people, words, limit=FOUND) if one.pk not in known]


def _toast_logged(
    request: UserRequest,
    logged: Sequence[Interaction],
    contact: Contact,
    task: FollowUp | None = None,
) -> None:
    """The undo takes back all of it: everybody who was there, and the next step."""
    name, others = contact.full_name, len(logged) - 1
    asked = {"all": "1"} if others else {}
    if task is not None:
        asked["task"] = str(task.uid)
    undo = reverse("relationships:take-back-log", args=[logged[0].uid])
    undo += f"?{urlencode(asked)}" if asked else ""
    text = _("Logged with %(name)s.")
    if others:
        text = ngettext(
            "Logged with %(name)s and %(count)s other person.",
            "Logged with %(name)s and %(count)s other people.",
            others,
        )
    toast(request, text % {"name": name, "count": others}, undo_url=undo)


def _logged(request: UserRequest, contact: Contact) -> HttpResponse:
    """One stays where one was: the desk renews its list, a person's page comes anew; elsewhere the
    dialog closes.
    """
    if came_from(request, reverse("relationships:desk")):
        return trigger_client_event(HttpResponse(), TASKS_CHANGED)
    own = (
        person_url(contact),
        reverse("relationships:log-whom"),
        reverse("relationships:log", args=[contact.uid]),
        reverse("relationships:message", args=[contact.uid]),
    )
    if request.htmx and not any(came_from(request, path) for path in own):
        return HttpResponse()
    return back_to_person(request, contact)
