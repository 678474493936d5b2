"""Authenticator apps, recovery codes, sessions, and proving oneself again before a change."""

import time
from urllib.parse import quote

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from core.models import AccountMail, AuditEntry, User
from tests.accounts.steps import is_signed_in, sign_in

pytestmark = pytest.mark.django_db

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code_for(secret: str) -> str:
    """The six digits that an app shows now: allauth's own reckoning of RFC 6238."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def prove(client: Client, password: str) -> None:
    client.post(reverse("account_reauthenticate"), {"password": password})


@pytest.fixture
def with_app(anna: User) -> User:
    TOTP.activate(anna, SECRET)
    return anna


def test_setting_up_an_app_needs_the_password_once_more(
    client: Client,
    anna: User,
    password: str,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    sign_in(client, anna.email, password)
    url = reverse("mfa_activate_totp")
    asked = f"{reverse('account_reauthenticate')}?next={quote(url, safe='')}"
    assert client.get(url)["Location"] == asked

    prove(client, "wrong")
    assert client.get(url).status_code == 302
    prove(client, password)
    page = client.get(url)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(url, {"code": code_for(page.context["form"].secret)})

    kinds = set(Authenticator.objects.filter(user=anna).values_list("type", flat=True))
    assert kinds == {"totp", "recovery_codes"}
    assert set(
        AuditEntry.objects.filter(action="core.factor_added").values_list(
            "details__factor", flat=True
        )
    ) == {"totp", "recovery_codes"}
    assert [m.subject for m in AccountMail.objects.all()] == ["An authenticator app was set up"]


def test_the_secret_is_not_readable_in_the_database(with_app: User) -> None:
    assert SECRET not in str(Authenticator.objects.get().data)
    assert Authenticator.objects.get().wrap().validate_code(code_for(SECRET))


def test_secrets_stay_readable_after_the_key_is_replaced(
    with_app: User, settings: Settings
) -> None:
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-secret-key-of-fifty-characters-and-then-some"

    assert Authenticator.objects.get().wrap().validate_code(code_for(SECRET))


def test_signing_in_asks_for_a_code(client: Client, with_app: User, password: str) -> None:
    response = sign_in(client, with_app.email, password)
    assert response["Location"] == reverse("mfa_authenticate")
    assert not is_signed_in(client)

    client.post(reverse("mfa_authenticate"), {"code": code_for(SECRET)})

    assert is_signed_in(client)
    assert AuditEntry.objects.get(action="core.signed_in").details["methods"] == ["password", "mfa"]


def test_a_code_works_once(with_app: User, password: str) -> None:
    """Also half a minute later, when it would still be taken from a clock that is slow."""
    with time_machine.travel("2026-03-02 10:00:00+00:00", tick=False) as clock:
        code = code_for(SECRET)
        clients = [Client(), Client(), Client()]
        for client in clients:
            sign_in(client, with_app.email, password)
            client.post(reverse("mfa_authenticate"), {"code": code})
            clock.shift(29)

        assert [is_signed_in(client) for client in clients] == [True, False, False]


def test_a_wrong_code_is_refused_and_audited(client: Client, with_app: User, password: str) -> None:
    sign_in(client, with_app.email, password)

    response = client.post(reverse("mfa_authenticate"), {"code": "000000"})

    assert "That code is not right" in response.content.decode()
    assert not is_signed_in(client)
    entry = AuditEntry.objects.get(action="core.code_refused")
    assert (entry.actor, entry.target, entry.details["factor"]) == (None, with_app, "totp")


def test_wrong_codes_are_slowed_down(with_app: User, password: str) -> None:
    for n in range(10):
        client = Client(REMOTE_ADDR=f"192.0.2.{n}")
        sign_in(client, with_app.email, password, f"192.0.2.{n}")
        client.post(reverse("mfa_authenticate"), {"code": "000000"})
    client = Client(REMOTE_ADDR="198.51.100.1")
    sign_in(client, with_app.email, password, "198.51.100.1")

    response = client.post(reverse("mfa_authenticate"), {"code": code_for(SECRET)})

    assert "Too many tries" in response.content.decode()
    assert not is_signed_in(client)


def test_a_recovery_code_works_once(with_app: User, password: str) -> None:
    code = RecoveryCodes.activate(with_app).get_unused_codes()[0]
    clients = [Client(), Client()]
    for client in clients:
        sign_in(client, with_app.email, password)
        client.post(reverse("mfa_authenticate"), {"code": code})

    assert [is_signed_in(client) for client in clients] == [True, False]
    assert len(Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()) == 9


@pytest.mark.parametrize(
    "name", ["mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_generate_recovery_codes"]
)
def test_changes_need_a_fresh_proof(
    client: Client, with_app: User, password: str, name: str
) -> None:
    RecoveryCodes.activate(with_app)
    sign_in(client, with_app.email, password)
    client.post(reverse("mfa_authenticate"), {"code": code_for(SECRET)})

    assert client.get(reverse(name))["Location"].startswith(reverse("account_reauthenticate"))
    prove(client, password)
    assert client.get(reverse(name)).status_code == 200


def test_turning_the_app_off_takes_the_recovery_codes_along(
    client: Client, with_app: User, password: str
) -> None:
    RecoveryCodes.activate(with_app)
    sign_in(client, with_app.email, password)
    client.post(reverse("mfa_authenticate"), {"code": code_for(SECRET)})
    prove(client, password)

    client.post(reverse("mfa_deactivate_totp"))

    assert not Authenticator.objects.exists()
    removed = AuditEntry.objects.filter(action="core.factor_removed")
    assert set(removed.values_list("details__factor", flat=True)) == {"totp", "recovery_codes"}


def test_the_second_step_cannot_be_skipped(client: Client, with_app: User, password: str) -> None:
    sign_in(client, with_app.email, password)

    response = client.get(reverse("core:profile"))

    assert response["Location"].startswith(settings.LOGIN_REDIRECT_URL + "accounts/login/")


def test_devices_are_listed_and_signed_out_one_by_one(
    client: Client, anna: User, password: str
) -> None:
    phone = Client(headers={"user-agent": "Mozilla/5.0 (iPhone; CPU) Version/17 Safari/604"})
    sign_in(phone, anna.email, password, "192.0.2.7")
    sign_in(client, anna.email, password)
    page = client.get(reverse("usersessions_list")).content.decode()
    assert "Safari, iPhone" in page
    assert page.count("192.0.2.") == 2

    session = UserSession.objects.get(ip="192.0.2.7")
    client.post(reverse("core:end_session", args=[session.pk]))

    assert phone.get(reverse("core:profile")).status_code == 302
    assert client.get(reverse("core:profile")).status_code == 200
    assert AuditEntry.objects.get(action="core.session_ended").details == {"address": "192.0.2.7"}


def test_someone_elses_session_cannot_be_ended(
    client: Client, anna: User, password: str, django_user_model: type[User]
) -> None:
    sign_in(client, anna.email, password)
    stranger = Client()
    stranger.force_login(django_user_model.objects.create_user("x@trm.example", name="X"))

    response = stranger.post(reverse("core:end_session", args=[UserSession.objects.get().pk]))

    assert response.status_code == 404
    assert client.get(reverse("core:profile")).status_code == 200


def test_no_mail_leaves_within_the_request(client: Client, anna: User, password: str) -> None:
    sign_in(client, anna.email, password)
    prove(client, password)
    client.post(reverse("account_email"), {"email": "new@trm.example", "action_add": ""})

    assert mail.outbox == []
    assert [m.to for m in AccountMail.objects.all()] == ["new@trm.example"]
