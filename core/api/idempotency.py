"""``Idempotency-Key``: a POST that is repeated, because its answer was lost, acts only once."""

import hashlib
import json
import re
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils import timezone
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.errors import KeyInProgress, KeyInvalid, KeyReused
from core.api.problems import CONTENT_TYPE
from core.models import ApiToken, IdempotentReply

_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_KEPT_HEADERS = ("ETag", "Location")


def answer_once(
    *,
    request: Request,
    token: ApiToken,
    key: str,
    act: Callable[[], Response],
    refuse: Callable[[Exception], Response],
) -> Response:
    """Call ``act`` unless this token has sent the same request under ``key`` before: then give
    the answer of that time. What was refused then is refused again, in the same words.

    What ``act`` writes and the answer are committed together. The row is made first, in a
    transaction of its own, and locked while the request runs: that is how a second one knows
    that the first is still at it, and that a third may take over when a process has died.
    """
    if not _KEY.fullmatch(key):
        raise KeyInvalid
    fingerprint = fingerprint_of(request)
    mine = IdempotentReply.objects.filter(token=token, key=key)
    mine.filter(created_at__lt=timezone.now() - IdempotentReply.KEPT).delete()
    IdempotentReply.objects.bulk_create(
        [IdempotentReply(token=token, key=key, fingerprint=fingerprint)], ignore_conflicts=True
    )
    with transaction.atomic():
        reply = mine.select_for_update(skip_locked=True).first()
        if reply is None:
            raise KeyInProgress
        if reply.fingerprint != fingerprint:
            raise KeyReused
        if reply.status is not None:
            return _replay(reply)
        response = _run(act, refuse)
        if response.status_code < 500:
            _keep(reply, response)
        return response


def fingerprint_of(request: Request) -> str:
    asked = f"{request.method} {request.get_full_path()}\n".encode()
    if (request.content_type or "").startswith("multipart/"):
        return hashlib.sha256(asked + _form(request)).hexdigest()
    return hashlib.sha256(asked + request._request.body).hexdigest()


def _form(request: Request) -> bytes:
    """What a form says: the line that parts its fields is another one each time it is sent."""
    held = []
    sent: Any = request.data
    for name, values in sorted(sent.lists()):
        for value in values:
            if hasattr(value, "chunks"):
                digest = hashlib.sha256()
                for chunk in value.chunks():
                    digest.update(chunk)
                value.seek(0)
                held.append([name, value.name, digest.hexdigest()])
            else:
                held.append([name, value])
    return json.dumps(held).encode()


def _run(act: Callable[[], Response], refuse: Callable[[Exception], Response]) -> Response:
    try:
        with transaction.atomic():
            return act()
    except Exception as error:  # noqa: BLE001 -- as in DRF's own dispatch: every error has an answer
        return refuse(error)


def _keep(reply: IdempotentReply, response: Response) -> None:
    reply.status = response.status_code
    reply.headers = {name: response[name] for name in _KEPT_HEADERS if name in response}
    reply.body = JSONRenderer().render(response.data).decode()
    reply.save(update_fields=["status", "headers", "body", "updated_at"])


def _replay(reply: IdempotentReply) -> Response:
    status = reply.status or 500
    return Response(
        json.loads(reply.body),
        status=status,
        headers={**reply.headers, "Idempotent-Replayed": "true"},
        content_type=CONTENT_TYPE if status >= 400 else None,
    )
