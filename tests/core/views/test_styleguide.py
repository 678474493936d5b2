import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

URL = "/styleguide/"
TEMPLATES = Path(settings.BASE_DIR) / "templates"
# Parts that only stand inside another, or are the guide's own frame.
INSIDE_OTHERS = {"c-icon", "c-code"}


def _components() -> set[str]:
    return {f"c-{path.stem.replace('_', '-')}" for path in (TEMPLATES / "cotton").glob("*.html")}


def test_every_component_is_shown() -> None:
    examples = (TEMPLATES / "styleguide/examples").rglob("*.html")
    used = {name for path in examples for name in re.findall(r"<(c-[a-z-]+)", path.read_text())}

    assert sorted(_components() - used - INSIDE_OTHERS) == []


def test_the_guide_shows_each_example_with_its_source(client: Client) -> None:
    client.force_login(UserFactory(role="administrator"))

    response = client.get(URL)

    html = response.content.decode()
    assert response.status_code == 200
    for part in response.context["parts"]:
        for example in part.examples:
            assert example.html in html
            assert example.source
    assert "&lt;c-button variant=&quot;primary&quot;" in html


@pytest.mark.parametrize(
    ("role", "status"), [("administrator", 200), ("recruiter", 403), ("", 403)]
)
def test_the_guide_is_for_those_who_run_the_house(client: Client, role: str, status: int) -> None:
    client.force_login(UserFactory(role=role))

    assert client.get(URL).status_code == status


def test_the_guide_is_not_for_strangers(client: Client) -> None:
    assert client.get(URL).status_code == 302
