import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_a_page_and_its_fragment_are_kept_apart_by_caches(
    client: Client, headers: dict[str, str]
) -> None:
    client.force_login(UserFactory(role="reader"))

    response = client.get(reverse("contacts:people"), headers=headers)

    assert {"HX-Request", "HX-Target"} <= {name.strip() for name in response["Vary"].split(",")}


def test_what_is_no_page_does_not_vary(client: Client) -> None:
    assert "HX-Request" not in client.get(reverse("core:healthz")).get("Vary", "")
