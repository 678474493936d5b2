"""The lines of a timeline, day by day (``core.entries`` says why without a template)."""

from collections.abc import Sequence

from django import template
from django.urls import reverse
from django.utils import formats
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.entries import Entry, entry_html
from core.icons import svg
from core.models import User
from relationships.selectors.line_of_life import Dot
from relationships.selectors.timeline import Line, Page
from relationships.templatetags.notes import marked

register = template.Library()


@register.simple_tag
def lines(page: Page, reader: User, may_undo_merges: object = False) -> SafeString:
    """``may_undo_merges``: whether a line about a merge leads to it."""
    pieces: list[str] = []
    for day, found in page.days():
        pieces.append(
            format_html(
                '<h3 class="timeline-day"><time datetime="{}">{}</time></h3>',
                day.isoformat(),
                formats.date_format(day, "l j F Y"),
            )
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
        parts.append(
            format_html(
                '<a class="link" href="{0}" hx-get="{0}" hx-target="#dialog-content">{1}</a>',
                reverse("relationships:note-edit", args=[line.note]),
                _("Put right"),
            )
        )
    if line.link and may_undo_merges:
        parts.append(format_html('<a class="link" href="{}">{}</a>', line.link, _("Look or undo")))
    return mark_safe("".join(parts))  # noqa: S308 -- format_html escaped them


def _others(line: Line) -> SafeString:
    """Who was there too."""
    names = format_html_join(
        ", ",
        '<a class="link" href="{}">{}</a>',
        ((reverse("contacts:person", args=[one.uid]), one.full_name) for one in line.others),
    )
    return format_html(
        '<span class="entry-others">{}{} {}</span>', svg("users-round"), _("also there:"), names
    )


@register.simple_tag
def life_dots(dots: Sequence[Dot]) -> SafeString:
    """The stretches with contact, for the pointer: who does not see them has the years by month."""
    return format_html_join(
        "",
        '<a href="?tab=timeline&amp;at={}#timeline" tabindex="-1" data-says="{}">'
        '<circle class="life-dot is-human" cx="{}" cy="9" r="{}"/></a>',
        ((dot.on.isoformat(), _said(dot), dot.x, dot.r) for dot in dots),
    )


def _said(dot: Dot) -> str:
    moments = ngettext("%(count)s contact moment", "%(count)s contact moments", dot.count)
    days = formats.date_format(dot.on, "SHORT_DATE_FORMAT")
    if dot.since != dot.on:
        days = f"{formats.date_format(dot.since, 'SHORT_DATE_FORMAT')} \N{EN DASH} {days}"
    return f"{moments % {'count': dot.count}}, {days}"
