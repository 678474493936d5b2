"""The keys of the REST API: made, replaced and revoked by the person they act for."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, scopes
from core.errors import DomainError
from core.models import ApiToken, User

LONGEST = timedelta(days=366)


class TokenRefused(DomainError):
    code = "token_refused"


@transaction.atomic
def make_token(
    *, actor: User, name: str, scope_names: Iterable[str], expires_at: datetime, now: datetime
) -> tuple[ApiToken, str]:
    """Make a token that acts for ``actor``. The secret is returned this once and kept nowhere."""
    wanted = sorted(set(scope_names))
    if not wanted or set(wanted) - {scope.name for scope in scopes.catalogue()}:
        raise TokenRefused(_("Choose what the token may do."))
    if not now < expires_at <= now + LONGEST:
        raise TokenRefused(_("A token expires within a year."))
    # The page that shows a secret may be sent again by its reader: that makes no second token.
    if ApiToken.objects.valid(now).filter(user=actor, name=name).exists():
        raise TokenRefused(_("You have a token of this name."))
    token, secret = _new(actor, name, wanted, expires_at)
    audit.record(actor=actor, action="core.token_made", target=token, scopes=wanted)
    return token, secret


@transaction.atomic
def rotate_token(
    *, token: ApiToken, actor: User, overlap: timedelta, now: datetime
) -> tuple[ApiToken, str]:
    """Give ``token`` a successor with the same name, scopes and lifetime, and its secret.

    The old one goes on working for ``overlap``, so that no call fails while the secret is
    put in its place; never longer than it would have anyway.
    """
    current = _locked_valid(token, now)
    lifetime = current.expires_at - current.created_at
    successor, secret = _new(actor, current.name, current.scopes, now + lifetime)
    current.expires_at = min(current.expires_at, now + overlap)
    current.save(update_fields=["expires_at", "updated_at"])
    audit.record(actor=actor, action="core.token_rotated", target=current, successor=successor.pk)
    return successor, secret


@transaction.atomic
def revoke_token(*, token: ApiToken, actor: User, now: datetime) -> None:
    """Make the token useless at once, for good."""
    current = _locked_valid(token, now)
    current.revoked_at = now
    current.save(update_fields=["revoked_at", "updated_at"])
    audit.record(actor=actor, action="core.token_revoked", target=current)


def _new(
    user: User, name: str, scope_names: list[str], expires_at: datetime
) -> tuple[ApiToken, str]:
    secret = ApiToken.new_secret()
    token = ApiToken.objects.create(
        user=user,
        name=name,
        hint=secret[:8],
        digest=ApiToken.digest_of(secret),
        scopes=scope_names,
        expires_at=expires_at,
    )
    return token, secret


def _locked_valid(token: ApiToken, now: datetime) -> ApiToken:
    current = ApiToken.objects.select_for_update().get(pk=token.pk)
    if current.revoked_at is not None or current.expires_at <= now:
        raise TokenRefused(_("This token no longer works already."))
    return current
