from typing import TYPE_CHECKING

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from core.api.errors import ScopeInsufficient
from core.models import ApiToken

if TYPE_CHECKING:  # DRF imports this module while it makes that class
    from rest_framework.views import APIView


def scope_for(view: "APIView", method: str) -> str:
    """The scope that a request needs: ``contacts:read`` or ``contacts:write``."""
    area: str = view.scope_area  # type: ignore[attr-defined]
    return f"{area}:{'read' if method in SAFE_METHODS else 'write'}"


class HasScope(BasePermission):
    """The token has the scope, and its user may still use the API at all."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        scope = scope_for(view, request.method or "GET")
        if not isinstance(request.auth, ApiToken):
            return False
        if scope not in request.auth.scopes:
            raise ScopeInsufficient(scope)
        return bool(request.user.has_perm("core.use_api"))
