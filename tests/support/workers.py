"""Real Celery workers on the test database. For tests with ``transaction=True``."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlencode

import psutil
import pytest
from celery import current_app
from django.conf import settings
from django.db import connection

from tests.support.servers import ROOT
from trm.serving.processes import die_with

START_PATIENCE = 60.0


@dataclass
class Worker:
    """One ``celery worker`` with its pool. Its log is for reading when a test fails."""

    process: subprocess.Popen[bytes]
    log: Path
    children: list[psutil.Process] = field(default_factory=list)

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_PATIENCE
        while b" ready." not in self.log.read_bytes():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"The worker did not start:\n{self.log.read_text()}")
            time.sleep(0.05)
        self.children = psutil.Process(self.process.pid).children(recursive=True)

    def kill(self) -> None:
        """As the machine would: the worker and its pool are gone between two instructions."""
        for child in self.children:
            _send(child, signal.SIGKILL)
        self.process.kill()
        self.process.wait()

    def stop(self, patience: float = 10) -> None:
        """Warm shutdown: what it is doing it finishes."""
        self.process.terminate()
        try:
            self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.kill()

    def is_running(self) -> bool:
        return self.process.poll() is None


def _send(process: psutil.Process, sig: signal.Signals) -> None:
    try:
        process.send_signal(sig)
    except psutil.NoSuchProcess:
        return


StartWorker = Callable[..., Worker]


@pytest.fixture
def worker(tmp_path: Path, transactional_db: None) -> Iterator[StartWorker]:
    """Start workers: ``worker()`` gives one, ready; any number may run; all end with the test.

    ``worker(concurrency=2, wait=False, LOG_LEVEL="DEBUG")``: upper-case names are its environment.
    With ``smtp_sink`` asked for *before* it, its mails go there.
    """
    started: list[Worker] = []

    def start(*, concurrency: int = 1, wait: bool = True, **environment: str) -> Worker:
        log = tmp_path / f"worker-{len(started)}.log"
        command = [sys.executable, "-m", "celery", "-A", "trm", "worker", "--loglevel", "INFO"]
        command += ["--concurrency", str(concurrency), "--without-gossip", "--without-mingle"]
        command += ["--hostname", f"test{len(started)}-{os.getpid()}@%h"]
        one = Worker(spawn(command, log, environment), log)
        started.append(one)
        if wait:
            one.wait_until_ready()
        return one

    yield start
    for one in started:
        if one.is_running():
            one.children = psutil.Process(one.process.pid).children(recursive=True)
            one.kill()
    current_app.control.purge()


@pytest.fixture
def beat(
    tmp_path: Path, transactional_db: None
) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Start schedulers: ``beat()`` gives the process of one. They end with the test."""
    started: list[subprocess.Popen[bytes]] = []

    def start(**environment: str) -> subprocess.Popen[bytes]:
        log = tmp_path / f"beat-{len(started)}.log"
        command = [sys.executable, "-m", "celery", "-A", "trm", "beat", "--loglevel", "INFO"]
        command += ["--pidfile=", "--scheduler", "django_celery_beat.schedulers:DatabaseScheduler"]
        started.append(spawn(command, log, environment))
        return started[-1]

    yield start
    for one in started:
        one.kill()
        one.wait()


def process_environment() -> dict[str, str]:
    """What a process of its own needs to work on the database, Redis and sink of this test."""
    return dict(
        os.environ,
        DATABASE_URL=test_database_url(),
        REDIS_URL=settings.REDIS_URL,
        EMAIL_URL=f"smtp://{settings.EMAIL_HOST}:{settings.EMAIL_PORT}",
        PYTHONUNBUFFERED="1",
    )


def test_database_url() -> str:
    given = connection.settings_dict
    user = quote(given["USER"], safe="")
    if given["PASSWORD"]:
        user += ":" + quote(given["PASSWORD"], safe="")
    host = given["HOST"] or given["OPTIONS"].get("host", "")
    if host.startswith("/"):
        return f"postgres://{user}@/{given['NAME']}?{urlencode({'host': host})}"
    port = f":{given['PORT']}" if given["PORT"] else ""
    return f"postgres://{user}@{host}{port}/{given['NAME']}"


test_database_url.__test__ = False  # type: ignore[attr-defined]


def spawn(command: list[str], log: Path, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    parent = os.getpid()
    with log.open("wb") as output:
        return subprocess.Popen(
            command,
            cwd=ROOT,
            env=process_environment() | environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=lambda: die_with(parent, signal.SIGKILL),
        )
