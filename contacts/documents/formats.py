"""What an uploaded document is, told by its content: its name says what somebody wished.

Nothing is unpacked or decoded here. A picture's size is read from its head, an archive's from its
table of contents; both are what a bomb is told by before it goes off.
"""

import struct
import zipfile
from typing import IO

from django.conf import settings
from django.utils.translation import gettext as _

from contacts.models import DocumentVersion
from core.errors import DomainError

Format = DocumentVersion.Format
MOST_PARTS = 5_000
LARGEST_UNPACKED = 200 * 1024 * 1024
LARGEST_CONTENTS = 2 * 1024 * 1024
LONGEST_SIDE = 20_000
_LONGEST_END = 22 + 65_535
_HEAD = 1024
_PNG = b"\x89PNG\r\n\x1a\n"
# The markers of a JPEG after which its size stands; the others of the range are tables.
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_CONTROLS = bytes(set(range(32)) - {9, 10, 12, 13}) + b"\x7f"


class DocumentRefused(DomainError):
    """The file cannot be kept; the message says why and what would help."""

    code = "document_refused"


def format_of(file: IO[bytes]) -> str:
    """The format of ``file``, which is read from its beginning; ``DocumentRefused`` if none."""
    file.seek(0)
    head = file.read(_HEAD)
    if not head:
        raise DocumentRefused(_("The file is empty."))
    if b"%PDF-" in head:
        return Format.PDF
    if head.startswith(_PNG):
        _check_picture(*_png_size(head))
        return Format.PNG
    if head.startswith(b"\xff\xd8\xff"):
        _check_picture(*_jpeg_size(file))
        return Format.JPEG
    if head.startswith(b"PK\x03\x04"):
        return _archive_format(file)
    if _is_text(file):
        return Format.TXT
    raise DocumentRefused(
        _("This is not a PDF, Word or OpenDocument text, PNG, JPEG or plain text.")
    )


def _check_picture(width: int, height: int) -> None:
    if not width or not height:
        raise DocumentRefused(_("The picture is damaged."))
    most = settings.DOCUMENT_MAX_MEGAPIXELS
    if max(width, height) > LONGEST_SIDE or width * height > most * 1_000_000:
        raise DocumentRefused(
            _("The picture is %(width)d by %(height)d pixels. Make it smaller.")
            % {"width": width, "height": height}
        )


def _png_size(head: bytes) -> tuple[int, int]:
    if len(head) < 24 or head[12:16] != b"IHDR":
        return 0, 0
    width, height = struct.unpack(">II", head[16:24])
    return width, height


def _jpeg_size(file: IO[bytes]) -> tuple[int, int]:
    """From marker to marker; each tells how far the next is, so few bytes are read."""
    file.seek(2)
    for _turn in range(1000):
        marker = file.read(2)
        if len(marker) < 2 or marker[0] != 0xFF:
            return 0, 0
        if marker[1] == 0xFF:  # filling
            file.seek(-1, 1)
            continue
        length = file.read(2)
        if len(length) < 2:
            return 0, 0
        if marker[1] in _JPEG_FRAMES:
            size = file.read(5)
            if len(size) < 5:
                return 0, 0
            height, width = struct.unpack(">HH", size[1:5])
            return width, height
        file.seek(max(struct.unpack(">H", length)[0] - 2, 0), 1)
    return 0, 0


def _archive_format(file: IO[bytes]) -> str:
    if _contents_size(file) > LARGEST_CONTENTS:
        raise DocumentRefused(_("The document would unfold to more than can be opened."))
    try:
        with zipfile.ZipFile(file) as parts:
            listed = parts.infolist()
            names = {part.filename for part in listed}
            unpacked = sum(part.file_size for part in listed)
            kind = _kind_of_archive(parts, names)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        raise DocumentRefused(_("The document is damaged.")) from error
    if len(listed) > MOST_PARTS or unpacked > LARGEST_UNPACKED:
        raise DocumentRefused(_("The document would unfold to more than can be opened."))
    if any(name.endswith("vbaProject.bin") for name in names):
        raise DocumentRefused(_("The document holds macros. Save it without them, or as PDF."))
    return kind


def _contents_size(file: IO[bytes]) -> int:
    """How many bytes the table of contents of an archive has, by the record at its end; reading the
    table itself would cost memory for every line of it. One that is told in the larger form (zip64)
    no document of ours needs.
    """
    file.seek(0, 2)
    length = file.tell()
    file.seek(max(length - _LONGEST_END, 0))
    tail = file.read(_LONGEST_END)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 22:
        return 0  # no archive: whoever opens it says so
    if tail[max(at - 20, 0) : at].startswith(b"PK\x06\x07"):
        return LARGEST_CONTENTS + 1
    size: int = struct.unpack("<I", tail[at + 12 : at + 16])[0]
    return size


def _kind_of_archive(parts: zipfile.ZipFile, names: set[str]) -> str:
    if {"[Content_Types].xml", "word/document.xml"} <= names:
        return Format.DOCX
    if "mimetype" in names and "content.xml" in names:
        with parts.open("mimetype") as said:
            if said.read(100).strip() == b"application/vnd.oasis.opendocument.text":
                return Format.ODT
    raise DocumentRefused(_("This archive is no Word or OpenDocument text."))


def _is_text(file: IO[bytes]) -> bool:
    """Without control characters; in UTF-8, or in one byte for each character."""
    file.seek(0)
    while chunk := file.read(1 << 20):
        if len(chunk) != len(chunk.translate(None, _CONTROLS)):
            return False
    return True
