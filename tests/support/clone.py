"""A fresh clone of the working tree, as a newcomer has it, and what runs in it."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from tests.support.product import OWN, wait_until_ready
from tests.support.servers import ROOT
from trm.serving.ports import free_port
from trm.serving.processes import MARK, end

# Set by pytest and `make test`; a newcomer's shell has none of them.
FOREIGN = {*OWN, MARK, "VAR", "PORT", "DJANGO_SETTINGS_MODULE", "MAKELEVEL", "MAKEFLAGS", "MFLAGS"}
FOREIGN |= {"VIRTUAL_ENV", "PYTHONPATH", "DEMO"}


@dataclass
class Clone:
    folder: Path
    runs: list["Run"] = field(default_factory=list)

    @classmethod
    def make(cls, folder: Path, *, with_venv: bool) -> "Clone":
        """The files under version control as they stand now, committed or not.

        ``with_venv`` lends it the packages that are installed here already.
        """
        listing = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        for name in filter(None, listing.stdout.split("\0")):
            source = ROOT / name
            if source.is_file():
                target = folder / name
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, target)
        if with_venv:
            (folder / ".venv").symlink_to(ROOT / ".venv")
        return cls(folder)

    def environment(self, extra: Mapping[str, str]) -> dict[str, str]:
        own = {name: value for name, value in os.environ.items() if name not in FOREIGN}
        path = [one for one in own["PATH"].split(os.pathsep) if not one.startswith(str(ROOT))]
        return own | {"PATH": os.pathsep.join(path)} | extra

    def start(self, *command: str, **extra: str) -> "Run":
        """``command`` in its own terminal session, its output in a file."""
        output = self.folder.parent / f"output-{time.monotonic_ns()}.txt"
        with output.open("wb") as file:
            process = subprocess.Popen(
                command,
                cwd=self.folder,
                env=self.environment(extra),
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        port = extra.get("PORT", "")
        self.runs.append(Run(process, output, int(port) if port.isdigit() else 0))
        return self.runs[-1]

    def start_product(self, **extra: str) -> "Run":
        return self.start("make", "run", **({"PORT": str(free_port()), "DEMO": "0"} | extra))

    def processes(self) -> list[psutil.Process]:
        """All that runs from this folder: by working directory, by command, by our mark."""
        return [one for one in psutil.process_iter() if _belongs(one, str(self.folder))]

    def clean_up(self) -> None:
        end(self.processes(), patience=5)
        for run in self.runs:
            run.process.kill()
            run.process.wait()


@dataclass
class Run:
    process: subprocess.Popen[bytes]
    output: Path
    port: int

    def text(self) -> str:
        return self.output.read_text(errors="replace")

    def wait_until_ready(self, patience: float) -> dict[str, Any]:
        return wait_until_ready(f"http://localhost:{self.port}", self.process, patience, self.text)

    def interrupt(self) -> None:
        """Ctrl-C: the terminal tells every process of the foreground."""
        os.killpg(self.process.pid, signal.SIGINT)

    def wait(self, patience: float) -> int:
        return self.process.wait(patience)


def _belongs(process: psutil.Process, folder: str) -> bool:
    with process.oneshot():
        return any(
            _ask(process, question)
            for question in (
                lambda one: one.cwd() == folder or one.cwd().startswith(f"{folder}/"),
                lambda one: any(folder in part for part in one.cmdline()),
                lambda one: one.environ().get(MARK, "").startswith(folder),
            )
        )


def _ask(process: psutil.Process, question: Callable[[psutil.Process], bool]) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE and question(process)
    except (psutil.Error, OSError):
        return False


def wait_until_gone(clone: Clone, patience: float) -> list[psutil.Process]:
    """What is still there after ``patience`` seconds."""
    deadline = time.monotonic() + patience
    while (left := clone.processes()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return left
