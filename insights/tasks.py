"""What beat starts. Work is found in rows: a round that is lost changes nothing."""

import logging
import time

from celery import shared_task

from insights.services.lives import AT_ONCE, follow_marked, recount

SECONDS = 10.0
logger = logging.getLogger(__name__)


@shared_task(name="insights.follow_lives")
def follow_lives() -> None:
    """Answer the marks that stand, as long as there are many and there is time."""
    stop_at = time.monotonic() + SECONDS
    while follow_marked() == AT_ONCE and time.monotonic() < stop_at:
        continue


@shared_task(name="insights.recount_lives")
def recount_lives() -> None:
    """Every night all of it: nothing is ever wrong for longer than a day."""
    wrong = recount()
    if wrong:
        logger.warning("Of what is kept of lives, %s rows were not right", wrong)
