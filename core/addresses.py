"""Addresses of rows: of each page the address is made once, and the uid of the row put into it.

Making one takes longer than drawing the line that it stands in, and a page has hundreds.
"""

from functools import cache
from uuid import UUID

from django.urls import get_script_prefix, reverse

_ANY = UUID(int=0)


def address_of(name: str, uid: UUID) -> str:
    """As ``reverse(name, args=[uid])``."""
    return _pattern(name, get_script_prefix()).replace(str(_ANY), str(uid))


@cache
def _pattern(name: str, prefix: str) -> str:
    return reverse(name, args=[_ANY])
