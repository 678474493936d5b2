"""A full disk, told as what it is: not as a fault of whoever wanted to keep something."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

from django.utils.translation import gettext as _

from core.errors import DomainError

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


class DiskFull(DomainError):
    code: ClassVar[str] = "disk_full"

    def __init__(self) -> None:
        super().__init__(
            _(
                "There is no room left on our disk, so this was not kept. What was there is "
                "unharmed. Tell whoever looks after TRM, and try again."
            )
        )


def is_full(fault: BaseException) -> bool:
    return isinstance(fault, OSError) and fault.errno in FULL


@contextmanager
def needing_room() -> Iterator[None]:
    """Raises ``DiskFull`` for what fails in it because nothing more fits on the disk."""
    try:
        yield
    except OSError as fault:
        if is_full(fault):
            raise DiskFull from fault
        raise
