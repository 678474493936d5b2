"""A product to measure: PostgreSQL and Redis with ordinary settings, gunicorn, many people."""

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import django

from trm.serving.broker import BrokerServer
from trm.serving.ports import free_port
from trm.serving.postgres import PostgresServer

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var" / "bench"


@dataclass(frozen=True)
class House:
    """``cookie`` signs a recruiter of the whole organisation in."""

    address: str
    cookie: str


@contextmanager
def servers(database: str) -> Iterator[None]:
    """PostgreSQL and Redis, Django set up against ``database``, its tables made."""
    VAR.mkdir(parents=True, exist_ok=True)
    environment = dict(os.environ)
    postgres = PostgresServer(VAR / "postgres", VAR / "postgres.log", environment)
    broker = BrokerServer(VAR / "redis", VAR / "redis.log", environment)
    postgres.start()
    broker.start()
    try:
        postgres.ensure_database(database)
        os.environ.update(
            DATABASE_URL=postgres.url(database),
            REDIS_URL=broker.url(),
            SECRET_KEY="only-for-benchmarks-" + 40 * "x",
            DJANGO_SETTINGS_MODULE="trm.settings",
            VAR=str(VAR),
            LOG_LEVEL="WARNING",
        )
        django.setup()
        manage = [sys.executable, "manage.py"]
        subprocess.run([*manage, "prepare"], cwd=ROOT, check=True)
        yield
    finally:
        broker.stop()
        postgres.stop()


@contextmanager
def house(
    contacts: int, *, database: str = "", add: Callable[[], None] | None = None
) -> Iterator[House]:
    """The product with that many people, served by one gunicorn worker.

    ``add`` puts in what a benchmark needs besides, in a ``database`` of its own.
    """
    with servers(database or f"trm_{contacts}"):
        from bench import people  # noqa: PLC0415 -- needs Django to be set up

        people.fill(contacts)
        if add is not None:
            add()
        cookie = people.signed_in_recruiter()
        port = free_port(8040)
        address = f"http://127.0.0.1:{port}"
        environment = {
            **os.environ,
            "BIND": f"127.0.0.1:{port}",
            "BASE_URL": address,
            "WEB_CONCURRENCY": "1",
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "-c", "python:trm.serving.gunicorn_conf"],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=(VAR / "web.log").open("wb"),
        )
        try:
            _wait(address, process)
            yield House(address, cookie)
        finally:
            process.terminate()
            process.wait(20)


def _wait(address: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit(f"gunicorn did not start; see {VAR / 'web.log'}")
