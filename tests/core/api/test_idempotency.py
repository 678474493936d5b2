from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient

from contacts.api.viewsets import ContactViewSet
from contacts.models import Contact
from core.models import IdempotentReply
from core.tasks import forget_idempotent_replies
from tests.factories import UserFactory
from tests.support.api import assert_problem, bearer, client_for, token_for

pytestmark = pytest.mark.django_db

URL = "/api/v1/contacts"
ADA = {"given_name": "Ada"}


@pytest.fixture
def api() -> APIClient:
    return client_for(UserFactory(role="recruiter"))


def _post(api: APIClient, body: dict[str, Any], key: str = "key-1") -> Any:
    return api.post(URL, body, headers={"Idempotency-Key": key})


def test_a_repeat_gets_the_same_answer_and_does_nothing(api: APIClient) -> None:
    first, second = _post(api, ADA), _post(api, ADA)

    assert (first.status_code, second.status_code) == (201, 201)
    assert second.content == first.content
    assert (second["Location"], second["ETag"]) == (first["Location"], first["ETag"])
    assert "Idempotent-Replayed" not in first
    assert second["Idempotent-Replayed"] == "true"
    assert Contact.objects.count() == 1


def test_a_refusal_is_repeated_too(api: APIClient) -> None:
    first, second = _post(api, {"city": "Delft"}), _post(api, {"city": "Delft"})

    assert first.status_code == second.status_code == 422
    assert second.json() == first.json()
    assert second["Content-Type"] == "application/problem+json"


def test_another_body_under_the_same_key_is_refused(api: APIClient) -> None:
    _post(api, ADA)

    assert_problem(_post(api, {"given_name": "Grace"}), 422, "idempotency_key_reused")

    assert Contact.objects.count() == 1


def test_keys_belong_to_their_token() -> None:
    user = UserFactory(role="recruiter")

    assert [_post(client_for(user), ADA).status_code for _ in range(2)] == [201, 201]

    assert Contact.objects.count() == 2


@pytest.mark.parametrize("key", ["", "a b", "é", "x" * 256])
def test_a_key_that_is_none_is_a_400(api: APIClient, key: str) -> None:
    assert_problem(_post(api, ADA, key), 400, "invalid_idempotency_key")


def test_a_fault_of_ours_may_be_tried_again(
    api: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(ContactViewSet, "_with_parts", lambda *_: 1 / 0)
        assert_problem(_post(api, ADA), 500, "server_error")
    assert not Contact.objects.exists()

    assert _post(api, ADA).status_code == 201


def test_a_key_is_forgotten_after_a_day(api: APIClient) -> None:
    _post(api, ADA)
    later = timezone.now() + timedelta(hours=24, minutes=1)

    with time_machine.travel(later):
        response = _post(api, ADA)

    assert "Idempotent-Replayed" not in response
    assert Contact.objects.count() == 2


def test_old_replies_are_deleted(api: APIClient) -> None:
    _post(api, ADA, "old")
    IdempotentReply.objects.update(created_at=timezone.now() - timedelta(hours=24, minutes=1))
    _post(api, ADA, "new")

    forget_idempotent_replies()

    assert list(IdempotentReply.objects.values_list("key", flat=True)) == ["new"]


@pytest.mark.django_db(transaction=True)
def test_two_at_once_act_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second comes while the first is at work: it is told so, and a later one is answered."""
    _, secret = token_for(UserFactory(role="recruiter"))
    working, asked = Barrier(2, timeout=20), Barrier(2, timeout=20)
    original = ContactViewSet._create
    answers: list[int] = []

    def slow(self: ContactViewSet, arguments: dict[str, Any]) -> Contact:
        working.wait()
        asked.wait()
        return original(self, arguments)

    def first() -> None:
        try:
            answers.append(_post(bearer(secret), ADA).status_code)
        finally:
            connection.close()

    with monkeypatch.context() as patch:
        patch.setattr(ContactViewSet, "_create", slow)
        thread = Thread(target=first)
        thread.start()
        working.wait()
        second = _post(bearer(secret), ADA)
        asked.wait()
        thread.join()

    assert_problem(second, 409, "idempotency_key_in_progress")
    assert second["Retry-After"] == "1"
    assert answers == [201]
    assert _post(bearer(secret), ADA)["Idempotent-Replayed"] == "true"
    assert Contact.objects.count() == 1
