import logging

from celery import shared_task
from django.utils import timezone
from kombu.exceptions import OperationalError

from contacts.services import (
    bulk,
    bulk_work,
    custom_indexes,
    document_work,
    documents,
    duplicate_work,
    duplicates,
    exports,
    import_work,
    match_statistics,
    membership,
    pool_filling,
    pools,
)
from contacts.services.import_retention import clear_old_imports
from contacts.services.search_words import tidy_words

logger = logging.getLogger(__name__)


@shared_task(name="contacts.run_imports")
def run_imports() -> None:
    """Go on with whatever file of people waits, also with those whose worker died."""
    import_work.release_expired()
    while import_work.work_on_next():
        pass


@shared_task(name="contacts.tidy_search_words")
def tidy_search_words() -> None:
    tidy_words()


@shared_task(name="contacts.clear_imports")
def clear_imports() -> None:
    """Take out of imported rows what they said, once their days are over."""
    clear_old_imports(now=timezone.now())


def hurry() -> None:
    """Ask for a worker now instead of at the next round. Without Redis: at the next round."""
    try:
        run_imports.apply_async(retry=False)
    except OperationalError:
        logger.warning("No broker; imports wait for the next round", exc_info=True)


@shared_task(name="contacts.run_bulk_acts")
def run_bulk_acts() -> None:
    """Go on with whatever act on many people waits, also with those whose worker died."""
    bulk_work.release_expired()
    while bulk_work.work_on_next():
        pass


def hurry_bulk_acts() -> None:
    """Ask for a worker now instead of at the next round. Without Redis: at the next round."""
    try:
        run_bulk_acts.apply_async(retry=False)
    except OperationalError:
        logger.warning("No broker; bulk acts wait for the next round", exc_info=True)


@shared_task(name="contacts.forget_bulk_rows")
def forget_bulk_rows() -> int:
    """What people had before acts that can no longer be undone."""
    return bulk.forget_rows()


@shared_task(name="contacts.keep_segments")
def keep_segments() -> None:
    """Who changed is looked at again, and segments that are due are worked out."""
    membership.keep_up()


def hurry_segments() -> None:
    """Ask for a worker now: somebody waits to see who fits. Without Redis: at the next round."""
    try:
        keep_segments.apply_async(retry=False)
    except OperationalError:
        logger.warning("No broker; segments wait for the next round", exc_info=True)


@shared_task(name="contacts.read_documents")
def read_documents() -> None:
    """Take the text out of whatever document waits for it."""
    document_work.release_expired()
    while document_work.read_next():
        pass


def hurry_documents() -> None:
    """Ask for a worker now instead of at the next round. Without Redis: at the next round."""
    try:
        read_documents.apply_async(retry=False)
    except OperationalError:
        logger.warning("No broker; documents wait for the next round", exc_info=True)


@shared_task(name="contacts.look_after_documents")
def look_after_documents() -> None:
    """Remind of what expires, and let go of what was deleted long enough ago."""
    while documents.remind_of_expiry(today=timezone.localdate()):
        pass
    while documents.purge_deleted(now=timezone.now()):
        pass


@shared_task(name="contacts.run_exports")
def run_exports() -> None:
    """Make whatever file of people waits, also those whose worker died."""
    exports.release_expired()
    while exports.work_on_next():
        pass


@shared_task(name="contacts.forget_exports")
def forget_exports() -> None:
    exports.forget_old()


def hurry_exports() -> None:
    """Ask for a worker now instead of at the next round. Without Redis: at the next round."""
    try:
        run_exports.apply_async(retry=False)
    except OperationalError:
        logger.warning("No broker; exports wait for the next round", exc_info=True)


@shared_task(name="contacts.tend_pools")
def tend_pools() -> None:
    """Once a night each pool takes in whom its segment found; once it is stale its owner hears."""
    now = timezone.now()
    pool_filling.fill_pools(now=now)
    pools.remind_of_stale_pools(today=timezone.localdate(now))


@shared_task(name="contacts.find_duplicates")
def find_duplicates() -> None:
    """Look at whoever was written since, go on with a search for all, and do as the rules say."""
    if match_statistics.is_stale():
        match_statistics.count()
    duplicate_work.look_at_due()
    duplicate_work.release_expired()
    while duplicate_work.work_on_next():
        pass
    duplicates.merge_by_rules()


def hurry_duplicates() -> None:
    """Ask for a worker now instead of at the next round. Without Redis: at the next round."""
    try:
        find_duplicates.apply_async(retry=False)
    except OperationalError:
        logger.warning("No broker; duplicates wait for the next round", exc_info=True)


@shared_task(name="contacts.forget_old_journals")
def forget_old_journals() -> int:
    """What was kept to undo merges that can be undone no more."""
    return duplicates.forget_old_journals()


@shared_task(name="contacts.keep_custom_indexes")
def keep_custom_indexes() -> None:
    """Give each number and day of one's own its index, and take away what nobody needs."""
    custom_indexes.keep_indexes()


def hurry_custom_indexes() -> None:
    """Ask for a worker now instead of at the next round. Without Redis: at the next round."""
    try:
        keep_custom_indexes.apply_async(retry=False)
    except OperationalError:
        logger.warning("No broker; indexes wait for the next round", exc_info=True)
