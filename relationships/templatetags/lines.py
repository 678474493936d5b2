"""The lines of a timeline, day by day (``core.entries`` says why without a template)."""

from django import template
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.addresses import address_of
from core.entries import Entry, entry_html
from core.icons import svg
from core.models import User
from core.words import day_in
from relationships.selectors.timeline import Line, Page
from relationships.templatetags.notes import marked

register = template.Library()


@register.simple_tag
def lines(page: Page, reader: User, may_undo_merges: object = False) -> SafeString:
    """``may_undo_merges``: whether a line about a merge leads to it."""
    pieces: list[str] = []
    language = get_language() or ""
    for day, found in page.days():
        named = day_in(day, "l j F Y", language)
        pieces.append(
            f'<h3 class="timeline-day"><time datetime="{day.isoformat()}">{named}</time></h3>'
        )
        pieces += [line_html(line, reader, bool(may_undo_merges)) for line in found]
    return mark_safe("".join(pieces))  # noqa: S308 -- each was escaped where it was made


def line_html(line: Line, reader: User, may_undo_merges: bool) -> SafeString:
    return entry_html(
        Entry(
            by=line.by,
            direction=line.direction,
            icon=line.icon,
            who=line.who,
            who_key=line.entry.actor.uid if line.entry.actor else "",
            channel=line.channel,
            title=line.title,
            text=marked(line.body) if line.body else line.rest,
            foot=_foot(line, reader, may_undo_merges),
            when=line.when,
            when_iso=line.entry.at.isoformat(),
            href=line.href,
            anchor=line.anchor,
            is_found=line.is_found,
        )
    )


def _foot(line: Line, reader: User, may_undo_merges: bool) -> SafeString:
    parts: list[str] = []
    if line.others:
        parts.append(_others(line))
    if line.is_put_right:
        parts.append(format_html('<span class="faint">{}</span>', _("put right afterwards")))
    if line.note and line.written_by == reader.pk:
        url = address_of("relationships:note-edit", line.note)
        word = escape(_("Put right"))
        parts.append(
            f'<a class="link" href="{url}" hx-get="{url}" hx-target="#dialog-content">{word}</a>'
        )
    if line.link and may_undo_merges:
        parts.append(format_html('<a class="link" href="{}">{}</a>', line.link, _("Look or undo")))
    return mark_safe("".join(parts))  # noqa: S308 -- format_html escaped them


def _others(line: Line) -> SafeString:
    """Who was there too."""
    names = format_html_join(
        ", ",
        '<a class="link" href="{}">{}</a>',
        ((address_of("contacts:person", one.uid), one.full_name) for one in line.others),
    )
    return format_html(
        '<span class="entry-others">{}{} {}</span>', svg("users-round"), _("also there:"), names
    )
