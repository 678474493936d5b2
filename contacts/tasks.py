import logging

from celery import shared_task
from kombu.exceptions import OperationalError

from contacts.services import import_work

logger = logging.getLogger(__name__)


@shared_task(name="contacts.run_imports")
def run_imports() -> None:
    """Go on with whatever file of people waits, also with those whose worker died."""
    import_work.release_expired()
    while import_work.work_on_next():
        pass


def hurry() -> None:
    """Ask for a worker now instead of at the next round. Without Redis: at the next round."""
    try:
        run_imports.apply_async(retry=False)
    except OperationalError:
        logger.warning("No broker; imports wait for the next round", exc_info=True)
