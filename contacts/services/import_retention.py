"""What files said of people is kept for a while, to be looked at and undone; then it goes."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from contacts.models import ImportRow, ImportRun
from contacts.services.imports import forget_file
from core import audit

State = ImportRun.State
ROWS_PER_STEP = 10_000
_EMPTY = {"cells": [], "notes": [], "changes": [], "before": {}, "fingerprint": ""}


def clear_old_imports(*, now: datetime) -> int:
    """Take out of the rows what was read, once its days are over; return how many files that
    was. A file with which nobody went on is discarded with its rows.
    """
    before = now - timedelta(days=settings.IMPORT_KEEP_DAYS)
    done = ImportRun.objects.filter(
        state__in=[State.IMPORTED, State.UNDONE], cleared_at=None, finished_at__lt=before
    )
    left = ImportRun.objects.filter(
        state__in=[State.MAPPING, State.CHECKED, State.FAILED], updated_at__lt=before
    )
    old, unused = list(done.order_by("pk")), list(left.order_by("pk"))
    for run in old:
        clear_rows(run, now)
    for run in unused:
        _drop(run, now)
    return len(old) + len(unused)


def clear_rows(run: ImportRun, now: datetime) -> None:
    """What became of each row stays, with the contact it led to; a row that names nobody's keys
    stays to be known again by its digest, if it led to somebody."""
    last = run.rows.order_by("-number").values_list("number", flat=True).first() or 0
    for first in range(0, last + 1, ROWS_PER_STEP):
        rows = run.rows.filter(number__gt=first, number__lte=first + ROWS_PER_STEP)
        rows.update(**_EMPTY)
        rows.filter(contact=None).update(digest="")
    forget_file(run)
    run.cleared_at = now
    run.save(update_fields=["file", "cleared_at", "updated_at"])


@transaction.atomic
def _drop(run: ImportRun, now: datetime) -> None:
    run.rows.all().delete()
    forget_file(run)
    run.state, run.finished_at = State.DISCARDED, now
    run.save(update_fields=["file", "state", "finished_at", "updated_at"])
    audit.record(actor=None, action="contacts.import_dropped", target=run, file=run.file_name)


def forget_in_rows(addresses: Sequence[str]) -> int:
    """Empty the rows that led to nobody, refused ones and those of dry runs, and that hold one of
    these addresses; return how many. Those that led to a contact are emptied with it."""
    holds = Q()
    for address in addresses:
        holds |= Q(cells__icontains=address)
    if not holds:
        return 0
    return ImportRow.objects.filter(holds, contact=None).update(**_EMPTY, digest="")
