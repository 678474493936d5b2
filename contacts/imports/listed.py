"""Rows of a list in one cell: a line for each, its parts between bars, as people can read it too.

    Kade 1 | 2801 AA | Gouda | NL | work

A bar or a backslash that is part of the text has a backslash before it. No Django here: cards and
resumes are read by a process of its own.
"""

import re
from collections.abc import Iterable, Sequence

_BAR = re.compile(r"(?<!\\)((?:\\\\)*)\|")
_MARKED = re.compile(r"\\(.)")
_MUST_MARK = re.compile(r"([\\|])")


def listed(rows: Iterable[Sequence[str]]) -> str:
    """Empty parts at the end are left out."""
    return "\n".join(_line(row) for row in rows)


def rows_in(cell: str) -> list[list[str]]:
    return [_parts(line) for line in cell.splitlines() if line.strip()]


def _line(row: Sequence[str]) -> str:
    parts = [_MUST_MARK.sub(r"\\\1", " ".join(part.split())) for part in row]
    while parts and not parts[-1]:
        parts.pop()
    return " | ".join(parts)


def _parts(line: str) -> list[str]:
    parts = _BAR.sub(r"\1\n", line).split("\n")
    return [_MARKED.sub(r"\1", part.strip()) for part in parts]
