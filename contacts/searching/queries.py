"""What people type into the search box, understood.

All words must be found; ``"an exact phrase"``; ``-not this``; ``this OR that``. A word is found
where another begins with it, so that results come as one types. Nothing that can be typed is an
error: a lone quote or minus is a sign like any other.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from contacts.names import BARE_INFIXES
from contacts.searching.words import parts_of, spellings_of

LONGEST_TEXT = 200
MOST_TERMS = 10

Kind = Literal["words", "phrase", "phone", "email"]

_TOKEN = re.compile(
    r"""(?P<minus>(?<!\S)-(?=["\w+(]))?(?:"(?P<phrase>[^"]*)"|(?P<bar>\|)|(?P<word>[^\s"|]+))"""
)
_PHONE = re.compile(
    r"(?<![^\s-])(?:\+|\(?0|\(\+)[\d\s().\-/]{2,}(?!\S)|(?<![^\s-])[1-9]\d{8,}(?!\S)"
)
_OR = frozenset({"OR", "OF"})
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "’": "'", "‘": "'"})  # noqa: RUF001
# What "v.d." and its like may stand for, in front of a family name.
_SHORT_INFIXES = {
    "vd": ("vander", "vande", "vanden"),
    "v/d": ("vander", "vande", "vanden"),
    "v.d": ("vander", "vande", "vanden"),
    "v.d.": ("vander", "vande", "vanden"),
    "v": ("van",),
    "v.": ("van",),
    "d.": ("de",),
    "v.h.": ("vanhet",),
    "v/h": ("vanhet",),
    "v.'t": ("vant",),
}
_SHORT_AND_MORE = re.compile(r"(?<!\S)v(?:\.\s?d\.|/d\b)\s*(?=\w)", re.IGNORECASE)


@dataclass(frozen=True)
class Term:
    """One thing that was asked for.

    ``spellings`` are ways to write it, each a sequence of words that must all be there; ``infixes``
    stand, glued, in front of the first of them ("vander" of "vd Vos"), ``apart`` are the same as
    words of their own. ``digits`` are those of a telephone number, with "+" before them where
    the country was given. ``near`` are words of people, and ``shared`` those of tags and skills,
    that stand for it as well.
    """

    kind: Kind
    text: str
    spellings: tuple[tuple[str, ...], ...] = ()
    near: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()
    infixes: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()
    digits: str = ""
    is_exact: bool = False


@dataclass(frozen=True)
class Clause:
    """At least one of ``terms`` must be true, or, if negated, none may be."""

    terms: tuple[Term, ...]
    is_negated: bool = False


@dataclass(frozen=True)
class Query:
    text: str
    clauses: tuple[Clause, ...] = field(default=())

    @property
    def wanted(self) -> tuple[Clause, ...]:
        return tuple(clause for clause in self.clauses if not clause.is_negated)

    @property
    def unwanted(self) -> tuple[Clause, ...]:
        return tuple(clause for clause in self.clauses if clause.is_negated)

    @property
    def terms(self) -> list[Term]:
        """Those that are asked for, in the order in which they were typed."""
        return [term for clause in self.wanted for term in clause.terms]

    @property
    def is_empty(self) -> bool:
        return not self.clauses


def parse(text: str) -> Query:
    """Read ``text``. What is beyond ``LONGEST_TEXT`` signs or ``MOST_TERMS`` terms is not read."""
    kept = " ".join(text.replace("\x00", " ").translate(_QUOTES).split())[:LONGEST_TEXT]
    read = _SHORT_AND_MORE.sub("v.d. ", kept)
    clauses: list[Clause] = []
    joins = False
    for item in _items(read):
        if item is None:
            joins = bool(clauses) and not clauses[-1].is_negated
            continue
        term, is_negated = item
        if joins and not is_negated:
            clauses[-1] = Clause((*clauses[-1].terms, term))
        else:
            clauses.append(Clause((term,), is_negated))
        joins = False
        if sum(len(clause.terms) for clause in clauses) >= MOST_TERMS:
            break
    return Query(kept, tuple(clauses))


def _items(text: str) -> Iterator[tuple[Term, bool] | None]:
    """The terms with whether each is unwanted; None for an OR."""
    at = 0
    while at < len(text):
        phone = _PHONE.match(text, at)
        if phone and _digits(phone[0]):
            yield Term("phone", phone[0].strip(), digits=_digits(phone[0])), False
            at = phone.end()
            continue
        found = _TOKEN.match(text, at)
        if found is None:
            at += 1
            continue
        at = found.end()
        if found["bar"] or found["word"] in _OR:
            yield None
            continue
        is_negated = bool(found["minus"])
        if found["phrase"] is not None:
            yield from _phrase(found["phrase"], is_negated)
        elif "@" in found["word"].strip("@"):
            yield from _email(found["word"], is_negated)
        else:
            term, at = _word(text, found["word"], at, is_exact=is_negated)
            if term:
                yield term, is_negated


def _digits(text: str) -> str:
    """At least four digits, with "+" in front if the country is given; else nothing."""
    digits = re.sub(r"\(\s*0\s*\)", "", text)
    sign = "+" if digits.lstrip(" (").startswith("+") else ""
    digits = re.sub(r"\D", "", digits)
    if not sign and digits.startswith("00"):
        sign, digits = "+", digits[2:]
    return sign + digits if len(digits) >= 4 else ""


def _phrase(text: str, is_negated: bool) -> Iterator[tuple[Term, bool]]:
    words = tuple(part for chunk in text.split() for part in parts_of(chunk))
    if words:
        yield Term("phrase", text.strip(), spellings=(words,), is_exact=True), is_negated


def _email(text: str, is_negated: bool) -> Iterator[tuple[Term, bool]]:
    local, _, domain = text.rpartition("@")
    words = ("".join(parts_of(local)), "".join(parts_of(domain)))
    spelling = tuple(word for word in words if word)
    if spelling:
        yield Term("email", text, spellings=(spelling,), is_exact=is_negated), is_negated


def _word(text: str, word: str, at: int, *, is_exact: bool) -> tuple[Term | None, int]:
    """The term that begins with ``word``; an infix takes the word behind it along."""
    shown, infixes = [word], [""]
    apart: list[str] = []
    while (more := _as_infix(word, has_next=_next(text, at) is not None)) is not None:
        infixes = [begun + one for begun in infixes for one in more]
        following = _next(text, at)
        if following is None:
            break
        apart += more if len(more) == 1 else []
        word, at = following
        shown.append(word)
    spellings = tuple(dict.fromkeys(parts for parts in _spellings(word) if parts))
    if not spellings:
        return None, at
    kept = tuple(infix for infix in infixes if infix)[:9]
    term = Term(
        "words",
        " ".join(shown),
        spellings,
        infixes=kept,
        apart=tuple(apart),
        is_exact=is_exact,
    )
    return term, at


def _as_infix(word: str, *, has_next: bool) -> tuple[str, ...] | None:
    if not has_next:
        return None
    low = word.casefold()
    if low in _SHORT_INFIXES:
        return _SHORT_INFIXES[low]
    bare = low.strip("'")
    return (bare,) if bare in BARE_INFIXES else None


def _next(text: str, at: int) -> tuple[str, int] | None:
    """The plain word behind ``at`` that an infix can belong to."""
    found = re.compile(r"\s*([^\s\"|,@]+)").match(text, at)
    if found is None or found[1] in _OR or found[1].startswith("-") or not parts_of(found[1]):
        return None
    return found[1], found.end()


def _spellings(word: str) -> Iterator[tuple[str, ...]]:
    """Together and in parts: "o'brien" is obrien, and o and brien."""
    for parts in spellings_of(word):
        if len(parts) > 1:
            yield ("".join(parts),)
        yield parts
