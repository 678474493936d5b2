import json

import pytest
from django.core.management import call_command
from django.test import Client
from openapi_spec_validator import OpenAPIV31SpecValidator

from core.api import schema


def test_the_document_is_valid_openapi_3_1(client: Client) -> None:
    response = client.get("/api/v1/openapi.json")

    document = json.loads(response.content)
    assert document["openapi"] == "3.1.0"
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []


def test_the_document_is_made_without_a_warning(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("spectacular", "--fail-on-warn", "--validate", "--format", "openapi-json")


def test_the_document_is_kept_by_its_readers(client: Client) -> None:
    first = client.get("/api/v1/openapi.json")

    again = client.get("/api/v1/openapi.json", headers={"If-None-Match": first["ETag"]})

    assert again.status_code == 304


# What is no JSON by its nature.
OTHER_ANSWERS = {
    "contacts_vcard_retrieve": "text/vcard",
    **dict.fromkeys(
        ("documents_file", "documents_version_file", "papers_file"), "application/octet-stream"
    ),
}
UPLOADS = {
    *("documents_create", "documents_versions_create", "papers_create"),
    "received_mails_create",
}


def test_everything_speaks_json_and_documents_its_problems() -> None:
    for path, operations in schema.document()["paths"].items():
        for method, operation in operations.items():
            where = f"{method} {path}"
            statuses = set(operation["responses"])
            assert {"400", "401", "403", "406", "429", "500"} <= statuses, where
            assert ("404" in statuses) == ("{" in path), where
            assert ({"409", "415", "422"} <= statuses) == (method != "get"), where
            assert operation["security"] == [{"bearer": []}], where
            assert operation["summary"], where
            name = operation["operationId"]
            taken = "multipart/form-data" if name in UPLOADS else "application/json"
            body = operation.get("requestBody", {"content": {taken: {}}})
            assert list(body["content"]) == [taken], where
            for status, response in operation["responses"].items():
                if status == "204":
                    assert "content" not in response, where
                    continue
                good = OTHER_ANSWERS.get(name, "application/json")
                kind = good if status < "300" else "application/problem+json"
                assert list(response["content"]) == [kind], where


def test_answers_promise_every_field() -> None:
    contact = schema.document()["components"]["schemas"]["Contact"]

    assert contact["required"] == list(contact["properties"])
