"""What the marks in a note mean: ``@colleague``, ``#topic``, ``!promise … by Friday``.

A pure reader: text in, marks with their places out. Who ``@iris`` is, and whether she may see
the person, is for ``services.notes`` to find out. English and Dutch are both read, whatever the
language of the writer: people mix them. It never raises, and it never changes the text.

A mark begins where a word begins, so that an e-mail address is no mention, and its name begins
with a letter, so that ``#1`` is no topic. A promise runs to the day it names, or else to the end of
its sentence; ``Send her the brochure !promise by Friday`` promises what stands before it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from relationships.note_days import find_day

LONGEST_NAME = 60
LONGEST_PROMISE = 300

# What may stand before a mark: the beginning, a space, an opening bracket or quote.
_BEFORE = r"(?:^|(?<=[\s(\[{\"'\u201c\u2018\u201e\u00ab\u00bb>]))"
_NAME = r"[^\W\d_]\w*(?:[.\-]\w+)*"
_MENTION = re.compile(_BEFORE + "@(" + _NAME + r")(?![\w@])", re.MULTILINE)
_TOPIC = re.compile(_BEFORE + r"#([^\W\d_][\w\-]*)(?![\w#])", re.MULTILINE)
_PROMISE = re.compile(_BEFORE + r"!(?:promise|belofte|beloofd)\b:?", re.MULTILINE | re.IGNORECASE)
_SENTENCE = re.compile(r"[.!?;](?=\s|$)|\n")
_EDGES = " \t\r\f\v,:;-\u2013\u2014.!?"


@dataclass(frozen=True, kw_only=True)
class Mark:
    """``text[start:end]`` is what was typed."""

    start: int
    end: int


@dataclass(frozen=True, kw_only=True)
class MentionMark(Mark):
    name: str


@dataclass(frozen=True, kw_only=True)
class TopicMark(Mark):
    name: str


@dataclass(frozen=True, kw_only=True)
class PromiseMark(Mark):
    """``due_on`` is None where no day was named. ``what`` is never empty."""

    what: str
    due_on: date | None

    @property
    def key(self) -> str:
        """By which the promise is known again when its note is edited."""
        return " ".join(self.what.casefold().split())[:LONGEST_PROMISE]


def read(text: str, *, today: date) -> list[Mark]:
    """The marks of ``text`` in their order. ``today`` is the day from which "Friday" counts."""
    marks: list[Mark] = [*_mentions(text), *_topics(text), *_promises(text, today)]
    return sorted(marks, key=lambda mark: (mark.start, mark.end))


def _mentions(text: str) -> Iterator[MentionMark]:
    for found in _MENTION.finditer(text):
        if len(found[1]) <= LONGEST_NAME:
            yield MentionMark(start=found.start(), end=found.end(), name=found[1])


def _topics(text: str) -> Iterator[TopicMark]:
    for found in _TOPIC.finditer(text):
        name = found[1].rstrip("-_")
        if len(name) <= LONGEST_NAME:
            yield TopicMark(start=found.start(), end=found.start() + 1 + len(name), name=name)


def _promises(text: str, today: date) -> Iterator[PromiseMark]:
    begun = list(_PROMISE.finditer(text))
    for number, found in enumerate(begun):
        following = begun[number + 1].start() if number + 1 < len(begun) else len(text)
        line_end = text.find("\n", found.end(), following)
        limit = line_end if line_end >= 0 else following
        earliest = begun[number - 1].end() if number else 0
        promise = _promise(text, found, limit, earliest, today)
        if promise is not None:
            yield promise


def _promise(
    text: str, found: re.Match[str], limit: int, earliest: int, today: date
) -> PromiseMark | None:
    clause = text[found.end() : limit]
    sentence = _SENTENCE.search(clause)
    named = find_day(clause, today=today)
    if named is not None and sentence is not None and sentence.start() < named.start:
        named = None
    if named is not None:
        what, end, due_on = clause[: named.start], named.end, named.day
    else:
        end = sentence.start() if sentence else len(clause.rstrip())
        what, due_on = clause[:end], None
    words = _trimmed(what) or _sentence_before(text[earliest : found.start()])
    if not words:
        return None
    return PromiseMark(
        start=found.start(), end=found.end() + end, what=words[:LONGEST_PROMISE], due_on=due_on
    )


def _sentence_before(text: str) -> str:
    """The last sentence of the line that a bare ``!promise by Friday`` closes."""
    line = text.rsplit("\n", 1)[-1].rstrip(_EDGES)
    return _trimmed(re.split(r"[.!?;]\s", line)[-1])


def _trimmed(text: str) -> str:
    return " ".join(text.split()).strip(_EDGES)
