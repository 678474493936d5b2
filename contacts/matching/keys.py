"""Blocking: only people who share a key are ever compared.

A key is a 64-bit hash of something that two records of one person probably have in common. Each
sort of key forgives another fault (a typo, a maiden name, a move), so that two records of one
person share at least one. A key that more people share than its sort allows is passed over: it
tells nothing, and its pairs would grow with the square of them.
"""

from collections.abc import Iterator
from hashlib import blake2b

from contacts.matching.facts import Facts, is_desk, is_public
from contacts.matching.nicknames import roots_of
from contacts.matching.sounds import sound_of

MOST_HOLDERS = 24
"""How many may share a key before it is passed over."""
MOST_KEYS = 40
SHORTEST_LOCAL_PART = 6


def keys_of(facts: Facts) -> list[int]:
    """The blocking keys of one person, at most ``MOST_KEYS``, each once."""
    texts = dict.fromkeys(_texts(facts))
    return [key_of(text) for text in list(texts)[:MOST_KEYS]]


def key_of(text: str) -> int:
    """A text as a key. Keys of addresses and numbers are odd, all others even."""
    digest = int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big", signed=True)
    return digest | 1 if text[:2] in _REACHING else digest & ~1


_REACHING = ("e ", "p ")


def _texts(facts: Facts) -> Iterator[str]:
    yield from _reached(facts)
    names = _names(facts)
    firsts = sorted({name[0] for name in (*facts.given, facts.initials) if name})
    sounds = [sound_of(part) for part in facts.families]
    yield from _named(facts, names, sounds)
    if facts.city:
        yield from (f"c {facts.city} {name}" for name in names)
        yield from (f"i {facts.city} {sound} {first}" for sound in sounds for first in firsts)
    if facts.organisation:
        yield from (f"o {facts.organisation} {name}" for name in names[:6])
        yield from (f"r {facts.organisation} {root}" for root in _roots(facts))
    for key, value in facts.extras:
        if len(value) >= 4:
            yield from (f"x {key} {value} {first}" for first in firsts or [""])
            yield from (f"y {key} {value} {sound}" for sound in sounds)
        if len(value) >= 6 and facts.city:
            yield f"z {key} {value} {facts.city}"


def _reached(facts: Facts) -> Iterator[str]:
    for address in facts.emails:
        local, _at, domain = address.partition("@")
        if is_desk(address):
            yield from (f"d {address} {part}" for part in facts.families)
            continue
        yield f"e {address}"
        if len(local) >= SHORTEST_LOCAL_PART:
            yield f"l {local.replace('.', '')}"
        if not is_public(address):
            yield from (f"m {domain} {root}" for root in _roots(facts))
    yield from (f"p {number}" for number in facts.phones)
    yield from (f"u {page}" for page in facts.profiles)


def _named(facts: Facts, names: list[str], sounds: list[str]) -> Iterator[str]:
    """The name by itself: of use where it is rare."""
    for given in facts.given[:2]:
        yield from (f"s {' '.join(sorted((given, part)))}" for part in facts.families)
    yield from (f"n {name}" for name in names)
    for sound in sounds:
        if facts.initials and len(sound) > 2:
            yield f"f {sound} {facts.initials[0]}"
        yield from (f"f {sound} {given[0]}" for given in facts.given if len(sound) > 3)
    if facts.native:
        yield f"v {facts.native}"
    if not sounds:
        yield from (f"g {given}" for given in facts.given[:2])


def _names(facts: Facts) -> list[str]:
    """Each given name with each part of the family name, as they sound, whichever stands first."""
    roots = _roots(facts)
    return [
        " ".join(sorted((sound_of(root), sound_of(part))))
        for part in facts.families
        for root in roots
    ]


def _roots(facts: Facts) -> list[str]:
    roots = [root for given in facts.given[:2] for root in roots_of(given)[:4]]
    return list(dict.fromkeys(roots))
