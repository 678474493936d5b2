"""A stranger's file, looked at for the first time: what it is, as text, and how it begins."""

from dataclasses import dataclass
from pathlib import Path

from contacts.imports import recognise
from contacts.imports.readers import as_text
from contacts.imports.recognise import Preview

TEXT = "csv"


@dataclass(frozen=True)
class Look:
    """``text`` is the file itself, or what it became in ``folder``."""

    file_format: str
    text: Path
    preview: Preview


def look_at(source: Path, folder: Path) -> Look:
    """Tell by its content what a file is; refuse, in words, what is no file of people.

    A workbook, cards and resumes become the text of a table, so that what unfolded once need not
    be unfolded again.
    """
    file_format = recognise.format_of(source)
    if file_format == TEXT:
        return Look(file_format, source, recognise.recognise(source))
    text = folder / "text"
    as_text(file_format, source, text)
    return Look(file_format, text, recognise.recognise(text, encoding="utf_8"))
