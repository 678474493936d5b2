import io

import pytest
from pytest_django import Settings

from contacts.documents.formats import DocumentRefused, format_of
from tests.contacts.documents import files


@pytest.mark.parametrize(
    ("content", "file_format"),
    [
        (files.pdf(), "pdf"),
        (b"\n\n" + files.pdf(), "pdf"),
        (files.docx(), "docx"),
        (files.odt(), "odt"),
        (files.png(5000, 5000), "png"),
        (files.jpeg(5000, 5000), "jpeg"),
        ("Geachte heer,\r\n\tJosé".encode(), "txt"),
        ("José".encode("cp1252"), "txt"),
    ],
)
def test_a_document_is_told_by_its_content(content: bytes, file_format: str) -> None:
    assert format_of(io.BytesIO(content)) == file_format


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"MZ\x90\x00\x03", "not a PDF"),
        (b"\x7fELF\x02", "not a PDF"),
        (b"GIF89a\x01\x00", "not a PDF"),
        (b"PK\x03\x04broken", "damaged"),
        (files.archive({"a.txt": "a"}), "no Word"),
        (files.archive({"mimetype": "text/x", "content.xml": "<a/>"}), "no Word"),
        (files.docx(**{"word/vbaProject.bin": b"x"}), "macros"),
        (files.png(40_000, 40_000), "40000 by 40000 pixels"),
        (files.png(30_000, 10), "30000 by 10 pixels"),
        (files.jpeg(10_000, 10_000), "10000 by 10000 pixels"),
        (files.png(0, 5), "picture is damaged"),
        (b"\x89PNG\r\n\x1a\nshort", "picture is damaged"),
        (b"\xff\xd8\xff\xe0\x00", "picture is damaged"),
        (b"\xff\xd8\xff" + b"\xff" * 500, "picture is damaged"),
    ],
)
def test_anything_else_is_refused_in_words(content: bytes, words: str) -> None:
    with pytest.raises(DocumentRefused, match=words):
        format_of(io.BytesIO(content))


def test_what_unfolds_too_far_is_refused_by_its_table_of_contents() -> None:
    with pytest.raises(DocumentRefused, match="unfold"):
        format_of(io.BytesIO(files.docx_bomb()))


def test_so_is_an_archive_of_too_many_parts() -> None:
    parts = {f"word/{number}": "" for number in range(5_001)}

    with pytest.raises(DocumentRefused, match="unfold"):
        format_of(io.BytesIO(files.docx(**parts)))


def test_a_table_of_contents_of_millions_of_lines_is_not_even_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    content = files.docx()
    larger_form = content[:-22] + b"PK\x06\x07" + bytes(16) + content[-22:]
    monkeypatch.setattr("contacts.documents.formats.zipfile.ZipFile", None)

    with pytest.raises(DocumentRefused, match="unfold"):
        format_of(io.BytesIO(larger_form))
    monkeypatch.setattr("contacts.documents.formats.LARGEST_CONTENTS", 100)
    with pytest.raises(DocumentRefused, match="unfold"):
        format_of(io.BytesIO(content))


def test_how_large_a_picture_may_be_is_a_setting(settings: Settings) -> None:
    settings.DOCUMENT_MAX_MEGAPIXELS = 1

    with pytest.raises(DocumentRefused, match="1001 by 1000"):
        format_of(io.BytesIO(files.png(1001, 1000)))
