"""``make run`` as a person meets it: started, stopped, killed, started twice."""

import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator

import psutil
import pytest

from tests.support.clone import Clone, Run, wait_until_gone
from tests.support.product import open_folder
from trm.serving.broker import BrokerServer
from trm.serving.postgres import PostgresServer

pytestmark = [pytest.mark.process, pytest.mark.timeout(600)]

READY = {"database": "ok", "redis": "ok", "migrations": "ok", "worker": "ok"}


@pytest.fixture
def clone() -> Iterator[Clone]:
    """With the packages of this environment: making a second .venv is one test's matter."""
    with open_folder() as folder:
        clone = Clone.make(folder / "clone", with_venv=True)
        yield clone
        clone.clean_up()


@pytest.fixture
def bare_clone() -> Iterator[Clone]:
    with open_folder() as folder:
        clone = Clone.make(folder / "clone", with_venv=False)
        yield clone
        clone.clean_up()


def test_a_fresh_clone_starts_and_stops_without_a_trace(bare_clone: Clone) -> None:
    clone = bare_clone
    run = clone.start_product()
    assert run.wait_until_ready(patience=400)["checks"] == READY
    assert f"TRM is at http://localhost:{run.port}" in run.text()
    assert (clone.folder / ".venv" / "installed-requirements.txt").exists()

    _interrupt_and_check(clone, run)

    second = clone.start_product()
    began = time.monotonic()
    second.wait_until_ready(patience=60)
    assert "Installing" not in second.text()
    assert time.monotonic() - began < 30
    _interrupt_and_check(clone, second)


def _interrupt_and_check(clone: Clone, run: Run) -> None:
    began = time.monotonic()
    run.interrupt()
    run.wait(patience=15)
    assert time.monotonic() - began < 10
    assert wait_until_gone(clone, patience=1) == []
    assert not (clone.folder / "var" / "run.env").exists()
    assert "Traceback" not in run.text()


def test_sigterm_to_make_stops_everything(clone: Clone) -> None:
    run = clone.start_product()
    run.wait_until_ready(patience=120)
    run.process.send_signal(signal.SIGTERM)
    run.wait(patience=10)
    assert wait_until_gone(clone, patience=10) == []


def test_a_killed_parent_is_recovered_from_and_nothing_is_lost(clone: Clone) -> None:
    run = clone.start_product()
    run.wait_until_ready(patience=120)
    secret = (clone.folder / "var" / "secret_key").read_text()
    serving = _serving_process(run)
    # The worst case: nobody is told, neither make nor the children.
    run.process.send_signal(signal.SIGSTOP)
    serving.kill()

    again = clone.start_product(PORT=str(run.port))
    assert again.wait_until_ready(patience=60)["checks"] == READY

    run.process.kill()
    assert (clone.folder / "var" / "secret_key").read_text() == secret
    log = (clone.folder / "var" / "log" / "postgres.log").read_text()
    assert "database system is ready to accept connections" in log
    _interrupt_and_check(clone, again)


def test_children_that_outlived_a_killed_parent_are_ended_by_the_next_start(clone: Clone) -> None:
    run = clone.start_product()
    run.wait_until_ready(patience=120)
    children = _serving_process(run).children(recursive=True)
    stopped = [one for one in children if "celery" in " ".join(one.cmdline())]
    for one in stopped:  # They cannot answer the signal that their parent's death sends.
        one.send_signal(signal.SIGSTOP)
    _serving_process(run).kill()

    again = clone.start_product(PORT=str(run.port))
    again.wait_until_ready(patience=60)

    assert [one for one in stopped if one.is_running() and one.status() != "zombie"] == []
    _interrupt_and_check(clone, again)


def test_a_process_id_that_passed_to_a_stranger_does_not_stop_the_start(clone: Clone) -> None:
    run = clone.start_product()
    run.wait_until_ready(patience=120)
    _interrupt_and_check(clone, run)
    stranger = clone.start("sleep", "300")
    pid_file = clone.folder / "var" / "postgres" / "postmaster.pid"
    pid_file.write_text(f"{stranger.process.pid}\n{pid_file.parent}\n1\n5432\n\n\n1 1\nready\n")
    pid_file.chmod(0o666)

    again = clone.start_product()
    again.wait_until_ready(patience=60)

    assert stranger.process.poll() is None
    again.interrupt()
    again.wait(patience=15)
    stranger.process.kill()


def test_a_second_make_run_and_a_taken_port_are_told_in_one_line(clone: Clone) -> None:
    run = clone.start_product()
    run.wait_until_ready(patience=120)

    second = clone.start_product()
    assert second.wait(patience=20) != 0
    (line,) = _own_lines(second)
    assert line.startswith(f"TRM: TRM runs here already at http://localhost:{run.port} (process ")
    assert run.process.poll() is None

    _interrupt_and_check(clone, run)


def test_a_taken_port_is_told_in_one_line(clone: Clone) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        run = clone.start_product(PORT=str(port))
        assert run.wait(patience=30) != 0
    assert _own_lines(run) == [
        f"TRM: Port {port} is taken. Choose another one: make run PORT={port + 1}"
    ]
    assert wait_until_gone(clone, patience=5) == []


@pytest.mark.parametrize("port", ["none", "0", "70000"])
def test_a_port_that_is_none_is_told_in_one_line(clone: Clone, port: str) -> None:
    run = clone.start_product(PORT=port)
    assert run.wait(patience=30) != 0
    assert _own_lines(run) == [
        f"TRM: PORT={port} is not a port: a number from 1 to 65535 is needed."
    ]


def test_a_server_that_dies_takes_the_product_down_and_is_named(clone: Clone) -> None:
    run = clone.start_product()
    run.wait_until_ready(patience=120)
    pid = int((clone.folder / "var" / "postgres" / "postmaster.pid").read_text().split()[0])
    os.kill(pid, signal.SIGKILL)
    assert run.wait(patience=20) != 0
    assert _own_lines(run)[-1].startswith("TRM: PostgreSQL stopped by itself; see ")
    assert wait_until_gone(clone, patience=5) == []


def test_servers_that_are_given_are_used(clone: Clone, product_addresses: dict[str, str]) -> None:
    run = clone.start_product(**product_addresses)
    run.wait_until_ready(patience=120)
    assert not (clone.folder / "var" / "postgres").exists()
    assert not (clone.folder / "var" / "redis").exists()
    assert not (clone.folder / "var" / "log" / "mail.log").exists()
    _interrupt_and_check(clone, run)


@pytest.fixture
def product_addresses() -> Iterator[dict[str, str]]:
    """Servers that somebody else runs."""
    environment = dict(os.environ)
    with open_folder() as folder:
        postgres = PostgresServer(folder / "pg", folder / "pg.log", environment, {"fsync": "off"})
        broker = BrokerServer(folder / "redis", folder / "redis.log", environment)
        postgres.start()
        broker.start()
        postgres.ensure_database("given")
        yield {
            "DATABASE_URL": postgres.url("given"),
            "REDIS_URL": broker.url(),
            "EMAIL_URL": "smtp://127.0.0.1:9",
        }
        broker.stop()
        postgres.stop()


def _serving_process(run: Run) -> psutil.Process:
    children = psutil.Process(run.process.pid).children()
    (serving,) = [one for one in children if "trm.serving" in one.cmdline()]
    return serving


def _own_lines(run: Run) -> list[str]:
    """Without make's own word about the failed recipe."""
    return [line for line in run.text().splitlines() if not line.startswith("make:")]


def test_a_full_disk_is_told_in_one_line(clone: Clone) -> None:
    var = clone.folder / "var"
    var.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=20m", "tmpfs", str(var)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("Only root can make a small disk")
    try:
        run = clone.start_product()
        assert run.wait(patience=30) != 0
        (line,) = _own_lines(run)
    finally:
        subprocess.run(["umount", "-l", str(var)], check=True)
    assert re.fullmatch(
        r"TRM: The disk is full: \d+ MB free where .*, and 300 MB are needed\.", line
    )
