"""What happens round signing in, written to the audit log.

allauth and Django tell of it by signals; these are the only ones we listen to. Of a failed
sign-in the address of the account is kept only as a reference to the account, if there is
one: people also type a password in the wrong box.
"""

from typing import Any

from allauth.account import signals as account
from allauth.account.adapter import get_adapter
from allauth.mfa import signals as mfa
from django.contrib.auth import signals as auth
from django.dispatch import receiver
from django.http import HttpRequest

from core import audit
from core.models import User
from core.signing_in import devices


@receiver(auth.user_logged_in)
def on_signed_in(request: HttpRequest, user: User, **kwargs: Any) -> None:
    methods = [
        record["method"] for record in request.session.get("account_authentication_methods", [])
    ]
    audit.record(
        actor=user, action="core.signed_in", target=user, methods=methods, **_client(request)
    )


@receiver(auth.user_login_failed)
def on_sign_in_failed(
    credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any
) -> None:
    # As much work with an account as without: the time taken tells nothing either.
    email = str(credentials.get("email", ""))
    user = User.objects.filter(email=email.lower()).first()
    audit.record(actor=None, action="core.sign_in_failed", target=user, **_client(request))


@receiver(auth.user_logged_out)
def on_signed_out(request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    if user is not None:
        audit.record(actor=user, action="core.signed_out", target=user, **_client(request))


@receiver(account.password_changed)
@receiver(account.password_set)
def on_password_changed(request: HttpRequest, user: User, **kwargs: Any) -> None:
    audit.record(actor=user, action="core.password_changed", target=user, **_client(request))


@receiver(account.password_reset)
def on_password_reset(request: HttpRequest, user: User, **kwargs: Any) -> None:
    audit.record(actor=user, action="core.password_reset", target=user, **_client(request))


@receiver(account.email_changed)
def on_email_changed(request: HttpRequest, user: User, **kwargs: Any) -> None:
    audit.record(actor=user, action="core.address_changed", target=user, **_client(request))


@receiver(mfa.authenticator_added)
def on_factor_added(request: HttpRequest, user: User, authenticator: Any, **kwargs: Any) -> None:
    _record_factor("core.factor_added", request, user, authenticator)


@receiver(mfa.authenticator_removed)
def on_factor_removed(request: HttpRequest, user: User, authenticator: Any, **kwargs: Any) -> None:
    _record_factor("core.factor_removed", request, user, authenticator)


@receiver(mfa.authenticator_reset)
def on_factor_renewed(request: HttpRequest, user: User, authenticator: Any, **kwargs: Any) -> None:
    _record_factor("core.factor_renewed", request, user, authenticator)


@receiver(mfa.authentication_failed)
def on_code_refused(request: HttpRequest, user: User, authenticator: Any, **kwargs: Any) -> None:
    audit.record(
        actor=None,
        action="core.code_refused",
        target=user,
        factor=str(authenticator.type),
        **_client(request),
    )


def _record_factor(action: str, request: HttpRequest, user: User, authenticator: Any) -> None:
    factor = str(authenticator.type)
    audit.record(actor=user, action=action, target=user, factor=factor, **_client(request))


def _client(request: HttpRequest | None) -> dict[str, str]:
    """Where it came from: the address, and the browser's name in words."""
    if request is None or "REMOTE_ADDR" not in request.META:
        return {}  # A session made in code, not over HTTP.
    return {
        "address": get_adapter(request).get_client_ip(request),
        "device": devices.describe(request.headers.get("User-Agent", "")),
    }
