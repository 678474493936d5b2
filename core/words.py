"""Small words of every page: initials on a colour that stays theirs, for a person of whom there is
no picture, and days.
"""

from datetime import date
from functools import lru_cache
from zlib import crc32

from django.utils import formats
from django.utils.html import escape

TINTS = 10


def tint(value: object) -> str:
    """A colour that stays with a person: the same name (or id) has it on every page."""
    return f"tint-{crc32(str(value).encode()) % TINTS}"


def initials(name: object) -> str:
    """First and last initial: "Anne-Fleur van der Vegt" is AV; infixes in lower case count not."""
    words = [word for word in str(name).split() if word[:1].isalnum()]
    capital = [word for word in words if not word[0].islower()] or words
    if not capital:
        return "?"
    return (capital[0][0] + (capital[-1][0] if len(capital) > 1 else "")).upper()


@lru_cache(maxsize=16384)
def day_in(day: date, pattern: str, language: str) -> str:
    """A day as it stands in HTML. Days come back on every page; how they are written goes by the
    language, which is that in force.
    """
    return str(escape(formats.date_format(day, pattern)))
