"""What it costs to write to someone: claimed, asked, rendered, handed over, recorded.

Touchpoints handed to an SMTP sink per second of CPU (this process, the sink and PostgreSQL, all on
one core) against bare smtplib, which sends the same bytes on a kept connection and records nothing.
"""

import os
import smtplib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import psutil

from bench.figures import Figure
from bench.house import servers
from bench.sink import HOST, CountingSink

MESSAGES = 4000
ROUNDS = 5


def run() -> Iterator[Figure]:
    """Sending against bare smtplib."""
    with _one_core(), servers("trm_sending"), CountingSink() as sink:
        ours, bare = [], []
        for _round in range(ROUNDS):
            contents = _make_due()
            ours.append(_per_cpu_second(sink, _deliver_all, with_database=True))
            bare.append(_per_cpu_second(sink, lambda: _send_bare(sink, contents)))  # noqa: B023
        yield Figure(
            name="touchpoints sent",
            unit="per CPU second",
            ours=ours,
            reference=bare,
            reference_name="bare smtplib",
            at_most=False,
        )


@contextmanager
def _one_core() -> Iterator[None]:
    """A reply from another core costs many times more here and would drown what is measured."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def _per_cpu_second(
    sink: CountingSink, act: Callable[[], None], *, with_database: bool = False
) -> float:
    from django.conf import settings  # noqa: PLC0415 -- needs Django to be set up

    settings.EMAIL_HOST, settings.EMAIL_PORT = HOST, sink.port
    sink.count()
    before = _cpu_seconds(sink, with_database)
    act()
    spent = _cpu_seconds(sink, with_database) - before
    assert sink.count() == MESSAGES
    return MESSAGES / spent


def _cpu_seconds(sink: CountingSink, with_database: bool) -> float:
    mine = time.process_time()
    return mine + _of(psutil.Process(sink.pid)) + (_of_database() if with_database else 0.0)


def _of_database() -> float:
    """The server's whole tree: our backend, its writers, and workers that came and went."""
    from django.db import connection  # noqa: PLC0415 -- needs Django to be set up

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        postmaster = psutil.Process(cursor.fetchone()[0]).parent()
    assert postmaster is not None
    return sum(_of(one) for one in [postmaster, *postmaster.children()])


def _of(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system + times.children_user + times.children_system)


def _deliver_all() -> None:
    from campaigns.channels import SmtpChannel  # noqa: PLC0415 -- needs Django to be set up
    from campaigns.services.delivery import deliver_due  # noqa: PLC0415

    with SmtpChannel() as channel:
        while deliver_due(channel=channel):
            continue


def _send_bare(sink: CountingSink, contents: list[tuple[str, bytes]]) -> None:
    with smtplib.SMTP(HOST, sink.port, local_hostname="localhost") as smtp:
        for recipient, content in contents:
            smtp.sendmail("trm@localhost", [recipient], content)


def _make_due() -> list[tuple[str, bytes]]:
    """Fill the queue anew, and give the same letters as bytes."""
    from django.db import connection  # noqa: PLC0415 -- needs Django to be set up
    from django.utils import timezone  # noqa: PLC0415

    from bench import due  # noqa: PLC0415
    from campaigns.channels import Letter  # noqa: PLC0415
    from campaigns.selectors.letters import Letters  # noqa: PLC0415

    touchpoints = due.fill(MESSAGES, due_at=timezone.now() - timedelta(minutes=1))
    letters = Letters(touchpoints, now=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return [
        (letter.recipient, letter.content)
        for letter in map(letters.letter_for, touchpoints)
        if isinstance(letter, Letter)
    ]
