"""The test database: made anew when a migration changed, and never without its seeds.

Tests with ``transaction=True`` end with all tables emptied, those too that migrations filled
(roles, lifecycles). What they held is noted right after the migrations, and put back each time,
content types and all: were those made anew, under other numbers, what a process remembers of them
would be wrong. So no test asks for ``serialized_rollback``, which makes them anew.
"""

import hashlib
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import TransactionTestCase
from pytest_django.plugin import DjangoDbBlocker

from tests.support.servers import ROOT


@pytest.fixture(scope="session")
def django_db_createdb(request: pytest.FixtureRequest) -> bool:
    """Also without ``--create-db``, when the kept database stems from other migrations."""
    asked: bool = request.config.getvalue("create_db")
    return asked or _read_note(_note_path(request)).get("migrations") != _migrations()


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_db_createdb: bool,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[None]:
    path = _note_path(request)
    with django_db_blocker.unblock():
        if django_db_createdb:
            note = {"migrations": _migrations(), "seeds": _seeds()}
            path.write_text(json.dumps(note))
        seeds: dict[str, str] = _read_note(path)["seeds"]
        if _row_counts() != {table: rows.count("\n") for table, rows in seeds.items()}:
            _empty_all()
            _put_back(seeds)
    patch = pytest.MonkeyPatch()
    patch.setattr(TransactionTestCase, "_fixture_teardown", _teardown_with(seeds))
    yield
    patch.undo()


def _teardown_with(seeds: dict[str, str]):  # type: ignore[no-untyped-def]  # noqa: ANN202
    def teardown(self: TransactionTestCase) -> None:
        call_command(
            "flush",
            verbosity=0,
            interactive=False,
            reset_sequences=False,
            inhibit_post_migrate=True,
        )
        _put_back(seeds)

    return teardown


def _note_path(request: pytest.FixtureRequest) -> Path:
    worker = getattr(request.config, "workerinput", {}).get("workerid", "main")
    return Path(settings.VAR_DIR) / f"schema-{worker}.json"


def _read_note(path: Path) -> dict:  # type: ignore[type-arg]
    return json.loads(path.read_text()) if path.exists() else {}


def _migrations() -> str:
    digest = hashlib.sha256()
    for path in sorted(ROOT.glob("*/migrations/*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _tables() -> list[str]:
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    return sorted(names)


def _row_counts() -> dict[str, int]:
    """Of the tables that are not empty."""
    questions = [f"SELECT '{table}', count(*) FROM \"{table}\"" for table in _tables()]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(questions))
        return {table: count for table, count in cursor.fetchall() if count}


def _seeds() -> dict[str, str]:
    seeds = {}
    with connection.cursor() as cursor:
        for table in sorted(_row_counts()):
            rows = io.StringIO()
            cursor.copy_expert(f'COPY "{table}" TO STDOUT', rows)
            seeds[table] = rows.getvalue()
    return seeds


def _put_back(seeds: dict[str, str]) -> None:
    """All at once, whatever refers to what: the constraints look away meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for table, rows in seeds.items():
            cursor.copy_expert(f'COPY "{table}" FROM STDIN', io.StringIO(rows))
        cursor.execute("SET session_replication_role = DEFAULT")


def _empty_all() -> None:
    with connection.cursor() as cursor:
        names = ", ".join(f'"{table}"' for table in _tables())
        cursor.execute(f"TRUNCATE {names} CASCADE")
