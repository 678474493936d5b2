"""What beat starts. Work is found in rows: a task that is lost, or comes twice, changes nothing."""

import logging
import time
from typing import Any

from celery import Task, shared_task
from django.utils import timezone
from kombu.exceptions import OperationalError

from campaigns.channels import SmtpChannel
from campaigns.models import EnrolmentRun, Touchpoint
from campaigns.services import delivery
from campaigns.services.campaigns import wind_up_ended
from campaigns.services.enrolment import work_on_run
from campaigns.services.overdue import settle_overdue_steps, tell_of_overdue_steps

logger = logging.getLogger(__name__)

# So long a task works before it lets others come in and a worker that shuts down can end.
SECONDS = 5.0
DISPATCH_SECONDS = 5
MOST_HINTS = 16


def hint(task: "Task[Any, Any]") -> None:
    """Ask for a task now rather than at beat's next round. Without Redis that is all it costs."""
    try:
        task.apply_async(expires=4 * DISPATCH_SECONDS, retry=False)
    except OperationalError:
        logger.warning("No broker: %s waits for beat", task.name)


@shared_task(name="campaigns.dispatch")
def dispatch() -> None:
    """Beat, every few seconds: as many hints as there are batches due, whoever takes them.

    Hints that no worker took before the next rounds run out, so they never pile up.
    """
    now = timezone.now()
    due = Touchpoint.objects.due(now)[: MOST_HINTS * delivery.BATCH].count()
    for _batch in range(-(-due // delivery.BATCH)):
        hint(deliver)
    if EnrolmentRun.objects.due(now).exists():
        hint(enrol)


@shared_task(name="campaigns.deliver")
def deliver() -> None:
    """Batches on one connection, until nothing is due or the time is up."""
    stop_at = time.monotonic() + SECONDS
    with SmtpChannel() as channel:
        while delivery.deliver_due(channel=channel, stop_at=stop_at) == delivery.BATCH:
            if time.monotonic() >= stop_at:
                hint(deliver)
                return


@shared_task(name="campaigns.enrol")
def enrol() -> None:
    stop_at = time.monotonic() + SECONDS
    while work_on_run(stop_at=stop_at):
        if time.monotonic() >= stop_at:
            hint(enrol)
            return
    if Touchpoint.objects.due(timezone.now()).exists():
        hint(deliver)


@shared_task(name="campaigns.recover")
def recover() -> None:
    """Beat: take up what dead workers left, and take people off campaigns that were ended."""
    now = timezone.now()
    EnrolmentRun.objects.release_expired(now)
    found = delivery.recover(now=now)
    if any(found.values()):
        logger.warning("Recovered touchpoints of dead workers: %s", found)
    stop_at = time.monotonic() + SECONDS
    while wind_up_ended(now=now) and time.monotonic() < stop_at:
        continue


@shared_task(name="campaigns.tell_of_overdue_steps")
def tell_of_overdue() -> None:
    """What a new day makes overdue, and what needs no telling any more."""
    settle_overdue_steps()
    tell_of_overdue_steps(today=timezone.localdate())
