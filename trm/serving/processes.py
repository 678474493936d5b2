"""Children that never outlive us, even where we are killed without a word."""

import ctypes
import os
import signal
import sys
from collections.abc import Iterable
from pathlib import Path

import psutil

PR_SET_PDEATHSIG = 1
# Each process of a run carries this in its environment, with the run's var/ as the value. It is
# how the next run finds what a killed one left; a process id alone may have passed to a stranger.
MARK = "TRM_SERVING"


def die_with(parent: int, sig: signal.Signals) -> None:
    """Have the kernel send ``sig`` to this process when ``parent`` dies.

    Where the kernel cannot (it is Linux's), the next run ends what was left behind.
    """
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(sig))
    if os.getppid() != parent:  # It was gone before we asked.
        os.kill(os.getpid(), sig)


def left_behind(var: Path) -> list[psutil.Process]:
    """The processes of a run in ``var`` other than this one and those above it."""
    own = {os.getpid(), *(process.pid for process in psutil.Process().parents())}
    return [
        process
        for process in psutil.process_iter()
        if process.pid not in own and _mark_of(process) == str(var)
    ]


def _mark_of(process: psutil.Process) -> str:
    try:
        return process.environ().get(MARK, "")
    except (psutil.Error, OSError):
        return ""


def end(processes: Iterable[psutil.Process], *, patience: float) -> None:
    """Ask them to stop, and kill those that have not within ``patience`` seconds."""
    processes = list(processes)
    _send(processes, signal.SIGTERM)
    _, alive = psutil.wait_procs(processes, timeout=patience)
    _send(alive, signal.SIGKILL)
    psutil.wait_procs(alive, timeout=2)


def _send(processes: Iterable[psutil.Process], sig: signal.Signals) -> None:
    for process in processes:
        try:
            process.send_signal(sig)
        except psutil.NoSuchProcess:
            continue
