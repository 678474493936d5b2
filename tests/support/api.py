"""Clients of the REST API, and what every answer of it must keep to."""

from datetime import timedelta
from typing import Any

import jsonschema
from django.utils import timezone
from openapi_schema_validator import OAS31Validator
from rest_framework.test import APIClient

from core.api import schema
from core.models import ApiToken, User
from tests.factories import UserFactory

SCOPES = ("contacts:read", "contacts:write", "relationships:read", "relationships:write")
PROBLEM = "application/problem+json"


def token_for(user: User, *scopes: str, **fields: Any) -> tuple[ApiToken, str]:
    """A token of ``user`` and its secret; without ``scopes`` it has all of them.

    It counts as used just now, so that its first request writes no row about that.
    """
    secret = ApiToken.new_secret()
    fields = {
        "expires_at": timezone.now() + timedelta(days=30),
        "last_used_at": timezone.now(),
        **fields,
    }
    token = ApiToken.objects.create(
        user=user,
        name="Test",
        hint=secret[:8],
        digest=ApiToken.digest_of(secret),
        scopes=list(scopes or SCOPES),
        **fields,
    )
    return token, secret


def bearer(secret: str) -> APIClient:
    """A client with this token. An error in an endpoint answers 500, as it does outside."""
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client


def client_for(user: User, *scopes: str) -> APIClient:
    return bearer(token_for(user, *scopes)[1])


def client_of_reader() -> APIClient:
    """Of somebody who may read, and use the API, and no more."""
    reader = UserFactory(role="reader")
    role = reader.role_grants.get().role
    role.permissions = [*role.permissions, "core.use_api"]
    role.save()
    return client_for(User.objects.get(pk=reader.pk))


def assert_problem(response: Any, status: int, code: str) -> dict[str, Any]:
    """That the answer is this problem, whole and as documented; return it."""
    assert response["Content-Type"] == PROBLEM, response.content
    body: dict[str, Any] = response.json()
    assert (response.status_code, body["status"], body["code"]) == (status, status, code), body
    assert body["request_id"] == response["X-Request-Id"]
    assert_is("Problem", body)
    return body


def assert_is(component: str, body: Any) -> None:
    """That ``body`` is what the OpenAPI document says of ``component``, with nothing over."""
    document = schema.document()
    OAS31Validator(
        {"$ref": f"#/components/schemas/{component}", "components": document["components"]},
        format_checker=jsonschema.FormatChecker(),
    ).validate(body)
    described = document["components"]["schemas"][component]["properties"]
    assert sorted(body) == sorted(name for name in described if name in body)
