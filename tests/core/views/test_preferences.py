import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

URL = "/settings/preferences/"
HTMX = {"HX-Request": "true"}


def test_one_preference_leaves_the_others_and_comes_back_to_the_page(client: Client) -> None:
    user = UserFactory(theme="light", time_zone="Europe/Lisbon")
    client.force_login(user)

    response = client.post(URL, {"language": "nl", "next": "/search/?q=x"})

    user.refresh_from_db()
    assert (user.language, user.theme, user.time_zone) == ("nl", "light", "Europe/Lisbon")
    assert (response.status_code, response.headers["Location"]) == (302, "/search/?q=x")


def test_the_language_and_theme_are_on_the_next_page(client: Client) -> None:
    client.force_login(UserFactory(language="nl", theme="dark"))

    html = client.get(URL).content.decode()

    assert '<html lang="nl" data-theme="dark">' in html


def test_the_device_decides_when_no_theme_was_chosen(client: Client) -> None:
    client.force_login(UserFactory(language="en", theme="system"))

    assert '<html lang="en">' in client.get(URL).content.decode()


def test_the_theme_switch_answers_htmx_with_nothing(client: Client) -> None:
    user = UserFactory()
    client.force_login(user)

    response = client.post(URL, {"theme": "dark"}, headers=HTMX)

    user.refresh_from_db()
    assert (response.status_code, user.theme) == (204, "dark")
    assert "HX-Trigger" not in response.headers


@pytest.mark.parametrize("after", ["https://evil.example/", "//evil.example", "javascript:x"])
def test_a_foreign_address_is_not_gone_to(client: Client, after: str) -> None:
    client.force_login(UserFactory())

    response = client.post(URL, {"theme": "dark", "next": after})

    assert response.headers["Location"] == reverse("core:preferences")


def test_a_wrong_value_is_shown_and_not_kept(client: Client) -> None:
    user = UserFactory(theme="light")
    client.force_login(user)

    response = client.post(URL, {"theme": "purple"})

    user.refresh_from_db()
    assert (response.status_code, user.theme) == (422, "light")
    assert "purple is not one of the available choices" in response.content.decode()


def test_a_post_changes_only_the_one_who_sends_it(client: Client) -> None:
    other = UserFactory(theme="light")
    client.force_login(UserFactory())

    client.post(URL, {"theme": "dark", "id": other.pk, "uid": str(other.uid)})

    other.refresh_from_db()
    assert other.theme == "light"


def test_settings_lists_the_pages_that_may_be_opened(client: Client) -> None:
    client.force_login(UserFactory())

    html = client.get("/settings/").content.decode()

    assert f'href="{URL}"' in html
    assert 'href="/settings/team/"' not in html


def test_preferences_are_for_the_signed_in(client: Client) -> None:
    assert client.get(URL).status_code == 302
    assert client.post(URL, {"theme": "dark"}).status_code == 302
