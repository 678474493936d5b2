"""The pages about the API. They need no sign-in: they tell what the API is, not what is in it."""

import hashlib
import json
from functools import cache

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import condition, require_safe

from core.api import schema


@cache
def _document() -> bytes:
    return json.dumps(schema.document(), ensure_ascii=False, indent=1).encode()


def _etag(request: HttpRequest) -> str:
    return f'"{hashlib.sha256(_document()).hexdigest()[:32]}"'


@require_safe
@condition(etag_func=_etag)
def openapi(request: HttpRequest) -> HttpResponse:
    return HttpResponse(_document(), content_type="application/json")


def docs(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


def problems(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")
