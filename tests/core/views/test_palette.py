from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from core import palette
from core.palette import Found, Provider, Reason, Result
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

URL = "/search/"
PALETTE = {"HX-Request": "true", "HX-Target": "palette-results"}
PAGE = {"HX-Request": "true", "HX-Target": "found"}
LATER = {"HX-Request": "true", "HX-Target": "found-slow"}


@pytest.fixture
def _providers() -> Iterator[None]:
    """One that is quick and one that is thorough, both of which find everything."""
    before = dict(palette._providers)
    quick = Result(label="Quick", url="/quick/", marked=[("Qu", True), ("ick", False)])
    slow = Result(
        label="Slow", url="/slow/", reasons=[Reason(icon="tag", label="Tag", text=[("x", True)])]
    )
    palette._providers.clear()
    palette.register(
        Provider(
            key="quick",
            label="Quick ones",
            find=lambda user, words, limit: Found(results=[quick], count=f"{limit}+", note="Hm."),
        )
    )
    palette.register(
        Provider(
            key="slow", label="Slow ones", find=lambda user, words, limit: [slow], is_thorough=True
        )
    )
    yield
    palette._providers.clear()
    palette._providers.update(before)


def test_search_without_a_script_is_a_page_with_links(client: Client) -> None:
    client.force_login(UserFactory())

    html = client.get(URL, {"q": "pref"}).content.decode()

    assert "<h1>Search</h1>" in html
    assert f'href="{reverse("core:preferences")}"' in html
    assert 'role="option"' not in html


def test_an_empty_search_teaches_what_can_be_typed(client: Client) -> None:
    client.force_login(UserFactory())

    html = client.get(URL).content.decode()

    assert "What one can type" in html
    assert f'href="{URL}?q=bakker%20-recruiter"' in html


def test_search_answers_the_palette_with_options_alone(client: Client) -> None:
    client.force_login(UserFactory())

    html = client.get(URL, {"q": "pref"}, headers=PALETTE).content.decode()

    assert "<html" not in html
    assert html.count('role="option"') == 2
    assert f'href="{URL}?q=pref"' in html


@pytest.mark.usefixtures("_providers")
def test_the_page_shows_what_is_found_and_why(client: Client) -> None:
    client.force_login(UserFactory())

    html = client.get(URL, {"q": "a b"}).content.decode()

    assert "<mark>Qu</mark>ick" in html
    assert "Tag: <mark>x</mark>" in html
    assert "Hm." in html
    assert f"{palette.PER_GROUP}+" in html
    assert f'href="{URL}?q=a+b&amp;in=quick"' in html


@pytest.mark.usefixtures("_providers")
def test_what_is_read_out_is_how_many_are_found(client: Client) -> None:
    """The count where one is told, also a long one; else what is shown."""
    client.force_login(UserFactory())

    html = client.get(URL, {"q": "a b"}).content.decode()

    said = html.partition("data-announce>")[2].partition("</p>")[0]
    assert said == f"Quick ones: {palette.PER_GROUP}+. Slow ones: 1. "


@pytest.mark.usefixtures("_providers")
def test_while_one_types_what_is_slow_comes_after_what_is_quick(client: Client) -> None:
    client.force_login(UserFactory())

    first = client.get(URL, {"q": "a"}, headers=PAGE).content.decode()
    then = client.get(URL, {"q": "a", "in": "slow"}, headers=LATER).content.decode()

    assert 'href="/quick/"' in first
    assert 'href="/slow/"' not in first
    assert f'id="found-slow" hx-get="{URL}?q=a&amp;in=slow"' in first
    assert 'href="/slow/"' in then
    assert "segmented" not in then


@pytest.mark.usefixtures("_providers")
def test_the_palette_does_not_wait_for_what_is_slow(client: Client) -> None:
    client.force_login(UserFactory())

    html = client.get(URL, {"q": "a"}, headers=PALETTE).content.decode()

    assert 'href="/quick/"' in html
    assert 'href="/slow/"' not in html


@pytest.mark.usefixtures("_providers")
def test_one_kind_alone_is_shown_at_length(client: Client) -> None:
    client.force_login(UserFactory())

    html = client.get(URL, {"q": "a", "in": "quick"}).content.decode()

    assert f"{palette.PER_PAGE}+" in html
    assert 'href="/slow/"' not in html
    assert '<input type="hidden" name="in" value="quick">' in html


def test_a_kind_that_does_not_exist_is_all_kinds(client: Client) -> None:
    client.force_login(UserFactory())

    assert "Preferences" in client.get(URL, {"q": "pref", "in": "x"}).content.decode()


def test_search_repeats_what_was_typed_escaped(client: Client) -> None:
    client.force_login(UserFactory())

    for headers in ({}, PALETTE, PAGE):
        html = client.get(URL, {"q": "<script>x"}, headers=headers).content.decode()
        assert "Nothing found for “&lt;script&gt;x”" in html
        assert "<script>x" not in html


def test_search_is_for_the_signed_in(client: Client) -> None:
    response = client.get(URL)

    assert (response.status_code, response.headers["Location"]) == (
        302,
        f"{reverse('account_login')}?next={URL}",
    )
