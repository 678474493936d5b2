import csv
import io
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from contacts.imports.readers import FileRefused, as_text
from contacts.imports.recognise import format_of

TYPES = """<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>
<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>
</Types>"""  # noqa: E501
RELATIONS = """<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="{target}"/>
</Relationships>"""  # noqa: E501
WORKBOOK = """<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"
 xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">
<sheets><sheet name="People" sheetId="1" r:id="r1"/></sheets></workbook>"""
SHEET = (
    '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    "<sheetData>{rows}</sheetData></worksheet>"
)


def workbook(path: Path, rows: str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("[Content_Types].xml", TYPES)
        parts.writestr(
            "_rels/.rels", RELATIONS.format(kind="officeDocument", target="xl/workbook.xml")
        )
        parts.writestr(
            "xl/_rels/workbook.xml.rels",
            RELATIONS.format(kind="worksheet", target="worksheets/sheet1.xml"),
        )
        parts.writestr("xl/workbook.xml", WORKBOOK)
        parts.writestr("xl/worksheets/sheet1.xml", SHEET.format(rows=rows))
    return path


def text_cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def test_a_workbook_becomes_text_as_its_reader_would_type_it(tmp_path: Path) -> None:
    rows = (
        f'<row r="1">{text_cell("A1", "Naam")}{text_cell("B1", "Nummer, oud")}</row>'
        '<row r="2">' + text_cell("A2", "José Vos") + '<c r="B2"><v>612345678</v></c></row>'
        '<row r="4">' + text_cell("A4", "Jan") + '<c r="B4"><v>1.5</v></c></row>'
    )
    path = workbook(tmp_path / "people.xlsx", rows)

    assert format_of(path) == "workbook"
    as_text("workbook", path, tmp_path / "text")

    assert (tmp_path / "text").read_text().splitlines() == [
        "Naam,\"Nummer, oud\"",
        "José Vos,612345678",
        ",",
        "Jan,1.5",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(
            '<row r="1"><c r="A1"><v>1</v></c></row>'
            '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
            id="two-cells-at-both-ends",
        ),
        pytest.param("<row>" + "<c><v>1</v></c>" * 100_000 + "</row>", id="100,000-columns"),
    ],
)
def test_a_workbook_that_unfolds_without_end_is_refused(tmp_path: Path, rows: str) -> None:
    path = workbook(tmp_path / "bomb.xlsx", rows)

    with pytest.raises(FileRefused, match="too large"):
        as_text("workbook", path, tmp_path / "text")


def test_a_workbook_of_endless_blanks_is_refused_unread(tmp_path: Path) -> None:
    path = workbook(tmp_path / "bomb.xlsx", "")
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as parts,
        parts.open("xl/worksheets/sheet2.xml", "w") as part,
    ):
        for _ in range(300):
            part.write(b" " * 1_000_000)

    with pytest.raises(FileRefused, match="too large"):
        as_text("workbook", path, tmp_path / "text")


def test_an_empty_workbook_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "empty.xlsx", "")

    with pytest.raises(FileRefused, match="empty"):
        as_text("workbook", path, tmp_path / "text")


def test_an_archive_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as parts:
        parts.writestr("people.csv", "Naam\nJan\n")
    path = tmp_path / "archive"
    path.write_bytes(buffer.getvalue())

    with pytest.raises(FileRefused, match="archive"):
        format_of(path)


@pytest.mark.parametrize("text", ["a\ufffeb", "\uffff", "a\x0bb", "_x0041_", "_x000D_ z"])
def test_what_our_workbooks_write_in_words_is_read_as_the_character(
    tmp_path: Path, text: str
) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "people.xlsx")) as book:
        book.add_worksheet().write_string(0, 0, text)

    as_text("workbook", tmp_path / "people.xlsx", tmp_path / "text")

    with (tmp_path / "text").open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == [[text]]
