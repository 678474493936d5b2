from datetime import timedelta

import structlog
from django.db.models import Q
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.request import Request

from core.api.errors import TokenInvalid
from core.models import ApiToken, User

USE_IS_NOTED_EVERY = timedelta(minutes=1)


class TokenAuthentication(BaseAuthentication):
    """``Authorization: Bearer trm_…``: the request acts as the token's user, within its scopes.

    A session cookie is no sign-in here, so that no page elsewhere can act through a browser.
    """

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        scheme, _, secret = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != "bearer":
            return None
        now = timezone.now()
        digest = ApiToken.digest_of(secret.strip())
        token = ApiToken.objects.valid(now).select_related("user").filter(digest=digest).first()
        if token is None:
            raise TokenInvalid
        _note_use(token)
        structlog.contextvars.bind_contextvars(api_token=token.hint)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        if get_authorization_header(request):
            return 'Bearer realm="TRM", error="invalid_token"'
        return 'Bearer realm="TRM"'


def _note_use(token: ApiToken) -> None:
    """At most once a minute: a busy client must not write a row with each request."""
    now = timezone.now()
    stale = Q(last_used_at=None) | Q(last_used_at__lt=now - USE_IS_NOTED_EVERY)
    if token.last_used_at is None or token.last_used_at < now - USE_IS_NOTED_EVERY:
        ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=now)
