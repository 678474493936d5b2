"""What a person's page is made of. Apps register their parts, in ``apps.ready()``.

The page itself belongs to ``contacts`` and knows none of the apps above; they put their panels
into its four slots.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from django.http import QueryDict
from django.utils.functional import Promise

from contacts.models import Contact
from core.models import User

Slot = Literal["head", "main", "tab", "about", "aside"]


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One part of the page.

    ``head`` stands under the name, ``main`` above the tabs (the line of life), ``tab`` is a tab
    (``?tab=key``; only the chosen one is worked out), ``about`` a part of the tab About, ``aside``
    stands at the right. ``template``
    is rendered with what ``context`` gives, over the page's own context, in which ``contact``
    is the person. A part that the page's address narrows has ``asked`` in place of ``context``.
    ``permission`` is asked for this contact. A part at the right that ``waits`` comes right after
    the page: what one looks at first is there sooner.
    """

    key: str
    slot: Slot
    label: str | Promise
    position: int
    template: str
    context: Callable[[Contact, User], dict[str, Any]] | None = None
    waits: bool = False
    asked: Callable[[Contact, User, QueryDict], dict[str, Any]] | None = None
    permission: str = ""

    def shown(self, contact: Contact, user: User, given: QueryDict) -> dict[str, Any]:
        """What the template is drawn with."""
        if self.asked is not None:
            return self.asked(contact, user, given)
        return self.context(contact, user) if self.context else {}


_panels: dict[tuple[Slot, str], Panel] = {}


def register(panel: Panel) -> None:
    _panels[panel.slot, panel.key] = panel


def panels_for(contact: Contact, user: User, slot: Slot) -> list[Panel]:
    """The panels of ``slot`` that ``user`` may see for ``contact``, in their order."""
    may = _Permissions(contact, user)
    shown = [panel for panel in _panels.values() if panel.slot == slot and may[panel.permission]]
    return sorted(shown, key=lambda panel: panel.position)


class _Permissions(dict[str, bool]):
    """Most panels ask for the same permission: it is looked up once."""

    def __init__(self, contact: Contact, user: User) -> None:
        super().__init__({"": True})
        self._contact, self._user = contact, user

    def __missing__(self, permission: str) -> bool:
        self[permission] = self._user.has_perm(permission, self._contact)
        return self[permission]
