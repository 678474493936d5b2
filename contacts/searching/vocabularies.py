"""Words that many people share and that stand in tables of their own: tags, skills.

An app registers its vocabulary in ``apps.ready()``. Nothing is copied: a search asks the vocabulary
which of its entries a word means, and the table which people have one of those. So a tag that
is renamed, or given to ten thousand people at once, is found at that very moment.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise

from core.models import User

MOST_ENTRIES = 200
MOST_COMPARED = 20_000


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """``entries(words, is_exact)`` answers the ids of what the words mean: entries in which each
    word begins a word (or, exactly, is one). ``holders(ids)`` are the rows of who has one of
    them, with a ``contact_id``. ``named(contact_ids, ids, user)`` tells why: the names by contact.
    ``words()`` are those of all entries, with which a misspelt one is compared.

    What weighs more comes first among the people found: names weigh 100, e-mail addresses and
    telephones 80, position, organisation and city 40, texts 10.
    """

    key: str
    label: str | Promise
    icon: str
    entries: Callable[[Sequence[str], bool], Sequence[int]]
    holders: Callable[[Sequence[int]], QuerySet[Any]]
    named: Callable[[Sequence[int], Sequence[int], User], Mapping[int, list[str]]]
    words: Callable[[], Iterable[str]]
    weight: int = 30


_vocabularies: dict[str, Vocabulary] = {}


def register(vocabulary: Vocabulary) -> None:
    _vocabularies[vocabulary.key] = vocabulary


def registered() -> list[Vocabulary]:
    """The weightiest first."""
    return sorted(_vocabularies.values(), key=lambda one: -one.weight)
