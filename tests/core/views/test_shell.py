"""The frame round every page, and the policy that it must not break."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

FORBIDDEN = {
    "a style attribute": re.compile(r"<[^>]+\sstyle\s*="),
    "an event attribute": re.compile(r"<[^>]+\s(?:on[a-z]+|hx-on[^=\s]*)\s*=", re.IGNORECASE),
    "an inline script": re.compile(r"<script(?![^>]*(?:\ssrc=|type=\"application/json\"))[^>]*>"),
    "a style element": re.compile(r"<style"),
    "an address elsewhere": re.compile(r"<(?:script|link|img)[^>]+(?:src|href)=\"(?:https?:)?//"),
    "an unrendered tag": re.compile(r"\{%|<c-[a-z]"),
}
PAGES = ["/settings/preferences/", "/search/", "/styleguide/", "/accounts/login/"]


def _without_code(html: str) -> str:
    """The style guide prints sources, escaped: they are text, not markup."""
    return re.sub(r'<pre class="code".*?</pre>', "", html, flags=re.DOTALL)


@pytest.mark.parametrize("path", PAGES)
def test_pages_hold_nothing_that_the_policy_forbids(client: Client, path: str) -> None:
    if path != "/accounts/login/":
        client.force_login(UserFactory(role="administrator"))

    response = client.get(path)

    html = _without_code(response.content.decode())
    assert response.status_code == 200
    assert {name: rule.findall(html) for name, rule in FORBIDDEN.items() if rule.search(html)} == {}


def test_no_template_holds_what_the_policy_forbids() -> None:
    """Also the pages that no test opens. Letters are not pages: their styles stand inside them."""
    root = Path(settings.BASE_DIR) / "templates"

    def without_tags(source: str) -> str:
        return re.sub(r"\{[%{].*?[%}]\}", "", source, flags=re.DOTALL)

    broken = [
        (str(path.relative_to(root)), name)
        for path in sorted(root.rglob("*.html"))
        if not {"mail", "email"} & set(path.relative_to(root).parts)
        for name, rule in FORBIDDEN.items()
        if name not in {"an unrendered tag", "an inline script"}
        and rule.search(without_tags(path.read_text()))
    ]

    assert broken == []


@pytest.mark.parametrize("path", PAGES)
def test_the_policy_allows_only_what_we_serve(client: Client, path: str) -> None:
    policy = client.get(path).headers["Content-Security-Policy"]

    directives = {part.split()[0]: part.split()[1:] for part in policy.split(";") if part.strip()}
    assert "unsafe" not in policy
    assert directives["default-src"] == ["'none'"]
    assert directives["style-src"] == ["'self'"]
    assert all(
        source in ("'self'", "data:") or source.startswith("'nonce-")
        for name in ("script-src", "img-src", "font-src", "connect-src")
        for source in directives[name]
    )


def test_the_page_has_its_landmarks_and_says_where_one_is(client: Client) -> None:
    client.force_login(UserFactory())

    html = client.get("/settings/preferences/").content.decode()

    assert "<title>Preferences · TRM</title>" in html
    assert html.count("<h1>") == 1
    assert re.findall(r"<(main|header|nav|aside)\b", html).count("main") == 1
    assert '<a class="skip-link" href="#main">' in html
    assert re.search(r'href="/settings/"\s+aria-current="page"', html)
    assert 'id="announcer" role="status" aria-live="polite"' in html


def test_the_rail_stays_folded_by_its_cookie(client: Client) -> None:
    client.force_login(UserFactory())
    client.cookies["trm_rail"] = "narrow"

    html = client.get("/settings/preferences/").content.decode()

    assert '<div class="shell is-narrow">' in html
    assert 'data-fold aria-expanded="false"' in html


@pytest.mark.parametrize("path", ["/nowhere/"])
def test_a_page_that_is_not_there_says_so_calmly(client: Client, path: str) -> None:
    response = client.get(path)

    assert response.status_code == 404
    assert "This page is not here" in response.content.decode()
