import uuid

import uuid_utils
from django.db import models


def uuid7() -> uuid.UUID:
    """A UUID whose order is the order of making (RFC 9562), so that its index stays compact."""
    return uuid.UUID(int=uuid_utils.uuid7().int)


class TimeStampedModel(models.Model):
    """Row bookkeeping. Business rules must use dates of their own, not these.

    ``uid`` is the name by which pages and the API know the row; ``pk`` never leaves the house.
    """

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True
