"""One line of a timeline as HTML: made by hand, since a page has dozens of them and a template
takes ten times as long. Everything given is escaped here but what is marked safe.
"""

from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from core.icons import svg
from core.words import initials, tint

_ICON = "inline-block align-[-0.1875rem]"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """``by``: ``human`` (contact by a person), ``deed`` (what a person changed) or ``auto``.

    ``direction`` is ``in``, ``out`` or nothing. ``href`` leads to the line itself, ``anchor`` is
    its name on the page. ``text`` and ``foot`` may be HTML that is marked safe.
    """

    by: str = "human"
    direction: str = ""
    icon: str = ""
    who: str = ""
    who_key: object = ""
    channel: str = ""
    title: str = ""
    text: str = ""
    foot: str = ""
    head: str = ""
    when: str = ""
    when_iso: str = ""
    href: str = ""
    anchor: str = ""
    is_found: bool = False


def _esc(text: object) -> str:
    """As Django's ``conditional_escape``, which looks for more and takes four times as long."""
    return text if isinstance(text, SafeString) else escape(str(text))


def entry_html(entry: Entry) -> SafeString:
    is_human = entry.by == "human"
    classes = ["entry", "entry-human" if is_human else "entry-auto"]
    classes += ["entry-in"] * (is_human and entry.direction == "in")
    classes += ["entry-deed"] * (entry.by == "deed") + ["is-found"] * entry.is_found
    anchor = f' id="{_esc(entry.anchor)}"' if entry.anchor else ""
    title = f'<p class="entry-title">{_esc(entry.title)}</p>' if is_human and entry.title else ""
    text = f'<div class="entry-text">{_esc(entry.text)}</div>' if entry.text else ""
    foot = f'<div class="entry-foot">{_esc(entry.foot)}</div>' if entry.foot else ""
    return mark_safe(  # noqa: S308 -- escaped above and below
        f'<article class="{" ".join(classes)}"{anchor}>'
        f'<div class="entry-mark">{_mark(entry)}</div><div class="entry-card">'
        f'<div class="entry-head">{_said(entry)}{_esc(entry.head)}{_when(entry)}</div>'
        f"{title}{text}{foot}</div></article>"
    )


def _mark(entry: Entry) -> str:
    if entry.by != "human":
        return svg(entry.icon or "cog")
    face = (
        f'<span class="avatar {tint(entry.who_key or entry.who)}" aria-hidden="true">'
        f"{_esc(initials(entry.who))}</span>"
    )
    if not entry.direction:
        return face
    is_in = entry.direction == "in"
    word = _("from them") if is_in else _("from us")
    arrow = svg("arrow-down-left" if is_in else "arrow-up-right", "", word)
    return f'{face}<span class="entry-direction">{arrow}</span>'


def _said(entry: Entry) -> str:
    if entry.by == "human":
        icon = f"{svg(entry.icon, _ICON)} " if entry.icon else ""
        channel = f"<span>{icon}{_esc(entry.channel)}</span>" if entry.channel else ""
        return f"<strong>{_esc(entry.who)}</strong>{channel}"
    channel = f"<span>{_esc(entry.channel)}</span>" if entry.channel else ""
    automatic = _("automatic")
    by = (
        f"<span>{_esc(entry.who)}</span>"
        if entry.by == "deed"
        else f'<span class="auto-word">{automatic}</span>'
    )
    return f'<span class="entry-title">{_esc(entry.title)}</span>{channel}{by}'


def _when(entry: Entry) -> str:
    iso = f' datetime="{_esc(entry.when_iso)}"' if entry.when_iso else ""
    if not entry.href:
        return f"<time{iso}>{_esc(entry.when)}</time>"
    shown = _esc(entry.when) or svg("link", "", _("Link to this line"))
    return f'<a class="entry-when" href="{_esc(entry.href)}"><time{iso}>{shown}</time></a>'
