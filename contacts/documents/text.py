"""Run as a process of its own: a document in, its text out, within limits.

    python -m contacts.documents.text FORMAT SOURCE TARGET MEMORY LETTERS

Ends with 0, or 3 (damaged), 4 (behind a password), 5 (too much in it).
"""

import resource
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

DAMAGED, LOCKED, TOO_LARGE = 3, 4, 5
CPU_SECONDS = 20
MOST_PAGES = 300
_PARTS = {"docx": "word/document.xml", "odt": "content.xml"}
# What ends a line, by the local name of its element in either format.
_LINES = frozenset({"p", "h", "br", "line-break", "tab", "tr", "table-row"})


def pieces(kind: str, source: Path) -> Iterator[str]:
    """The text, bit by bit, in the order in which it is read."""
    if kind == "pdf":
        return _of_pdf(source)
    if kind == "txt":
        return iter([_decoded(source.read_bytes())])
    return _of_archive(source, _PARTS[kind])


def _of_pdf(source: Path) -> Iterator[str]:
    from pypdf import PdfReader  # noqa: PLC0415 -- only this format pays for it

    reader = PdfReader(source)
    if reader.is_encrypted and not reader.decrypt(""):
        raise PermissionError
    for number, page in enumerate(reader.pages):
        if number >= MOST_PAGES:
            return
        yield page.extract_text() + "\n"


def _of_archive(source: Path, part: str) -> Iterator[str]:
    with zipfile.ZipFile(source) as parts, parts.open(part) as file:
        for _event, element in ElementTree.iterparse(file):  # noqa: S314 -- within these limits
            name = element.tag.rpartition("}")[2]
            if name == "t" and element.text:  # a run of Word
                yield element.text
            elif part == "content.xml" and name in ("p", "h"):
                yield "".join(element.itertext())
            if name in _LINES:
                yield "\n"
            if name in ("p", "h", "tr", "table-row"):
                element.clear()


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def extract(kind: str, source: Path, target: Path, *, letters: int) -> int:
    """Write no more than ``letters`` of the text; what there is of a damaged one is kept."""
    left = letters
    outcome = 0
    with target.open("w", encoding="utf-8", errors="replace") as file:
        try:
            for piece in pieces(kind, source):
                file.write(piece[:left].replace("\x00", ""))
                left -= len(piece)
                if left <= 0:
                    break
        except PermissionError:
            outcome = LOCKED
        except (MemoryError, RecursionError):
            outcome = TOO_LARGE
        except Exception:  # noqa: BLE001 -- whatever a stranger's file makes a parser trip over
            outcome = DAMAGED
    return outcome


def main() -> int:
    kind, source, target, memory, letters = sys.argv[1:]
    resource.setrlimit(resource.RLIMIT_AS, (int(memory), int(memory)))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    return extract(kind, Path(source), Path(target), letters=int(letters))


if __name__ == "__main__":
    sys.exit(main())
