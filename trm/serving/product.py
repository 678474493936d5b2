"""One run of the whole product: which servers are ours, in which order all starts and stops."""

import multiprocessing
import os
import signal
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from trm.serving.announcing import LogPrinter, say
from trm.serving.broker import BrokerServer
from trm.serving.errors import ServingRefused
from trm.serving.ports import LOOPBACK, free_port, is_free, parse_port
from trm.serving.postgres import PostgresServer
from trm.serving.processes import MARK, end, left_behind
from trm.serving.state import State
from trm.serving.tree import Tree, python

ROOT = Path(__file__).resolve().parent.parent.parent
DATABASE = "trm"
# What children are told, and what `run.env` tells to commands that are started by hand meanwhile.
SHARED = [
    *("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "SECRET_KEY", "OUTBOX_DIR", "BASE_URL"),
    *("CAPTURE_DOMAIN", "CAPTURE_PORT"),
]

WORKER = (
    "-A trm worker --loglevel INFO --concurrency 2 --without-gossip --without-mingle "
    "--hostname trm@%h"
)
BEAT = (
    "-A trm beat --loglevel INFO --pidfile= "
    "--scheduler django_celery_beat.schedulers:DatabaseScheduler"
)


@dataclass
class Product:
    """``given`` is the environment as the caller made it: an address in it is used as it is."""

    var: Path
    port: int
    given: dict[str, str]
    with_demo: bool = True
    _state: State = field(init=False)
    _environment: dict[str, str] = field(init=False)
    _servers: list[PostgresServer | BrokerServer] = field(default_factory=list, init=False)
    _accounts: str = field(default="", init=False)

    @classmethod
    def from_environment(cls) -> "Product":
        return cls(
            var=Path(os.environ.get("VAR", ROOT / "var")).resolve(),
            port=parse_port(os.environ.get("PORT") or "8000"),
            given=dict(os.environ),
            with_demo=os.environ.get("DEMO", "1").lower() not in {"0", "false", "no", "off"},
        )

    def __post_init__(self) -> None:
        self._state = State(self.var)
        self._environment = self.given | {
            MARK: str(self.var),
            "VAR": str(self.var),
            "PYTHONUNBUFFERED": "1",
            "BIND": f"{LOOPBACK}:{self.port}",
        }

    @property
    def address(self) -> str:
        return self.given.get("BASE_URL") or f"http://localhost:{self.port}"

    def run(self) -> int:
        """Start everything, go on until told to stop, stop everything. The exit status."""
        self._state.take(address=self.address)
        try:
            end(left_behind(self.var), patience=5)
            if not is_free(self.port):
                raise ServingRefused(
                    f"Port {self.port} is taken. Choose another one: make run PORT={self.port + 1}"
                )
            self._start_servers()
            self._prepare()
            return self._run_tree()
        finally:
            self._stop()

    def _start_servers(self) -> None:
        """Each of the three is ours only where no address was given."""
        environment = self._environment
        environment["BASE_URL"] = self.address
        environment.setdefault("SECRET_KEY", self._state.secret_key())
        if not environment.get("DATABASE_URL"):
            say("Starting PostgreSQL ...")
            postgres = PostgresServer(
                self.var / "postgres", self._state.log("postgres"), environment
            )
            self._start(postgres)
            postgres.ensure_database(DATABASE)
            environment["DATABASE_URL"] = postgres.url(DATABASE)
        if not environment.get("REDIS_URL"):
            say("Starting Redis ...")
            broker = BrokerServer(self.var / "redis", self._state.log("redis"), environment)
            self._start(broker)
            environment["REDIS_URL"] = broker.url()
        if not environment.get("EMAIL_URL"):
            # Any port: a fixed one would be another product's that starts at the same moment.
            environment["EMAIL_URL"] = f"smtp://{LOOPBACK}:{free_port()}"
            environment["OUTBOX_DIR"] = str(self.var / "outbox")
        environment.setdefault("CAPTURE_DOMAIN", "mail.trm.localhost")
        if not environment.get("CAPTURE_PORT"):
            environment["CAPTURE_PORT"] = str(free_port())
        self._state.write_run_env({name: environment.get(name, "") for name in SHARED})

    def _start(self, server: PostgresServer | BrokerServer) -> None:
        """On the list before it starts, so that it is stopped when we are told to stop now."""
        self._servers.append(server)
        server.start()

    def _prepare(self) -> None:
        say("Preparing the database ...")
        command = python("manage.py", "prepare", *(["--demo"] if self.with_demo else []))
        log = self._state.log("prepare")
        with log.open("wb") as errors:
            done = subprocess.run(
                command,
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                check=False,
            )
        if done.returncode != 0:
            lines = log.read_text(errors="replace").strip().splitlines() or ["no reason given"]
            raise ServingRefused(f"The database could not be prepared: {lines[-1]} (see {log})")
        self._accounts = done.stdout.strip()

    def _commands(self) -> dict[str, list[str]]:
        """What makes up the product, by the name of its log."""
        commands = {
            "web": python("-m", "gunicorn", "-c", "python:trm.serving.gunicorn_conf"),
            "worker": python("-m", "celery", *WORKER.split()),
            "beat": python("-m", "celery", *BEAT.split()),
        }
        if self._environment.get("OUTBOX_DIR"):
            port = self._environment["EMAIL_URL"].rpartition(":")[2]
            folder = self._environment["OUTBOX_DIR"]
            commands["mail"] = python("-m", "core.outbox.catcher", "--port", port, folder)
        if self._environment["CAPTURE_DOMAIN"]:
            commands["capture"] = python("manage.py", "receive_mails")
        return commands

    def _run_tree(self) -> int:
        multiprocessing.set_start_method("fork", force=True)
        commands = self._commands()
        printer = LogPrinter({name: self._state.log(name) for name in commands}, self._announce)
        tree = Tree(printer, watch=self._are_servers_running, on_stop=self._state.mark_stopping)
        os.chdir(ROOT)
        for name, command in commands.items():
            tree.add(name, command, self._environment)
        tree.loop()
        return self._explain(printer, tree)

    def _are_servers_running(self) -> bool:
        return all(server.is_running() for server in self._servers)

    def _announce(self) -> None:
        say()
        say(f"TRM is at {self.address}")
        if self._accounts:
            say(self._accounts)
        say(f"Logs are in {self._state.logs}. Ctrl-C stops everything.")

    def _explain(self, printer: LogPrinter, tree: Tree) -> int:
        """Being told to stop is no fault; anything else is named."""
        if tree.was_told_to_stop:
            return 0
        for server in self._servers:
            if not server.is_running():
                raise ServingRefused(f"{server.name} stopped by itself; see {server.log}.")
        name, status = printer.first_stopped or ("a process", 1)
        log = self._state.logs / f"{name}.log"
        raise ServingRefused(f"The {name} process stopped by itself (status {status}); see {log}.")

    def _stop(self) -> None:
        """The servers last, newest first. By now nothing talks to them."""
        for sig in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(sig, signal.SIG_IGN)  # Once more changes nothing: we are at it.
        self._state.mark_stopping()
        for server in reversed(self._servers):
            server.stop()
        end(left_behind(self.var), patience=1)
        self._state.give_back()
