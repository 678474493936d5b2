"""``.env.example`` explains every setting, and none that is no more."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.servers import ROOT

# Only docker-compose.yml reads them.
COMPOSE_ONLY = {"POSTGRES_PASSWORD", "TRM_VERSION"}
# How others run programs; not settings of ours.
OTHERS = {"MAKELEVEL", "PATH"}


def named_in_example() -> set[str]:
    text = (ROOT / ".env.example").read_text()
    return set(re.findall(r"^#?([A-Z][A-Z0-9_]*)=", text, re.MULTILINE))


def _named_in_code() -> set[str]:
    files = [ROOT / "trm" / "settings.py", *(ROOT / "trm" / "serving").glob("*.py")]
    return {name for path in files for name in _names_read(ast.parse(path.read_text()))}


def _names_read(tree: ast.AST) -> set[str]:
    """The first argument of ``env.int("X")``, ``os.environ.get("X")``, ``given.get("X")``."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return {
        call.args[0].value
        for call in calls
        if isinstance(call.func, ast.Attribute)
        and ast.unparse(call.func.value) in {"env", "os.environ"}
        and call.args
        and isinstance(call.args[0], ast.Constant)
        and isinstance(call.args[0].value, str)
    }


def test_every_setting_is_explained_and_no_other() -> None:
    assert named_in_example() - COMPOSE_ONLY == _named_in_code() - OTHERS


def test_each_setting_has_words_above_it() -> None:
    """Blocks are parted by empty lines; each that names a setting begins with a sentence."""
    for block in (ROOT / ".env.example").read_text().split("\n\n"):
        lines = block.strip().splitlines()
        if any(re.match(r"#?[A-Z][A-Z0-9_]*=", line) for line in lines):
            assert lines[0].startswith("# "), block


@pytest.mark.parametrize("missing", ["SECRET_KEY", "DATABASE_URL", "REDIS_URL"])
def test_what_is_missing_is_named(missing: str, tmp_path: Path) -> None:
    done = _import_settings(tmp_path, {missing: None})
    assert done.returncode != 0
    assert f"'{missing}': ['Environment variable not set.']" in done.stderr


def test_all_that_is_missing_is_named_at_once(tmp_path: Path) -> None:
    done = _import_settings(tmp_path, {"SECRET_KEY": None, "REDIS_URL": None})
    assert "SECRET_KEY" in done.stderr
    assert "REDIS_URL" in done.stderr


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("from-a-file")
    code = "from trm import settings; print(settings.SECRET_KEY)"
    changes = {"SECRET_KEY": None, "SECRET_KEY_FILE": str(tmp_path / "key")}
    assert _import_settings(tmp_path, changes, code).stdout == "from-a-file\n"


def test_the_addresses_of_a_running_product_are_found(tmp_path: Path) -> None:
    (tmp_path / "run.env").write_text("REDIS_URL=redis://127.0.0.1:1/7\nSECRET_KEY='a b'\n")
    code = "from trm import settings; print(settings.REDIS_URL, settings.SECRET_KEY)"
    changes = {"SECRET_KEY": None, "REDIS_URL": None}
    assert _import_settings(tmp_path, changes, code).stdout == "redis://127.0.0.1:1/7 a b\n"


def _import_settings(
    var: Path, changes: dict[str, str | None], code: str = "import trm.settings"
) -> "subprocess.CompletedProcess[str]":
    environment: dict[str, str | None] = {**os.environ, "VAR": str(var), **changes}
    given = {name: value for name, value in environment.items() if value is not None}
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=ROOT, env=given, capture_output=True, text=True, check=False)
