"""The lines of vCards that can become something of a person, out of a stranger's file.

No photographs, no keys, nothing that is folded without end is handed on to a parser; what is
passed over of a person is named.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

LONGEST_LINE = 20_000
LONGEST_PROPERTY = 60_000
MOST_PROPERTIES = 500
MOST_TOLD = 20
_NAME = re.compile(r"(?:[\w-]+\.)?([\w-]+)(?=[;:])")
_KEPT = frozenset(
    (
        *("BEGIN", "END", "VERSION", "PRODID", "UID", "KIND", "N", "FN", "NICKNAME", "LANG"),
        *("BDAY", "EMAIL", "TEL", "URL", "X-SOCIALPROFILE", "X-ABLABEL", "ORG", "TITLE", "ROLE"),
        *("ADR", "TZ", "EXPERTISE", "CATEGORIES", "NOTE", "X-TRM-INFIX", "X-TRM-NATIVE-NAME"),
        *("X-TRM-INITIALS", "X-TRM-BIRTH-NAME", "X-TRM-EXTERNAL-ID", "X-TRM-FIELD"),
        *("X-TRM-SKILL", "X-TRM-EVIDENCE", "X-TRM-DO-NOT-CONTACT", "X-TRM-FORM-OF-ADDRESS"),
    )
)
# Of the card, and not of the person; so is what begins with X-, but for what many programs write.
_OF_THE_CARD = frozenset(
    (
        *("REV", "CLASS", "PROFILE", "SOURCE", "NAME", "MAILER", "SORT-STRING", "CLIENTPIDMAP"),
        *("FBURL", "CALURI", "CALADRURI", "XML", "LABEL"),
    )
)
_TOLD_ABROAD = re.compile(
    r"X-(?:MS-|EVOLUTION-)?(?:ANNIVERSARY|GENDER|SPOUSE|MANAGER|ASSISTANT|ICQ|AIM|MSN|YAHOO|JABBER"
    r"|SKYPE|GTALK|QQ|IMADDRESS|ABDATE|ABRELATEDNAMES)"
)


def _encoding(path: Path) -> str:
    raw = path.read_bytes()
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


@dataclass(slots=True)
class Card:
    """``lines`` are those that become something of a person, unfolded as far as is reasonable;
    ``passed_over`` names what else is told of them.

    The last of them is gathered in pieces, and how it is coded is told once: a stranger's fold
    must not cost what all folds before it did.
    """

    lines: list[str] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)
    _pieces: list[str] = field(default_factory=list)
    _length: int = 0
    _is_kept: bool = False
    _is_quoted: bool = False

    @property
    def has_begun(self) -> bool:
        return bool(self.lines)

    @property
    def is_something(self) -> bool:
        """More of it is ours than that it begins."""
        return len(self.lines) + bool(self._pieces) > 1

    @property
    def ended(self) -> "Card":
        self._close()
        return Card([*self.lines, "END:VCARD"], self.passed_over)

    def take(self, name: str, line: str) -> None:
        self._close()
        self._is_kept = name in _KEPT and len(self.lines) < MOST_PROPERTIES
        if self._is_kept:
            self._pieces = [line]
            self._length = len(line)
            self._is_quoted = "QUOTED-PRINTABLE" in line.partition(":")[0].upper()
        elif _tells_of_the_person(name) and len(self.passed_over) < MOST_TOLD:
            self.passed_over.append(name.lower().removeprefix("x-"))

    def goes_on_with(self, line: str) -> bool:
        """Whether ``line`` belongs to the property before it: folded, or broken as
        quoted-printable and older cards do."""
        if line[:1] in (" ", "\t"):
            return True
        return self._is_kept and self._is_quoted and self._pieces[-1].endswith("=")

    def fold_in(self, line: str) -> None:
        if not self._is_kept or self._length >= LONGEST_PROPERTY:
            return
        if self._is_quoted:
            self._pieces[-1] = self._pieces[-1].removesuffix("=")
            piece = line.lstrip(" \t")
        else:
            piece = line[1:]
        if piece:
            self._pieces.append(piece)
            self._length += len(piece)

    def _close(self) -> None:
        if self._pieces:
            self.lines.append("".join(self._pieces))
            self._pieces = []


def cards_in(path: Path) -> Iterator[Card]:
    with path.open(encoding=_encoding(path), errors="replace", newline=None) as text:
        yield from _cards(text)


def _cards(text: TextIO) -> Iterator[Card]:
    card = Card()
    while line := text.readline(LONGEST_LINE):
        bare = line.rstrip("\r\n")
        if card.has_begun and card.goes_on_with(bare):
            card.fold_in(bare)
            continue
        found = _NAME.match(bare)
        name = found.group(1).upper() if found else ""
        if name in ("BEGIN", "END"):
            if card.is_something:
                yield card.ended
            card = Card([bare] if name == "BEGIN" else [])
        elif card.has_begun:
            card.take(name, bare)
    if card.is_something:
        yield card.ended


def _tells_of_the_person(name: str) -> bool:
    if name.startswith("X-"):
        return bool(_TOLD_ABROAD.fullmatch(name))
    return bool(name) and name not in _OF_THE_CARD
