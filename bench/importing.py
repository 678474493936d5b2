"""What it costs to bring in a file of people: read, mapped, compared, written, told and recorded.

100,000 people of a generated HR file go the whole way, from the chosen columns over the dry run
to the last row, and then the same file again. The reference is ``COPY`` of the very rows that this
made, into a copy of the same database as it stood before: the same tables, the same indexes.
"""

import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.figures import Figure
from bench.house import servers

ROWS = int(os.environ.get("BENCH_IMPORT_ROWS", "100000"))
KNOWN = int(os.environ.get("BENCH_IMPORT_KNOWN", "100000"))
ROUNDS = 3
EMPTY = f"trm_import_{KNOWN}"
OURS, THEIRS = "trm_import_ours", "trm_import_theirs"
# What differs from one database to the next, or is not made by the file; marks are made by
# triggers, so COPY makes them as well.
NOT_OF_THE_FILE = {"django_session", "django_migrations", "insights_lifemark"}


def run() -> Iterator[Figure]:
    """A file of 100,000 people against COPY of its rows; the same file again."""
    first: list[float] = []
    again: list[float] = []
    copied: list[float] = []
    with servers(EMPTY), tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "people.csv"
        write_file(file, ROWS)
        _prepare()
        for _round in range(ROUNDS):
            _clone(EMPTY, OURS)
            _clone(EMPTY, THEIRS)
            _use(OURS)
            before = _last_ids()
            first.append(ROWS / _timed(lambda: _bring_in(file, created=True)))
            dumped = _dump(before, Path(folder))
            again.append(ROWS / _timed(lambda: _bring_in(file, created=False)))
            _use(THEIRS)
            copied.append(ROWS / _timed(lambda: _copy(dumped)))  # noqa: B023
        _use(EMPTY)
    yield Figure(
        name=f"{ROWS:,} people imported, dry run and all, beside {KNOWN:,}",
        unit="rows/s",
        ours=first,
        reference=copied,
        reference_name="COPY of the same rows",
        goal=0.3,
        at_most=False,
    )
    yield Figure(
        name="the same file again",
        unit="rows/s",
        ours=again,
        reference=copied,
        reference_name="COPY of the same rows",
        goal=1.0,
        at_most=False,
    )


GIVEN = [
    "Anna",
    "Bram",
    "Chaima",
    "Daan",
    "Elif",
    "Floor",
    "Gijs",
    "Hajar",
    "Iris",
    "Jan",
    "Kees",
    "Lotte",
    "Mohammed",
    "Noor",
    "Olivier",
    "Pien",
    "Quinten",
    "Roos",
    "Sem",
    "Tess",
    "Umut",
    "Vera",
    "Wouter",
    "Xander",
    "Yara",
    "Zoë",
    "José",
    "Sören",
]
INFIXES = ("", "", "", "", "van", "de", "van der", "van den", "ter")
FAMILY = [
    "Bakker",
    "Jansen",
    "Vries",
    "Berg",
    "Visser",
    "Smit",
    "Meijer",
    "Mulder",
    "Bos",
    "Vos",
    "Peters",
    "Hendriks",
    "Dekker",
    "Brouwer",
    "Wit",
    "Dijkstra",
    "Smits",
    "Graaf",
    "Meer",
    "Kok",
    "Jacobs",
    "Vermeulen",
    "Haan",
    "Linden",
    "Boer",
    "Çelik",
    "Yılmaz",
]
KINDS = ("Medewerker", "ZZP", "Kandidaat", "Oud-medewerker", "Stagiair")
UNITS = ("ICT", "Onderwijs", "HR", "Sales", "Finance", "Zorg")
CITIES = ("Utrecht", "Amsterdam", "Gouda", "Groningen", "Eindhoven", "Zwolle", "Leiden", "Ede")
ROLES = ("Inkoper", "Adviseur", "Planner", "Docent", "Ontwikkelaar", "Verpleegkundige")
HEADER = (
    "Persnr.;Voornaam;Tussenvoegsel;Achternaam;E-mail;Telefoon;Mobiel;Soort relatie;In dienst;"
    "Uit dienst;Afdeling;Functie;Woonplaats;Opmerking\n"
)


def write_file(file: Path, rows: int) -> None:
    """An HR department's file: one in fifty people stands in it twice."""
    chance = random.Random(7)  # noqa: S311 -- the same file every time
    with file.open("w", encoding="cp1252", errors="replace", newline="") as text:
        text.write(HEADER)
        for n in range(rows):
            one = n - 1 if n % 50 == 49 else n
            chance.seed(one)
            given, family = chance.choice(GIVEN), chance.choice(FAMILY)
            kind = chance.choice(KINDS)
            start = f"{chance.randrange(1, 29):02}-{chance.randrange(1, 13):02}-20{chance.randrange(5, 25):02}"
            text.write(
                f"{100_000 + one};{given};{chance.choice(INFIXES)};{family};"
                f"{given.lower()}.{family.lower()}{one}@example.nl;"
                f"030 {2_000_000 + one};{('06-', '+31 6 ', '00316')[one % 3]}{10_000_000 + one};{kind};"
                f"{start if kind != 'Kandidaat' else ''};"
                f"{f'31-12-20{chance.randrange(25, 26):02}' if kind == 'Oud-medewerker' else ''};"
                f"{chance.choice(UNITS)};{chance.choice(ROLES)};{chance.choice(CITIES)};"
                f"{'kent onze klanten' if one % 5 == 0 else ''}\n".encode(
                    "cp1252", "replace"
                ).decode("cp1252")
            )


def _prepare() -> None:
    """People who are there already, and the units that the file names."""
    from bench import people  # noqa: PLC0415 -- needs Django to be set up
    from contacts.models import OrgUnit  # noqa: PLC0415

    people.fill(KNOWN)
    root = OrgUnit.objects.get(name="All")
    for name in UNITS:
        unit, is_new = OrgUnit.objects.get_or_create(name=name, defaults={"parent": root})
        if is_new:
            unit.lineage = [root.pk, unit.pk]
            unit.save(update_fields=["lineage"])


def _bring_in(file: Path, *, created: bool) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: PLC0415

    from contacts.models import ImportRun  # noqa: PLC0415
    from contacts.services import import_work, imports  # noqa: PLC0415
    from core.models import User  # noqa: PLC0415

    actor = User.objects.get(email="recruiter@bench.example")
    run = imports.upload(upload=SimpleUploadedFile("people.csv", file.read_bytes()), actor=actor)
    choices = imports.Choices(
        encoding=run.encoding,
        delimiter=run.delimiter,
        header_row=run.header_row,
        mapping={int(place): key for place, key in run.mapping.items()},
        options=run.options,
        unit=run.unit,
    )
    began = time.perf_counter()
    imports.choose(run=run, choices=choices, actor=actor)
    assert import_work.work_on_next()
    run.refresh_from_db()
    tried = time.perf_counter()
    imports.start(run=run, actor=actor)
    assert import_work.work_on_next()
    run.refresh_from_db()
    assert run.state == ImportRun.State.IMPORTED, run.outcome
    assert bool(run.outcomes["created"]) == created, run.outcomes
    assert not run.outcomes["refused"], run.outcomes
    if os.environ.get("BENCH_VERBOSE"):
        print(f"dry {tried - began:.1f} s, in {time.perf_counter() - tried:.1f} s", run.outcomes)


def _timed(act: Callable[[], None]) -> float:
    begin = time.perf_counter()
    act()
    return time.perf_counter() - begin


def _clone(source: str, target: str) -> None:
    from django.db import connection  # noqa: PLC0415

    _use("postgres")
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {target}")
        cursor.execute(f"CREATE DATABASE {target} TEMPLATE {source}")
        cursor.execute("CHECKPOINT")


def _use(database: str) -> None:
    from django.contrib.contenttypes.models import ContentType  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    connection.close()
    connection.settings_dict["NAME"] = database
    ContentType.objects.clear_cache()


def _tables() -> dict[str, str]:
    """Each table with the column by which its new rows are told from the old: its whole number."""
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, a.attname FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indrelid "
            "JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = i.indkey[0] "
            "WHERE i.indisprimary AND i.indnkeyatts = 1 AND a.atttypid IN (20, 23) "
            "AND c.relnamespace = 'public'::regnamespace"
        )
        return {name: key for name, key in cursor.fetchall() if name not in NOT_OF_THE_FILE}


def _last_ids() -> dict[str, int]:
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        last = {}
        for table, key in _tables().items():
            cursor.execute(f'SELECT coalesce(max("{key}"), 0) FROM "{table}"')  # noqa: S608
            last[table] = cursor.fetchone()[0]
        return last


def _dump(before: dict[str, int], folder: Path) -> list[tuple[str, Path]]:
    """The rows that are new since ``before``, as COPY gives them, a file for each table."""
    from django.db import connection  # noqa: PLC0415

    dumped = []
    keys = _tables()
    with connection.cursor() as cursor:
        for table, last in before.items():
            file, key = folder / table, keys[table]
            with file.open("wb") as rows:
                cursor.cursor.copy_expert(
                    f'COPY (SELECT * FROM "{table}" WHERE "{key}" > {last} ORDER BY "{key}") '  # noqa: S608
                    "TO STDOUT",
                    rows,
                )
            if file.stat().st_size:
                dumped.append((table, file))
    return dumped


def _copy(dumped: list[tuple[str, Path]]) -> None:
    """In one transaction: whose rows point at whose is checked at its end."""
    from django.db import connection, transaction  # noqa: PLC0415

    with transaction.atomic(), connection.cursor() as cursor:
        for table, file in dumped:
            begin = time.perf_counter()
            with file.open("rb") as rows:
                cursor.cursor.copy_expert(f'COPY "{table}" FROM STDIN', rows)
            if os.environ.get("BENCH_VERBOSE"):
                print(f"  {table}: {cursor.cursor.rowcount} in {time.perf_counter() - begin:.1f} s")
