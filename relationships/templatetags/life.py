"""The line of life: its spans, dots and rows (``core.entries`` says why without a template)."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from html import escape

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from core.words import day_in
from relationships.selectors.life_parts import Dot, LineOfLife, Mark, Span, Tick

register = template.Library()


@register.simple_tag
def life_ticks(ticks: Sequence[Tick], height: int) -> SafeString:
    drawn = (
        f'<line class="life-tick" x1="{tick.x}" x2="{tick.x}" y1="0" y2="{height}"/>'
        for tick in ticks
    )
    return mark_safe("".join(drawn))  # noqa: S308 -- numbers of ours


@register.simple_tag
def life_spans(spans: Sequence[Span], label: str, shape: str, words: str) -> SafeString:
    """Each leads to the timeline as it was at its end. ``shape`` and ``words`` are CSS classes."""
    language = get_language() or ""
    return mark_safe("".join(_span(span, label, shape, words, language) for span in spans))  # noqa: S308 -- escaped there


def _span(span: Span, label: str, shape: str, words: str, language: str) -> str:
    state = "is-closed" if span.is_closed else "is-past" if span.until else "is-open"
    since, until = _days(span, "SHORT_DATE_FORMAT", language)
    said = f"{escape(span.detail or span.label)}: {since} \N{EN DASH} {until}"
    is_short = " is-short" if span.is_short else ""
    text = f'<text class="{words}{is_short}" x="7" y="15">{escape(span.label)}</text>'
    return (
        f'<a href="?tab=timeline&amp;at={span.at}#timeline" '
        f'aria-label="{escape(label)}, {said}" data-says="{said}">'
        f'<svg x="{span.x}" width="{span.width}" height="22">'
        f'<rect class="{shape} {state}" x="0" y="2" width="100%" height="18" rx="4"/>'
        f"{text if span.has_room else ''}</svg></a>"
    )


def _days(span: Span, pattern: str, language: str) -> tuple[str, str]:
    until = day_in(span.until, pattern, language) if span.until else escape(_("now"))
    return day_in(span.since, pattern, language), until


@register.simple_tag
def life_marks(marks: Sequence[Mark]) -> SafeString:
    language = get_language() or ""
    drawn = (
        f'<svg class="life-promise is-{mark.state}{" is-ours" if mark.is_ours else ""}" '
        f'x="{mark.x}" y="0" width="1" height="18" data-says="{_state(mark)}, '
        f'{day_in(mark.on, "SHORT_DATE_FORMAT", language)}"><path d="M0 3 5 9 0 15 -5 9Z"/></svg>'
        for mark in marks
    )
    return mark_safe("".join(drawn))  # noqa: S308 -- escaped in _state


def _state(mark: Mark) -> str:
    return escape(f"{mark.label} ({mark.state_label})")


@register.simple_tag
def life_dots(dots: Sequence[Dot]) -> SafeString:
    """The stretches with contact, for the pointer: who does not see them has the years by month."""
    language = get_language() or ""
    marks = (
        f'<a href="?tab=timeline&amp;at={dot.on.isoformat()}#timeline" tabindex="-1" '
        f'data-says="{_said(dot, language)}">'
        f'<circle class="life-dot is-human" cx="{dot.x}" cy="9" r="{dot.r}"/></a>'
        for dot in dots
    )
    return mark_safe("".join(marks))  # noqa: S308 -- numbers, days and words of ours


def _said(dot: Dot, language: str) -> str:
    days = day_in(dot.on, "SHORT_DATE_FORMAT", language)
    if dot.since != dot.on:
        days = f"{day_in(dot.since, 'SHORT_DATE_FORMAT', language)} \N{EN DASH} {days}"
    return f"{_moments(dot.count, language)}, {days}"


@lru_cache(maxsize=1024)
def _moments(count: int, language: str) -> str:
    words = ngettext("%(count)s contact moment", "%(count)s contact moments", count)
    return escape(words % {"count": count})


@register.simple_tag
def life_rows(life: LineOfLife, work_label: str) -> SafeString:
    """All of it but contact, as rows of a table."""
    return mark_safe("".join(_rows(life, work_label)))  # noqa: S308 -- escaped in _row


def _rows(life: LineOfLife, work_label: str) -> Iterator[str]:
    language = get_language() or ""
    for lane in life.lanes:
        for span in lane.spans:
            yield _row(lane.label, span.label, _days(span, "DATE_FORMAT", language))
    for row in life.engagements:
        for span in row:
            what = span.detail or span.label
            yield _row(work_label, what, _days(span, "DATE_FORMAT", language))
    for mark in life.promises:
        what = _("We promised") if mark.is_ours else _("They promised")
        on = day_in(mark.on, "DATE_FORMAT", language)
        yield (
            f'<tr><th scope="row">{escape(what)}</th><td>{_state(mark)}</td>'
            f'<td colspan="2">{on}</td></tr>'
        )


def _row(label: str, what: str, days: tuple[str, str]) -> str:
    return (
        f'<tr><th scope="row">{escape(label)}</th><td>{escape(what)}</td>'
        f"<td>{days[0]}</td><td>{days[1]}</td></tr>"
    )
