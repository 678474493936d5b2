import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import ContactFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_the_list_offers_what_one_may_begin_with_these_people(client: Client) -> None:
    ContactFactory(city="Leiden")
    ContactFactory(city="Gouda")
    address = reverse("contacts:people")

    client.force_login(UserFactory(role="recruiter"))
    response = client.get(address, {"city": ["Leiden", "Gouda"]})
    urls = {act.key: url for act, url in response.context["list_acts"]}
    url = urls["campaign"]

    assert url == "/campaigns/new/?city=Leiden&city=Gouda"
    assert f'href="{url.replace("&", "&amp;")}"' in response.content.decode()
    client.force_login(UserFactory(role="reader"))
    assert client.get(address).context["list_acts"] == []
