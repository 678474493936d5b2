"""How cells of a list read: functions from a value to HTML, many times quicker than a template.

A column names one as its ``html``. What it is given is escaped here; what it gives is not again.
"""

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from html import escape  # that of Django asks of each text whether it is lazy
from typing import NamedTuple

from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

NOTHING = mark_safe('<span class="faint" aria-hidden="true">&ndash;</span>')
FEW = 2


def day(value: date | datetime) -> SafeString:
    """A day as the reader writes it; of a moment, the day it was here."""
    if isinstance(value, datetime):
        value = timezone.localdate(value)
    return _day(value, get_language() or "")


def chips(words: Sequence[str]) -> SafeString:
    """The first few as chips, the others as a number that names them."""
    shown = "".join(
        f'<span class="chip"><span>{escape(word)}</span></span>' for word in words[:FEW]
    )
    more = len(words) - FEW
    rest = (
        f'<span class="faint text-xs" title="{escape(", ".join(words))}">+{more}</span>'
        if more > 0
        else ""
    )
    return mark_safe(f'<span class="flex items-center gap-1">{shown}{rest}</span>')  # noqa: S308 -- escaped above


class Mail(NamedTuple):
    """``first``: the page that comes before writing to that address, if any does."""

    address: str
    first: str = ""


def mail(shown: Mail) -> SafeString:
    if not shown.first:
        return format_html('<a class="link" href="mailto:{0}">{0}</a>', shown.address)
    return format_html(
        '<a class="link" href="{0}" hx-get="{0}" hx-target="#dialog-content">{1}</a>',
        shown.first,
        shown.address,
    )


def phone(number: str) -> SafeString:
    return format_html('<a class="link whitespace-nowrap" href="tel:{0}">{0}</a>', number)


@lru_cache(maxsize=4096)
def _day(value: date, language: str) -> SafeString:
    """Days come back many times in a list; how they are written goes by the language."""
    return format_html(
        '<time class="whitespace-nowrap" datetime="{}">{}</time>',
        value.isoformat(),
        formats.date_format(value, "SHORT_DATE_FORMAT"),
    )
