import zoneinfo
from collections.abc import Callable

from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django_htmx.http import trigger_client_event

from core.toasts import as_event


class UserPreferencesMiddleware:
    """Show pages in the language and time zone that the signed-in user chose."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if not user.is_authenticated:
            return self.get_response(request)
        with (
            translation.override(user.language),
            timezone.override(zoneinfo.ZoneInfo(user.time_zone)),
        ):
            request.LANGUAGE_CODE = user.language
            return self.get_response(request)


class ToastMiddleware:
    """Give a htmx fragment the messages that a full page would show, as a ``toast`` event.

    An answer that sends the browser to another page leaves them for that page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_htmx = bool(getattr(request, "htmx", False))
        moves_on = any(
            response.has_header(name) for name in ("HX-Redirect", "HX-Refresh", "Location")
        )
        if is_htmx and not moves_on and (response.status_code < 300 or response.status_code == 422):
            events = [as_event(message) for message in get_messages(request)]
            if events:
                trigger_client_event(response, "toast", {"value": events})
        return response


class VaryOnHtmxMiddleware:
    """Keep browsers from showing a fragment where its page belongs.

    Both have one address. Without this, going back to a list shows the bare fragment that its
    last search fetched, out of the browser's cache.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, ["HX-Request", "HX-Target"])
        return response
