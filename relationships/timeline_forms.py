"""The filters of a timeline, as they stand in its address. What makes no sense is left out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from contacts.models import Contact
from core.models import User
from relationships.choices import Channel, Direction, Party
from relationships.selectors.colleagues import colleagues
from relationships.selectors.timeline import timeline_page
from relationships.selectors.timeline_filters import BY, Filters
from relationships.selectors.timeline_places import Place
from relationships.timeline import GROUP_LABELS, Group, groups_in_use

LONGEST = 100
INDENT = "\N{EN SPACE}"

SPOKE = [
    (Direction.OUTBOUND, _("From us")),
    (Direction.INBOUND, _("From them")),
    (Direction.TWO_WAY, _("Both ways")),
    (Direction.INTERNAL, _("Among ourselves")),
]
BEGAN = [(Party.US, _("We began")), (Party.THEM, _("They began"))]
WHO = [("human", _("By people")), ("machine", _("Automatic"))]


@dataclass(frozen=True)
class Asked:
    """What an address asks of a timeline. ``colleague`` is who is asked for, if there is one."""

    filters: Filters
    place: Place
    colleague: User | None

    @property
    def query(self) -> str:
        """The filters as they stand in an address, without the place."""
        return urlencode(
            [(name, value) for name, value in self._values() if value], quote_via=quote
        )

    @property
    def narrows_more(self) -> bool:
        """By what is folded away."""
        return bool(self.filters.began or self.filters.spoke or self.colleague)

    def _values(self) -> Iterator[tuple[str, str]]:
        for name in ("what", "by", "began", "spoke", "q"):
            yield name, getattr(self.filters, name)
        yield "colleague", str(self.colleague.uid) if self.colleague else ""


def asked_of(given: QueryDict) -> Asked:
    colleague = _colleague(given.get("colleague", ""))
    filters = Filters(
        what=_one_of(given.get("what", ""), [*groups_in_use(), *Channel.values]),
        by=_one_of(given.get("by", ""), BY),
        began=_one_of(given.get("began", ""), Party.values),
        spoke=_one_of(given.get("spoke", ""), Direction.values),
        colleague=colleague.pk if colleague else None,
        q=" ".join(given.get("q", "").replace("\x00", " ").split())[:LONGEST],
    )
    place = Place(
        **{name: given.get(name, "")[:200] for name in ("after", "before", "at", "entry")}
    )
    return Asked(filters, place, colleague)


@lru_cache(maxsize=8)
def _what_choices(language: str) -> Sequence[tuple[str, str]]:
    """The sorts, each with its label; the channels stand under the contact moments."""
    choices: list[tuple[str, str]] = []
    for group in groups_in_use():
        choices.append((group, str(GROUP_LABELS[group])))
        if group == Group.CONTACT:
            choices += [(value, f"{INDENT}{label}") for value, label in Channel.choices]
    return choices


def timeline_shown(contact: Contact, user: User, asked: Asked) -> dict[str, Any]:
    """What the timeline shows, on a person's page and on its own."""
    return {
        "asked": asked,
        "filters": asked.filters,
        "what_choices": _what_choices(get_language() or ""),
        "who_choices": WHO,
        "page": timeline_page(contact, asked.filters, place=asked.place, reader=user),
        "colleagues": colleagues() if asked.narrows_more else [],
        "began_choices": BEGAN,
        "spoke_choices": SPOKE,
        "shows_more": asked.narrows_more,
    }


def _one_of(value: str, known: list[str] | tuple[str, ...]) -> str:
    return value if value in known else ""


def _colleague(given: str) -> User | None:
    if not given:
        return None
    try:
        return User.objects.filter(uid=UUID(given)).first()
    except ValueError:
        return None
