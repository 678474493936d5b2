"""``make check``: everything that can be wrong without a test being red.

Each check runs on its own, all of them every time; what failed is shown with its output.
``bin/check.py ruff types`` runs only those.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# As in production. No server is asked: addresses only have to look like some.
PRODUCTION = {
    "SECRET_KEY": "only-for-checks-" + "0123456789abcdefghijklmnopqrstuvwxyz" * 2,
    "DATABASE_URL": "postgres://check@127.0.0.1:1/check",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "EMAIL_URL": "smtp+tls://check:check@127.0.0.1:1",
    "BASE_URL": "https://trm.example.com",
    "ALLOWED_HOSTS": "trm.example.com",
    "DJANGO_SETTINGS_MODULE": "trm.settings",
    "DEBUG": "false",
    "OUTBOX_DIR": "",
}


@dataclass(frozen=True)
class Command:
    """``arguments`` for the program, in an environment like production's."""

    arguments: list[str]

    def __call__(self) -> str:
        """Empty when all is well, else what the program said."""
        done = subprocess.run(
            self.arguments,
            cwd=ROOT,
            env=os.environ | PRODUCTION,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return "" if done.returncode == 0 else done.stdout or f"exit status {done.returncode}"


def manage(*arguments: str) -> Command:
    return Command([sys.executable, "-W", "ignore", "manage.py", *arguments])


def check_openapi() -> str:
    """The document is made without a warning, and is what OpenAPI 3.1 allows."""
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "openapi.yaml")
        made = manage("spectacular", "--validate", "--fail-on-warn", "--file", path)()
        if made:
            return made
        if not Path(path).read_text().startswith("openapi: 3.1"):
            return "The document does not say that it is OpenAPI 3.1."
        return Command(["openapi-spec-validator", "--schema", "3.1", path])()


def check_assets() -> str:
    """What is committed in static/dist is what the sources make."""
    if not shutil.which("npm"):
        return "npm is not installed" if os.environ.get("CI") else SKIPPED
    installed = ROOT / "node_modules" / ".package-lock.json"
    lock = ROOT / "package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        problem = Command(["npm", "ci", "--no-fund", "--no-audit"])()
        if problem:
            return problem
        installed.touch()
    return Command(["npm", "run", "--silent", "check"])()


SKIPPED = "skipped"
CHECKS: dict[str, Callable[[], str]] = {
    "ruff": Command(["ruff", "check", "--quiet", "."]),
    "format": Command(["ruff", "format", "--check", "--quiet", "."]),
    "types": Command(["mypy"]),
    "imports": Command(["lint-imports", "--no-cache"]),
    "templates": Command(["djlint", "--lint", "--quiet", "templates"]),
    "migrations": manage("makemigrations", "--check", "--dry-run"),
    "deploy": manage("check", "--deploy", "--fail-level", "WARNING"),
    "openapi": check_openapi,
    "assets": check_assets,
    "messages": Command([sys.executable, "bin/messages.py", "--check"]),
}


def main(names: list[str]) -> int:
    failed = []
    for name in names or CHECKS:
        began = time.monotonic()
        problem = CHECKS[name]()
        verdict = {"": "ok", SKIPPED: "skipped: npm is not installed"}.get(problem, "FAILED")
        print(f"{name:<16}{verdict} ({time.monotonic() - began:.1f} s)", flush=True)
        if verdict == "FAILED":
            print(problem, flush=True)
            failed.append(name)
    if failed:
        print(f"Failed: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
