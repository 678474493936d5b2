"""Files as records: text with separators, read as a stream, and workbooks, made into such text.

A file is what a stranger sent. Nothing here holds more of it than a few records, and a record that
is broken is handed on as such, so that the ones after it are still read.
"""

import csv
import io
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TextIO

from django.conf import settings
from django.utils.translation import gettext_lazy

from core.errors import DomainError

LONGEST_LINE = 1_000_000
# The CSV reader's own limit, told by us too: what it refuses is a setting of the whole process.
LONGEST_CELL = 131_072
# A record with line breaks in its cells may go on over this many lines; past them a quotation
# mark was forgotten.
MOST_LINES = 200
MOST_COLUMNS = 300


class FileRefused(DomainError):
    """The file cannot be taken in at all; the message says why and what would help."""

    code = "import_file_refused"


@dataclass(frozen=True, slots=True)
class Record:
    """``number`` is the row as a spreadsheet counts it, from one. ``problem``: a note's code."""

    number: int
    cells: list[str]
    problem: str = ""


def text_of(binary: BinaryIO, encoding: str) -> TextIO:
    """The file as text; what the encoding cannot read shows as the replacement character."""
    name = "utf_8_sig" if encoding == "utf_8" else encoding
    if encoding == "utf_16":
        name = _order_of(binary)
    return io.TextIOWrapper(binary, encoding=name, errors="replace", newline="")


def _order_of(binary: BinaryIO) -> str:
    """UTF-16 says which byte comes first, or leaves it to be seen: that of Latin letters is 0."""
    begin = binary.read(2)
    binary.seek(0)
    if begin in (b"\xff\xfe", b"\xfe\xff"):
        return "utf_16"
    return "utf_16_be" if begin[:1] == b"\0" else "utf_16_le"


def records(text: TextIO, delimiter: str) -> Iterator[Record]:
    """Every row of the file, empty ones too."""
    lines = _Lines(text)
    reader = csv.reader(lines, delimiter=delimiter or ",")
    number = 0
    while True:
        lines.begin()
        cells, problem = _next(reader, lines)
        if cells is None:
            return
        if problem:
            cells = lines.give_back_all_but_one().rstrip("\r\n").split(delimiter or ",")
            reader = csv.reader(lines, delimiter=delimiter or ",")
        number += 1
        yield Record(number, cells, problem)


def _next(reader: Iterator[list[str]], lines: "_Lines") -> tuple[list[str] | None, str]:
    """The cells of the next record, None at the end, and what is wrong with it."""
    try:
        cells = next(reader)
    except StopIteration:
        return None, ""
    except _EndlessRecord:
        return [], "unclosed_quote"
    except csv.Error:
        return [], "too_long"
    if lines.stopped_inside_quotes():
        return cells, "unclosed_quote"
    is_too_long = lines.has_cut or any(len(cell) > LONGEST_CELL for cell in cells)
    return cells, "too_long" if is_too_long else ""


class _EndlessRecord(Exception):
    pass


class _Lines:
    """The lines that the CSV reader takes, remembered until its record is whole."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self._waiting: list[str] = []
        self._taken: list[str] = []
        self._at_end = False
        self.has_cut = False

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        if len(self._taken) >= MOST_LINES:
            raise _EndlessRecord
        line = self._waiting.pop() if self._waiting else self._read()
        if not line:
            self._at_end = True
            raise StopIteration
        self._taken.append(line)
        return line

    def begin(self) -> None:
        self._taken = []
        self.has_cut = False

    def stopped_inside_quotes(self) -> bool:
        """At the end of the file the CSV reader closes a quotation that nobody closed."""
        return self._at_end and sum(line.count('"') for line in self._taken) % 2 == 1

    def give_back_all_but_one(self) -> str:
        first, *others = self._taken or [""]
        self._waiting.extend(reversed(others))
        if others:
            self._at_end = False
        return first

    def _read(self) -> str:
        line = self._text.readline(LONGEST_LINE).replace("\0", "")
        if len(line) < LONGEST_LINE or line.endswith(("\n", "\r")):
            return line or ""
        self.has_cut = True
        while True:
            rest = self._text.readline(LONGEST_LINE)
            if not rest or rest.endswith(("\n", "\r")):
                return line[:1000].replace('"', "") + "\n"


CONVERTER_MEMORY = 1 << 30
CONVERTER_SECONDS = 30
_DAMAGED, _EMPTY = 3, 4
# Of each format: what to say when it is not what it says, has nothing in it, or too much.
_REFUSALS = {
    "workbook": (
        gettext_lazy("The workbook is damaged or protected by a password."),
        gettext_lazy("The workbook is empty: no sheet has a row."),
        gettext_lazy("The workbook is too large to open. Save it as CSV."),
    ),
    "vcard": (
        gettext_lazy("This file of vCards is damaged."),
        gettext_lazy("There is no card in this file."),
        gettext_lazy("There is more in these cards than can be read. Export them as CSV instead."),
    ),
    "resume": (
        gettext_lazy("This is no resume in the format JSON Resume: it has no “basics”."),
        gettext_lazy("There is no resume in this file."),
        gettext_lazy("There is more in this file than can be read. Split it."),
    ),
}


def as_text(kind: str, source: Path, target: Path) -> None:
    """Write a workbook, cards or resumes as a table, in UTF-8 with commas.

    Some kilobytes can unfold to terabytes, and parsers have their faults, so that is done by a
    process of its own that may take only so much memory and time.
    """
    damaged, empty, too_large = _REFUSALS[kind]
    command = [sys.executable, "-m", "contacts.imports.convert", kind, str(source), str(target)]
    try:
        done = subprocess.run(  # noqa: S603 -- our own module on a path of our own
            [*command, str(CONVERTER_MEMORY), str(settings.IMPORT_MAX_ROWS), str(MOST_COLUMNS)],
            cwd=settings.BASE_DIR,
            timeout=CONVERTER_SECONDS,
            capture_output=True,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise FileRefused(str(too_large)) from None
    if done.returncode:
        said = {_DAMAGED: damaged, _EMPTY: empty}
        raise FileRefused(str(said.get(done.returncode, too_large)))
