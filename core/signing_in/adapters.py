"""What we have django-allauth do our way."""

import base64
import hashlib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from core.mail import as_html, queue_mail
from core.models import User
from core.signing_in import devices
from core.signing_in.limits import seconds_to_wait, too_many_requests

TOO_MANY = gettext_lazy("Too many tries. Wait a few minutes, then try again.")


class AccountAdapter(DefaultAccountAdapter):
    """Closed to sign-up, its mails queued as rows in the reader's language, its limits a page."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": gettext_lazy("This e-mail address and password do not match."),
        "incorrect_password": gettext_lazy("That is not your password."),
        "enter_current_password": gettext_lazy("That is not your present password."),
        "incorrect_code": gettext_lazy("That code is not right. It may have just changed."),
        "too_many_login_attempts": gettext_lazy(
            "Too many tries. Wait a few minutes, then try again."
        ),
        "rate_limited": gettext_lazy("Too many tries. Wait a few minutes, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        try:
            return str(super().get_client_ip(request))
        except ImproperlyConfigured:
            # Fewer proxies passed it on than there are: it came round them, as it is.
            return str(request.META["REMOTE_ADDR"])

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError as refusal:
            wait = seconds_to_wait(
                request,
                action="login_failed",
                key=self._get_login_attempts_cache_key(request, **credentials),
            )
            raise ImmediateHttpResponse(too_many_requests(request, wait)) from refusal

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """In the language of the account at that address; in the page's where there is none."""
        user = User.objects.filter(email=email.lower()).first()
        values = {**context, "email": email, "base_url": settings.BASE_URL}
        if "user_agent" in values:
            values["device"] = devices.describe(values["user_agent"])
        with override(user.language if user else None):
            subject = " ".join(render_to_string(f"{template_prefix}_subject.txt", values).split())
            text = render_to_string(f"{template_prefix}_message.txt", values).strip()
            queue_mail(to=email, subject=subject, text=text, html=as_html(subject, text))

    # Links in mails start with the address that the operator gave, never with a Host header.
    def get_reset_password_from_key_url(self, key: str) -> str:
        uid, _separator, secret = key.partition("-")
        return settings.BASE_URL + reverse("account_reset_password_from_key", args=[uid, secret])

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        return settings.BASE_URL + reverse("account_confirm_email", args=[emailconfirmation.key])


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets of authenticator apps and recovery codes are unreadable in a stolen database."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": AccountAdapter.error_messages["incorrect_code"],
    }

    def encrypt(self, text: str) -> str:
        return _fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _fernet().decrypt(encrypted_text.encode()).decode()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": settings.MFA_TOTP_ISSUER}

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        from allauth.core import context  # noqa: PLC0415 -- set per request

        agent = context.request.headers.get("User-Agent", "") if context.request else ""
        return devices.describe(agent) or _("Passkey")


def _fernet() -> MultiFernet:
    """Keys of their own, made from the secret key and, to read what is older, its predecessors."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [hashlib.sha256(b"second factor:" + secret.encode()).digest() for secret in secrets]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
