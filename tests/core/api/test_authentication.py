from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from core.models import ApiToken
from tests.factories import UserFactory
from tests.support.api import assert_problem, bearer, client_for, token_for

pytestmark = pytest.mark.django_db

URL = "/api/v1/contacts"


def test_without_a_token_the_answer_names_the_scheme() -> None:
    response = APIClient().get(URL)

    assert_problem(response, 401, "not_authenticated")
    assert response["WWW-Authenticate"] == 'Bearer realm="TRM"'


@pytest.mark.parametrize(
    "header", ["Bearer trm_nothing", "Bearer", "Bearer ", "bearer  trm_x y", "Bearer é"]
)
def test_an_unknown_token_is_told_so(header: str) -> None:
    response = APIClient().get(URL, headers={"Authorization": header})

    assert_problem(response, 401, "invalid_token")
    assert response["WWW-Authenticate"] == 'Bearer realm="TRM", error="invalid_token"'


def test_another_scheme_is_no_sign_in() -> None:
    response = APIClient().get(URL, headers={"Authorization": "Basic YTpi"})

    assert_problem(response, 401, "not_authenticated")


def test_a_session_is_no_sign_in(client: Client) -> None:
    client.force_login(UserFactory(role="administrator"))

    assert_problem(client.get(URL), 401, "not_authenticated")


@pytest.mark.parametrize("ended", ["expired", "revoked", "inactive"])
def test_a_token_that_ended_is_refused(ended: str) -> None:
    user = UserFactory(role="recruiter", is_active=ended != "inactive")
    now = timezone.now()
    _, secret = token_for(
        user,
        expires_at=now if ended == "expired" else now + timedelta(days=1),
        revoked_at=now if ended == "revoked" else None,
    )

    assert_problem(bearer(secret).get(URL), 401, "invalid_token")


def test_only_the_digest_is_kept() -> None:
    _, secret = token_for(UserFactory())

    kept = ApiToken.objects.values().get()

    assert secret.startswith("trm_")
    assert not any(secret in str(value) for value in kept.values())


def test_use_is_noted_at_most_once_a_minute() -> None:
    token, secret = token_for(UserFactory(role="recruiter"), last_used_at=None)
    start = timezone.now()
    noted = []

    for seconds in (0, 30, 59, 61):
        with time_machine.travel(start + timedelta(seconds=seconds), tick=False):
            assert bearer(secret).get(URL).status_code == 200
        token.refresh_from_db()
        noted.append(round((token.last_used_at - start).total_seconds()))

    assert noted == [0, 0, 0, 61]


@pytest.mark.parametrize(
    ("scopes", "method", "lacking"),
    [
        (["contacts:read"], "post", "contacts:write"),
        (["contacts:write"], "get", "contacts:read"),
        (["relationships:read", "relationships:write"], "get", "contacts:read"),
    ],
)
def test_a_scope_that_lacks_is_named(scopes: list[str], method: str, lacking: str) -> None:
    client = client_for(UserFactory(role="recruiter"), *scopes)

    response = getattr(client, method)(URL)

    problem = assert_problem(response, 403, "insufficient_scope")
    assert problem["detail"] == f"The token lacks the scope “{lacking}”."
    assert response["WWW-Authenticate"] == (
        f'Bearer realm="TRM", error="insufficient_scope", scope="{lacking}"'
    )


def test_a_token_outlives_no_right() -> None:
    """Readers may not use the API: a token from better days does not help them."""
    assert_problem(client_for(UserFactory(role="reader")).get(URL), 403, "permission_denied")
