"""What one may begin with the people that the list shows. Apps register it in ``apps.ready()``."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

from contacts.listing import Selection
from core.models import User
from core.permissions import held


@dataclass(frozen=True, kw_only=True)
class ListAct:
    """``url`` gives the page on which it begins, for the people of that selection."""

    key: str
    label: str | Promise
    icon: str
    position: int
    url: Callable[[Selection], str]
    permission: str = ""


_acts: dict[str, ListAct] = {}


def register(act: ListAct) -> None:
    _acts[act.key] = act


def acts_for(user: User, selection: Selection) -> list[tuple[ListAct, str]]:
    """The acts that ``user`` may begin, each with its address, in order."""
    found = sorted(held(_acts.values(), user), key=lambda act: act.position)
    return [(act, act.url(selection)) for act in found]
