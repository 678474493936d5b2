from datetime import timedelta

import pytest
from django.utils import timezone
from kombu.exceptions import OperationalError

from campaigns import tasks
from campaigns.models import Enrolment, Touchpoint
from campaigns.services import delivery
from campaigns.services.campaigns import start_campaign
from tests.factories.campaigns import StepFactory, TouchpointFactory, reachable_contact, story
from tests.support.smtp import SmtpSink

pytestmark = pytest.mark.django_db


@pytest.fixture
def hints(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    given: list[str] = []
    monkeypatch.setattr(tasks, "hint", lambda task: given.append(task.name))
    return given


@pytest.mark.parametrize(("due", "expected"), [(0, 0), (1, 1), (2, 1), (3, 2), (9, 4)])
def test_dispatch_hints_once_per_batch_and_not_without_end(
    hints: list[str], monkeypatch: pytest.MonkeyPatch, due: int, expected: int
) -> None:
    monkeypatch.setattr(delivery, "BATCH", 2)
    monkeypatch.setattr(tasks, "MOST_HINTS", 4)
    step = StepFactory()
    TouchpointFactory.create_batch(due, step=step)
    TouchpointFactory(step=step, due_at=timezone.now() + timedelta(hours=1))

    tasks.dispatch()

    assert hints == ["campaigns.deliver"] * expected


def test_dispatch_twice_and_deliver_twice_send_once(
    smtp_sink: SmtpSink, celery_eager: None
) -> None:
    TouchpointFactory.create_batch(3, step=StepFactory())

    for _ in range(2):
        tasks.dispatch()
        tasks.deliver()

    assert len(smtp_sink.mails) == len(set(smtp_sink.recipients)) == 3


def test_from_the_start_to_the_mailbox_by_tasks_alone(
    smtp_sink: SmtpSink, celery_eager: None
) -> None:
    campaign = story()
    reachable_contact(email="sanne@example.org")
    start_campaign(campaign=campaign, actor=campaign.owner)

    tasks.dispatch()

    assert smtp_sink.recipients == ["sanne@example.org"]
    assert Enrolment.objects.get().state == "active"


def test_without_redis_a_hint_is_only_late(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**options: object) -> None:
        raise OperationalError("no broker")

    monkeypatch.setattr(tasks.deliver, "apply_async", refuse)

    tasks.hint(tasks.deliver)


def test_recover_takes_up_what_is_left() -> None:
    touchpoint = TouchpointFactory()
    Touchpoint.objects.update(
        queue_state="handing_over", lease_until=timezone.now() - timedelta(seconds=1)
    )

    tasks.recover()

    touchpoint.refresh_from_db()
    assert (touchpoint.queue_state, touchpoint.result) == ("done", "in_doubt")
