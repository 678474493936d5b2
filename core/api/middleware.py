from collections.abc import Callable
from typing import Any

import structlog
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import translation
from django_structlog.signals import bind_extra_request_metadata

from core.api.problems import CONTENT_TYPE, REQUEST_ID, problem, request_id

PREFIX = "/api/"


class ApiProblemMiddleware:
    """Under ``/api/`` nothing fails as HTML: an unknown address, a host that is not ours, an
    error in another middleware. What an endpoint refused is a problem already and passes.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        name = request_id(request)
        response = self.get_response(request)
        if response.status_code >= 400 and response.get("Content-Type") != CONTENT_TYPE:
            response = _as_problem(request, response)
        response["X-Request-Id"] = name
        return response


def _as_problem(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    # The middleware that chooses the language may not have come to it.
    with translation.override(translation.get_language_from_request(request)):
        answer = JsonResponse(
            problem(request=request, status=response.status_code),
            status=response.status_code,
            content_type=CONTENT_TYPE,
        )
        answer["Content-Language"] = translation.get_language() or ""
    for header in ("Allow", "Retry-After"):
        if header in response:
            answer[header] = response[header]
    return answer


@receiver(bind_extra_request_metadata)
def use_our_request_id(request: HttpRequest, **_kwargs: Any) -> None:
    """What stands in the log is what the client was told."""
    if REQUEST_ID in request.META:
        structlog.contextvars.bind_contextvars(request_id=request.META[REQUEST_ID])
