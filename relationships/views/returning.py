"""Where an act leads back to."""

from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

from django.core import signing
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import (
    HttpResponseClientRedirect,
    HttpResponseClientRefresh,
    trigger_client_event,
)

from contacts.models import Contact
from core.http import UserRequest
from core.models import User

# What the lists of tasks and the desk listen to.
TASKS_CHANGED = "tasks-changed"
UNDO = "relationships.undo"
SECOND_THOUGHTS = timedelta(days=1)


def next_url(request: UserRequest, fallback: str) -> str:
    """The page that the form names in ``next``, when it is one of ours."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    if asked and url_has_allowed_host_and_scheme(asked, allowed_hosts=None):
        return asked
    return fallback


def person_url(contact: Contact) -> str:
    return reverse("contacts:person", args=[contact.uid])


def back_to_person(request: UserRequest, contact: Contact) -> HttpResponse:
    """After a change that shows in many places of the page: for htmx, the page anew."""
    page = person_url(contact)
    if request.htmx and came_from(request, page):
        return HttpResponseClientRefresh()
    url = next_url(request, page)
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)


def tasks_changed(request: UserRequest) -> HttpResponse:
    """An empty answer to htmx: it closes the dialog, and the lists on the page renew themselves."""
    return trigger_client_event(HttpResponse(), TASKS_CHANGED)


def place_of(request: UserRequest) -> int:
    """Which line of the desk was acted on: the focus goes to the one that takes its place."""
    given = request.POST.get("place", "")
    return int(given) if given.isdigit() and len(given) < 3 else 0


def undo_token(user: User, *words: str) -> str:
    """What the undo of an act of ``user`` carries: nobody else has it, nor can make it up."""
    return signing.dumps([user.pk, *words], salt=UNDO)


def undo_words(user: User, token: str) -> list[str] | None:
    """The words of a token of theirs, for a day; None for what somebody made up."""
    try:
        by, *words = signing.loads(token, salt=UNDO, max_age=SECOND_THOUGHTS)
    except signing.BadSignature:
        return None
    return words if by == user.pk else None


def user_or_404(uid: str) -> User:
    """The colleague whom an undo names; what is no uid at all is nobody."""
    try:
        return get_object_or_404(User, uid=UUID(uid))
    except ValueError:
        raise Http404 from None


def came_from(request: UserRequest, path: str) -> bool:
    """Whether htmx asked from the page at ``path``."""
    return bool(request.htmx) and urlsplit(request.htmx.current_url or "").path == path
