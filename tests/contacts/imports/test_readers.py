import csv
import io

import pytest

from contacts.imports.readers import LONGEST_LINE, MOST_LINES, Record, records


def read(text: str, delimiter: str = ",") -> list[Record]:
    return list(records(io.StringIO(text, newline=""), delimiter))


def test_records_are_numbered_as_a_spreadsheet_does() -> None:
    assert read('a,b\r\n\r\n"1\n2",3\n4,5') == [
        Record(1, ["a", "b"]),
        Record(2, []),
        Record(3, ["1\n2", "3"]),
        Record(4, ["4", "5"]),
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_quotes_hold_the_separator(delimiter: str) -> None:
    line = delimiter.join(['"a""b"', f'"c{delimiter}d"', "e"])
    assert read(line, delimiter) == [Record(1, ['a"b', f"c{delimiter}d", "e"])]


def test_a_quote_within_a_cell_is_a_letter() -> None:
    assert read('5" pipe,x\ny,z\n') == [Record(1, ['5" pipe', "x"]), Record(2, ["y", "z"])]


def test_a_quote_that_is_never_closed_costs_its_own_row_alone() -> None:
    good = [f"{n},ok" for n in range(MOST_LINES * 2)]
    lines = [*good[:3], '"broken,row', *good[3:]]

    found = read("\n".join(lines))

    assert [record.problem for record in found if record.problem] == ["unclosed_quote"]
    assert found[3] == Record(4, ['"broken', "row"], "unclosed_quote")
    assert [record.cells for record in found if not record.problem] == [
        line.split(",") for line in good
    ]


def test_a_quote_that_is_never_closed_near_the_end_costs_its_own_row_alone() -> None:
    assert read('a,b\n"c,d\ne,f\n') == [
        Record(1, ["a", "b"]),
        Record(2, ['"c', "d"], "unclosed_quote"),
        Record(3, ["e", "f"]),
    ]


def test_nul_bytes_are_left_out() -> None:
    assert read("a\0b,c\0\n") == [Record(1, ["ab", "c"])]


def test_a_huge_cell_costs_its_own_row_alone() -> None:
    found = read(f"a,{'x' * 200_000}\n{'y' * (LONGEST_LINE * 3)},b\nc,d\n")

    assert [record.problem for record in found] == ["too_long", "too_long", ""]
    assert found[2].cells == ["c", "d"]
    assert sum(len(cell) for cell in found[1].cells) <= 1000


def test_what_is_too_long_is_not_up_to_other_readers_in_the_process() -> None:
    before = csv.field_size_limit(10_000_000)
    try:
        found = read(f"a,{'x' * 200_000}\nc,d\n")
    finally:
        csv.field_size_limit(before)

    assert [record.problem for record in found] == ["too_long", ""]
