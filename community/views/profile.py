"""What we hold of someone, for themself: to find right, or to mend."""

from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from campaigns import links
from campaigns.models import Touchpoint
from community.forms import ProfileForm
from community.selectors.profile import SHOWN, emails_of, phone_of
from community.services.profile import confirm_profile, correct_profile
from contacts.models import Contact
from contacts.selectors.persons import survivor_of
from core.errors import DomainError

MOST_CHANGES = 20
"""That one link may make in a day: whoever found it cannot play with somebody's record."""
A_DAY = 86_400


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest, token: str) -> HttpResponse:
    """For whoever holds the link, until it runs out. Looking changes nothing.

    The link is what one needs to act, so there is no cookie to forge (as with the preferences).
    """
    named = links.touchpoint_uid_of_profile(token)
    contact = _contact_of(named[0]) if named else None
    if named is None or contact is None:
        return _guarded(render(request, "community/gone.html", status=404))
    with translation.override(contact.language):
        if named[1] < timezone.localdate():
            return _guarded(render(request, "community/profile_over.html", status=410))
        return _guarded(_answer(request, contact, token))


def _answer(request: HttpRequest, contact: Contact, token: str) -> HttpResponse:
    form, done = ProfileForm(initial=_initial(contact)), ""
    if request.method == "POST":
        if _is_too_much(token):
            return render(request, "community/profile_over.html", {"is_busy": True}, status=429)
        form, done = _act(request, contact)
    context = {
        "contact": contact,
        "form": form,
        "emails": emails_of(contact),
        "done": done,
    }
    status = 422 if request.method == "POST" and not done else 200
    return render(request, "community/profile.html", context, status=status)


def _act(request: HttpRequest, contact: Contact) -> tuple[ProfileForm, str]:
    """Do what the button said; the form shows what we hold then, or what was wrong."""
    if request.POST.get("act") == "confirm":
        confirm_profile(contact=contact)
        return ProfileForm(initial=_initial(contact)), "confirmed"
    form = ProfileForm(request.POST)
    if not form.is_valid():
        return form, ""
    values = dict(form.cleaned_data)
    try:
        changed = correct_profile(contact=contact, phone=values.pop("phone"), values=values)
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return form, ""
    return ProfileForm(initial=_initial(changed)), "corrected"


def _contact_of(touchpoint_uid: Any) -> Contact | None:
    """The person, under the record that they are now; None once they are erased."""
    found = Touchpoint.objects.select_related("contact__merged_into").filter(uid=touchpoint_uid)
    touchpoint = found.first()
    if touchpoint is None:
        return None
    contact = survivor_of(touchpoint.contact)
    return None if contact.erased_at is not None else contact


def _initial(contact: Contact) -> dict[str, Any]:
    phone = phone_of(contact)
    return {
        **{name: getattr(contact, name) for name in SHOWN},
        "phone": phone.display if phone else "",
    }


def _is_too_much(token: str) -> bool:
    key = f"profile-link:{token}"
    cache.add(key, 0, A_DAY)
    try:
        return bool(cache.incr(key) > MOST_CHANGES)
    except ValueError:
        return False


def _guarded(response: HttpResponse) -> HttpResponse:
    """The address is the key: it is told to nobody, and found by no search."""
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response
