import csv
import io

import pytest

from core.spreadsheets import bare, csv_lines, harmless


@pytest.mark.parametrize("cell", ["=1+1", "+31612345678", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_what_a_spreadsheet_would_run_is_marked_as_text(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "Jan", "'s-Hertogenbosch", "a=b", "1-2", "06-12345678"])
def test_what_is_text_stays_as_it_is(cell: str) -> None:
    assert harmless(cell) == cell


@pytest.mark.parametrize(
    "cell", ["=1", "'=1", "''=1", "'t Hart", "'", "", "-", "'-", "\uff1d1", "a"]
)
def test_what_was_marked_comes_back_as_it_was(cell: str) -> None:
    assert bare(harmless(cell)) == cell


def test_a_table_becomes_lines_that_excel_reads_as_utf_8() -> None:
    text = "".join(csv_lines([["Naam", "Noot"], ['José; "x"', "=1\n2"]], delimiter=";"))

    assert text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(text[1:], newline=""), delimiter=";"))
    assert rows == [["Naam", "Noot"], ['José; "x"', "'=1\n2"]]
