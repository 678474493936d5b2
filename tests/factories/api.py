from datetime import timedelta
from typing import Any

from django.utils import timezone
from rest_framework.test import APIClient

from core.models import ApiToken, User

SCOPES = ("contacts:read", "contacts:write", "relationships:read", "relationships:write")


def token_for(user: User, *scopes: str, **fields: Any) -> tuple[ApiToken, str]:
    """A token of ``user`` and its secret; without ``scopes`` it has all of them."""
    secret = ApiToken.new_secret()
    fields.setdefault("expires_at", timezone.now() + timedelta(days=30))
    token = ApiToken.objects.create(
        user=user,
        name="Test",
        hint=secret[:8],
        digest=ApiToken.digest_of(secret),
        scopes=list(scopes or SCOPES),
        **fields,
    )
    return token, secret


def client_for(user: User, *scopes: str) -> APIClient:
    """A client that sends a token of ``user``. An error in an endpoint answers 500, as outside."""
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token_for(user, *scopes)[1]}")
    return client
