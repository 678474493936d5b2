"""How each exception becomes a problem (``core.api.problems``)."""

import logging
from collections.abc import Iterable, Iterator
from typing import Any

from django.core import exceptions as django_exceptions
from django.db import DataError, IntegrityError
from django.http import UnreadablePostError
from django.utils.translation import gettext_lazy as _
from drf_standardized_errors.formatter import ExceptionFormatter
from drf_standardized_errors.handler import ExceptionHandler
from rest_framework import exceptions, serializers
from rest_framework.response import Response
from rest_framework.settings import api_settings

from core.api.errors import (
    Conflict,
    ParameterInvalid,
    RequestRefused,
    ScopeInsufficient,
    TokenInvalid,
)
from core.api.problems import CONTENT_TYPE, FieldProblem, problem
from core.errors import DomainError

logger = logging.getLogger(__name__)


class ProblemHandler(ExceptionHandler):
    """Turn whatever an endpoint raises into a problem. What nobody foresaw is a 500 that tells
    the client nothing but the request id; the log and the error tracker get it whole.
    """

    def convert_known_exceptions(self, exc: Exception) -> Exception:
        match exc:
            case DomainError():
                conflict = Conflict(str(exc), code=exc.code)
                conflict.context = exc.context
                return conflict
            case django_exceptions.ValidationError():
                exc = exceptions.ValidationError(serializers.as_serializer_error(exc))
            case IntegrityError():
                # Two requests at once, and a constraint kept them apart: the later one is refused.
                logger.warning("A constraint refused an API request", exc_info=exc)
                return Conflict()
            case DataError():
                logger.error("A value reached the database that a serializer let by", exc_info=exc)
                exc = exceptions.ValidationError(_("A value does not fit."))
            case UnreadablePostError() | django_exceptions.BadRequest():
                return exceptions.ParseError()
            case django_exceptions.SuspiciousOperation():
                return exceptions.ParseError()
        if type(exc) is exceptions.ValidationError:
            exc.status_code = 422
        converted: Exception = super().convert_known_exceptions(exc)
        return converted

    def get_response(self, exc: exceptions.APIException, data: dict[str, Any]) -> Response:
        return Response(
            data, status=exc.status_code, headers=self.get_headers(exc), content_type=CONTENT_TYPE
        )


class ProblemFormatter(ExceptionFormatter):
    def run(self) -> dict[str, Any]:
        if isinstance(self.exc, exceptions.ValidationError):
            is_query = isinstance(self.exc, ParameterInvalid)
            errors = flatten(self.exc.detail, "?" if is_query else "")
            return self._problem(self.exc.default_code if is_query else "invalid", errors=errors)
        if self.exc.status_code >= 500:
            return self._problem("server_error")
        code = str(self.exc.get_codes())
        # DRF's own sentences for these name its parsers and classes; ours say what to do.
        has_own_words = isinstance(self.exc, RequestRefused | TokenInvalid | ScopeInsufficient)
        own = str(self.exc.detail) if has_own_words or code == "parse_error" else ""
        return self._problem(code, detail=own)

    def _problem(
        self, code: str, *, detail: str = "", errors: Iterable[FieldProblem] = ()
    ) -> dict[str, Any]:
        request: Any = self.context["request"]
        return problem(
            request=getattr(request, "_request", request),
            status=self.exc.status_code,
            code=code,
            detail=detail,
            errors=errors,
            context=dict(getattr(self.exc, "context", {})),
        )


def flatten(detail: Any, pointer: str) -> Iterator[FieldProblem]:
    """Nested errors as one list. ``pointer`` is a JSON Pointer, or "?" for query parameters."""
    if isinstance(detail, exceptions.ErrorDetail):
        yield FieldProblem(pointer=pointer, code=detail.code or "invalid", detail=str(detail))
    elif isinstance(detail, dict):
        for key, value in detail.items():
            yield from flatten(value, _below(pointer, str(key)))
    else:
        for index, value in enumerate(detail):
            is_leaf = isinstance(value, exceptions.ErrorDetail)
            yield from flatten(value, pointer if is_leaf else _below(pointer, str(index)))


def _below(pointer: str, key: str) -> str:
    if key == api_settings.NON_FIELD_ERRORS_KEY:
        return pointer
    if pointer == "?":
        return pointer + key
    return f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}"
