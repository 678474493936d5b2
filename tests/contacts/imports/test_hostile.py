"""What is sent to harm: a clear word within five seconds, bounded memory, and the good rows in."""

import io
import json
import random
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from contacts.models import Contact, ImportRun
from contacts.services.imports import upload_all
from core.models import User
from tests.contacts.imports.bringing import DATA, bring_in, codes, outcomes
from tests.contacts.imports.test_workbooks import text_cell, workbook
from tests.factories import UserFactory
from tests.support.servers import ROOT
from tests.support.workers import process_environment

SECONDS = 5.0
MEGABYTES = 400
IN_CHILDREN = 1024

GOOD = "Voornaam;Achternaam;E-mail\nJan;Vos;jan@example.nl\n"
NOTHING = "not a file of people"


def bomb(path: Path, name: str, megabytes: int) -> None:
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open(name, "w") as member,
    ):
        for _ in range(megabytes):
            member.write(b"0" * (1 << 20))


def workbook_bomb(path: Path) -> None:
    row = '<row r="1">' + text_cell("A1", "x" * 1000) + "</row>"
    workbook(path, row)
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/sharedStrings.xml", "w") as member,
    ):
        for _ in range(300):
            member.write(b"<si><t>0</t></si>" * 60_000)


def entities(path: Path) -> None:
    """Billion laughs where the first sheet should be."""
    lines = "".join(
        f'<!ENTITY l{n} "{"".join(f"&l{n - 1};" for _ in range(10))}">' for n in range(1, 10)
    )
    workbook(path, "")
    content = io.BytesIO(path.read_bytes())
    with zipfile.ZipFile(content) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            if name != "xl/worksheets/sheet1.xml":
                new.writestr(name, old.read(name))
        new.writestr(
            "xl/worksheets/sheet1.xml",
            f'<?xml version="1.0"?><!DOCTYPE s [<!ENTITY l0 "lol">{lines}]>'
            '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
            f'<sheetData><row r="1">{text_cell("A1", "&l9;")}</row></sheetData></worksheet>',
        )


def wide_sheet(path: Path) -> None:
    cells = "".join(f'<c r="{"ABCDEFGHIJ"[n % 10]}1"><v>1</v></c>' for n in range(100_000))
    workbook(path, f'<row r="1">{cells}<c r="XFD1048576"><v>1</v></c></row>')


def directory_bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(40_000):
            archive.writestr(f"{number}-{'x' * 40}.csv", b"")


def wide_image(path: Path) -> None:
    """A PNG that says it is 40,000 by 40,000."""
    header = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (40_000).to_bytes(4, "big") * 2 + b"\x08\x02\0\0\0"
    path.write_bytes(header + b"\0" * 5000)


def text(content: str | bytes) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        path.write_bytes(content.encode() if isinstance(content, str) else content)

    return write


HEADERS = (
    *("Voornaam", "Achternaam", "E-mail", "Telefoon", "LinkedIn", "Functie", "Woonplaats", "Land"),
    *("Labels", "Opmerking", "Soort relatie", "In dienst", "Afdeling", "Skills", "Persnr"),
)
CARD = "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Vos;Jan\r\nFN:Jan Vos\r\n"
NOISE = random.Random(3).randbytes(400_000)  # noqa: S311 -- the same every time

# What it is: how it is made, what is said (empty: it is taken in), how many people come out.
FILES: dict[str, tuple[Callable[[Path], None], str, int]] = {
    "empty": (text(""), "empty", 0),
    "blank": (text(" \r\n\t\r\n" * 1000), "empty", 0),
    "nul-bytes": (text(GOOD + "Ada\0;Bo\0s;\0a@example.nl\n"), "", 2),
    "binary.csv": (text(NOISE), NOTHING, 0),
    "picture.csv": (wide_image, NOTHING, 0),
    "page.csv": (text("<!DOCTYPE html><table><tr><td>Naam"), NOTHING, 0),
    "wrong-encoding": (text(GOOD.encode() + b"Ren\xe9e;B\xf6s;r@example.nl\n"), "", 2),
    "wide-letters": (text(GOOD.encode("utf-16")), "", 1),
    "half-wide-letters": (text(GOOD.encode("utf-16")[:-1]), "", 1),
    "broken-utf8": (text(GOOD.encode() + b"A\xc3;\xe2\x82;a@example.nl\n" * 1000), "", 1001),
    "unclosed-quote": (
        text(GOOD + '"Piet;Bos;p@example.nl\n' + "Ada;Bos;a@example.nl\n" * 500),
        "",
        501,
    ),
    "unclosed-at-end": (text(GOOD + 'Ada;Bos;"a@example.nl'), "", 1),
    "quotes-only": (text('"' * 2_000_000), "empty", 0),
    "a-hundred-thousand-columns": (
        text(";".join(f"k{n}" for n in range(100_000)) + "\n"),
        "300 columns",
        0,
    ),
    "wide-rows": (text(GOOD + ("Ada" + ";" * 100_000 + "\n") * 50), "", 51),
    "one-endless-line": (text("Voornaam;Achternaam\nJan;" + "x" * 20_000_000), "", 0),
    "endless-header": (text("x" * 20_000_000), "", 0),
    "zip-bomb": (lambda path: bomb(path, "people.csv", 300), "archive", 0),
    "many-names.zip": (directory_bomb, "damaged", 0),
    "half-a-zip": (text(b"PK\x03\x04" + NOISE), "damaged", 0),
    "xlsx-bomb": (workbook_bomb, "too large", 0),
    "xlsx-entities": (entities, "damaged", 0),
    "xlsx-far-cell": (wide_sheet, "too large", 0),
    "xls-noise": (text(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + NOISE), "damaged", 0),
    "cards-endless-fold": (text(CARD + "NOTE:x\r\n" + " folded\r\n" * 2_000_000), "", 1),
    "cards-endless-blank-fold": (text(CARD + "NOTE:x\r\n" + " \n" * 6_000_000), "", 1),
    "cards-endless-parameters": (text(CARD + "NOTE;X\r\n" + " a\n" * 4_000_000), "", 1),
    "cards-endless-soft-breaks": (
        text(CARD + "NOTE;ENCODING=QUOTED-PRINTABLE:a=\n" + "a=\n" * 4_000_000),
        "",
        1,
    ),
    "cards-many-folded": (text(CARD + ("NOTE:x\n" + " a\n" * 20_000) * 200), "", 1),
    "cards-endless-line": (
        text(CARD + "PHOTO;ENCODING=b:" + "A" * 20_000_000 + "\r\nEND:VCARD\r\n" + CARD),
        "",
        2,
    ),
    "cards-without-end": (text("BEGIN:VCARD\r\n" * 500_000), "no card", 0),
    "cards-many-properties": (
        text(CARD + "TEL:06-12345678\r\n" * 500_000 + "END:VCARD\r\n"),
        "",
        1,
    ),
    "cards-too-many": (text((CARD + "END:VCARD\r\n") * 60_000), "more in these cards", 0),
    "cards-entities": (
        text(CARD + 'NOTE:<!DOCTYPE x [<!ENTITY a "b">]>&a;\r\nEND:VCARD\r\n'),
        "",
        1,
    ),
    "cards-noise": (text(b"BEGIN:VCARD\r\n" + NOISE), "no card", 0),
    "deep-json": (text("[" * 200_000), "JSON Resume", 0),
    "deep-object": (text('{"a":' * 100_000 + "1" + "}" * 100_000), "JSON Resume", 0),
    "large-json": (text('{"basics": {"name": "' + "x" * 6_000_000 + '"}}'), "JSON Resume", 0),
    "other-json": (text('{"people": []}'), "JSON Resume", 0),
    "null-json": (
        text('{"basics": {"name": null, "profiles": null, "location": 3}, "work": 1}'),
        "",
        0,
    ),
}


@pytest.fixture(scope="module")
def looked_at(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None
) -> dict[str, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("hostile")
    for name, (make, _said, _rows) in FILES.items():
        make(folder / name)
    done = subprocess.run(
        [sys.executable, "-m", "tests.contacts.imports.hostile", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={**process_environment(), "DJANGO_SETTINGS_MODULE": "trm.settings"},
    )
    assert done.returncode == 0, done.stderr[-2000:]
    results = [json.loads(line) for line in done.stdout.splitlines()]
    return {result["name"]: result for result in results}


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_is_answered_soon_and_in_little_room(
    looked_at: dict[str, dict[str, Any]], name: str
) -> None:
    _make, said, rows = FILES[name]
    result = looked_at[name]

    assert (said in result["refused"]) if said else result["refused"] == "", result
    assert result["rows"] == rows, result
    assert result["seconds"] < SECONDS, result
    assert result["here"] < MEGABYTES, result
    assert result["children"] < IN_CHILDREN, result


@pytest.fixture
def actor() -> User:
    return UserFactory(role="hr-manager")


@pytest.mark.django_db
def test_naughty_strings_in_every_field_harm_nobody(actor: User) -> None:
    strings = [
        line
        for line in (DATA / "blns.txt").read_text("utf-8").splitlines()
        if line and not line.startswith("#")
    ]
    header = "\t".join(HEADERS)
    rows = [
        "\t".join(text.replace("\t", " ").replace('"', "'") for _ in range(15)) for text in strings
    ]
    file = "\n".join([header, *rows, "Jan\tVos\tjan@example.nl" + "\t" * 12])

    run = bring_in(file, actor, system="hr")

    assert run.state == ImportRun.State.IMPORTED
    assert not run.outcomes["refused"] or set(run.counts["notes"]) >= {"formula"}
    assert Contact.objects.filter(given_name="Jan", family_name="Vos").count() == 1
    again = bring_in(file, actor, system="hr")
    assert again.outcomes["created"] == again.outcomes["updated"] == 0


@pytest.mark.django_db
def test_one_file_that_is_refused_stops_no_other(actor: User, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("people/a.csv", GOOD)
        archive.writestr("people/b.vcf", CARD + "END:VCARD\r\n")
        archive.writestr("people/c.csv", b"\x00\x01\x02" * 900)
        archive.writestr("people/notes.docx", "not asked for")
        archive.writestr("__MACOSX/a.csv", "not asked for")

    taken = upload_all(
        uploads=[
            SimpleUploadedFile("a.zip", (tmp_path / "a.zip").read_bytes()),
            SimpleUploadedFile("x.csv", b""),
            SimpleUploadedFile("y.csv", GOOD.encode()),
        ],
        actor=actor,
    )

    assert [run.file_name for run in taken.runs] == ["a.csv", "b.vcf", "y.csv"]
    assert [name for name, _why in taken.refused] == ["c.csv", "x.csv"]


@pytest.mark.django_db
def test_an_archive_that_unfolds_without_end_is_refused(actor: User, tmp_path: Path) -> None:
    bomb(tmp_path / "bomb.zip", "people.csv", 300)

    taken = upload_all(
        uploads=[SimpleUploadedFile("bomb.zip", (tmp_path / "bomb.zip").read_bytes())], actor=actor
    )

    assert taken.runs == []
    assert [name for name, _why in taken.refused] == ["bomb.zip"]
    assert "too much" in taken.refused[0][1]


@pytest.mark.django_db
def test_wide_rows_come_in_and_keep_no_more_than_a_table_has(actor: User) -> None:
    run = bring_in(GOOD + "Ada;Bos;a@example.nl" + ";x" * 5000 + "\n", actor)

    assert outcomes(run) == {2: "created", 3: "created"}
    assert codes(run) == {3: ["more_cells"]}
    assert len(run.rows.get(number=3).cells) == 300


class FullFolder(tempfile.TemporaryDirectory[str]):
    """A folder on a disk on which nothing more fits: what is unpacked first meets /dev/full."""

    def __enter__(self) -> str:
        folder = super().__enter__()
        for name in ("0", "source"):
            (Path(folder) / name).symlink_to("/dev/full")
        return folder


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["people.zip", "people.csv"])
def test_a_full_disk_is_told_as_that_and_nothing_is_half_kept(
    actor: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    with zipfile.ZipFile(tmp_path / "people.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("people.csv", GOOD)
    (tmp_path / "people.csv").write_text(GOOD)
    given = SimpleUploadedFile(name, (tmp_path / name).read_bytes())
    with monkeypatch.context() as full:
        full.setattr("contacts.services.imports.tempfile.TemporaryDirectory", FullFolder)
        taken = upload_all(uploads=[given], actor=actor)

    assert taken.runs == []
    assert [refused for refused, _why in taken.refused] == [name]
    assert "no room left on our disk" in taken.refused[0][1]
    assert not ImportRun.objects.exists()
    given.seek(0)
    assert len(upload_all(uploads=[given], actor=actor).runs) == 1
