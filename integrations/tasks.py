import logging

from celery import shared_task
from django.utils import timezone
from kombu.exceptions import OperationalError

from integrations.services.filing import AT_ONCE, file_waiting, look_again
from integrations.services.triage import forget_old_mails

logger = logging.getLogger(__name__)


@shared_task(name="integrations.file_mails")
def file_mails() -> None:
    """Read and file whatever mail waits, also that of workers who died."""
    while file_waiting() == AT_ONCE:
        pass


@shared_task(name="integrations.forget_mails")
def forget_mails() -> None:
    """Delete what is old, and look once more at what waits: a colleague may see more by now."""
    now = timezone.now()
    forget_old_mails(now=now)
    look_again(now=now)


def hurry_mails() -> None:
    """Ask for a worker now instead of at the next round. Without Redis: at the next round."""
    try:
        file_mails.apply_async(retry=False)
    except OperationalError:
        logger.warning("No broker; mails wait for the next round", exc_info=True)
