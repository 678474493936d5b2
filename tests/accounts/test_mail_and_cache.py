"""Mails that wait in rows, and a cache that outlives Redis."""

import smtplib
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail as sent
from django.core.cache import caches
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from core.cache import SteadyRedisCache
from core.mail import MAX_ATTEMPTS, as_html, queue_mail, send_due_mails
from core.models import AccountMail, User
from tests.accounts.steps import sign_in

pytestmark = pytest.mark.django_db

Queue = AccountMail.QueueState


def test_a_mail_is_sent_once_and_then_forgets_what_it_said() -> None:
    queue_mail(to="a@trm.example", subject="Hello", text="A link", html="<p>A link</p>")

    assert send_due_mails(now=timezone.now()) == 1
    assert send_due_mails(now=timezone.now()) == 0

    (message,) = sent.outbox
    assert (message.to, message.subject, message.body) == (["a@trm.example"], "Hello", "A link")
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"
    kept = AccountMail.objects.get()
    assert (kept.queue_state, kept.outcome, kept.text, kept.html) == (Queue.DONE, "sent", "", "")


def test_a_mail_server_that_is_away_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    queue_mail(to="a@trm.example", subject="Hello", text="A link")
    now = timezone.now()
    with monkeypatch.context() as patched:
        patched.setattr(EmailBackend, "send_messages", _raising(ConnectionRefusedError()))
        assert send_due_mails(now=now) == 0

    waiting = AccountMail.objects.get()
    assert (waiting.queue_state, waiting.attempts) == (Queue.WAITING, 1)
    assert waiting.due_at == now + timedelta(seconds=30)
    assert send_due_mails(now=now + timedelta(seconds=29)) == 0
    assert send_due_mails(now=now + timedelta(seconds=31)) == 1


def test_an_address_that_does_not_exist_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    queue_mail(to="a@trm.example", subject="Hello", text="A link")
    refused = smtplib.SMTPRecipientsRefused({"a@trm.example": (550, b"no such user")})
    monkeypatch.setattr(EmailBackend, "send_messages", _raising(refused))

    send_due_mails(now=timezone.now())

    given_up = AccountMail.objects.get()
    assert (given_up.queue_state, given_up.text) == (Queue.DONE, "")
    assert given_up.outcome.startswith("given up: SMTPRecipientsRefused")


def test_trying_ends_after_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    queue_mail(to="a@trm.example", subject="Hello", text="A link")
    AccountMail.objects.update(attempts=MAX_ATTEMPTS - 1)
    monkeypatch.setattr(EmailBackend, "send_messages", _raising(OSError("away")))

    send_due_mails(now=timezone.now())

    assert AccountMail.objects.get().outcome == "given up: OSError('away')"


def test_a_mail_of_a_worker_that_died_is_taken_over() -> None:
    queue_mail(to="a@trm.example", subject="Hello", text="A link")
    now = timezone.now()
    AccountMail.objects.claim(now=now, limit=1, lease=timedelta(minutes=5))

    assert send_due_mails(now=now + timedelta(minutes=4)) == 0
    assert send_due_mails(now=now + timedelta(minutes=6)) == 1


def test_html_shows_the_link_as_a_button_and_no_markup_of_ours() -> None:
    html = as_html("Hello", "Dear <b>Eva</b>,\n\nOpen it:\nhttp://localhost/x?a=1&b=2\n\nBye")

    assert "Dear &lt;b&gt;Eva&lt;/b&gt;," in html
    assert '<a href="http://localhost/x?a=1&amp;b=2"' in html
    assert ">Open it</a>" in html


@pytest.fixture
def no_redis(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Redis is not there: nobody listens at the port."""
    monkeypatch.setattr(SteadyRedisCache, "redis_from", 0.0)
    lost = {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}
    settings.CACHES = {"default": lost}
    caches["default"].clear()


def test_the_cache_goes_on_without_redis(no_redis: None) -> None:
    cache = caches["default"]

    assert cache.add("a", 1)
    assert not cache.add("a", 2)
    cache.set("b", [1, 2])
    assert (cache.get("a"), cache.get_many(["a", "b"])) == (1, {"a": 1, "b": [1, 2]})
    assert cache.incr("a") == 2
    cache.delete("a")
    assert not cache.has_key("a")


def test_guessing_is_slowed_down_without_redis(no_redis: None, anna: User, password: str) -> None:
    statuses = [
        sign_in(Client(), anna.email, "wrong", f"192.0.2.{n}").status_code for n in range(11)
    ]

    assert statuses == [200] * 10 + [429]


def test_signing_in_works_without_redis(no_redis: None, anna: User, password: str) -> None:
    assert sign_in(Client(), anna.email, password).status_code == 302


def _raising(error: Exception) -> Any:
    def send_messages(self: EmailBackend, messages: object) -> int:
        raise error

    return send_messages
