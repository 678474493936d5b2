"""RFC 9457 problem details: what every failure of the API looks like.

``type`` and ``title`` go by the status; ``code`` is finer and stable, for clients to branch on.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypedDict

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.models import uuid7

CONTENT_TYPE = "application/problem+json"
REQUEST_ID = "trm.request_id"


@dataclass(frozen=True)
class ProblemType:
    """``detail`` is what is said when nothing more precise is known."""

    slug: str
    title: str | Promise
    detail: str | Promise


class FieldProblem(TypedDict):
    """``pointer``: a JSON Pointer into the body ("/emails/0/address"), or "?limit"."""

    pointer: str
    code: str
    detail: str


TYPES = {
    400: ProblemType(
        "bad-request",
        _("The request cannot be read"),
        _("Look at the address, the parameters and the headers, and whether the body is JSON."),
    ),
    401: ProblemType(
        "not-authenticated",
        _("Who is asking?"),
        _("Send a valid token: “Authorization: Bearer trm_…”."),
    ),
    403: ProblemType(
        "not-allowed",
        _("Not allowed"),
        _("The token, or the person it acts for, may not do this."),
    ),
    404: ProblemType(
        "not-found",
        _("Not found"),
        _("There is nothing here, or nothing that the token may see."),
    ),
    405: ProblemType(
        "method-not-allowed",
        _("Method not allowed"),
        _("The Allow header names the methods that this address takes."),
    ),
    406: ProblemType(
        "not-acceptable",
        _("No such representation"),
        _("Everything is answered in JSON."),
    ),
    409: ProblemType(
        "conflict",
        _("Refused as things stand"),
        _("It goes against something that is already recorded."),
    ),
    412: ProblemType(
        "precondition-failed",
        _("Changed since you read it"),
        _("Read it again and repeat the change with its new ETag."),
    ),
    415: ProblemType(
        "unsupported-media-type",
        _("Send JSON"),
        _("Bodies are read as application/json alone."),
    ),
    422: ProblemType(
        "invalid",
        _("Some of what was sent is not valid"),
        _("The list of errors says what, and where."),
    ),
    429: ProblemType(
        "too-many-requests",
        _("Too many requests"),
        _("Wait as long as the Retry-After header says."),
    ),
    500: ProblemType(
        "server-error",
        _("Something went wrong on our side"),
        _("It has been recorded under the request id; nothing was changed."),
    ),
}


def problem_type(status: int) -> ProblemType:
    return TYPES.get(status) or TYPES[500 if status >= 500 else 400]


def problem(
    *,
    request: HttpRequest,
    status: int,
    code: str = "",
    detail: str = "",
    errors: Iterable[FieldProblem] = (),
    context: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    kind = problem_type(status)
    return {
        "type": f"{settings.BASE_URL}/api/v1/problems#{kind.slug}",
        "title": str(kind.title),
        "status": status,
        "detail": detail or str(kind.detail),
        "instance": request.path,
        "code": code or kind.slug.replace("-", "_"),
        "request_id": request_id(request),
        "errors": list(errors),
        **({"context": dict(context)} if context else {}),
    }


def request_id(request: HttpRequest) -> str:
    """The name of this request in our log; clients quote it when they ask what went wrong."""
    return str(request.META.setdefault(REQUEST_ID, str(uuid7())))
