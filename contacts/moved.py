"""The addresses of people who were merged: they lead to who they are now, for good.

Every page of a person finds them through ``person_or_404``, so that no address of theirs, however
deep, ends with a merge.
"""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from contacts.models import Contact
from contacts.selectors.persons import find_person, survivor_of
from core.models import User
from core.toasts import toast


class PersonMoved(Exception):
    """Whom the address names became part of ``survivor``."""

    def __init__(self, survivor: Contact) -> None:
        super().__init__(survivor.uid)
        self.survivor = survivor


def person_or_404(user: User, uid: UUID) -> Contact:
    """The person of that uid, or 404: also for whoever may not know that they exist.

    Raises ``PersonMoved`` for one who was merged, if the user may see who they are now.
    """
    contact = find_person(user, uid)
    if contact is None:
        raise Http404
    if contact.merged_into is None:
        return contact
    survivors = Contact.objects.visible_to(user).filter(pk=survivor_of(contact).pk)
    raise PersonMoved(get_object_or_404(survivors))


class MovedPeopleMiddleware:
    """Answers ``PersonMoved``: 301 to the same page of who they are now.

    What was to be written is not: it was meant for a record that is no more, and whoever meant it
    is shown what became of that.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, PersonMoved):
            return None
        if request.method in ("GET", "HEAD"):
            return redirect(self._same_page(request, error.survivor), permanent=True)
        name = error.survivor.full_name
        text = _("This record was merged into that of %(name)s. Nothing was changed.")
        toast(request, text % {"name": name}, level=messages.WARNING)
        url = reverse("contacts:person", args=[error.survivor.uid])
        is_htmx = bool(getattr(request, "htmx", False))
        return HttpResponseClientRedirect(url) if is_htmx else redirect(url)

    def _same_page(self, request: HttpRequest, survivor: Contact) -> str:
        match = request.resolver_match
        if match is None or "uid" not in match.kwargs:
            return reverse("contacts:person", args=[survivor.uid])
        url = reverse(match.view_name, kwargs={**match.kwargs, "uid": survivor.uid})
        query = request.META.get("QUERY_STRING", "")
        return f"{url}?{query}" if query else url
