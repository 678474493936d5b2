import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

URL = "/search/"


def test_search_without_a_script_is_a_page_with_links(client: Client) -> None:
    client.force_login(UserFactory())

    html = client.get(URL, {"q": "pref"}).content.decode()

    assert "<h1>Find</h1>" in html
    assert f'href="{reverse("core:preferences")}"' in html
    assert 'role="option"' not in html


def test_search_answers_the_palette_with_options_alone(client: Client) -> None:
    client.force_login(UserFactory())

    html = client.get(URL, {"q": "pref"}, headers={"HX-Request": "true"}).content.decode()

    assert "<html" not in html
    assert html.count('role="option"') == 1


def test_search_repeats_what_was_typed_escaped(client: Client) -> None:
    client.force_login(UserFactory())

    html = client.get(URL, {"q": "<script>x"}).content.decode()

    assert "Nothing found for “&lt;script&gt;x”." in html
    assert "<script>x" not in html


def test_search_is_for_the_signed_in(client: Client) -> None:
    response = client.get(URL)

    assert (response.status_code, response.headers["Location"]) == (
        302,
        f"{reverse('account_login')}?next={URL}",
    )
