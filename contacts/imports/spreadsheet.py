"""A workbook in, text with commas out; only in a process with limits (``convert``)."""

import csv
import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

DAMAGED, EMPTY, TOO_LARGE = 3, 4, 5
# Unpacked, the parts of a workbook may take this many times the memory limit's quarter.
LARGEST_PACKED_RATIO = 4
# Characters that XML cannot hold and workbooks write as these words; the reader undoes all others.
_UNREADABLE = {"_xFFFE_": "\ufffe", "_xFFFF_": "\uffff"}


def convert(source: Path, target: Path, *, memory: int, rows: int, columns: int) -> int:
    try:
        if _unpacked_size(source) > memory // LARGEST_PACKED_RATIO:
            return TOO_LARGE
        workbook = CalamineWorkbook.from_path(source)
        for name in workbook.sheet_names:
            sheet = workbook.get_sheet_by_name(name)
            if not sheet.height:
                continue
            if sheet.total_height > rows + 1000 or sheet.total_width > columns:
                return TOO_LARGE
            write(sheet, target)
            return 0
    except (CalamineError, PasswordError, zipfile.BadZipFile, OSError):
        return DAMAGED
    except MemoryError:
        return TOO_LARGE
    return EMPTY


def _unpacked_size(source: Path) -> int:
    if not zipfile.is_zipfile(source):
        return source.stat().st_size
    with zipfile.ZipFile(source) as parts:
        return sum(part.file_size for part in parts.infolist())


def write(sheet: CalamineSheet, target: Path) -> None:
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        for cells in sheet.iter_rows():
            writer.writerow([as_text(cell) for cell in cells])


def as_text(cell: object) -> str:
    """A cell as its reader would have typed it: 12 and not 12.0, 2024-01-31 and not its noon."""
    if cell is None:
        return ""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    text = str(cell)
    for word, character in _UNREADABLE.items():
        text = text.replace(word, character)
    return f"'{text}" if text.startswith("=") else text  # text, and no formula: marked as such
