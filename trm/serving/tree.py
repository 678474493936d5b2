"""Web, worker, beat and mail catcher as one tree under honcho: when one ends, all do."""

import functools
import os
import shlex
import signal
import sys
from collections.abc import Callable, Mapping
from types import FrameType
from typing import Any

from honcho.manager import SIGNALS, Manager
from honcho.printer import Printer
from honcho.process import Popen, Process

from trm.serving.processes import die_with

# Seconds from the first SIGTERM to the SIGKILL of those who are still there.
KILL_AFTER = 5


class BoundProcess(Process):
    """Honcho puts a go-between beside each command. Here the go-between dies with us at once, and
    the command is then told to stop."""

    parent: int

    def run(self, events: Any = None, ignore_signals: bool = False) -> None:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        die_with(self.parent, signal.SIGKILL)
        self._child_ctor = functools.partial(
            Popen, preexec_fn=functools.partial(die_with, os.getpid(), signal.SIGTERM)
        )
        super().run(events, ignore_signals)


class Tree(Manager):
    """``watch`` is asked whenever a child ends; once it says no, the tree is taken down.

    ``on_stop`` is called as soon as the stopping begins.
    """

    def __init__(
        self, printer: Printer, *, watch: Callable[[], bool], on_stop: Callable[[], None]
    ) -> None:
        super().__init__(printer)
        self._process_ctor = BoundProcess
        self._watch = watch
        self._on_stop = on_stop
        self._is_stop_wanted = False

    @property
    def was_told_to_stop(self) -> bool:
        """By a signal, rather than by the end of one of the processes."""
        return self.returncode in {details["rc"] for details in SIGNALS.values()}

    def add(self, name: str, command: list[str], environment: Mapping[str, str]) -> None:
        # `exec`, so that no shell stands between honcho and the command.
        process = self.add_process(name, f"exec {shlex.join(command)}", env=dict(environment))
        process.parent = os.getpid()

    def loop(self) -> None:
        signal.signal(signal.SIGCHLD, self._on_child)
        signal.signal(signal.SIGALRM, lambda _sig, _frame: self.kill())
        super().loop()
        signal.alarm(0)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)

    def _start(self) -> None:
        """By now honcho listens to SIGINT and SIGTERM; a closed terminal means the same."""
        signal.signal(signal.SIGHUP, lambda _sig, _frame: os.kill(os.getpid(), signal.SIGTERM))
        super()._start()

    def _on_child(self, _sig: int, _frame: FrameType | None) -> None:
        if not self._watch():
            self.terminate()

    def terminate(self) -> None:
        """Stop all; those who are still there after some seconds are killed.

        Honcho starts that clock when the first one has stopped, and cannot stop what has not told
        its process id yet: that one's turn comes when it has.
        """
        if not self._is_stop_wanted:
            self._is_stop_wanted = True
            self._on_stop()
        if self._all_started() and not self._terminating:
            signal.alarm(KILL_AFTER)
            super().terminate()

    def _system_print(self, data: str) -> None:
        super()._system_print(data)
        if self._is_stop_wanted:
            self.terminate()


def python(*arguments: str) -> list[str]:
    return [sys.executable, *arguments]
