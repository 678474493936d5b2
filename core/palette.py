"""What the command palette and the search page find. Apps register theirs in ``apps.ready()``.

A *provider* finds rows (people, campaigns) that the user may see; an *act* is something to begin
(new contact, import). Pages of the navigation are found without being registered again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core import navigation
from core.models import User

PER_GROUP = 6
PER_PAGE = 50
SHOWN_OF_MANY = 20
RECENT = 8
SESSION_KEY = "palette_recent"
PAGES = "pages"


Marked = Sequence[tuple[str, bool]]
"""Pieces of a text, each with whether it is what was looked for."""


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Something else that was found of a row, with what it is and its icon."""

    icon: str
    label: str
    text: Marked


@dataclass(frozen=True, kw_only=True)
class Result:
    """One line. With ``person`` it shows an avatar, else ``icon``; ``hint`` stands beside it.

    ``marked`` is the label, ``under`` a second line, in pieces of which what was found is marked;
    ``beside`` is drawn at the end of the line (what is between us and a person).
    """

    label: str
    url: str
    icon: str = ""
    hint: str = ""
    person: bool = False
    key: str = ""
    initials: str = ""
    marked: Marked = ()
    under: Marked = ()
    reasons: Sequence[Reason] = ()
    beside: SafeString | str = ""
    in_dialog: bool = False


@dataclass(frozen=True, kw_only=True)
class Found:
    """Results with how many there are ("1,000+"); ``note`` says what else one should know, ``more``
    leads to where one can go on with them.
    """

    results: Sequence[Result]
    count: str = ""
    note: str = ""
    more: Result | None = None


@dataclass(frozen=True, kw_only=True)
class Group:
    """``url`` leads to all of them; ``waits``: they are found by asking once more."""

    label: str
    results: Sequence[Result] = ()
    key: str = ""
    count: str = ""
    note: str = ""
    more: Result | None = None
    url: str = ""
    waits: bool = False


@dataclass(frozen=True, kw_only=True)
class Provider:
    """``find(user, words, limit)`` answers only what ``user`` may see.

    ``by_ids(user, ids)`` answers those of the ids that still exist and may be seen, by id: with it,
    rows that were opened (``visited``) are offered again before anything is typed. One that
    ``is_thorough`` is asked by the search page alone, after what is quick stands there.
    """

    key: str
    label: str | Promise
    find: Callable[[User, str, int], Sequence[Result] | Found]
    permission: str = ""
    position: int = 50
    by_ids: Callable[[User, Sequence[str]], dict[str, Result]] | None = None
    is_thorough: bool = False


@dataclass(frozen=True, kw_only=True)
class Act:
    """Something to begin. ``is_new`` puts it in the "New" menu; ``key`` is typed anywhere;
    ``in_dialog``: it opens over the page on which one is.
    """

    label: str | Promise
    url_name: str
    icon: str
    position: int
    permission: str = ""
    key: str = ""
    is_new: bool = False
    words: str | Promise = ""
    in_dialog: bool = False

    @property
    def url(self) -> str:
        return reverse(self.url_name)


_providers: dict[str, Provider] = {}
_acts: list[Act] = []


def register(provider: Provider) -> None:
    _providers[provider.key] = provider


def register_act(act: Act) -> None:
    _acts.append(act)


def acts_for(user: User) -> list[Act]:
    """What ``user`` may begin, in order."""
    may = [act for act in _acts if not act.permission or user.has_perm(act.permission)]
    return sorted(may, key=lambda act: act.position)


def find(user: User, words: str, *, recent: Sequence[tuple[str, str]] = ()) -> list[Group]:
    """Groups of results for what was typed; for nothing typed: recent rows, acts and pages."""
    words = " ".join(words.split())
    groups = [] if words else [Group(label=_("Recent"), results=_recent(user, recent))]
    if words:
        groups += [
            _group(provider, user, words, PER_GROUP)
            for provider in _providers_for(user)
            if not provider.is_thorough
        ]
    groups += _doings(user, words)
    return [group for group in groups if group.results]


def search(
    user: User, words: str, *, kind: str = "", is_part: bool = False, at_once: bool = True
) -> list[Group]:
    """What the search page shows for what was typed: a little of each kind, or much of one.

    Not ``at_once``: what takes longer is only announced, to be asked for by its kind as a part.
    """
    words = " ".join(words.split())
    if not words:
        return []
    groups = []
    for provider in _providers_for(user):
        if kind and provider.key != kind:
            continue
        if provider.is_thorough and not kind and not at_once:
            groups.append(_group_of(provider, words, waits=True))
        else:
            limit = PER_PAGE if kind and not is_part else _shown(provider)
            groups.append(_group(provider, user, words, limit))
    if kind in ("", PAGES):
        groups += _doings(user, words)
    return [group for group in groups if group.results or group.waits]


def kinds_for(user: User) -> list[tuple[str, str]]:
    """What one can search for alone: ``(key, label)``."""
    kinds = [(provider.key, str(provider.label)) for provider in _providers_for(user)]
    return [*kinds, (PAGES, _("Pages and acts"))]


def _shown(provider: Provider) -> int:
    return SHOWN_OF_MANY if provider.position <= 10 else PER_GROUP


def _group(provider: Provider, user: User, words: str, limit: int) -> Group:
    found = provider.find(user, words, limit)
    if not isinstance(found, Found):
        found = Found(results=found)
    return replace(
        _group_of(provider, words),
        results=found.results,
        count=found.count,
        note=found.note,
        more=found.more,
    )


def _group_of(provider: Provider, words: str, *, waits: bool = False) -> Group:
    query = urlencode({"q": words, "in": provider.key})
    url = f"{reverse('core:search')}?{query}"
    return Group(key=provider.key, label=str(provider.label), url=url, waits=waits)


def _doings(user: User, words: str) -> list[Group]:
    return [
        Group(key="acts", label=_("Acts"), results=_matching_acts(user, words)),
        Group(key=PAGES, label=_("Pages"), results=_matching_pages(user, words)),
    ]


def visited(request: HttpRequest, key: str, row_id: str) -> None:
    """Remember in the session that a row of provider ``key`` was opened: its id, never a name."""
    recent = [list(pair) for pair in request.session.get(SESSION_KEY, [])]
    pair = [key, row_id]
    if recent[:1] != [pair]:
        request.session[SESSION_KEY] = [pair, *(one for one in recent if one != pair)][:RECENT]


def _providers_for(user: User) -> list[Provider]:
    registered = sorted(_providers.values(), key=lambda provider: provider.position)
    return [one for one in registered if not one.permission or user.has_perm(one.permission)]


def _recent(user: User, recent: Sequence[tuple[str, str]]) -> list[Result]:
    found: dict[tuple[str, str], Result] = {}
    for provider in _providers_for(user):
        ids = [row_id for key, row_id in recent if key == provider.key]
        if provider.by_ids and ids:
            rows = provider.by_ids(user, ids)
            found |= {(provider.key, row_id): result for row_id, result in rows.items()}
    return [found[pair] for pair in map(tuple, recent) if pair in found]


def _matching_acts(user: User, words: str) -> list[Result]:
    return [
        Result(label=str(act.label), url=act.url, icon=act.icon, in_dialog=act.in_dialog)
        for act in acts_for(user)
        if _matches(words, f"{act.label} {act.words}")
    ]


def _matching_pages(user: User, words: str) -> list[Result]:
    items = [item for section in navigation.Section for item in navigation.items_for(user, section)]
    return [
        Result(label=str(item.label), url=reverse(item.url_name), icon=item.icon)
        for item in items
        if _matches(words, str(item.label))
    ]


def _matches(words: str, text: str) -> bool:
    """Each typed word begins a word of the text."""
    begun = text.lower().replace("-", " ").split()
    return all(any(word.startswith(typed) for word in begun) for typed in words.lower().split())
