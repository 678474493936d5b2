"""Holding a run while working on it. A worker that dies leaves a lease that runs out."""

from datetime import timedelta

from django.db import connection
from django.utils import timezone

from contacts.models import ImportRun

LEASE = timedelta(seconds=60)


class LeaseLost(Exception):
    """Another worker has taken the run over; this one must write nothing more."""


class Unusable(Exception):
    """The file cannot be imported; ``code`` says why (``selectors.imports`` has the words)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def need_not_wait() -> None:
    """Let this transaction be over before the disk has it. What a crash of the server then takes
    away it takes whole, cursor and all: the next worker does it again."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit TO off")


def hold(run: ImportRun, **values: object) -> None:
    """Move the run on, in the transaction of what was done, while it is still this worker's."""
    held = ImportRun.objects.filter(pk=run.pk, lease_token=run.lease_token)
    if not held.update(lease_until=timezone.now() + LEASE, updated_at=timezone.now(), **values):
        raise LeaseLost
    for name, value in values.items():
        setattr(run, name, value)
