"""The entries of a long menu, written in one loop: through the template engine two dozen of them
cost a page more than its data. They read as ``<c-menu-item>`` writes one.
"""

from collections.abc import Iterable
from html import escape
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from core import icons


class MenuLink(NamedTuple):
    """``in_dialog``: it opens where the page is, for those who have JavaScript."""

    label: str | Promise
    url: str
    icon: str = ""
    is_current: bool = False
    in_dialog: bool = False


def menu(
    label: str, entries: SafeString, *, icon: str, css_class: str = "", rest: str = ""
) -> SafeString:
    """The whole menu, as ``<c-menu variant="ghost">`` writes one; ``rest`` stands below a line."""
    below = f"<hr>{rest}" if rest else ""
    return mark_safe(  # noqa: S308 -- escaped here, and in what is given
        f'<details class="menu {css_class}"><summary class="btn btn-ghost">{icons.svg(icon)}'
        f'<span class="btn-words">{conditional_escape(label)}</span>'
        f"{icons.svg('chevron-down')}</summary>"
        f'<div class="menu-list">{entries}{below}</div></details>'
    )


def menu_links(entries: Iterable[MenuLink]) -> SafeString:
    mark = f'<span class="menu-mark">{icons.svg("check")}</span>'
    written = []
    for label, address, name, is_current, in_dialog in entries:
        url = escape(address)
        dialog = f' hx-get="{url}" hx-target="#dialog-content"' if in_dialog else ""
        current = ' aria-current="true"' if is_current else ""
        written.append(
            f'<a class="menu-item" href="{url}"{dialog}{current}>{icons.svg(name) if name else ""}'
            f"<span>{escape(str(label))}</span>{mark if is_current else ''}</a>"
        )
    return mark_safe("".join(written))  # noqa: S308 -- escaped piece by piece above


def act_buttons(acts: Iterable[tuple[str, str | Promise, str]]) -> SafeString:
    """A button for each ``(key, label, icon)``, which sends the key as ``act``."""
    return mark_safe(  # noqa: S308 -- escaped piece by piece
        "".join(
            f'<button class="btn btn-quiet btn-sm" name="act" value="{escape(key)}">'
            f"{icons.svg(icon)}{escape(str(label))}</button>"
            for key, label, icon in acts
        )
    )
