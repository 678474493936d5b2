"""The pages about the API. They need no sign-in: they tell what the API is, not what is in it."""

import hashlib
import json
from functools import cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import condition, require_safe

from core import scopes
from core.api import problems as catalogue
from core.api import reference, schema


@cache
def _document() -> bytes:
    return json.dumps(schema.document(), ensure_ascii=False, indent=1).encode()


def _etag(request: HttpRequest) -> str:
    return f'"{hashlib.sha256(_document()).hexdigest()[:32]}"'


@require_safe
@condition(etag_func=_etag)
def openapi(request: HttpRequest) -> HttpResponse:
    return HttpResponse(_document(), content_type="application/json")


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    context = {
        "base_url": settings.BASE_URL,
        "chapters": reference.chapters(),
        "scopes": scopes.catalogue(),
        "at_once": settings.API_REQUESTS_AT_ONCE,
        "per_minute": settings.API_REQUESTS_PER_MINUTE,
    }
    return render(request, "core/api_docs.html", context)


@require_safe
def problems(request: HttpRequest) -> HttpResponse:
    """What ``type`` of a problem points to."""
    return render(request, "core/api_problems.html", {"types": catalogue.TYPES})
