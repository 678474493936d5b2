"""People as a table: CSV, and Excel workbooks of which no cell is ever a formula."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path

import xlsxwriter

from contacts.exports.columns import Cell, ExportColumn
from contacts.models import Contact
from core.spreadsheets import csv_lines, unmistakable

MOST_ROWS_OF_A_SHEET = 1_048_575
LONGEST_CELL_OF_A_SHEET = 32_767
_WIDEST = 40


def write_csv(
    path: Path, columns: Sequence[ExportColumn], sets: Iterable[Sequence[Contact]], delimiter: str
) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(csv_lines(_rows_as_text(columns, sets), delimiter=delimiter))


def _rows_as_text(
    columns: Sequence[ExportColumn], sets: Iterable[Sequence[Contact]]
) -> Iterator[list[str]]:
    yield [column.header for column in columns]
    for people in sets:
        for person in people:
            yield [_as_text(column.read(person)) for column in columns]


def _as_text(cell: Cell) -> str:
    """Days as ISO has them, numbers with a point: what every program and our import reads."""
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def write_workbook(
    path: Path, columns: Sequence[ExportColumn], sets: Iterable[Sequence[Contact]]
) -> None:
    """One sheet, row by row, so that a long table needs no memory. Text is written as text."""
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(str(path), options) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(columns):
            sheet.set_column(place, place, min(max(len(column.header) + 2, 12), _WIDEST))
            sheet.write_string(0, place, column.header, bold)
        at = 0
        for people in sets:
            for person in people:
                at += 1
                for place, column in enumerate(columns):
                    cell = column.read(person)
                    if isinstance(cell, date):
                        moment = datetime(cell.year, cell.month, cell.day)  # noqa: DTZ001 -- a day
                        sheet.write_datetime(at, place, moment, day)
                    elif isinstance(cell, int | float):
                        sheet.write_number(at, place, cell)
                    elif cell:
                        sheet.write_string(at, place, unmistakable(cell)[:LONGEST_CELL_OF_A_SHEET])
