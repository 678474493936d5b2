"""Zip archives from strangers: what is in them is asked before anything is unpacked."""

import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from core.disk import is_full

# Each name takes at least 46 bytes: so many at most are read into memory.
LARGEST_DIRECTORY = 1 << 20
_END = b"PK\x05\x06"
_LONGEST_END = 22 + 0xFFFF
FILES_OF_PEOPLE = frozenset({".csv", ".tsv", ".txt", ".xlsx", ".xls", ".ods", ".vcf", ".json"})
MOST_FILES = 20
# Text of people packs to a tenth; what unfolds to hundreds of times its size is made to harm.
LARGEST_RATIO = 200
_CHUNK = 1 << 16


class Unreadable(Exception):
    pass


class TooMuch(Exception):
    """More files, or more in them, than a file of people has."""


def names_in(path: Path) -> set[str]:
    with _opened(path) as archive:
        return set(archive.namelist())


def is_archive_of_files(path: Path) -> bool:
    """Whether it is a zip that is no workbook: those are archives too."""
    with path.open("rb") as file:
        if file.read(4) != b"PK\x03\x04":
            return False
    try:
        names = names_in(path)
    except Unreadable:
        return False
    return not {"xl/workbook.xml", "content.xml"} & names


def unpacked(path: Path, folder: Path, *, largest: int) -> Iterator[tuple[str, Path]]:
    """Each file of people in it: its name and where it was unpacked, ``largest`` bytes at most.

    Of LinkedIn's archive only the connections: the other tables are about the member.
    """
    with _opened(path) as archive:
        members = [one for one in archive.infolist() if _is_of_people(one)]
        connections = [one for one in members if _bare(one.filename) == "Connections.csv"]
        chosen = connections or members
        if len(chosen) > MOST_FILES or sum(one.file_size for one in chosen) > 2 * largest:
            raise TooMuch
        for number, member in enumerate(chosen):
            if member.file_size > max(member.compress_size, 1) * LARGEST_RATIO + largest // 10:
                raise TooMuch
            target = folder / str(number)
            _copy(archive, member, target, largest)
            yield _bare(member.filename), target


def _copy(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, largest: int) -> None:
    """What the directory says of its size is a stranger's word too: the bytes are counted."""
    left = largest
    try:
        with archive.open(member) as packed, target.open("wb") as file:
            while chunk := packed.read(_CHUNK):
                left -= len(chunk)
                if left < 0:
                    raise TooMuch
                file.write(chunk)
    # NotImplementedError: how zipfile says that it does not know a way to pack.
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError) as fault:
        if is_full(fault):
            raise
        raise Unreadable from None


def _is_of_people(member: zipfile.ZipInfo) -> bool:
    path = PurePosixPath(member.filename)
    is_hidden = any(part.startswith((".", "__MACOSX")) for part in path.parts)
    return not member.is_dir() and not is_hidden and path.suffix.lower() in FILES_OF_PEOPLE


def _bare(name: str) -> str:
    return PurePosixPath(name).name


def _opened(path: Path) -> zipfile.ZipFile:
    if _directory_size(path) > LARGEST_DIRECTORY:
        raise Unreadable
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, ValueError, OSError, struct.error):
        raise Unreadable from None


def _directory_size(path: Path) -> int:
    """How long the list of what is in it is, in bytes, as its last record says."""
    with path.open("rb") as file:
        size = path.stat().st_size
        file.seek(max(size - _LONGEST_END, 0))
        tail = file.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + 22:
        raise Unreadable
    return int(struct.unpack_from("<I", tail, at + 12)[0])
