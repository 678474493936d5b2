"""Showing why something was found: the words that did it, marked in what people read."""

import re
from collections.abc import Iterable, Sequence

from contacts.searching.queries import Term
from contacts.searching.words import alike, spellings_of

Marked = list[tuple[str, bool]]
"""Pieces of a text, each with whether it is marked. Put together they are the text."""

_WORD = re.compile(r"[^\W_]+")
AROUND = 70


def is_marked(pieces: Marked) -> bool:
    return any(is_it for _text, is_it in pieces)


def marked(text: str, terms: Iterable[Term], stems: Iterable[str] = ()) -> Marked:
    """``text`` with the words marked that fulfil a term or begin with one of the stems."""
    begun: set[str] = set(stems)
    whole: set[str] = set()
    for term in terms:
        for words in (*term.spellings, term.apart):
            (whole if term.is_exact else begun).update(one for word in words for one in alike(word))
        whole.update((*term.near, *term.shared))
    pieces: Marked = []
    at = 0
    for found in _WORD.finditer(text):
        length = _length(found[0], begun, whole)
        if length:
            start = found.start()
            pieces += [(text[at:start], False), (text[start : start + length], True)]
            at = start + length
    pieces.append((text[at:], False))
    return [piece for piece in pieces if piece[0]]


def _length(word: str, begun: set[str], whole: set[str]) -> int:
    """How much of ``word`` is marked: as far as it was typed, where letters can be counted."""
    best = 0
    for parts in spellings_of(word):
        for part in (form for one in (*parts, "".join(parts)) for form in alike(one)):
            if part in whole:
                return len(word)
            typed = max((len(one) for one in begun if part.startswith(one)), default=0)
            if typed:
                best = max(best, min(typed, len(word)) if len(part) == len(word) else len(word))
    return best


def snippet(text: str, terms: Sequence[Term], stems: Iterable[str]) -> Marked:
    """What stands round the first word that was found."""
    flat = " ".join(text.split())
    pieces = marked(flat, terms, stems)
    first = next((at for at, piece in enumerate(pieces) if piece[1]), None)
    before = sum(len(piece) for piece, _is in pieces[:first]) if first is not None else 0
    start = _start_of_word(flat, before - AROUND)
    end = before + 2 * AROUND
    cut = flat[start:end] if end >= len(flat) else flat[start:end].rpartition(" ")[0]
    shown = marked(cut or flat[start:end], terms, stems)
    return [
        *([("… ", False)] if start else []),
        *shown,
        *([(" …", False)] if start + len(cut) < len(flat) else []),
    ]


def _start_of_word(text: str, at: int) -> int:
    return 0 if at <= 0 else text.find(" ", at) + 1
