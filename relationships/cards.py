"""The cards of a board, written in one loop: for the page, for what follows, and after a move.

A hundred and more of them through the template engine would cost more than everything else of the
page (as ``contacts.table``, for lists). All that comes from people is escaped on its way in.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from uuid import UUID

from django.urls import reverse
from django.utils import formats
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from contacts.models import Contact
from core import icons
from core.models import User
from core.words import tint
from relationships.models import Relationship
from relationships.selectors.board import Card

_ANYBODY = UUID(int=0)
# Below these the colour of a health figure tells it is low, or middling.
LOW, MIDDLING = 40, 70
# Drawn once a page (``icons_of_cards``) and used by every card.
_DRAWN = ("hourglass", "bell", "bell-ring", "heart-pulse", "arrow-right-left", "circle-alert")


def icons_of_cards() -> SafeString:
    """The drawings that cards refer to: once in the page, before the first card."""
    return icons.symbols(*_DRAWN)


def cards(
    found: Iterable[Card],
    *,
    may_move: bool,
    is_arrived: bool = False,
    refusals: Mapping[int, str] | None = None,
) -> SafeString:
    """``<article>`` for each. ``refusals``: by relationship id, why one could not be moved;
    ``is_arrived``: the reader moved them just now, so that the focus goes there.
    """
    write = _Writer(may_move=may_move, is_arrived=is_arrived)
    refused = refusals or {}
    return mark_safe(  # noqa: S308 -- escaped piece by piece
        "".join(write(card, refused.get(card.relationship.pk, "")) for card in found)
    )


class _Writer:
    """What is the same on every card is worked out once."""

    def __init__(self, *, may_move: bool, is_arrived: bool) -> None:
        self.may_move = may_move
        self.person_url = reverse("contacts:person", args=[_ANYBODY])
        self.move_url = reverse("relationships:move", args=[_ANYBODY])
        self.attributes = " data-card" + (" data-draggable" if may_move else "")
        self.attributes += " data-arrived" if is_arrived else ""
        self.keys = ' aria-keyshortcuts="m x Shift+ArrowRight"' if may_move else ""
        self.health = escape(_("Health of the relationship"))
        no_owner = escape(_("no owner"))
        self.no_owner = f'<span class="faint">{no_owner}</span>'
        self.owner = escape(_("owner"))
        self.tick, self.move = escape(_("Tick")), _("Move %(name)s")
        self.owners: dict[int, str] = {}
        self.days: dict[int, str] = {}

    def __call__(self, card: Card, refusal: str) -> str:
        row, contact = card.relationship, card.relationship.contact
        uid, name = str(row.uid), contact.full_name
        person = self.person_url.replace(str(_ANYBODY), str(contact.uid))
        return (
            f'<article class="board-card" id="card-{uid}"{self.attributes}'
            f' data-since="{row.stage_since.timestamp()}"{_order(row)}><div class="person">'
            f'<span class="avatar {tint(contact.uid)}" aria-hidden="true">'
            f'{escape(contact.initials)}</span><span class="person-text">'
            f'<a class="person-name no-underline" href="{person}" data-card-link{self.keys}>'
            f"{escape(name)}</a>{_sub(contact)}</span></div>"
            f'<div class="card-facts">{self._facts(card)}</div>'
            f"{self._acts(uid, name) if self.may_move else ''}{_refusal(refusal)}</article>"
        )

    def _facts(self, card: Card) -> str:
        row, number = card.relationship, card.days_in_stage
        days = self.days.get(number)
        if days is None:
            said = ngettext("%(days)s day at this stage", "%(days)s days at this stage", number)
            said = escape(said % {"days": number})
            short = escape(_("%(days)s d") % {"days": number})
            days = (
                f'<span title="{said}">{icons.use("hourglass")}'
                f'<span aria-hidden="true">{short}</span><span class="sr-only">{said}</span></span>'
            )
            self.days[number] = days
        return f"{days}{_touch(card)}{self._health(row)}{self._owner(row.owner)}"

    def _health(self, row: Relationship) -> str:
        health = getattr(row, "health", None)
        if health is None or row.ended_on is not None:
            return ""
        value = health.value
        tone = " is-low" if value < LOW else " is-middling" if value < MIDDLING else ""
        return (
            f'<span class="health{tone}" title="{self.health}">{icons.use("heart-pulse")}'
            f'<span class="sr-only">{self.health}: </span>{value}</span>'
        )

    def _owner(self, owner: User | None) -> str:
        if owner is None:
            return f'<span class="card-owner">{self.no_owner}</span>'
        if owner.pk not in self.owners:
            name = escape(owner.name)
            self.owners[owner.pk] = (
                f'<span class="card-owner"><span class="avatar avatar-xs {tint(owner.uid)}"'
                f' title="{name}" aria-hidden="true">{escape(owner.initials)}</span>'
                f'<span class="sr-only">{self.owner}: {name}</span></span>'
            )
        return self.owners[owner.pk]

    def _acts(self, uid: str, name: str) -> str:
        return (
            f'<span class="card-acts"><input type="checkbox" class="checkbox checkbox-sm"'
            f' form="many" name="only" value="{uid}" data-select'
            f' aria-label="{self.tick}: {escape(name)}"><a class="icon-button is-small"'
            f' href="{self.move_url.replace(str(_ANYBODY), uid)}" data-move'
            f' aria-label="{escape(self.move % {"name": name})}">{icons.use("arrow-right-left")}'
            "</a></span>"
        )


def _order(row: Relationship) -> str:
    """What else the order of a column may go by: the script puts a card that comes in its place."""
    touch = f' data-touch="{row.next_touch_on.isoformat()}"' if row.next_touch_on else ""
    return touch + (f' data-ended="{row.ended_on.isoformat()}"' if row.ended_on else "")


def _sub(contact: Contact) -> str:
    words = contact.headline or contact.organisation_name
    return f'<span class="person-sub">{escape(words)}</span>' if words else ""


def _touch(card: Card) -> str:
    """When the next contact moment is; what is due says so."""
    day = card.relationship.next_touch_on
    if day is None:
        return ""
    if not card.is_due:
        return f"<span>{icons.use('bell')}{_day(day, get_language() or '')}</span>"
    words = _("due today")
    if card.days_overdue:
        late = ngettext("%(days)s day late", "%(days)s days late", card.days_overdue)
        words = late % {"days": card.days_overdue}
    return f'<span class="text-warn">{icons.use("bell-ring")}{escape(words)}</span>'


def _refusal(text: str) -> str:
    if not text:
        return ""
    return format_html(
        '<p class="card-refusal" role="alert">{}<span>{}</span></p>',
        icons.use("circle-alert"),
        text,
    )


@lru_cache(maxsize=2048)
def _day(day: date, language: str) -> str:
    """Days come back on many cards; how they are written goes by the language."""
    return escape(formats.date_format(day, "SHORT_MONTH_DAY_FORMAT"))
