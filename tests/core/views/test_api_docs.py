import re

import pytest
from django.test import Client

from core.api import problems, schema

DOCS = "/api/v1/docs"


@pytest.mark.django_db
def test_the_page_needs_no_sign_in_and_shows_every_operation(client: Client) -> None:
    html = client.get(DOCS).content.decode()

    operations = [
        operation["operationId"]
        for methods in schema.document()["paths"].values()
        for operation in methods.values()
    ]
    assert {"contacts_list", "relationships_list"} <= set(operations)
    assert re.findall(r'<article class="api-operation" id="([^"]+)"', html) == operations
    assert [name for name in operations if f'href="#{name}"' not in html] == []


@pytest.mark.django_db
def test_parts_of_parts_are_named(client: Client) -> None:
    html = client.get(DOCS).content.decode()

    for name in ("emails[].address", "data[].stages[].moves[].to_stage", "Idempotency-Key"):
        assert f"<code>{name}</code>" in html


@pytest.mark.django_db
@pytest.mark.parametrize("url", [DOCS, "/api/v1/problems"])
def test_the_policy_stays_strict(client: Client, url: str) -> None:
    response = client.get(url)

    html = response.content.decode()
    assert "unsafe" not in response["Content-Security-Policy"]
    assert re.findall(r"<script(?![^>]* src=)|<style| style=| on[a-z]+=", html) == []


@pytest.mark.django_db
def test_every_type_of_problem_leads_somewhere(client: Client) -> None:
    html = client.get("/api/v1/problems").content.decode()

    assert [f'id="{kind.slug}"' in html for kind in problems.TYPES.values()] == [True] * 12


@pytest.mark.parametrize("url", [DOCS, "/api/v1/problems", "/api/v1/openapi.json"])
def test_they_are_only_read(client: Client, url: str) -> None:
    response = client.post(url)

    assert response.status_code == 405
    assert response["Content-Type"] == "application/problem+json"
