"""The items of the navigation. Each app registers its own, in ``apps.ready()``."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from django.urls import reverse
from django.utils.functional import Promise

from core.models import User


class Section(StrEnum):
    MAIN = "main"
    BELOW = "below"
    SETTINGS = "settings"


@dataclass(frozen=True, kw_only=True)
class Item:
    """One entry. ``icon`` is a lucide name; ``position`` orders within the section.

    ``permission`` is what a user must hold to see the entry; ``shortcut`` is typed after ``g``;
    ``purpose`` says on the page of all settings what the entry is for. ``count`` gives how much
    waits there, cheaply: every page asks; nothing is shown for none.
    """

    section: Section
    label: str | Promise
    url_name: str
    icon: str
    position: int
    permission: str = ""
    shortcut: str = ""
    purpose: str | Promise = ""
    count: Callable[[User], int] | None = None


_items: list[Item] = []


def register(item: Item) -> None:
    _items.append(item)


def items_for(user: "User", section: Section) -> list[Item]:
    """The entries of ``section`` that ``user`` may open, in their order."""
    shown = [
        item
        for item in _items
        if item.section == section and (not item.permission or user.has_perm(item.permission))
    ]
    return sorted(shown, key=lambda item: item.position)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """An item as a page draws it: with its address, and whether the page is part of it."""

    item: Item
    url: str
    is_current: bool
    user: User

    @property
    def count(self) -> int:
        return self.item.count(self.user) if self.item.count else 0


def entries_for(user: "User", section: Section, path: str) -> list[Entry]:
    """The items of ``section`` for a page at ``path``; the longest address that fits is current."""
    urls = [(item, reverse(item.url_name)) for item in items_for(user, section)]
    fitting = [url for _, url in urls if path == url or (url != "/" and path.startswith(url))]
    current = max(fitting, key=len, default=None)
    return [Entry(item=item, url=url, is_current=url == current, user=user) for item, url in urls]
