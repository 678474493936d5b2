"""Domain events: how an app tells the apps above it that something happened.

An app may not import one above it, so it publishes an event and does not know who listens.
In the publisher's transaction, the bus writes one row per event to the change log and calls the
handlers, each in a savepoint of its own. Handlers only write rows: an enrolment, a webhook
delivery. What must then go out to the world is found in those rows by a worker.

A handler that fails is undone alone and kept for another try (``core.retry_handlers``): a fault
in campaigns must not keep a recruiter from moving a card, and nothing is lost by it.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import transaction
from django.utils import timezone

from core.bulk import MANY, copy_rows, next_ids
from core.models import Change, HandlerFailure

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 10
FIRST_PAUSE = timedelta(seconds=30)


@dataclass(frozen=True, kw_only=True)
class Event:
    """Base of every event. Fields are ids and plain values that JSON can hold."""

    @classmethod
    def name(cls) -> str:
        """How the change log knows the event: its app and class, ``contacts.ContactCreated``."""
        return f"{cls.__module__.partition('.')[0]}.{cls.__qualname__}"


E = TypeVar("E", bound=Event)
Handler = Callable[[Sequence[E]], None]

_handlers: defaultdict[type[Event], list[Handler[Any]]] = defaultdict(list)


def subscribe(event_type: type[E]) -> Callable[[Handler[E]], Handler[E]]:
    """Register a handler. It is given all events of one publication at once, so that a bulk act
    costs it a few statements and not one round per event. It must bear being called again
    with events it has seen: after a failure it is retried with them.
    """

    def register(handler: Handler[E]) -> Handler[E]:
        _handlers[event_type].append(handler)
        return handler

    return register


@transaction.atomic
def publish(*published: Event) -> None:
    """Write the events to the change log and give them to their handlers, in this transaction."""
    by_type: defaultdict[type[Event], list[tuple[Event, int]]] = defaultdict(list)
    for event, change_id in zip(published, _write(published), strict=True):
        by_type[type(event)].append((event, change_id))
    for event_type, pairs in by_type.items():
        for handler in _handlers[event_type]:
            _call(handler, pairs)


def _write(published: Sequence[Event]) -> list[int]:
    """One row per event, in the change log; their primary keys."""
    rows = [(event.name(), vars(event)) for event in published]
    if len(rows) < MANY:
        changes = [Change(event=name, payload=dict(payload)) for name, payload in rows]
        return [change.pk for change in Change.objects.bulk_create(changes)]
    ids = next_ids(Change, len(rows))
    copy_rows(Change, ["event", "payload"], rows, ids=ids)
    return ids


def _call(handler: Handler[Any], pairs: list[tuple[Event, int]]) -> None:
    try:
        with transaction.atomic():
            handler([event for event, _ in pairs])
    except Exception as error:
        logger.exception("Handler %s failed", _path(handler))
        HandlerFailure.objects.bulk_create(
            HandlerFailure(
                change_id=change_id,
                handler=_path(handler),
                error=repr(error)[:2000],
                next_try_at=timezone.now() + FIRST_PAUSE,
            )
            for _, change_id in pairs
        )


def retry_failed(*, now: datetime, limit: int = 100) -> int:
    """Call handlers again for the events they failed on; return how many succeeded.

    Each is tried in its own transaction, later and later, and given up after ``MAX_ATTEMPTS``:
    the row stays, without a next try, for an operator to see.
    """
    succeeded = 0
    for _ in range(limit):
        with transaction.atomic():
            failure = (
                HandlerFailure.objects.select_for_update(skip_locked=True, of=("self",))
                .filter(next_try_at__lte=now)
                .order_by("next_try_at", "pk")
                .first()
            )
            if failure is None:
                break
            succeeded += _retry(failure, now)
    return succeeded


def _retry(failure: HandlerFailure, now: datetime) -> bool:
    try:
        handler, event = _find(failure)
        with transaction.atomic():
            handler([event])
    except Exception as error:
        logger.warning("Handler %s failed again", failure.handler, exc_info=True)
        failure.attempts += 1
        failure.error = repr(error)[:2000]
        pause = FIRST_PAUSE * 2 ** (failure.attempts - 1)
        failure.next_try_at = now + pause if failure.attempts < MAX_ATTEMPTS else None
        failure.save(update_fields=["attempts", "error", "next_try_at", "updated_at"])
        return False
    failure.delete()
    return True


def _find(failure: HandlerFailure) -> tuple[Handler[Any], Event]:
    for event_type, handlers in _handlers.items():
        for handler in handlers:
            if (event_type.name(), _path(handler)) == (failure.change.event, failure.handler):
                return handler, event_type(**failure.change.payload)
    raise LookupError(f"{failure.handler} no longer takes {failure.change.event}")


def _path(handler: Handler[Any]) -> str:
    return f"{handler.__module__}.{handler.__qualname__}"
