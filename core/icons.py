"""Lucide's icons by name. ``npm run build`` writes ``icons.json`` from lucide-static."""

import json
from functools import cache
from pathlib import Path

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe


class UnknownIcon(LookupError):
    """A page names an icon that Lucide does not have. Raised: tests see it before a user does."""


@cache
def _drawings() -> dict[str, str]:
    drawings: dict[str, str] = json.loads(Path(__file__).with_name("icons.json").read_text())
    return drawings


@cache
def svg(name: str, css_class: str = "", label: str = "") -> SafeString:
    """The icon as inline SVG: hidden from screen readers unless it has a ``label`` of its own."""
    if name not in _drawings():
        raise UnknownIcon(f"There is no icon {name!r}; see https://lucide.dev/icons")
    spoken = format_html('role="img" aria-label="{}"', label) if label else 'aria-hidden="true"'
    return format_html(
        '<svg class="icon{}" {} width="24" height="24" viewBox="0 0 24 24" fill="none"'
        ' stroke="currentColor" stroke-width="1.75" stroke-linecap="round"'
        ' stroke-linejoin="round">{}</svg>',
        f" {css_class}" if css_class else "",
        mark_safe(spoken),  # noqa: S308 -- a literal, or what format_html escaped above
        mark_safe(_drawings()[name]),  # noqa: S308 -- Lucide's own drawing, from our build
    )


@cache
def symbols(*names: str) -> SafeString:
    """Icons drawn once in a page, unseen, for hundreds of ``use`` of them."""
    drawn = "".join(_symbol(name) for name in names)
    return mark_safe(f'<svg hidden aria-hidden="true">{drawn}</svg>')  # noqa: S308 -- Lucide's drawings


@cache
def use(name: str) -> SafeString:
    """The icon that ``symbols`` drew elsewhere in the page."""
    return format_html('<svg class="icon" aria-hidden="true"><use href="#i-{}"/></svg>', name)


def _symbol(name: str) -> SafeString:
    if name not in _drawings():
        raise UnknownIcon(f"There is no icon {name!r}; see https://lucide.dev/icons")
    return format_html(
        '<symbol id="i-{}" viewBox="0 0 24 24" fill="none" stroke="currentColor"'
        ' stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">{}</symbol>',
        name,
        mark_safe(_drawings()[name]),  # noqa: S308 -- Lucide's own drawing, from our build
    )
