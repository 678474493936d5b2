"""A note as it is read: the text as it was typed, its marks set off."""

from django import template
from django.utils import timezone
from django.utils.html import conditional_escape, escape, format_html, format_html_join
from django.utils.safestring import SafeString

from relationships.notes import Mark, MentionMark, PromiseMark, read

register = template.Library()


# What every mark begins with.
SIGNS = "@#!"


@register.filter
def marked(text: str) -> SafeString:
    """``text`` with a ``<span>`` round each mark; one inside a promise is part of the promise."""
    if not any(sign in text for sign in SIGNS):
        return escape(text)
    pieces: list[str] = []
    at = 0
    for mark in read(text, today=timezone.localdate()):
        if mark.start < at:
            continue
        typed = text[mark.start : mark.end]
        pieces += [
            conditional_escape(text[at : mark.start]),
            format_html('<span class="mark mark-{}">{}</span>', _sort(mark), typed),
        ]
        at = mark.end
    pieces.append(conditional_escape(text[at:]))
    return format_html_join("", "{}", ((piece,) for piece in pieces))


def _sort(mark: Mark) -> str:
    if isinstance(mark, MentionMark):
        return "mention"
    return "promise" if isinstance(mark, PromiseMark) else "topic"
