from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from core.models import Heartbeat

pytestmark = pytest.mark.django_db


def test_it_is_silent_while_a_worker_beats() -> None:
    Heartbeat.objects.create(name="worker", at=timezone.now() - timedelta(seconds=80))
    call_command("heartbeat", max_age=90)


@pytest.mark.parametrize("age", [None, 100])
def test_it_fails_without_a_fresh_heartbeat(age: int | None) -> None:
    if age:
        Heartbeat.objects.create(name="worker", at=timezone.now() - timedelta(seconds=age))
    with pytest.raises(CommandError, match="No worker's heartbeat in the last 90 seconds"):
        call_command("heartbeat", max_age=90)
