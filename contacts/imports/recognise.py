"""What a file is, told by its content: format, encoding, separator, header row, columns."""

import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from charset_normalizer import from_bytes
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.imports import archives, layouts
from contacts.imports.readers import MOST_COLUMNS, FileRefused, Record, records, text_of

ENCODINGS: dict[str, str | Promise] = {
    "utf_8": "UTF-8",
    "cp1252": gettext_lazy("Windows-1252 (Western Europe)"),
    "utf_16": "UTF-16",
    "cp1250": gettext_lazy("Windows-1250 (Central Europe)"),
    "cp1254": gettext_lazy("Windows-1254 (Turkish)"),
    "mac_roman": "Mac Roman",
    "cp850": "DOS 850",
}
DELIMITERS: dict[str, str | Promise] = {
    ",": gettext_lazy("Comma"),
    ";": gettext_lazy("Semicolon"),
    "\t": gettext_lazy("Tab"),
    "|": gettext_lazy("Bar"),
}
_HEAD = 256 * 1024
_LOOKED_AT = 40
_MOST_CONTROL_SHARE = 0.02
# How pictures, sounds, programs and packed files begin.
_OTHER_FILES = (
    *(b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"BM\x00", b"II*\0", b"MM\0*", b"\0\0\1\0"),
    *(b"%PDF", b"%!PS", b"\x7fELF", b"MZ\x90", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"BZh"),
    *(b"OggS", b"ID3", b"SQLite format 3"),
)


@dataclass(frozen=True)
class Preview:
    """The beginning of a file, read in one way. ``header_row`` 0: the file has no header."""

    encoding: str
    delimiter: str
    header_row: int
    headers: list[str]
    rows: list[list[str]]
    meanings: list[str]
    layout: str
    has_unreadable: bool
    first_rows: list[Record] = field(default_factory=list)


def format_of(path: Path) -> str:
    """``csv``, ``workbook``, ``vcard`` or ``resume``; anything else is refused in words."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head.strip():
        raise FileRefused(_("The file is empty."))
    if head.startswith(b"PK\x03\x04"):
        return _format_of_archive(path)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return "workbook"
    start = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t")[:200].lower()
    if start.startswith(b"begin:vcard"):
        return "vcard"
    if start.startswith((b"{", b"[")):
        return "resume"
    if start.startswith((b"<!doctype", b"<html", b"<?xml", b"%pdf")) or _is_binary(head):
        raise FileRefused(
            _(
                "This is not a file of people. Choose a CSV file, an Excel workbook (.xlsx), "
                "vCards or a JSON Resume."
            )
        )
    return "csv"


def _format_of_archive(path: Path) -> str:
    try:
        names = archives.names_in(path)
    except archives.Unreadable:
        raise FileRefused(_("The workbook is damaged or protected by a password.")) from None
    if "xl/workbook.xml" in names or ("content.xml" in names and "mimetype" in names):
        return "workbook"
    raise FileRefused(_("This is an archive. Unpack it, and choose the file of people in it."))


def _is_binary(head: bytes) -> bool:
    if head.startswith(_OTHER_FILES):
        return True
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or _is_wide(head):
        return False
    return _strange(head) > max(len(head) * _MOST_CONTROL_SHARE, 10)


def _strange(text: bytes) -> int:
    """How many signs stand in it that no text has."""
    return sum(text.count(bytes([code])) for code in range(32) if code not in b"\t\n\r\x0b\x0c")


def _is_wide(head: bytes) -> bool:
    """Two bytes a letter without a mark to say so: every other byte is nought, the rest letters."""
    if len(head) <= 20:
        return False
    first, second = head[0::2], head[1::2]
    low, high = (first, second) if second.count(0) >= first.count(0) else (second, first)
    return high.count(0) > len(high) * 0.4 and _strange(low) <= len(low) * _MOST_CONTROL_SHARE


def encoding_of(path: Path) -> str:
    """UTF-8 wherever the whole file can be read as that; else what its letters look like."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
        if head.startswith((b"\xff\xfe", b"\xfe\xff")) or _is_wide(head):
            return "utf_16"
        file.seek(0)
        if _is_utf_8(file):
            return "utf_8"
    best = from_bytes(head, cp_isolation=["utf_8", "utf_16", "cp1252"]).best()
    return best.encoding if best is not None and best.encoding in ENCODINGS else "cp1252"


def _is_utf_8(file: io.BufferedReader) -> bool:
    text = io.TextIOWrapper(file, encoding="utf_8", newline="")
    try:
        while text.read(1 << 20):
            pass
    except UnicodeDecodeError:
        return False
    finally:
        text.detach()
    return True


def recognise(path: Path, *, encoding: str = "") -> Preview:
    """The most likely way to read the file. What the user chose stands."""
    encoding = encoding or encoding_of(path)
    readings = [_first_records(path, encoding, delimiter) for delimiter in DELIMITERS]
    best = max(range(len(readings)), key=lambda place: _likeliness(readings[place]))
    rows = readings[best]
    if not any(any(row.cells) for row in rows):
        raise FileRefused(_("The file is empty."))
    return _preview(encoding, list(DELIMITERS)[best], header_row_of(rows), rows)


def preview(path: Path, *, encoding: str, delimiter: str, header_row: int | None) -> Preview:
    """The file as it reads with these choices; ``header_row`` None: find it."""
    rows = _first_records(path, encoding, delimiter)
    if header_row is None or header_row > len(rows):
        header_row = header_row_of(rows)
    return _preview(encoding, delimiter, header_row, rows)


def _preview(encoding: str, delimiter: str, header_row: int, rows: list[Record]) -> Preview:
    filled = [row for row in rows if any(row.cells)]
    width = max((len(row.cells) for row in filled), default=0)
    if header_row:
        headers = list(rows[header_row - 1].cells)
    else:
        headers = [_("Column %(number)s") % {"number": place + 1} for place in range(width)]
    if len(headers) > MOST_COLUMNS:
        raise FileRefused(
            _("The file has more than %(most)s columns. Leave out those that are not needed.")
            % {"most": MOST_COLUMNS}
        )
    layout = layouts.layout_of(headers) if header_row else None
    below = [row for row in filled if row.number > header_row]
    return Preview(
        encoding=encoding,
        delimiter=delimiter,
        header_row=header_row,
        headers=headers,
        rows=[row.cells for row in below[:5]],
        meanings=layouts.meanings_of(headers) if header_row else _meanings_by_content(below, width),
        layout=layout.key if layout else "",
        has_unreadable=any("\ufffd" in cell for row in rows for cell in row.cells),
        first_rows=rows[:10],
    )


def _first_records(path: Path, encoding: str, delimiter: str) -> list[Record]:
    """Up to the first row that is wider than any table of people: that one is cut off."""
    found: list[Record] = []
    with path.open("rb") as file, text_of(file, encoding) as text:
        for record in islice(records(text, delimiter), _LOOKED_AT):
            if len(record.cells) > MOST_COLUMNS:
                found.append(Record(record.number, record.cells[: MOST_COLUMNS + 1]))
                break
            found.append(record)
    return found


def _likeliness(rows: Sequence[Record]) -> tuple[int, float, int]:
    """Known headers first; then rows that are equally wide; then many columns."""
    widths = Counter(len(row.cells) for row in rows if any(row.cells))
    if not widths:
        return 0, 0.0, 0
    width, count = widths.most_common(1)[0]
    known = max(layouts.count_known(row.cells[:MOST_COLUMNS]) for row in rows)
    return known if width > 1 else 0, count / len(rows) if width > 1 else 0.0, width


def header_row_of(rows: Sequence[Record]) -> int:
    """The number of the header row, or 0: notes and titles may stand above it.

    It is the row with most headers that we know; failing that, the first full row of plain words.
    """
    known = [layouts.count_known(row.cells[:MOST_COLUMNS]) for row in rows]
    if max(known, default=0) >= 2 or (known and known[0] == 1):
        return rows[known.index(max(known))].number
    first = next((row for row in rows if any(row.cells)), None)
    if first is not None and all(_is_plain_word(cell) for cell in first.cells):
        return first.number
    return 0


def _is_plain_word(cell: str) -> bool:
    return bool(cell.strip()) and "@" not in cell and not any(c.isdigit() for c in cell)


def _meanings_by_content(rows: Sequence[Record], width: int) -> list[str]:
    """Without headers only what has a form of its own can be told."""
    meanings = []
    for place in range(width):
        cells = [row.cells[place] for row in rows if place < len(row.cells) and row.cells[place]]
        is_address = bool(cells) and sum("@" in cell for cell in cells) * 2 > len(cells)
        is_profile = bool(cells) and sum("linkedin.com/" in c for c in cells) * 2 > len(cells)
        meanings.append("email" if is_address else "profile" if is_profile else "")
    return meanings
