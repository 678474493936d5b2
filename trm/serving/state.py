"""The folder ``var/``: one run at a time in it, its logs, its secret and its addresses."""

import contextlib
import fcntl
import json
import os
import secrets
import shlex
import shutil
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from trm.serving.errors import ServingRefused

NEEDED_BYTES = 300 * 1024**2
# How long a run that is on its way out may take, and somewhat more.
PATIENCE = 15.0


@dataclass
class State:
    """What one run owns in ``var``. ``take`` comes before everything else."""

    var: Path
    _lock: IO[str] = field(init=False)

    def take(self, *, address: str) -> None:
        """Become the one run here, or refuse. A run that is stopping is waited for."""
        self.var.mkdir(parents=True, exist_ok=True)
        self._lock = (self.var / "run.lock").open("a+")
        deadline = time.monotonic() + PATIENCE
        # The other one says that it is stopping a moment after it was told to.
        grace = time.monotonic() + 1
        while not self._try_lock():
            holder = self._holder()
            if not holder.get("stopping") and time.monotonic() > grace:
                raise ServingRefused(_describe(holder))
            if time.monotonic() > deadline:
                raise ServingRefused(_describe(holder))
            time.sleep(0.1)
        self._write_holder(address=address, stopping=False)
        free = shutil.disk_usage(self.var).free
        if free < NEEDED_BYTES:
            raise ServingRefused(
                f"The disk is full: {free // 1024**2} MB free where {self.var} is, "
                f"and {NEEDED_BYTES // 1024**2} MB are needed."
            )

    def _try_lock(self) -> bool:
        """A lock of this process alone: unlike flock's, no child that lives on can keep it."""
        try:
            fcntl.lockf(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def _holder(self) -> dict[str, object]:
        self._lock.seek(0)
        try:
            holder: dict[str, object] = json.loads(self._lock.read())
        except ValueError:
            return {}
        return holder

    def _write_holder(self, *, address: str, stopping: bool) -> None:
        self._lock.seek(0)
        self._lock.truncate()
        json.dump({"pid": os.getpid(), "address": address, "stopping": stopping}, self._lock)
        self._lock.flush()

    def mark_stopping(self) -> None:
        """For who starts next, who then waits. On a full disk they are told to come again."""
        with contextlib.suppress(OSError):
            self._write_holder(address="", stopping=True)

    def give_back(self) -> None:
        """The addresses in ``run.env`` are dead now; whatever is started next must not use them."""
        self.run_env.unlink(missing_ok=True)
        self._lock.close()

    @property
    def run_env(self) -> Path:
        return self.var / "run.env"

    @property
    def logs(self) -> Path:
        return self.var / "log"

    def log(self, name: str) -> Path:
        """Where ``name`` writes. What it wrote in the run before stands beside it."""
        self.logs.mkdir(exist_ok=True)
        path = self.logs / f"{name}.log"
        if path.exists():
            path.replace(path.with_suffix(".log.1"))
        return path

    def secret_key(self) -> str:
        """Made once: a new one would sign everybody out."""
        path = self.var / "secret_key"
        if not path.exists():
            _write_private(path, secrets.token_urlsafe(50))
        return path.read_text()

    def write_run_env(self, variables: dict[str, str]) -> None:
        lines = [f"{name}={shlex.quote(value)}\n" for name, value in variables.items()]
        _write_private(self.run_env, "".join(lines))


def _describe(holder: dict[str, object]) -> str:
    where = f" at {holder['address']}" if holder.get("address") else ""
    who = f" (process {holder['pid']})" if holder.get("pid") else ""
    return f"TRM runs here already{where}{who}. Stop that one first."


def _write_private(path: Path, text: str) -> None:
    draft = path.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    draft.replace(path)
