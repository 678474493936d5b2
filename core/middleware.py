import zoneinfo
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation


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
