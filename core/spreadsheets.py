"""Tables that leave the house for a spreadsheet."""

import csv
from collections.abc import Iterable, Iterator

# What a spreadsheet takes for the beginning of a formula, the wide forms of the East too.
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001


def harmless(cell: str) -> str:
    """The cell as text, also where a spreadsheet would run it: with an apostrophe in front, which
    spreadsheets leave out when they show it and our own import takes off again. One that came
    with the text is told from ours by there being two.
    """
    return f"'{cell}" if cell.lstrip("'").startswith(_DANGEROUS) else cell


def bare(cell: str) -> str:
    """The text that ``harmless`` was given."""
    is_ours = cell.startswith("'") and cell.lstrip("'").startswith(_DANGEROUS)
    return cell[1:] if is_ours else cell


def unmistakable(cell: str) -> str:
    """Text for where nothing is run, and our import reads it all the same: marked only where it
    begins with what the import would take for a mark.
    """
    return cell if bare(cell) == cell else harmless(cell)


class _Echo:
    def write(self, text: str) -> str:
        return text


def csv_lines(rows: Iterable[Iterable[str]], *, delimiter: str = ",") -> Iterator[str]:
    """The rows as CSV, line by line, so that a long table needs no memory.

    It begins with the mark by which Excel knows UTF-8.
    """
    writer = csv.writer(_Echo(), delimiter=delimiter)
    yield "\ufeff"
    for row in rows:
        yield writer.writerow([harmless(cell) for cell in row])
