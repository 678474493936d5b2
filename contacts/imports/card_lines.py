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
    ``passed_over`` names what else is told of them. ``goes_on``: the last line is one of ours.
    """

    lines: list[str] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)
    goes_on: bool = False

    @property
    def ended(self) -> "Card":
        return Card([*self.lines, "END:VCARD"], self.passed_over)

    def take(self, name: str, line: str) -> None:
        self.goes_on = name in _KEPT and len(self.lines) < MOST_PROPERTIES
        if self.goes_on:
            self.lines.append(line)
        elif _tells_of_the_person(name) and len(self.passed_over) < MOST_TOLD:
            self.passed_over.append(name.lower().removeprefix("x-"))


def cards_in(path: Path) -> Iterator[Card]:
    with path.open(encoding=_encoding(path), errors="replace", newline=None) as text:
        yield from _cards(text)


def _cards(text: TextIO) -> Iterator[Card]:
    card = Card()
    while line := text.readline(LONGEST_LINE):
        bare = line.rstrip("\r\n")
        if card.lines and _goes_on(bare, card.lines[-1], card.goes_on):
            if card.goes_on and len(card.lines[-1]) < LONGEST_PROPERTY:
                _fold_in(card.lines, bare)
            continue
        found = _NAME.match(bare)
        name = found.group(1).upper() if found else ""
        if name in ("BEGIN", "END"):
            if len(card.lines) > 1:
                yield card.ended
            card = Card([bare] if name == "BEGIN" else [])
        elif card.lines:
            card.take(name, bare)
    if len(card.lines) > 1:
        yield card.ended


def _tells_of_the_person(name: str) -> bool:
    if name.startswith("X-"):
        return bool(_TOLD_ABROAD.fullmatch(name))
    return bool(name) and name not in _OF_THE_CARD


def _goes_on(line: str, before: str, is_kept: bool) -> bool:
    """Whether ``line`` belongs to the property before it: folded, or broken as quoted-printable
    and older cards do."""
    if line[:1] in (" ", "\t"):
        return True
    return is_kept and _is_quoted(before) and before.endswith("=")


def _fold_in(card: list[str], line: str) -> None:
    if _is_quoted(card[-1]):
        card[-1] = card[-1].removesuffix("=") + line.lstrip(" \t")
    else:
        card[-1] += line[1:]


def _is_quoted(line: str) -> bool:
    return "QUOTED-PRINTABLE" in line.partition(":")[0].upper()
