"""Run as a process of its own: a stranger's file in, text with commas out, within limits.

    python -m contacts.imports.convert FORMAT SOURCE TARGET MEMORY ROWS COLUMNS

Ends with 0, or 3 (not what it says), 4 (nothing in it), 5 (too much in it).
"""

import resource
import sys
from pathlib import Path

DAMAGED, EMPTY, TOO_LARGE = 3, 4, 5
CPU_SECONDS = 20


def convert(kind: str, source: Path, target: Path, *, memory: int, rows: int, columns: int) -> int:
    try:
        if kind == "vcard":
            return _cards(source, target)
        if kind == "resume":
            return _resumes(source, target)
        from contacts.imports.spreadsheet import convert as unfold  # noqa: PLC0415 -- what is needed

        return unfold(source, target, memory=memory, rows=rows, columns=columns)
    except MemoryError:
        return TOO_LARGE


def _cards(source: Path, target: Path) -> int:
    from contacts.imports.cards import TooManyCards, cards  # noqa: PLC0415
    from contacts.imports.tables import write_table  # noqa: PLC0415

    try:
        return 0 if write_table(target, list(cards(source))) else EMPTY
    except TooManyCards:
        return TOO_LARGE


def _resumes(source: Path, target: Path) -> int:
    from contacts.imports.resumes import NotAResume, resumes  # noqa: PLC0415
    from contacts.imports.tables import write_table  # noqa: PLC0415

    try:
        return 0 if write_table(target, list(resumes(source))) else EMPTY
    except NotAResume:
        return DAMAGED


def main() -> int:
    kind, source, target, memory, rows, columns = sys.argv[1:]
    resource.setrlimit(resource.RLIMIT_AS, (int(memory), int(memory)))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    return convert(
        kind,
        Path(source),
        Path(target),
        memory=int(memory),
        rows=int(rows),
        columns=int(columns),
    )


if __name__ == "__main__":
    sys.exit(main())
