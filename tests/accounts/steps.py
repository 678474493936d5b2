"""What the tests of accounts do again and again."""

import re

from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from core.models import AccountMail

SIGN_IN = "/accounts/login/"


def sign_in(client: Client, email: str, password: str, address: str = "192.0.2.1") -> HttpResponse:
    data = {"login": email, "password": password}
    return client.post(SIGN_IN, data, REMOTE_ADDR=address)  # type: ignore[return-value]


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def link_in(mail: AccountMail) -> str:
    """The path that a mail leads to. It stands on the address that the operator gave."""
    base = re.escape(settings.BASE_URL)
    (path,) = re.findall(rf"^{base}(/accounts/\S+)$", mail.text, re.MULTILINE)
    return str(path)


def without_tokens(response: HttpResponse) -> tuple[int, list[str]]:
    """An answer without its CSRF tokens, which differ every time."""
    lines = response.content.decode().splitlines()
    return response.status_code, [line for line in lines if "csrfmiddlewaretoken" not in line]
