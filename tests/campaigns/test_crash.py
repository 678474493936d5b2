"""Everything dies, and nobody is written to twice."""

import subprocess
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone
from django_celery_beat.models import PeriodicTask
from redis import Redis

from campaigns.models import DeliveryEvent, Enrolment, Touchpoint
from campaigns.services.delivery import TOGETHER
from relationships.models import TimelineEntry
from tests.factories.campaigns import StepFactory, many_due
from tests.support.smtp import SmtpSink
from tests.support.workers import StartWorker, Worker

pytestmark = [pytest.mark.process, pytest.mark.django_db(transaction=True)]

COUNT = 1000
KILLS_AT = (80, 220, 360, 500, 640)
REDIS_LOST_AT = 430
LEASE_SECONDS = "3"
PATIENCE = 80

Result = Touchpoint.Result


def wait_until(holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, f"waited in vain until {what}"
        time.sleep(0.02)


def test_each_is_sent_once_though_workers_redis_and_schedulers_fail(
    smtp_sink: SmtpSink,
    worker: StartWorker,
    beat: Callable[..., subprocess.Popen[bytes]],
) -> None:
    """A thousand are due. Five workers are killed with their hands full, Redis loses every key,
    and two schedulers run all the while.
    """
    smtp_sink.delay = 0.004
    step = StepFactory()
    touchpoints = many_due(count=COUNT, step=step, due_at=timezone.now() - timedelta(minutes=1))

    def start() -> Worker:
        return worker(wait=False, DELIVERY_LEASE_SECONDS=LEASE_SECONDS)

    workers = [start() for _ in range(3)]
    beat()
    wait_until(
        PeriodicTask.objects.filter(name="campaigns.recover").exists, "beat has its schedule"
    )
    beat()

    is_redis_lost = False
    for received in KILLS_AT:
        wait_until(lambda: len(smtp_sink.mails) >= received, f"{received} have arrived")  # noqa: B023
        if received > REDIS_LOST_AT and not is_redis_lost:
            Redis.from_url(settings.REDIS_URL).flushdb()
            is_redis_lost = True
        victim = workers.pop(0)
        victim.wait_until_ready()
        victim.kill()
        workers.append(start())
    wait_until(
        lambda: not Touchpoint.objects.exclude(queue_state="done").exists(), "nothing is left"
    )

    arrived = Counter(smtp_sink.recipients)
    results = dict(Touchpoint.objects.values_list("contact__email_addresses__address", "result"))
    in_doubt = {address for address, result in results.items() if result == Result.IN_DOUBT}
    sent = {address for address, result in results.items() if result == Result.SENT}
    assert set(arrived.values()) == {1}
    assert len(sent) + len(in_doubt) == COUNT == len(touchpoints)
    assert sent <= set(arrived)
    assert set(arrived) - sent <= in_doubt
    assert len(in_doubt) <= len(KILLS_AT) * TOGETHER

    kinds = Counter(DeliveryEvent.objects.values_list("kind", flat=True))
    assert kinds == Counter({"sent": len(sent), "in_doubt": len(in_doubt)})
    assert TimelineEntry.objects.filter(verb="touchpoint.sent").count() == len(sent)
    assert Enrolment.objects.filter(state="finished").count() == len(sent)
    assert Touchpoint.objects.undecided().count() == len(in_doubt)
