"""What may go wrong in an endpoint: the class gives status, stable code and the sentence."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions


class RequestRefused(exceptions.APIException):
    """Base of our own."""


class BodyTooLarge(RequestRefused):
    status_code = 400
    default_code = "body_too_large"
    default_detail = _("The body is larger than one megabyte.")


class ParameterInvalid(exceptions.ValidationError):
    """What stands behind the question mark is wrong. A body that is wrong is a 422 instead."""

    status_code = 400
    default_code = "invalid_parameter"


class CursorInvalid(RequestRefused):
    status_code = 400
    default_code = "invalid_cursor"
    default_detail = _("The cursor is not one of ours, or too old. Begin again without it.")


class CursorNotAlone(RequestRefused):
    status_code = 400
    default_code = "cursor_with_parameters"
    default_detail = _(
        "A cursor carries filter, order and limit: send it without other parameters."
    )


class TokenInvalid(exceptions.AuthenticationFailed):
    default_code = "invalid_token"
    default_detail = _("The token is unknown, expired or revoked.")


class ScopeInsufficient(exceptions.PermissionDenied):
    default_code = "insufficient_scope"

    def __init__(self, scope: str) -> None:
        super().__init__(_("The token lacks the scope “%(scope)s”.") % {"scope": scope})
        self.auth_header = f'Bearer realm="TRM", error="insufficient_scope", scope="{scope}"'


class KeyInvalid(RequestRefused):
    status_code = 400
    default_code = "invalid_idempotency_key"
    default_detail = _("An Idempotency-Key is 1 to 255 printable ASCII characters.")


class KeyReused(RequestRefused):
    status_code = 422
    default_code = "idempotency_key_reused"
    default_detail = _("This Idempotency-Key was used before, for another request.")


class KeyInProgress(RequestRefused):
    status_code = 409
    default_code = "idempotency_key_in_progress"
    default_detail = _("A request with this Idempotency-Key is still running.")
    wait = 1


class PreconditionFailed(RequestRefused):
    status_code = 412
    default_code = "precondition_failed"
    default_detail = _("It was changed since you read it.")


class ExistsAlready(PreconditionFailed):
    default_code = "exists_already"
    default_detail = _("It exists already, and If-None-Match asked that it should not.")


class Conflict(RequestRefused):
    """``context``: what else the client is told, where a rule of the business said no."""

    status_code = 409
    default_code = "conflict"
    default_detail = _("It goes against something that is already recorded.")
    context: Mapping[str, Any] = MappingProxyType({})
