"""``ETag`` and ``If-Match``: nobody overwrites what they have not seen."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from rest_framework.request import Request

from core.api.errors import PreconditionFailed
from core.api.pagination import microseconds
from core.models import TimeStampedModel


def etag_of(row: TimeStampedModel) -> str:
    return f'"{microseconds(row.updated_at):x}"'


@contextmanager
def unchanged(row: TimeStampedModel, request: Request) -> Iterator[None]:
    """Do the block in one transaction, and only if the row still is what ``If-Match`` names.

    The row stays locked until the block has ended, so that nothing comes between.
    """
    with transaction.atomic():
        expected = request.headers.get("If-Match")
        if expected is not None:
            current = type(row)._default_manager.select_for_update().get(pk=row.pk)
            if not _matches(expected, etag_of(current)):
                raise PreconditionFailed
        yield


def _matches(header: str, etag: str) -> bool:
    named = [part.strip() for part in header.split(",")]
    return "*" in named or etag in named
