"""What the person at the terminal is told, and what goes to the log files instead."""

import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO

from honcho.printer import Message, Printer

READY_LINE = "trm: the pages are served"
_STOPPED = re.compile(r"(?P<name>\w+) stopped \(rc=(?P<status>-?\d+)\)")


def say(line: str = "") -> None:
    """One line for the person. A terminal that is gone must not stop the servers' shutdown."""
    try:
        print(line, flush=True)  # noqa: T201
    except OSError:
        sys.stdout = sys.stderr


class LogPrinter(Printer):
    """Puts each process's lines into its own file, and calls ``on_ready`` once pages are served.

    ``first_stopped`` is the process that stopped first, with its exit status.
    """

    def __init__(self, logs: dict[str, Path], on_ready: Callable[[], None]) -> None:
        super().__init__()
        self.first_stopped: tuple[str, int] | None = None
        self._on_ready = on_ready
        self._files: dict[str, IO[str]] = {
            name: path.open("a", buffering=1) for name, path in logs.items()
        }

    def write(self, message: Message) -> None:
        text = message.data
        if isinstance(text, bytes):
            text = text.decode(errors="replace")
        file = self._files.get(message.name)
        if file is not None:
            file.write(text)
        else:
            self._note(text)
        if READY_LINE in text:
            self._on_ready()

    def _note(self, text: str) -> None:
        found = _STOPPED.search(text)
        if found and self.first_stopped is None:
            self.first_stopped = found["name"], int(found["status"])
