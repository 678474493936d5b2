"""PostgreSQL and Redis for one test session, where the environment names none.

The cluster is kept under ``var/test``, so that the next session starts in a second. Sessions that
run at the same time take different slots. It does not survive a crash of the machine, for it never
waits for the disk: then it is simply made anew.
"""

import fcntl
import hashlib
import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from trm.serving.broker import BrokerServer
from trm.serving.errors import ServingRefused
from trm.serving.postgres import PostgresServer
from trm.serving.processes import MARK, end, left_behind

ROOT = Path(__file__).resolve().parent.parent.parent
HASTY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_connections": "200",
    "shared_buffers": "256MB",
}


@dataclass
class TestServers:
    """``folder`` is the session's own place for state; it stands in VAR while tests run."""

    __test__ = False

    folder: Path
    _lock: IO[str] | None = None
    _started: list[PostgresServer | BrokerServer] = field(default_factory=list)

    @classmethod
    def claim(cls) -> "TestServers":
        """A folder that no other session uses now."""
        base = ROOT / "var" / "test"
        given = os.environ.get("DATABASE_URL")
        if given:
            folder = base / f"given-{hashlib.sha256(given.encode()).hexdigest()[:8]}"
            folder.mkdir(parents=True, exist_ok=True)
            return cls(folder)
        for slot in range(20):
            folder = base / str(slot)
            folder.mkdir(parents=True, exist_ok=True)
            lock = (folder / "lock").open("a")
            try:
                fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                lock.close()
                continue
            return cls(folder, lock)
        raise RuntimeError("Twenty test sessions run at the same time.")

    def start(self) -> dict[str, str]:
        """The addresses of what had to be started, by the name of their variable."""
        addresses = {}
        environment = dict(os.environ, **{MARK: str(self.folder)})
        if self._lock:
            end(left_behind(self.folder), patience=5)
        if not os.environ.get("DATABASE_URL"):
            postgres = self._start_postgres(environment)
            addresses["DATABASE_URL"] = postgres.url("trm")
        if not os.environ.get("REDIS_URL"):
            broker = BrokerServer(self.folder / "redis", self.folder / "redis.log", environment)
            broker.start()
            self._started.append(broker)
            addresses["REDIS_URL"] = broker.url()
        return addresses

    def _start_postgres(self, environment: dict[str, str]) -> PostgresServer:
        log = self.folder / "postgres.log"
        log.unlink(missing_ok=True)
        server = PostgresServer(self.folder / "postgres", log, environment, HASTY)
        try:
            server.start()
        except ServingRefused:
            shutil.rmtree(self.folder / "postgres", ignore_errors=True)
            server.start()
        self._started.append(server)
        return server

    @property
    def has_redis(self) -> bool:
        """Whether Redis is ours, with all its databases."""
        return any(isinstance(server, BrokerServer) for server in self._started)

    def stop(self) -> None:
        for server in reversed(self._started):
            server.stop()
        if self._lock:
            self._lock.close()
