from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from campaigns import links
from campaigns.models import Touchpoint
from community.selectors.preferences import has_stopped_everything, purposes_on, topics
from community.services.preferences import choose_purposes, stop_everything, unsubscribe
from contacts.choices import Purpose
from contacts.models import Contact


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest, token: str) -> HttpResponse:
    """What we may write about, for whoever holds the link of a mail.

    Looking changes nothing: mail programs and scanners follow links. The link is what one needs to
    act, so there is no cookie to forge and none to be asked for: a mailbox posts here from its
    own server (RFC 8058).
    """
    touchpoint = _touchpoint_of(token)
    if touchpoint is None or touchpoint.contact.erased_at is not None:
        return _gone(request)
    with translation.override(_language(request, touchpoint.contact)):
        if request.POST.get("List-Unsubscribe") == "One-Click":
            unsubscribe(touchpoint=touchpoint)
            return HttpResponse(translation.gettext("You are unsubscribed."), "text/plain")
        done = _act(request, touchpoint) if request.method == "POST" else {}
        return render(request, "community/preferences.html", _shown(touchpoint) | done)


def _language(request: HttpRequest, contact: Contact) -> str:
    """The one asked for in the address, or else the one in which we write to them."""
    asked = request.GET.get("language", "")
    return asked if asked in dict(settings.LANGUAGES) else contact.language


def _touchpoint_of(token: str) -> Touchpoint | None:
    uid = links.touchpoint_uid_of(token)
    if uid is None:
        return None
    found = Touchpoint.objects.select_related("contact", "step__campaign")
    return found.filter(uid=uid).first()


def _act(request: HttpRequest, touchpoint: Touchpoint) -> dict[str, Any]:
    """Do what the button said. ``was`` is what the undo beside the confirmation brings back."""
    contact = touchpoint.contact
    was = sorted(purposes_on(contact, now=timezone.now()))
    act = request.POST.get("act", "")
    if act == "unsubscribe":
        unsubscribe(touchpoint=touchpoint)
    elif act == "stop":
        stop_everything(contact=contact)
    elif act in {"choose", "undo"}:
        wanted = set(request.POST.getlist("purpose")) & set(Purpose.values)
        choose_purposes(contact=contact, wanted=wanted)
    else:
        return {}
    return {"done": act, "was": was}


def _shown(touchpoint: Touchpoint) -> dict[str, Any]:
    contact = touchpoint.contact
    return {
        "contact": contact,
        "purpose": Purpose(touchpoint.step.campaign.purpose),
        "topics": topics(contact, now=timezone.now()),
        "has_stopped": has_stopped_everything(contact),
        "languages": [one for one in settings.LANGUAGES if one[0] != translation.get_language()],
    }


def _gone(request: HttpRequest) -> HttpResponse:
    return render(request, "community/gone.html", status=404)
