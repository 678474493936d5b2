"""Passkeys in Chromium, with the authenticator that the browser has for tests: made, used as the
only proof, used as the second one, and removed. Under the real Content-Security-Policy.
"""

import re
from collections.abc import Iterator

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import CDPSession, Page, expect
from pytest_django.live_server_helper import LiveServer

from core.models import AuditEntry, User

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def site(live_server: LiveServer) -> str:
    """Passkeys belong to a name, and an address in figures is none."""
    return live_server.url.replace("127.0.0.1", "localhost")


@pytest.fixture
def browser_page(page: Page) -> Iterator[Page]:
    """Afterwards, nothing that the policy refused or a script threw. A page that is left while it
    fades in says so, which is no fault.
    """
    complaints: list[str] = []

    def on_error(error: object) -> None:
        if not str(error).startswith("Transition was aborted"):
            complaints.append(str(error))

    page.on("pageerror", on_error)
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.set_default_timeout(10_000)
    yield page
    assert complaints == []


@pytest.fixture
def keychain(browser_page: Page) -> tuple[CDPSession, str]:
    """A device that keeps passkeys and knows its owner's finger."""
    devtools = browser_page.context.new_cdp_session(browser_page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return devtools, str(made["authenticatorId"])


def sign_in(page: Page, site: str, user: User, password: str) -> None:
    page.goto(f"{site}/accounts/login/")
    page.get_by_label("E-mail address").fill(user.email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_out(page: Page, site: str) -> None:
    page.goto(f"{site}/accounts/logout/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile("/accounts/login/$"))


def add_passkey(page: Page, site: str, password: str) -> None:
    page.goto(f"{site}/accounts/2fa/webauthn/add/")
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Add it").click()


def test_a_passkey_is_made_and_signs_in_alone(
    browser_page: Page, site: str, anna: User, password: str, keychain: tuple[CDPSession, str]
) -> None:
    sign_in(browser_page, site, anna, password)
    add_passkey(browser_page, site, password)
    expect(browser_page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    assert browser_page.locator(".codes li").count() == 10
    sign_out(browser_page, site)

    browser_page.goto(f"{site}/accounts/login/?next=/settings/profile/")
    browser_page.get_by_role("button", name="Sign in with a passkey").click()

    expect(browser_page).to_have_url(f"{site}/settings/profile/")
    expect(browser_page.get_by_label("Name")).to_have_value(anna.name)
    last = AuditEntry.objects.filter(action="core.signed_in").latest("pk")
    assert (last.actor, last.details["methods"]) == (anna, ["mfa"])


def test_a_passkey_is_the_second_proof_after_a_password(
    browser_page: Page, site: str, anna: User, password: str, keychain: tuple[CDPSession, str]
) -> None:
    sign_in(browser_page, site, anna, password)
    add_passkey(browser_page, site, password)
    expect(browser_page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    sign_out(browser_page, site)

    sign_in(browser_page, site, anna, password)
    expect(browser_page).to_have_url(f"{site}/accounts/2fa/authenticate/")
    browser_page.get_by_role("button", name="Use a passkey or security key").click()

    expect(browser_page).to_have_url(f"{site}/")


def test_the_same_device_is_not_added_twice(
    browser_page: Page, site: str, anna: User, password: str, keychain: tuple[CDPSession, str]
) -> None:
    sign_in(browser_page, site, anna, password)
    add_passkey(browser_page, site, password)
    expect(browser_page.get_by_role("heading", name="Recovery codes")).to_be_visible()

    browser_page.goto(f"{site}/accounts/2fa/webauthn/add/")
    browser_page.get_by_role("button", name="Add it").click()

    expect(browser_page.get_by_text("This device is already in your list.")).to_be_visible()
    assert Authenticator.objects.filter(type="webauthn").count() == 1


def test_a_finger_that_is_not_known_signs_nobody_in(
    browser_page: Page, site: str, anna: User, password: str, keychain: tuple[CDPSession, str]
) -> None:
    sign_in(browser_page, site, anna, password)
    add_passkey(browser_page, site, password)
    expect(browser_page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    sign_out(browser_page, site)
    devtools, key = keychain
    devtools.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": False})

    browser_page.get_by_role("button", name="Sign in with a passkey").click()

    expect(browser_page.get_by_text("That did not work, or it was stopped.")).to_be_visible()
    expect(browser_page).to_have_url(re.compile("/accounts/login/$"))


def test_a_passkey_is_removed(
    browser_page: Page, site: str, anna: User, password: str, keychain: tuple[CDPSession, str]
) -> None:
    sign_in(browser_page, site, anna, password)
    add_passkey(browser_page, site, password)
    expect(browser_page.get_by_role("heading", name="Recovery codes")).to_be_visible()

    browser_page.goto(f"{site}/accounts/2fa/webauthn/")
    browser_page.get_by_role("link", name="Remove").click()
    browser_page.get_by_role("button", name="Remove the key").click()

    expect(browser_page.get_by_text("No keys yet")).to_be_visible()
    assert not Authenticator.objects.exists()
