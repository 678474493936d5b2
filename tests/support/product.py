"""The whole product as a person starts it, for tests that look at it from outside."""

import json
import os
import shlex
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from core.outbox.store import Mail, Outbox
from tests.support.servers import ROOT
from trm.serving.ports import free_port
from trm.serving.processes import die_with

# Loading the demo data is the long part, on a machine that is busy with other tests.
START_PATIENCE = 240.0
# None of them may reach the product: it shall start its own servers, in its own folder.
OWN = [
    "DATABASE_URL",
    "REDIS_URL",
    "EMAIL_URL",
    "BASE_URL",
    "OUTBOX_DIR",
    "MEDIA_ROOT",
    "SECRET_KEY",
]


@dataclass
class LiveProduct:
    """``url`` is where its pages are; ``var`` is its folder."""

    url: str
    port: int
    var: Path
    process: subprocess.Popen[bytes]

    @property
    def outbox(self) -> Outbox:
        return Outbox(self.var / "outbox")

    def mails_to(self, address: str) -> list[Mail]:
        """The mails caught for ``address``, oldest first."""
        page = self.outbox.page(search=address, size=1000)
        mails = [self.outbox.get(one.id) for one in reversed(page.mails)]
        return [mail for mail in mails if mail and address in mail.summary.recipients]

    @property
    def environment(self) -> dict[str, str]:
        """For commands that work on the same servers: ``manage.py`` and the like."""
        lines = shlex.split((self.var / "run.env").read_text())
        return os.environ | {"VAR": str(self.var)} | dict(line.split("=", 1) for line in lines)

    def manage(self, *arguments: str) -> str:
        """What ``manage.py`` says, on the product's own database."""
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=True
        )
        return done.stdout

    def console(self) -> str:
        return (self.var / "console.log").read_text()

    def wait_until_ready(self, patience: float = START_PATIENCE) -> None:
        wait_until_ready(self.url, self.process, patience, self.console)

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise


def wait_until_ready(
    url: str, process: subprocess.Popen[bytes], patience: float, console: Callable[[], str]
) -> dict[str, Any]:
    """Until ``/readyz`` says 200. Its answer."""
    deadline = time.monotonic() + patience
    last: object = "nothing listens"
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise AssertionError(f"It ended with {process.returncode}:\n{console()}")
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=5) as answer:
                ready: dict[str, Any] = json.load(answer)
                return ready
        except urllib.error.HTTPError as error:
            last = error.read()
        except OSError as error:
            last = error
        time.sleep(0.2)
    raise AssertionError(f"Not ready after {patience} s ({last!r}):\n{console()}")


def start_product(var: Path, *, demo: bool, **environment: str) -> LiveProduct:
    port = free_port()
    var.mkdir(parents=True, exist_ok=True)
    base = {name: value for name, value in os.environ.items() if name not in OWN}
    parent = os.getpid()
    with (var / "console.log").open("ab") as console:
        process = subprocess.Popen(
            [sys.executable, "-m", "trm.serving"],
            cwd=ROOT,
            env=base | {"VAR": str(var), "PORT": str(port), "DEMO": str(int(demo))} | environment,
            stdin=subprocess.DEVNULL,
            stdout=console,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=lambda: die_with(parent, signal.SIGTERM),
        )
    return LiveProduct(f"http://localhost:{port}", port, var, process)


@contextmanager
def running_product(var: Path, *, demo: bool) -> Iterator[LiveProduct]:
    product = start_product(var, demo=demo)
    try:
        product.wait_until_ready()
        yield product
    finally:
        product.stop()


@contextmanager
def open_folder() -> Iterator[Path]:
    """A temporary folder that PostgreSQL's account can reach, which pytest's own is closed to."""
    with tempfile.TemporaryDirectory(prefix="trm-", ignore_cleanup_errors=True) as name:
        yield Path(name).resolve()


@pytest.fixture(scope="session")
def live_product() -> Iterator[LiveProduct]:
    """With demo data; one for the session, so a test must not count on what others left alone."""
    with open_folder() as folder, running_product(folder / "var", demo=True) as product:
        yield product


@pytest.fixture(scope="session")
def empty_product() -> Iterator[LiveProduct]:
    """Without demo data: migrated, and nobody in it."""
    with open_folder() as folder, running_product(folder / "var", demo=False) as product:
        yield product
