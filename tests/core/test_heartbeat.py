"""Beat's first task in a real worker: the proof that broker, worker and database are one."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from core.models import Heartbeat
from core.tasks import heartbeat
from tests.support.workers import StartWorker

pytestmark = [pytest.mark.process, pytest.mark.django_db(transaction=True)]


def test_a_worker_leaves_its_heartbeat(worker: StartWorker) -> None:
    worker()
    heartbeat.delay()
    assert timezone.now() - _wait_for_heartbeat().at < timedelta(seconds=30)


def test_what_a_killed_worker_did_not_do_another_does(worker: StartWorker) -> None:
    first = worker()
    first.kill()
    heartbeat.delay()
    assert not Heartbeat.objects.filter(name="worker").exists()
    worker()
    assert _wait_for_heartbeat().name == "worker"


def _wait_for_heartbeat() -> Heartbeat:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        beat = Heartbeat.objects.filter(name="worker").first()
        if beat:
            return beat
        time.sleep(0.05)
    raise AssertionError("No heartbeat within 20 seconds")
