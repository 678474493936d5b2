"""What cards and resumes become: a table, with headers that our own columns know.

No Django here: this is read by a process of its own (``convert``), on a stranger's file.
"""

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

from core.spreadsheets import unmistakable

BETWEEN = " ::: "
HEADERS = (
    *("Given name", "Middle name", "Infix", "Family name", "Full name", "Preferred name"),
    *("Initials", "Name at birth", "Birthday", "Street", "Postcode"),
    *("Name in native script", "E-mail", "Phone", "Profile URL", "Organisation", "Position"),
    *("City", "Country", "Language", "Skills", "Tags", "Note", "Numbers in other systems"),
    "TRM ID",
)
LONGEST_CELL = 20_000

Row = Mapping[str, str]


def joined(values: Iterable[str]) -> str:
    return BETWEEN.join(dict.fromkeys(value.strip() for value in values if value.strip()))


def write_table(target: Path, rows: list[dict[str, str]]) -> int:
    """How many were written. A column of our own fields is there where a row has one."""
    own = sorted({name for row in rows for name in row if name not in HEADERS})[:100]
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*HEADERS, *own])
        for row in rows:
            cells = [row.get(name, "") for name in (*HEADERS, *own)]
            writer.writerow([_plain(cell) for cell in cells])
    return len(rows)


def _plain(cell: str) -> str:
    """What UTF-8 and a database can hold, and what is read as it stands."""
    text = cell.replace("\0", "").encode("utf-8", "replace").decode()
    return unmistakable(text[:LONGEST_CELL].strip())
